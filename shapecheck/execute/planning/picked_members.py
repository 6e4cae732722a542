"""Big operators whose terms each count for one value of an index: `sum[e when dst[e] == i] msg[e]`.

In: a `Reduce`.  Out: the index, the data that pick its value, and the terms, where these do not mention the index; so
all values of the index together take one pass over the terms.  Where the index is the operator's own,
`sum[j when j == src[e]] h[j]`, one term at most is left, which is read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from shapecheck.execute.planning.traversal import nodes, own_names
from shapecheck.graph.nodes import Apply, Choose, Node, Number, Reduce, SizeValue, left_out
from shapecheck.infer.model import Interval
from shapecheck.ops.fill import Fill
from shapecheck.record import record
from shapecheck.sizes import ZERO, symbol

NEUTRAL: Mapping[str, int | float] = {"sum": 0, "max": -math.inf, "min": math.inf}
"""Operators that take one pass, and their values for no terms; a mean does, too, and has none."""


@record
class Picked:
    """The terms count where `data` equals the index; `others` are the further conditions on them."""

    index: str
    data: Node
    others: tuple[Choose, ...]
    terms: Node
    is_own: bool = False
    """Whether the index is the operator's own, so that the data pick one term."""

    @property
    def values(self) -> tuple[Node, ...]:
        """All that is computed for each term."""
        conditions = (item.condition for item in self.others)
        return (self.data, self.terms, *(item for item in conditions if item is not None))


def picked_members(node: Node, ranges: Mapping[str, Interval]) -> Picked | None:
    """The parts of an operator that takes one pass; None for any other value."""
    if not isinstance(node, Reduce) or node.operator not in (*NEUTRAL, "mean"):
        return None
    choices, terms = _choices(node)
    own = {index.symbol for index in node.indices}
    for choice in choices:
        for index, data in _equations(choice.condition):
            others = tuple(item for item in choices if item is not choice)
            found = Picked(index, data, others, terms)
            if index not in own and not _mentions(found, node, index, ranges):
                return found
            if own == {index} and not any(index in own_names(part, ranges) for part in nodes(data)):
                return replace(found, is_own=True)
    return None


def _choices(node: Reduce) -> tuple[tuple[Choose, ...], Node]:
    """The conditions on the terms: of a `when`, or of an `if` that gives the neutral number elsewhere."""
    body = node.body
    if isinstance(body, Choose) and not body.leaves_out and _is_neutral(body.otherwise, node.operator):
        return (body,), body.then
    return left_out(body)


def _is_neutral(node: Node, operator: str) -> bool:
    match node:
        case Number(value):
            return value == NEUTRAL.get(operator)
        case Apply(Fill(value=value)):
            return operator == "sum" and value is ZERO
        case _:
            return False


def _equations(condition: Node | None) -> Iterator[tuple[str, Node]]:
    """An index and the data that it equals."""
    match condition:
        case Apply(op, (one, other)) if op.function == "==":
            for side, data in ((one, other), (other, one)):
                name = next(iter(side.size.names), "") if isinstance(side, SizeValue) else ""
                if name[:1] == "." and isinstance(side, SizeValue) and side.size is symbol(name):
                    yield name, data


def _mentions(found: Picked, node: Reduce, index: str, ranges: Mapping[str, Interval]) -> bool:
    """Whether anything but the equation mentions the index."""
    formulas = (item.formula for item in found.others)
    names = {name for formula in formulas if formula is not None for name in formula.names}
    for item in node.indices:
        names |= ranges[item.symbol].low.names | ranges[item.symbol].high.names
    return index in names or any(index in own_names(part, ranges) for value in found.values for part in nodes(value))
