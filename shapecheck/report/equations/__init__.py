"""The equations of a spec, typeset as on slides: LaTeX, Typst, Markdown."""

from shapecheck.report.equations.document import ENDINGS, FORMATS, render
from shapecheck.report.equations.model import Line, Section
from shapecheck.report.equations.sections import NoSuchEquation, sections

__all__ = ["ENDINGS", "FORMATS", "Line", "NoSuchEquation", "Section", "render", "sections"]
