"""Receptive fields: which entries of the inputs one entry of a tensor reads, directly or through other tensors.

Comes in: `Shapes` with blocks in place.  Goes out: for every input that matters a box, its ends as sizes over the
position of the entry; or None where no box is known that is exact.  Read off the defining equations, op by op, so
nothing here knows of convolutions.  What lies outside of an image counts as read: a field is that of an entry away from
borders.  Where an entry's inputs are a box for some positions only, or sizes do not decide it, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from shapecheck.graph.model import Equation
from shapecheck.infer.model import Interval, Shapes
from shapecheck.record import record
from shapecheck.sizes import (
    ONE,
    ZERO,
    And,
    Context,
    Formula,
    Not,
    Proved,
    Size,
    decide,
    symbol,
)
from shapecheck.terms.receptive.extremes import Box, Span, Unclear, around, end_of, extreme
from shapecheck.terms.receptive.term_reads import TermRead, reads_of
from shapecheck.terms.unfolding.expand import Definition
from shapecheck.terms.unfolding.substitute import substitute
from shapecheck.terms.unfolding.unfold import Unfolder, placeholder, within

Boxes = Mapping[str, Box]
"""The first and the last entry that is read of each input, axis by axis."""


DEEPEST = 150
"""Tensors that one is computed through; beyond, nothing is said."""


@record(eq=False)
class _Found:
    """The result of one read; `sometimes`: at some positions only."""

    boxes: Boxes
    sometimes: bool


@record(frozen=False, eq=False)
class Reach:
    """Fields of all tensors of one spec, each worked out once."""

    shapes: Shapes
    source: str | None = None
    """The tensor whose entries are asked for; by default those of every input."""
    _definitions: dict[str, list[Definition]] = field(default_factory=dict)
    _known: dict[object, Boxes | None] = field(default_factory=dict)
    _depth: int = 0

    def __post_init__(self) -> None:
        for instance in self.shapes.instances:
            unfolder = Unfolder(self.shapes, instance)
            assert isinstance(instance.origin, Equation)
            for number, target in enumerate(instance.origin.targets):
                self._definitions.setdefault(target.family, []).append(Definition(unfolder, instance.origin, number))

    def extents(self, family: str, members: Sequence[int | None] = ()) -> Mapping[str, tuple[Size, ...]] | None:
        """The number of entries of each input, axis by axis, that one entry of a tensor sees; None where unknown."""
        if family not in self.shapes.cells:
            return None
        boxes = self.boxes(family, tuple(members))
        if boxes is None:
            return None
        found = {name: tuple(high - low + 1 for low, high in box) for name, box in boxes.items()}
        depends = any(name[0] in ".?" for sizes in found.values() for size in sizes for name in size.names)
        return None if depends else found

    def boxes(self, family: str, members: tuple[int | None, ...]) -> Boxes | None:
        """The boxes of one entry at the positions `.@0`, `.@1`, ..; family axes that have one value here are given."""
        axes = self.shapes.axes[family]
        members = (*members, *(None for _ in axes))[: len(axes)]
        key = (family, members)
        if key not in self._known:
            self._known[key] = None  # a tensor that is reached again on its way depends on its own members
            self._depth += 1
            try:
                self._known[key] = self._computed(family, members) if self._depth < DEEPEST else None
            except Unclear:
                self._known[key] = None
            self._depth -= 1
        return self._known[key]

    def _computed(self, family: str, members: Sequence[int | None]) -> Boxes:
        shapes, role = self.shapes, self.shapes.graph.families[family].role
        if family == self.source or (role == "input" and self.source is None):
            axes = range(len(members) + len(shapes.cells[family][0].shape))
            return {family: tuple((at, at) for at in self._places(family, axes))}
        if role in ("weight", "buffer", "input"):
            return {}
        at = [placeholder(axis) if one is None else ZERO + one for axis, one in enumerate(members)]
        found: list[_Found] = []
        for definition in self._definitions.get(family, ()):
            conditions, values = definition.membership(at)
            context = shapes.graph.context
            if isinstance(decide(context, Not(And(tuple(conditions)))), Proved):
                continue
            if values.keys() != definition.instance.ranges.keys():
                raise Unclear
            cell = self._places(family, range(len(members), len(members) + definition.rank()))
            term = substitute(definition.entry(cell), values)
            context = context.assuming(*conditions, *self._inside(family, cell))
            parts = [self._of_read(read, context) for read in reads_of(term, {}, ())]
            found.append(_Found(self._joined([one for part in parts for one in part], context), sometimes=False))
        if not found:
            raise Unclear
        if all(one.boxes == found[0].boxes for one in found):
            return found[0].boxes
        return self._joined([_Found(one.boxes, True) for one in found], shapes.graph.context)

    def _places(self, family: str, axes: Sequence[int]) -> list[Size]:
        """The position of an entry on some axes: a variable, or 0 where there is but one entry."""
        first, cells = len(self.shapes.axes[family]), self.shapes.cells[family]
        shape = cells[0].shape if len(cells) == 1 else ()
        single = {first + number for number, size in enumerate(shape) if size is ONE}
        return [ZERO if axis in single else placeholder(axis) for axis in axes]

    def _inside(self, family: str, cell: Sequence[Size]) -> Iterator[Formula]:
        cells = self.shapes.cells[family]
        if len(cells) == 1:
            yield from (within(at, Interval(ZERO, size - 1)) for at, size in zip(cell, cells[0].shape))

    # ---- one read --------------------------------------------------------------------------------

    def _of_read(self, read: TermRead, context: Context) -> list[_Found]:
        """The reach of an entry that is read in one place; nothing where it is never read."""
        facts = tuple(within(symbol(name), interval) for name, interval in read.ranges.items())
        known = context.assuming(*facts)
        if any(isinstance(decide(known, Not(guard)), Proved) for guard in read.guards):
            return []
        axes = self._axes(read.entry.family)
        left = self._open_guards(read, axes, known)
        held = {name for guard in left for name in guard.names if name in read.ranges}
        ranges = {name: interval for name, interval in read.ranges.items() if name not in held}
        spans = [
            (axis.low, axis.high) if not isinstance(item, Size) else
            (end_of(item, ranges, context, least=True), end_of(item, ranges, context, least=False))
            for item, axis in zip(read.entry.subscripts, axes)
        ]  # fmt: skip
        members = tuple(
            low.constant if low is high else None for low, high in spans[: len(self.shapes.axes[read.entry.family])]
        )
        inner = self.boxes(read.entry.family, members)
        if inner is None:
            raise Unclear
        boxes = {name: self._composed(name, box, spans, context) for name, box in inner.items()}
        if held & {name for box in boxes.values() for span in box for size in span for name in size.names}:
            raise Unclear
        if any(not any(name[0] == "." for name in guard.names) for guard in left):
            raise Unclear
        return [_Found(boxes, bool(left))]

    def _axes(self, family: str) -> list[Interval]:
        cells = self.shapes.cells[family]
        return [*self.shapes.axes[family], *(Interval(ZERO, size - 1) for size in cells[0].shape)]

    def _open_guards(self, read: TermRead, axes: Sequence[Interval], context: Context) -> list[Formula]:
        """Conditions that say more than that what is read lies inside of its tensor."""
        inside = [within(item, axis) for item, axis in zip(read.entry.subscripts, axes) if isinstance(item, Size)]
        context = context.assuming(*inside)
        parts = (part for guard in read.guards for part in (guard.parts if isinstance(guard, And) else (guard,)))
        return [part for part in parts if not isinstance(decide(context, part), Proved)]

    def _composed(self, name: str, box: Box, spans: Sequence[Span], context: Context) -> Box:
        """A box over positions that themselves run over spans; cut to the input where it is the same everywhere."""
        ranges = {f".@{axis}": Interval(low, high) for axis, (low, high) in enumerate(spans)}
        found: list[Span] = []
        for (low, high), axis in zip(box, self._axes(name)):
            first = end_of(low, ranges, context, least=True, again=True)
            last = end_of(high, ranges, context, least=False, again=True)
            if not any(part[0] == "." for part in first.names | last.names):
                first = extreme(first, axis.low, context, least=False)
                last = extreme(last, axis.high, context, least=True)
            found.append((first, last))
        return tuple(found)

    def _joined(self, found: Sequence[_Found], context: Context) -> Boxes:
        """The least boxes around several; where one is only read sometimes they must lie in one another."""
        joined: dict[str, Box] = {}
        for one in found:
            for name, box in one.boxes.items():
                joined[name] = around(joined[name], box, context) if name in joined else box
        if any(one.sometimes for one in found):
            for name, box in joined.items():
                if not any(one.boxes.get(name) == box for one in found):
                    raise Unclear
        return joined
