"""Big operators: `sum[e in 1..E when dst[e] == i] msg[e]`.

In: the expression and the reading around it.  Out: a `Reduce`.  A condition becomes an `if` around the body (a `Choose`
that `leaves_out`), one for each conjunct that is on data and one for those on sizes and indices, outermost.  An end of
a range that is data is a condition over the widest range.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import cast

from shapecheck.graph import errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.binders import bind, bind_within
from shapecheck.graph.expressions.data_ends import Ends, ends_of
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.ops_applied import apply
from shapecheck.graph.expressions.recognition import is_condition
from shapecheck.graph.expressions.size_conditions import formula
from shapecheck.graph.nodes import Choose, Index, Node, Number, Operator, Reduce, SizeValue
from shapecheck.record import record
from shapecheck.sizes import And, Formula, symbol
from shapecheck.source import Span
from shapecheck.syntax import tree

_AXIS_MAKERS = ("stack", "concat", "argsort")
_NEUTRAL: Mapping[str, int | float] = {
    "sum": 0, "mean": 0, "prod": 1, "max": -math.inf, "argmax": -math.inf, "min": math.inf, "argmin": math.inf
}  # fmt: skip
"""Values of the terms that are left out."""


@record
class Conditions:
    """The conditions on the terms: those on sizes and indices as one formula, those on data as nodes."""

    on_sizes: Formula | None
    on_data: tuple[Node, ...]


def big_operator(reading: Reading, expression: tree.BigOperator) -> Node:
    """The node of a big operator."""
    operator = expression.operator
    if operator in _AXIS_MAKERS:
        _forbid_condition(operator, expression)
    indices, ends = _bound(reading, expression)
    if operator.startswith("arg") and len(indices) > 1:
        raise Rejected(errors.bad_arguments(operator, "takes one index", expression.span))
    reading.names.noted.summed.update((index.label, operator) for index in indices)
    inside = reading.within(*indices)
    asked = conditions(inside, expression.condition, ends)
    body = inside.under(asked.on_sizes).value(expression.body)
    if operator not in _AXIS_MAKERS:
        body = left_out(body, asked, Number(_NEUTRAL[operator], span=expression.span), expression.span)
    return Reduce(cast(Operator, operator), indices, body, span=expression.span)


def left_out(body: Node, asked: Conditions, neutral: Node, span: Span) -> Node:
    """The body where the conditions hold, else the neutral value."""
    for condition in reversed(asked.on_data):
        body = Choose(None, condition, body, neutral, leaves_out=True, span=span)
    if asked.on_sizes is not None:
        body = Choose(asked.on_sizes, None, body, neutral, leaves_out=True, span=span)
    return body


def _forbid_condition(operator: str, expression: tree.BigOperator) -> None:
    if expression.condition is not None:
        why, form = "makes an axis, whose length no condition may change", "if C then .. else 0"
        raise Rejected(errors.bad_arguments(operator, why, expression.condition.span, form))


# ---- ranges --------------------------------------------------------------------------------------


def _bound(reading: Reading, expression: tree.BigOperator) -> tuple[tuple[Index, ...], list[Node]]:
    """The indices, and the conditions that ends which are data impose."""
    indices: list[Index] = []
    imposed: list[Node] = []
    for binder in expression.binders:
        place = reading.within(*indices)
        if expression.operator in _AXIS_MAKERS:
            grows = expression.operator in ("stack", "concat")
            indices.append(bind(place, binder, makes_axis=True, grows=grows))
            continue
        index, own = bound_by_data(place, binder)
        indices.append(index)
        imposed += own
    return tuple(indices), imposed


def bound_by_data(reading: Reading, binder: tree.Binder) -> tuple[Index, list[Node]]:
    """An index over the widest range, and the conditions that ends which are data impose on it."""
    ends = ends_of(reading, binder)
    if ends is None:
        return bind(reading, binder), []
    index = bind_within(reading, binder, ends.low, ends.high)
    return index, list(_imposed(index, ends))


def _imposed(index: Index, ends: Ends) -> Iterator[Node]:
    here = SizeValue(symbol(index.symbol), span=index.span)
    if ends.data_low is not None:
        yield apply(">=", [here, ends.data_low], ends.data_low.span)
    if ends.data_high is not None:
        yield apply("<=", [here, ends.data_high], ends.data_high.span)


# ---- conditions ----------------------------------------------------------------------------------


def conditions(reading: Reading, written: tree.Expression | None, imposed: Sequence[Node]) -> Conditions:
    """The conditions of a `when`, and those imposed by ends that are data."""
    parts = list(_conjuncts(written)) if written is not None else []
    stated: Formula | None = None
    for part in parts:
        if is_condition(reading, part):
            own = formula(reading if stated is None else reading.at(reading.scope.guarded_by(stated)), part)
            stated = own if stated is None else And((stated, own))
    inside = reading.under(stated)
    on_data = [inside.value(part) for part in parts if not is_condition(reading, part)]
    return Conditions(stated, (*imposed, *on_data))


def _conjuncts(condition: tree.Expression) -> Iterator[tree.Expression]:
    """The parts of a condition that all have to hold; a chain of comparisons is one part for each pair."""
    match condition:
        case tree.Logic("and", left, right):
            yield from _conjuncts(left)
            yield from _conjuncts(right)
        case tree.Comparison(operands, operators) if len(operators) > 1:
            for operator, pair in zip(operators, pairwise(operands)):
                yield tree.Comparison(pair, (operator,), span=pair[0].span.to(pair[1].span))
        case _:
            yield condition
