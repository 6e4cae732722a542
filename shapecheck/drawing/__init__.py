"""Pictures: rectangles, lines and texts in one model, written as SVG, TikZ or PNG."""

from shapecheck.drawing.model import Box, Line, Text
from shapecheck.drawing.picture import Picture, framed
from shapecheck.drawing.png import png_file, same_png
from shapecheck.drawing.svg import svg_text
from shapecheck.drawing.tikz import tikz_text

__all__ = ["Box", "Line", "Picture", "Text", "framed", "png_file", "same_png", "svg_text", "tikz_text"]
