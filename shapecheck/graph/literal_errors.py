"""Mistakes in numbers, lists and tables, as messages."""

from __future__ import annotations

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.errors import error
from shapecheck.source import Span


def ragged(span: Span, row: int, has: int, first: int) -> Diagnostic:
    title = f"row {row} has {has} entries, the first row has {first}"
    return error("ragged-table", title, span, f"{has} entries", help="give every row the same number of entries")


def bad_table_entry(text: str, span: Span) -> Diagnostic:
    return error("bad-table", f"'{text}' in the table is not a number", span)


def empty_table(span: Span) -> Diagnostic:
    return error("bad-table", "the table has no entries", span)


def integer_too_large(span: Span) -> Diagnostic:
    title = "an integer in a value has at most 63 bits"
    return error("number-too-large", title, span, help="write it as a real: 1.0e20")


def real_too_large(span: Span) -> Diagnostic:
    return error("number-too-large", "a real in a value is below 1.8e308", span, help="write `inf` if that is meant")


def real_not_held(held: str, span: Span) -> Diagnostic:
    title = f"this real has more digits than a run can hold, and would be taken for {held}"
    return error("number-too-large", title, span, help=f"write {held} if that is meant")


def too_deep(span: Span, axes: int, most: int) -> Diagnostic:
    return error("too-many-axes", f"this list has {axes} axes, and {most} are the most", span)
