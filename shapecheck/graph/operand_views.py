"""Operands of a function whose body is put in for its call, as the body and the caller see their axes.

In the body, subscripts of an operand count from 0 (`FROM_ZERO`).  Outside, an axis of the result that runs over a whole
axis of an operand, `stack[i in 0..size(x, 0)-1]`, has the operand's numbering again (`AS_OPERAND`).  Both leave the
graph when subscripts are rewritten (`shapecheck.graph.numbering.renumber`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shapecheck.graph.model import Quantity
from shapecheck.graph.nodes import Apply, Node, Reduce
from shapecheck.ops.base import Op, Result, Shape
from shapecheck.sizes import ZERO, Size, symbol


class View(Op):
    """The operand itself, with another numbering of its axes."""

    rule = "the operand itself"

    def __init__(self, name: str) -> None:
        self.name = name

    def shape(self, parameters: Any, operands: Sequence[Shape]) -> Result:
        """The shape of the operand."""
        return Result(operands[0])


FROM_ZERO = View("from zero")
AS_OPERAND = View("as the operand")

Axes = tuple[tuple[Node, int] | None, ...]
"""For each axis that a `stack` makes: the operand and its axis over which it runs, if there is one."""


def from_zero(operand: Node) -> Node:
    """The operand as subscripts in the body see it."""
    return Apply(FROM_ZERO, (operand,), span=operand.span)


def as_operands(result: Node, operands: Sequence[Node], quantities: Mapping[str, Quantity]) -> Node:
    """The result as the caller sees it."""
    if not isinstance(result, Reduce) or result.operator != "stack":
        return result
    axes: Axes = tuple(_axis(index.low, index.high, operands, quantities) for index in result.indices)
    return Apply(AS_OPERAND, (result,), axes, span=result.span) if any(axes) else result


def _axis(
    low: Size | None, high: Size | None, operands: Sequence[Node], quantities: Mapping[str, Quantity]
) -> tuple[Node, int] | None:
    """The operand and its axis over which a range `low..high` runs, if it is a whole axis."""
    names = () if high is None or low is not ZERO else tuple(high.names)
    quantity = quantities.get(names[0]) if len(names) == 1 else None
    if high is None or quantity is None or quantity.kind != "size" or quantity.node is None:
        return None
    is_whole = high + 1 is symbol(names[0]) and any(quantity.node is operand for operand in operands)
    return (quantity.node, quantity.axis) if is_whole and quantity.axis_name is None else None
