"""Reports for people and for programs: text, tables, JSON."""

from shapecheck.report.check_json import file_json, report_json
from shapecheck.report.check_text import report_concise, report_text
from shapecheck.report.shape_table import shape_table
from shapecheck.report.table import Table, render

__all__ = ["Table", "file_json", "render", "report_concise", "report_json", "report_text", "shape_table"]
