"""Inputs of blocks in place.

In: an application with what it is applied to.  Out: for each input how the body reads it: from the tensor that is
passed, or from a family of its own where the argument is computed in passing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from shapecheck import ops
from shapecheck.graph.nodes import Apply, Choose, Cut, Index, Node, Number, Picked, Point, Read, Subscript, Whole
from shapecheck.graph.reads import nodes_below
from shapecheck.infer.blocks.places import Passed, Place, hidden_name, joined
from shapecheck.infer.model import Application, Interval, Region, Shape
from shapecheck.inline.collected import Collected
from shapecheck.inline.rewrite import Rewriter
from shapecheck.record import record
from shapecheck.sizes import ZERO, And, Size, symbol


@record(frozen=False)
class Inputs:
    """The inputs passed into blocks; `axes` are those of the families of the spec itself."""

    collected: Collected
    axes: Mapping[str, Region]
    meant: set[str] = field(default_factory=set)
    """The names of inputs that paths mean: what is passed into blocks and read there from outside."""
    remembered: dict[str, list[tuple[Passed, Place, Shape, Mapping[str, Interval]]]] = field(default_factory=dict)
    """The inputs passed into blocks, by the names they would get."""

    def passed(
        self, name: str, operand: Node, place: Place, application: Application, lead: list[Index], writer: Rewriter
    ) -> Passed:
        """The way in which a body reads an input: from where it is, or from a family of its own."""
        front: tuple[Subscript, ...] = tuple(Point(symbol(index.symbol)) for index in lead)
        guarded = tuple(fact for fact in application.facts if any(item[0] == "." for item in fact.names))
        if isinstance(operand, Read) and not guarded and not any(isinstance(i, Picked) for i in operand.subscripts):
            passed = Passed(operand.family, operand.subscripts, self._lows(operand))
            return Passed(operand.family, passed.at(front), passed.lows[len(front) :])
        family, shape = hidden_name(place.path, name, writer.place.hidden), writer.shapes[operand]
        value, shapes = operand, {item: writer.shapes[item] for item in nodes_below(operand) if item in writer.shapes}
        if guarded:
            nothing = _zeros(shape)
            value = Choose(And(guarded), None, operand, nothing, span=operand.span)
            shapes |= {value: shape, nothing: shape}
        self.collected.helper(family, value, place, shapes, writer.instance.bounds)
        return Passed(family, (*place.points, *front))

    def _lows(self, read: Read) -> tuple[Size, ...]:
        """The starts of the axes that a read leaves."""
        axes = self._known_axes(read.family)
        lows = [axes[at].low if at < len(axes) else ZERO for at in range(max(len(axes), len(read.subscripts)))]
        kept: list[Size] = []
        for item, low in zip(read.subscripts, lows):
            if isinstance(item, Cut):
                kept.append(item.low)
            elif isinstance(item, Whole):
                kept.append(low)
        return (*kept, *lows[len(read.subscripts) :])

    def _known_axes(self, family: str) -> Region:
        found = self.axes.get(family)
        return self.collected.axes(family) if found is None else found

    def remember(self, inner: Place, lead: int, mapped: Mapping[str, bool], bounds: Mapping[str, Interval]) -> None:
        """Keep how inputs are read, for paths that mean them; one that is not mapped over has no axes of that."""
        if inner.hidden:  # what a `repeat` takes has no name
            return
        count = len(inner.members) - lead
        shared = replace(inner, members=inner.members[:count], indices=inner.indices[: len(inner.indices) - lead])
        for name, passed in inner.inputs.items():
            place = inner if mapped.get(name, False) else shared
            (cell,) = inner.shapes.cells[name]
            self.remembered.setdefault(joined(inner.path, name), []).append((passed, place, cell.shape, bounds))

    def define(self) -> None:
        """Equations for the inputs of blocks that paths mean."""
        for name in sorted(self.meant):
            for passed, place, shape, bounds in self.remembered.get(name, ()):
                value = Read(passed.family, passed.subscripts)
                self.collected.helper(name, value, place, {value: shape}, bounds)


def _zeros(shape: Shape) -> Node:
    if not shape:
        return Number(0)
    return Apply(ops.ZEROS, (), ops.ZEROS.parameters({"shape": shape}))
