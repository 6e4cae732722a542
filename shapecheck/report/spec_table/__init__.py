"""The rows and columns of a spec's table: its inputs, weights, states and stages in order, blocks folded or nested."""

from shapecheck.report.spec_table.build_table import BadSetting, TableContents, build
from shapecheck.report.spec_table.columns import COLUMNS, DEFAULT, UnknownColumn

__all__ = ["COLUMNS", "DEFAULT", "BadSetting", "TableContents", "UnknownColumn", "build"]
