"""Carriers, which have sizes in slots, and links between slots, which say what the sizes are.

A *carrier* is something with a shape: the members of a tensor in one region, a value in one equation, the range of an
index.  Each of its axes is a *slot*; a scalar has one slot, too, which says that it is a scalar.  A *link* says that
one slot's size follows from others'.  Carriers that are one thing (`z` where an equation reads `z`) are joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from shapecheck.explain.model import Words
from shapecheck.infer.model import Interval, Region
from shapecheck.record import record
from shapecheck.sizes import Formula, Size
from shapecheck.source import Span

GIVEN, AUTHORS, INSIDE, PASSING, HIDDEN = 0, 1, 2, 3, 4
"""Ranks of names, best first: something given, the author's, inside of a block, a piece of text, a value in passing."""


class Carrier:
    """Something with sizes; `name` is how sentences speak of it, and `rank` how good a name that is."""

    __slots__ = ("interval", "kind", "labels", "link", "name", "rank", "region", "sizes", "span", "where")

    def __init__(
        self,
        kind: str,
        name: Words,
        sizes: tuple[Size, ...],
        span: Span,
        rank: int = PASSING,
        interval: Interval | None = None,
    ) -> None:
        self.kind, self.name, self.sizes, self.span, self.rank, self.interval = kind, name, sizes, span, rank, interval
        self.link: Carrier | None = None
        self.where: Words = ()
        self.region: Region = ()
        self.labels: Mapping[str, Size] = {}

    def find(self) -> Carrier:
        """The carrier that stands for all that are joined with this one."""
        root = self
        while root.link is not None:
            root = root.link
        return root

    @property
    def slots(self) -> tuple[Slot, ...]:
        """All its slots; the one of a scalar is numbered -1."""
        root = self.find()
        return tuple((root, axis) for axis in range(len(self.sizes))) if self.sizes else ((root, -1),)

    @property
    def grows(self) -> bool:
        """Whether the sizes differ from member to member; then they are written in the members' numbers."""
        return self.kind == "cell" and any(name[0] == "." for size in self.sizes for name in size.names)

    def shown(self, axis: int) -> Size:
        """The size of an axis as sentences write it: over the author's names of indices."""
        return self.sizes[axis].substitute(self.labels) if self.labels else self.sizes[axis]

    def slot(self, axis: int) -> Slot:
        return self.find(), axis


Slot = tuple[Carrier, int]


def join(one: Carrier, other: Carrier) -> None:
    """Joins two carriers of the same sizes; the better name stays."""
    one, other = one.find(), other.find()
    if one is other:
        return
    if one.rank > other.rank:
        one, other = other, one
    other.link = one


SILENT, FORWARD, BACKWARD = 0, 1, 10**6
"""Costs of links: one that needs no word, one from operands to results, one the other way round.

A long way forward is easier to follow than a short one backward: `c1` has six channels since its own kernel has six
filters, not since the next one takes six.
"""


@record(eq=False)
class Why:
    """The reason for a link: a place in the text and the rule that is used there."""

    span: Span
    words: Words
    written: bool = False
    """Whether the text itself says it, so that nothing else is needed."""
    owes: tuple[tuple[Formula, str], ...] = ()
    """Further requirements of the rule, each with the words that complete "this needs ..."."""
    facts: tuple[Formula, ...] = ()
    """The conditions and index ranges under which that is needed."""


@record(eq=False)
class Link:
    """The size of `goal` follows from those of `premises`: `holds` says how."""

    goal: Slot
    premises: tuple[Slot, ...]
    why: Why
    holds: tuple[Formula, ...] = ()
    facts: tuple[Formula, ...] = ()
    cost: int = 1
    kept: Words = ()
    """The reason where only axes are told that are those of an operand."""
    formula: Words = ()
    """The rule's formula with the premises' sizes put in, where it says more than the size."""


@record(frozen=False)
class Links:
    """All links of a spec, in the order of the text, found by their premises."""

    every: list[Link] = field(default_factory=list)

    def add(
        self,
        goal: Slot,
        premises: Sequence[Slot],
        why: Why,
        holds: tuple[Formula, ...] = (),
        facts: tuple[Formula, ...] = (),
        formula: Words = (),
        cost: int = FORWARD,
        kept: Words = (),
    ) -> None:
        """Adds a link."""
        self.every.append(Link(goal, tuple(dict.fromkeys(premises)), why, holds, facts, cost, kept, formula))


def size_in(slot: Slot) -> Size:
    """The size in a slot that is an axis."""
    carrier, axis = slot
    return carrier.sizes[axis]
