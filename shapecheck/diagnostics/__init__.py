"""What the user is told: diagnostics as values, and how they are drawn."""

from shapecheck.diagnostics.model import Diagnostic, Label, Level, ShapePair

__all__ = ["Diagnostic", "Label", "Level", "ShapePair"]
