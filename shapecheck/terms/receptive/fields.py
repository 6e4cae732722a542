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
    Relation,
    Size,
    decide,
    integer,
    symbol,
)
from shapecheck.terms.receptive.extremes import Box, Boxes, Span, Unclear, around, end_of, extreme
from shapecheck.terms.receptive.recurrences import PROBED, guessed, same_boxes
from shapecheck.terms.receptive.term_reads import TermRead, reads_of
from shapecheck.terms.unfolding.expand import Definition
from shapecheck.terms.unfolding.substitute import substitute
from shapecheck.terms.unfolding.unfold import Unfolder, placeholder, within

_Key = tuple[str, tuple[int | None, ...]]
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
    _open: set[object] = field(default_factory=set)
    _again: set[object] = field(default_factory=set)
    """Tensors that are being worked on, and those of them that were reached again: recurrences."""
    _bounds: dict[object, dict[int, int]] = field(default_factory=dict)
    """Numbers of the members from which a formula holds, by axis."""
    _is_guessing: bool = False

    def __post_init__(self) -> None:
        for instance in self.shapes.instances:
            unfolder = Unfolder(self.shapes, instance)
            assert isinstance(instance.origin, Equation)
            for number, target in enumerate(instance.origin.targets):
                self._definitions.setdefault(target.family, []).append(Definition(unfolder, instance.origin, number))

    def extents(
        self, family: str, members: Sequence[int | Size | None] = (), facts: tuple[Formula, ...] = ()
    ) -> Mapping[str, tuple[Size, ...]] | None:
        """The number of entries of each input, axis by axis, that one entry of a tensor sees; None where unknown.

        A member is a number, or a size in the indices of the place that asks, about which `facts` are known.
        """
        if family not in self.shapes.cells:
            return None
        named = {f".@{axis}": one for axis, one in enumerate(members) if isinstance(one, Size) and one.constant is None}
        numbers = tuple(one.constant if isinstance(one, Size) else one for one in members)
        boxes = self.boxes(family, numbers)
        if boxes is None or not self._reaches(family, numbers, named, facts):
            return None
        found = {name: tuple((high - low + 1).substitute(named) for low, high in box) for name, box in boxes.items()}
        own = frozenset[str]().union(*(one.names for one in named.values()))
        depends = any(
            name[0] in ".?" and name not in own for sizes in found.values() for size in sizes for name in size.names
        )
        return None if depends else found

    def _reaches(
        self, family: str, members: tuple[int | None, ...], named: Mapping[str, Size], facts: tuple[Formula, ...]
    ) -> bool:
        """Whether a formula that holds from a member on holds of the one that is asked for."""
        count = len(self.shapes.axes[family])
        key = (family, (*members, *(None for _ in range(count)))[:count])
        context = self.shapes.graph.context.assuming(*facts)
        return all(
            f".@{axis}" in named
            and isinstance(decide(context, Relation(">=", named[f".@{axis}"], integer(bound))), Proved)
            for axis, bound in self._bounds.get(key, {}).items()
        )

    def boxes(self, family: str, members: tuple[int | None, ...]) -> Boxes | None:
        """The boxes of one entry at the positions `.@0`, `.@1`, ..; family axes that have one value here are given."""
        axes = self.shapes.axes[family]
        members = (*members, *(None for _ in axes))[: len(axes)]
        key = (family, members)
        if key in self._open:  # it depends on its own members
            self._again.add(key)
            return None
        if key not in self._known:
            self._open.add(key)
            self._depth += 1
            self._known[key] = self._computed_or_none(family, members)
            self._depth -= 1
            self._open.discard(key)
            if self._known[key] is None and key in self._again and not self._is_guessing:
                self._by_induction(family, members)
        return self._known[key]

    def _computed_or_none(self, family: str, members: Sequence[int | None]) -> Boxes | None:
        try:
            return self._computed(family, members) if self._depth < DEEPEST else None
        except (Unclear, RecursionError):  # a chain of layers that is deeper than the stack
            return None

    # ---- recurrences -----------------------------------------------------------------------------

    def _by_induction(self, family: str, members: tuple[int | None, ...]) -> None:
        """Look for a formula in the number of the member, from the first ones, and prove it of all others.

        The very first member may be another one: then the formula holds from the second on.
        """
        for axis, interval in enumerate(self.shapes.axes[family]):
            low = interval.low.constant
            if members[axis] is not None or low is None or family in self.shapes.unfounded:
                continue
            if any(self._is_proved(family, members, axis, first, low) for first in (low, low + 1)):
                return

    def _is_proved(self, family: str, members: tuple[int | None, ...], axis: int, first: int, low: int) -> bool:
        """Whether the members from `first` on follow a formula, which is then known."""
        key, before, bounds = (family, members), self._known, self._bounds
        numbers = range(first, first + PROBED)
        self._is_guessing = True
        probes = [self.boxes(family, (*members[:axis], number, *members[axis + 1 :])) for number in numbers]
        guess = guessed(probes, integer(first), placeholder(axis), self.shapes.graph.context)
        self._known, self._bounds = {key: guess}, {key: {axis: first}} if first > low else {}
        beyond = (Relation(">=", placeholder(axis), integer(first + 1)),) if first > low else ()
        holds = guess is not None and self._holds(family, members, guess, beyond)
        self._is_guessing = False
        if holds:
            known: dict[object, Boxes | None] = {item: found for item, found in before.items() if found is not None}
            known.update((item, found) for item, found in self._known.items() if found is not None)
            self._known, self._bounds = known, {**bounds, **self._bounds}
        else:
            self._known, self._bounds = before, bounds
        return holds

    def _holds(self, family: str, members: Sequence[int | None], guess: Boxes, beyond: tuple[Formula, ...]) -> bool:
        """Whether each equation gives what the guess says, the guess being assumed of the members that it reads."""
        context = self.shapes.graph.context
        try:
            found = list(self._by_equations(family, members, beyond))
            return bool(found) and all(
                same_boxes(boxes, guess, context.assuming(*conditions)) for conditions, boxes in found
            )
        except Unclear:
            return False

    def _computed(self, family: str, members: Sequence[int | None]) -> Boxes:
        shapes, role = self.shapes, self.shapes.graph.families[family].role
        if family == self.source or (role == "input" and self.source is None):
            axes = range(len(members) + len(shapes.cells[family][0].shape))
            return {family: tuple((at, at) for at in self._places(family, axes))}
        if role in ("weight", "buffer", "input"):
            return {}
        found = [boxes for _, boxes in self._by_equations(family, members)]
        if not found:
            raise Unclear
        if all(boxes == found[0] for boxes in found):
            return found[0]
        return self._joined([_Found(boxes, True) for boxes in found], shapes.graph.context)

    def _by_equations(
        self, family: str, members: Sequence[int | None], beyond: tuple[Formula, ...] = ()
    ) -> Iterator[tuple[tuple[Formula, ...], Boxes]]:
        """The boxes by each equation that defines the members, and for which of them it does."""
        shapes, key = self.shapes, (family, tuple(members))
        at = [placeholder(axis) if one is None else ZERO + one for axis, one in enumerate(members)]
        for definition in self._definitions.get(family, ()):
            inside, values = definition.membership(at)
            conditions = (*inside, *beyond)
            context = shapes.graph.context
            if isinstance(decide(context, Not(And(tuple(conditions)))), Proved):
                continue
            if values.keys() != definition.instance.ranges.keys():
                raise Unclear
            cell = self._places(family, range(len(members), len(members) + definition.rank()))
            term = substitute(definition.entry(cell), values)
            context = context.assuming(*conditions, *self._inside(family, cell))
            parts = [self._of_read(read, context, key) for read in reads_of(term, {}, ())]
            yield tuple(conditions), self._joined([one for part in parts for one in part], context)

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

    def _of_read(self, read: TermRead, context: Context, reader: _Key) -> list[_Found]:
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
        self._keep_bounds((read.entry.family, members), spans, known, reader)
        boxes = {name: self._composed(name, box, spans, context) for name, box in inner.items()}
        if held & {name for box in boxes.values() for span in box for size in span for name in size.names}:
            raise Unclear
        if any(not any(name[0] == "." for name in guard.names) for guard in left):
            raise Unclear
        return [_Found(boxes, bool(left))]

    def _keep_bounds(self, read: _Key, spans: Sequence[Span], context: Context, reader: _Key) -> None:
        """Make sure that a formula holds of the members that are read: for all of the reader's, or from one on."""
        for axis, bound in self._bounds.get(read, {}).items():
            low = spans[axis][0]
            if isinstance(decide(context, Relation(">=", low, integer(bound))), Proved):
                continue
            steps = ((own, (low - placeholder(own)).constant) for own, one in enumerate(reader[1]) if one is None)
            place = next(((own, step) for own, step in steps if step is not None), None)
            if place is None:
                raise Unclear
            own, step = place
            kept = self._bounds.setdefault(reader, {})
            kept[own] = max(kept.get(own, bound - step), bound - step)

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
