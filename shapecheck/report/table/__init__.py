"""Tables: one model, many writers."""

from shapecheck.report.cells import Amount, Cell, Column, Dims, Extent, Name, Phrase, Row
from shapecheck.report.table.model import Table
from shapecheck.report.table.writers import ENDINGS, FORMATS, render

__all__ = [
    "ENDINGS",
    "FORMATS",
    "Amount",
    "Cell",
    "Column",
    "Dims",
    "Extent",
    "Name",
    "Phrase",
    "Row",
    "Table",
    "render",
]
