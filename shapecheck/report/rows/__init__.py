"""The rows and columns of a spec's table: its inputs, weights, states and stages in order, blocks folded or nested."""

from shapecheck.report.rows.build import BadSetting, Wish, build
from shapecheck.report.rows.columns import COLUMNS, DEFAULT, UnknownColumn

__all__ = ["COLUMNS", "DEFAULT", "BadSetting", "UnknownColumn", "Wish", "build"]
