"""Literal data: numbers, lists of numbers, and pasted tables."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite

from shapecheck.graph import literal_errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.nodes import Data, Number
from shapecheck.source import Span
from shapecheck.syntax import tree

MOST_AXES = 32
LARGEST_INTEGER = 2**63 - 1


def literal(expression: tree.Expression) -> Number | Data | None:
    """The number or array that the expression spells out, None for any other expression.

    `[1, 2]` and `[1; 2]` have 2 entries, `[1, 2; 3, 4]` is 2 x 2, `[[1], [2]]` is 2 x 1.  Rows of different lengths
    give None, too; the caller reports them.
    """
    match expression:
        case tree.Integer(value):
            return Number(value, span=expression.span)
        case tree.Real():
            return Number(_real(expression.text, expression.span), span=expression.span)
        case tree.Minus(operand):
            number = literal(operand)
            return Number(-number.value, span=expression.span) if isinstance(number, Number) else None
        case tree.Column(rows):
            return _column(expression, rows)
        case _:
            return None


def _column(column: tree.Column, rows: tuple[tuple[tree.Expression, ...], ...]) -> Data | None:
    parts: list[list[Number | Data]] = []
    for row in rows:
        entries = [literal(item) for item in row]
        known = [entry for entry in entries if entry is not None]
        if len(known) < len(entries):
            return None
        parts.append(known)
    if len({len(part) for part in parts}) != 1:
        return None
    if len(rows) > 1 and len(rows[0]) == 1:
        return _stacked(column, [part[0] for part in parts], joined=True)
    lists = [_stacked(column, part) for part in parts]
    if len(rows) == 1:
        return lists[0]
    known_lists = [item for item in lists if item is not None]
    return _stacked(column, list(known_lists)) if len(known_lists) == len(lists) else None


def _stacked(column: tree.Column, parts: list[Number | Data], joined: bool = False) -> Data | None:
    """Parts of one shape on a new axis, or with `joined` along their first axis; None where the shapes differ."""
    shapes = {part.shape if isinstance(part, Data) else () for part in parts}
    if len(shapes) != 1:
        return None
    (shape,) = shapes
    values = tuple(value for part in parts for value in (part.values if isinstance(part, Data) else (part.value,)))
    if joined and shape:
        return Data((len(parts) * shape[0], *shape[1:]), values, span=column.span)
    return Data((len(parts), *shape), values, span=column.span)


def fitting(data: Number | Data) -> Number | Data:
    """Literal data that an array can hold; raises `Rejected` for larger integers and deeper nesting."""
    if isinstance(data, Data) and len(data.shape) > MOST_AXES:
        raise Rejected(literal_errors.too_deep(data.span, len(data.shape), MOST_AXES))
    values = data.values if isinstance(data, Data) else (data.value,)
    if any(isinstance(value, int) and abs(value) > LARGEST_INTEGER for value in values):
        raise Rejected(literal_errors.integer_too_large(data.span))
    return data


def table(expression: tree.Table) -> Data:
    """A pasted table as a matrix; raises `Rejected` at the row that is too short, too long, or no number."""
    if not expression.rows or not expression.rows[0]:
        raise Rejected(literal_errors.empty_table(expression.span))
    width = len(expression.rows[0])
    values: list[int | float] = []
    for number, row in enumerate(expression.rows, 1):
        if len(row) != width:
            raise Rejected(literal_errors.ragged(expression.row_span(number - 1), number, len(row), width))
        values.extend(_entry(text, expression, number - 1) for text in row)
    return Data((len(expression.rows), width), tuple(values), span=expression.span)


def _entry(text: str, expression: tree.Table, row: int) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return _real(text, expression.row_span(row))
    except ValueError:
        raise Rejected(literal_errors.bad_table_entry(text, expression.row_span(row))) from None


def _real(text: str, span: Span) -> float:
    """The float64 for a real; raises `Rejected` where it is too large, or silently another number.

    0.1 is rounded too, but a reader can see that from its digits; 0.50000000000000000001 would become 0.5 unnoticed.
    """
    value = float(text)
    if not isfinite(value) and any(map(str.isdigit, text)):
        raise Rejected(literal_errors.real_too_large(span))
    if isfinite(value) and Decimal(text) != Decimal(value) == Decimal(repr(value)):
        raise Rejected(literal_errors.real_not_held(repr(value), span))
    return value
