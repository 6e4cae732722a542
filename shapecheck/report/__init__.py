"""Reports for people and for programs: text, tables, JSON."""

from shapecheck.report.json import report_json
from shapecheck.report.shape_table import shape_table
from shapecheck.report.table import Table, render
from shapecheck.report.text import report_concise, report_text

__all__ = ["Table", "render", "report_concise", "report_json", "report_text", "shape_table"]
