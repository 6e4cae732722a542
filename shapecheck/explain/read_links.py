"""Reads: what subscripts leave of a tensor's or a value's axes, and which members a read may touch.

In: a read in a box of a network.  Out: links between the slots of what is read and those of the value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapecheck.explain.carriers import members_at
from shapecheck.explain.model import Words
from shapecheck.explain.naming import is_single
from shapecheck.explain.slots import Carrier, Slot, Why, join, size_in
from shapecheck.graph.nodes import Cut, Node, Picked, Point, Read, Subscript, Whole
from shapecheck.infer.model import Interval
from shapecheck.infer.regions import image
from shapecheck.record import record
from shapecheck.sizes import ONE, Relation, Size

if TYPE_CHECKING:
    from shapecheck.explain.value_links import Values


@record(frozen=False)
class Reads:
    """Reads among the values of one box."""

    values: Values

    def read(self, node: Read, made: Carrier) -> None:
        """A tensor, or members and parts of it."""
        network = self.values.network
        family = network.graph.families[node.family]
        arity = len(family.axes)
        own, rest = node.subscripts[:arity], node.subscripts[arity:]
        own = (*own, *(Whole() for _ in range(arity - len(own))))
        self._data(node.subscripts)
        hit = network.hits(node.family, [self._image(item) for item in own])
        if not any(cell.grows for cell in hit) and not any(isinstance(item, Whole | Cut) for item in own) and not rest:
            self._members(node, made, hit)
            return
        whole = not node.subscripts and arity and network.whole(node.family)
        if whole and whole.sizes == made.sizes:
            join(made, whole)
            return
        front: list[Slot | Size | None] = []
        for axis, item in enumerate(own):
            if isinstance(item, Whole):
                along = network.axis_of(node.family, axis, hit)
                front.append(None if along is None else along.slot(0))
            elif isinstance(item, Cut):
                front.append(item.high - item.low + 1)
        if any(cell.grows for cell in hit):
            self._growing(node, made, hit, own, front, rest)
            return
        for cell in hit:
            kept = [*front, *kept_of(list(cell.slots) if cell.sizes else [], rest)]
            self._axes(made, kept, node, (*cell.name, *cell.where))

    def _growing(
        self,
        node: Read,
        made: Carrier,
        hit: list[Carrier],
        own: Sequence[Subscript],
        front: Sequence[Slot | Size | None],
        rest: tuple[Subscript, ...],
    ) -> None:
        """Members whose sizes differ: the first is known, and each follows from the one before it."""
        at = members_at([item.size if isinstance(item, Point) else None for item in own])
        for cell in hit:
            kept = [*front, *kept_of(list(cell.slots), rest)]
            if len(kept) != len(made.sizes):
                continue
            if cell.grows and len(hit) == 1:
                why = Why(node.span, (self.values.network.quote(node.span), " is read from ", *cell.name, *cell.where))
                for slot, left in zip(made.slots, kept):
                    value = left if isinstance(left, Size) or left is None else size_in(left).substitute(at)
                    if value is not None and not isinstance(left, Size):
                        self.values.link(slot, () if left is None else (left,), value, why)
            elif not cell.grows:
                self._first_of_many(node, made, cell, own, kept)

    def _first_of_many(
        self,
        node: Read,
        made: Carrier,
        cell: Carrier,
        own: Sequence[Subscript],
        kept: Sequence[Slot | Size | None],
    ) -> None:
        """Links a read to the first member; the step from one member to the next is proved."""
        first: dict[str, Size] = {}
        for item, interval in zip(own, cell.region):
            names = sorted(item.size.names) if isinstance(item, Point) and is_single(interval) else []
            linear = item.size.linear_in(names[0]) if isinstance(item, Point) and len(names) == 1 else None
            if linear is not None and linear[0] is ONE:
                first[names[0]] = interval.low - linear[1]
        quote = self.values.network.quote(node.span)
        then = "; that it goes on like this was guessed, and follows from each member for the next"
        why = Why(node.span, (quote, " is ", *cell.name, " at first", then))
        for slot, left in zip(made.slots, kept):
            if left is None or isinstance(left, Size):
                continue
            relation = Relation("==", size_in(slot).substitute(first), size_in(left))
            if self.values.network.true(relation, self.values.facts):
                self.values.network.links.add(slot, (left,), why, (relation,), self.values.facts)

    def _members(self, node: Read, made: Carrier, hit: list[Carrier]) -> None:
        if len(hit) == 1 and hit[0].sizes == made.sizes:
            join(made, hit[0])
            return
        alike = self.values.network.reads.setdefault(tuple(map(id, hit)), made)
        if alike is not made and alike.sizes == made.sizes:
            join(alike, made)
            return
        for cell in hit:
            what = (self.values.network.quote(node.span), " may be ", *cell.name, *cell.where)
            why = Why(node.span, (*what, "; all that it may be has one shape"))
            for one, two in zip(made.slots, cell.slots):
                self.values.both(one, two, why)

    def part(
        self, made: Carrier, slots: list[Slot], subscripts: tuple[Subscript, ...], node: Node, base: Carrier
    ) -> None:
        self._data(subscripts)
        self._axes(made, kept_of(slots, subscripts), node, base.name)

    def _axes(self, made: Carrier, kept: Sequence[Slot | Size | None], node: Node, source: Words) -> None:
        """The axes that subscripts leave."""
        why = Why(node.span, (self.values.network.quote(node.span), " is read from ", *source))
        if not made.sizes:
            self.values.network.links.add(made.slots[0], (), why)
            return
        for slot, left in zip(made.slots, kept):
            if isinstance(left, Size):
                self.values.link(slot, (), left, why)
            elif left is not None:
                self.values.both(slot, left, why)

    def _image(self, item: Subscript) -> Interval | None:
        spans = self.values.box.intervals
        match item:
            case Point(size):
                return image(size, spans)
            case Cut(low, high):
                first, last = image(low, spans), image(high, spans)
                return None if first is None or last is None else Interval(first.low, last.high)
            case Whole() | Picked():
                return None

    def _data(self, subscripts: tuple[Subscript, ...]) -> None:
        for item in subscripts:
            if isinstance(item, Picked):
                self.values.carrier(item.node)


def kept_of(slots: Sequence[Slot], subscripts: Sequence[Subscript]) -> list[Slot | Size | None]:
    """The axes that subscripts leave."""
    kept: list[Slot | Size | None] = []
    for slot, item in zip(slots, subscripts):
        if isinstance(item, Cut):
            kept.append(item.high - item.low + 1)
        elif isinstance(item, Whole):
            kept.append(slot)
    return [*kept, *slots[len(subscripts) :]]
