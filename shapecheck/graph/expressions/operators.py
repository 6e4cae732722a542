"""Operators, comparisons, columns and lists, as ops applied to operands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from shapecheck import ops
from shapecheck.graph import errors, literal_errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.reading import Reading
from shapecheck.graph.nodes import Apply, Node
from shapecheck.ops.base import Misfit, Op, Setting
from shapecheck.source import Span
from shapecheck.syntax import tree

_NO_SETTINGS: Mapping[str, Setting] = MappingProxyType({})


def apply(name: str, operands: Sequence[Node], span: Span, settings: Mapping[str, Setting] = _NO_SETTINGS) -> Apply:
    """An op applied; missing options take their defaults."""
    op = ops.find(name, len(operands))
    if op is None:
        raise Rejected(errors.bad_arguments(name, f"does not take {len(operands)} operands", span))
    return Apply(op, tuple(operands), parameters(op, settings, span), span=span)


def parameters(op: Op, settings: Mapping[str, Setting], span: Span) -> object:
    """The parameters of an op; raises `Rejected` where they do not fit it."""
    missing = [option.name for option in op.options if option.default is None and option.name not in settings]
    if missing:
        raise Rejected(errors.bad_arguments(op.name, f"the argument {missing[0]} is missing", span))
    full = {option.name: settings.get(option.name, option.default) for option in op.options}
    found = op.parameters(full)
    if isinstance(found, Misfit):
        raise Rejected(errors.bad_arguments(op.name, found.why, span, found.help))
    return found


def comparison(reading: Reading, expression: tree.Comparison) -> Node:
    """A chain of comparisons between values."""
    if "~=" in expression.operators:
        raise Rejected(errors.bad_arguments("~=", "stands in claims only", expression.span))
    operands = list(map(reading.value, expression.operands))
    parts = [
        apply(operator, operands[at : at + 2], expression.span) for at, operator in enumerate(expression.operators)
    ]
    result = parts[0]
    for part in parts[1:]:
        result = apply("and", [result, part], expression.span)
    return result


def column(reading: Reading, expression: tree.Column) -> Node:
    """`[a, b]` is a list, `[a; b]` joins, `[a, b; c, d]` is a list of lists."""
    rows = expression.rows
    if len(rows) == 1:
        return _list(reading, rows[0], expression.span)
    if all(len(row) == 1 for row in rows):
        return apply("join", [reading.value(row[0]) for row in rows], expression.span)
    spans = [row[0].span.to(row[-1].span) for row in rows]
    for number, (row, span) in enumerate(zip(rows, spans), 1):
        if len(row) != len(rows[0]):
            raise Rejected(literal_errors.ragged(span, number, len(row), len(rows[0])))
    return apply("list", [_list(reading, row, span) for row, span in zip(rows, spans)], expression.span)


def _list(reading: Reading, items: Sequence[tree.Expression], span: Span) -> Apply:
    return apply("list", list(map(reading.value, items)), span)


def divides(expression: tree.Expression) -> bool:
    """Whether `/` or `^` stands in an expression, which then is a real in a value."""
    match expression:
        case tree.Binary(operator, left, right):
            return operator in ("/", "^") or divides(left) or divides(right)
        case tree.Coefficient(_, operand) | tree.Minus(operand):
            return divides(operand)
        case _:
            return False
