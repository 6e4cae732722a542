"""Pictures: rectangles, lines and texts in one model, written as SVG (text of our own) or PNG (by Pillow)."""

from shapecheck.drawing.model import Box, Line, Picture, Text, framed
from shapecheck.drawing.png import png_file
from shapecheck.drawing.svg import svg_text

__all__ = ["Box", "Line", "Picture", "Text", "framed", "png_file", "svg_text"]
