"""Reports for people and for programs: text, tables, JSON; each is imported when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecheck.report.check_json import file_json, report_json
    from shapecheck.report.check_text import report_concise, report_text
    from shapecheck.report.table import Table, render
    from shapecheck.report.table_of_shapes import shape_table

__all__ = ["Table", "file_json", "render", "report_concise", "report_json", "report_text", "shape_table"]
_HOMES = {
    "Table": "table",
    "file_json": "check_json",
    "render": "table",
    "report_concise": "check_text",
    "report_json": "check_json",
    "report_text": "check_text",
    "shape_table": "table_of_shapes",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"shapecheck.report.{_HOMES[name]}"), name)
