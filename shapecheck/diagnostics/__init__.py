"""Messages to the user: diagnostics as values, and how they are drawn."""

from shapecheck.diagnostics.model import Diagnostic, Label, Level, ShapePair
from shapecheck.diagnostics.render import concise, render, to_json
from shapecheck.diagnostics.suggest import nearest

__all__ = ["Diagnostic", "Label", "Level", "ShapePair", "concise", "nearest", "render", "to_json"]
