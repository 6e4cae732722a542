"""Reports for people and for programs: text, tables, JSON."""

from shapecheck.report.json import report_json
from shapecheck.report.table import Table, render_table, shape_table
from shapecheck.report.text import report_concise, report_text

__all__ = ["Table", "render_table", "report_concise", "report_json", "report_text", "shape_table"]
