"""All writers of tables, by the name of their format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from shapecheck.diagnostics.paint import Paint, plain
from shapecheck.report.table import csv, html, json, latex, markdown, text, typst
from shapecheck.report.table.model import Table
from shapecheck.report.wording import worded
from shapecheck.sizes import naming_order

_WRITERS: Mapping[str, Callable[[Table], str]] = MappingProxyType(
    {
        "text": text.text,
        "markdown": markdown.markdown,
        "latex": latex.latex,
        "typst": typst.typst,
        "html": html.page,
        "html-fragment": html.fragment,
        "csv": csv.csv,
        "json": json.json,
    }
)
FORMATS = tuple(_WRITERS)
ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        ".txt": "text", ".md": "markdown", ".markdown": "markdown", ".tex": "latex", ".typ": "typst", ".html": "html",
        ".htm": "html", ".csv": "csv", ".json": "json",
    }
)  # fmt: skip
"""The format that follows from the ending of an output file."""


def render(table: Table, format: str = "text", *, paint: Paint = plain) -> str:
    """The table in one of `FORMATS`, without a line end at its end; only `text` can be painted."""
    with naming_order(table.names), worded(table.wording):
        return text.text(table, paint) if format == "text" else _WRITERS[format](table)
