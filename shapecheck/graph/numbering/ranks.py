"""Ranks (numbers of axes) of values, before any shape is derived; None where a rank is not known yet.

They serve to number the axes of a block's result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from shapecheck.graph.block_definitions import REPEAT
from shapecheck.graph.nodes import (
    Apply,
    Call,
    Choose,
    Cut,
    Data,
    Default,
    Inner,
    Node,
    Number,
    Output,
    Part,
    Read,
    Reduce,
    SizeValue,
    Whole,
)
from shapecheck.graph.numbering.call_axes import rank_in_body
from shapecheck.graph.numbering.part_axes import part_rank
from shapecheck.ops.base import Result
from shapecheck.record import record
from shapecheck.sizes import symbol

if TYPE_CHECKING:
    from shapecheck.graph.numbering.first_indices import FirstIndices


@record(frozen=False)
class Ranks:
    """The ranks of the values of one graph."""

    known: FirstIndices
    _families: dict[str, int | None] = field(default_factory=dict)

    def family(self, name: str) -> int | None:
        """The rank of a whole family."""
        if name not in self._families:
            self._families[name] = None
            self._families[name] = self._family(name)
        return self._families[name]

    def _family(self, name: str) -> int | None:
        family = self.known.graph.families.get(name)
        if family is None:  # a mistake in it was reported
            return None
        if family.cell is not None:
            return len(family.axes) + len(family.cell)
        for equation in self.known.values.get(name, ()):
            if equation.form == "plain":
                inner = self.of(equation.value)
                if inner is not None:
                    return len(equation.targets[0].subscripts) + inner
        return None

    def of(self, node: Node) -> int | None:
        """The rank of a value."""
        match node:
            case Number() | SizeValue():
                return 0
            case Data(shape):
                return len(shape)
            case Read(family, subscripts):
                return _left(self.family(family), subscripts)
            case Part(base, subscripts):
                return _left(self.of(base), subscripts)
            case Apply():
                return self._apply(node)
            case Reduce():
                return self._reduce(node)
            case Default(read):
                return self.of(read)
            case Choose(_, _, then, otherwise):
                ranks = [rank for rank in (self.of(then), self.of(otherwise)) if rank is not None]
                return max(ranks, default=None)
            case Call():
                return self._call(node, 0)
            case Output(call, name):
                return self._call(call, [item.name for item in call.definition.outputs].index(name))
            case Inner(path):
                return part_rank(self.known, path)

    def _apply(self, node: Apply) -> int | None:
        ranks = [self.of(argument) for argument in node.arguments]
        known = [rank for rank in ranks if rank is not None]
        if len(known) < len(ranks):
            return None
        shapes = [tuple(symbol(f"'{place}.{axis}") for axis in range(rank)) for place, rank in enumerate(known)]
        outcome = node.op.shape(node.parameters, shapes)
        return len(outcome.shape) if isinstance(outcome, Result) else None

    def _reduce(self, node: Reduce) -> int | None:
        body = self.of(node.body)
        if body is None:
            return None
        if node.operator.startswith("arg"):
            return int(node.operator == "argsort")
        if node.operator == "stack":
            return len(node.indices) + body
        return max(body, 1) if node.operator == "concat" else body

    def _call(self, call: Call, number: int) -> int | None:
        """The axes over which a block is mapped, and those of its output, if that is declared with a shape."""
        if call.definition is REPEAT:
            return self.of(call.arguments[0])
        front, item = self.front(call), call.definition.outputs[number]
        if front is None:
            return None
        if item.annotation is None or item.annotation.shape is None:
            inner = rank_in_body(self.known, call, number)
            return None if inner is None else front + inner
        return front + len(item.binders) + len(item.annotation.shape.axes)

    def front(self, call: Call) -> int | None:
        """The number of axes over which a block is mapped."""
        counts = []
        for port, argument in zip(call.ports, call.arguments):
            if port.leading and port.rank is not None:
                rank = self.of(argument)
                counts.append(None if rank is None else rank - port.rank)
        known = [count for count in counts if count is not None]
        return None if len(known) < len(counts) else max(known, default=0)


def _left(rank: int | None, subscripts: Sequence[object]) -> int | None:
    """The rank after subscripts."""
    if rank is None:
        return None
    return rank - sum(not isinstance(item, Cut | Whole) for item in subscripts)
