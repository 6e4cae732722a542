"""Steps that lead to the sizes of some carriers, made from links, in a readable order.

In: the carriers that are asked for, and the link to use for each slot.  Out: a `Section`.  Slots of one carrier that
follow from one rule at one place make one step; premises come before what rests on them.  Steps too far away from what
is asked are left out where there are more than a reader would want, and what they lead to is taken as given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TypeAlias

from shapecheck.explain.decided import Given, outcome, since
from shapecheck.explain.model import Code, Piece, Section, Shaped, Step, Words
from shapecheck.explain.naming import OF_MEMBERS, is_single, last_stage
from shapecheck.explain.slots import AUTHORS, INSIDE, SILENT, Carrier, Link, Slot, Why
from shapecheck.graph.model import Graph
from shapecheck.record import record
from shapecheck.sizes import And, Formula, Relation, Size
from shapecheck.source import Span

FEW_MORE = 5
"""Steps beyond the limit that are not worth leaving out."""
NOT_FOUND = "found by inference as the one shape with which all equations that use it make sense"


Work: TypeAlias = "Iterator[Work]"
"""A generator that yields the work to be done before it goes on."""


@record(frozen=False)
class Group:
    """Slots of one carrier that follow by one rule."""

    carrier: Carrier
    why: Why
    links: list[Link] = field(default_factory=list)

    @property
    def axes(self) -> list[int]:
        return sorted(link.goal[1] for link in self.links)


@record(frozen=False)
class Teller:
    """Writes one section."""

    graph: Graph
    best: Mapping[Slot, Link]
    most: int | None = None
    steps: list[Step] = field(default_factory=list)
    told: dict[Slot, int] = field(default_factory=dict)
    _active: set[Slot] = field(default_factory=set)
    _needed: set[Slot] = field(default_factory=set)
    _near: set[Slot] | None = None
    left_out: int = 0
    further: dict[str, None] = field(default_factory=dict)
    _owed: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def section(self, carriers: Sequence[Carrier], states: Words) -> Section:
        """The steps to some carriers, the last of which is the subject of the section."""
        goals = [slot for carrier in carriers for slot in carrier.slots]
        self._needed = self._all_needed(goals)
        for carrier in carriers:
            self._tell_whole(carrier)
        return Section(states, tuple(self.steps), self.left_out, tuple(self.further))

    def _all_needed(self, goals: Sequence[Slot]) -> set[Slot]:
        """All slots on the way, nearest first.

        Where these take more than `most` steps, those beyond are not gone into, nor what other tensors of the spec
        with a name of their own rest on.
        """
        seen = self._reached(goals, lambda _: True)[0]
        if self.most is None or self._count(seen) <= self.most + FEW_MORE:
            return set(seen)
        asked = {carrier for carrier, _ in goals}
        nearer, self._near = self._reached(goals, lambda slot: slot[0] in asked or slot[0].rank != AUTHORS)
        self.left_out = self._count(seen) - self._count(self._near)
        return set(nearer)

    def _reached(self, goals: Sequence[Slot], goes_on: Callable[[Slot], bool]) -> tuple[dict[Slot, None], set[Slot]]:
        """The slots visited on the way, and those of them whose links are followed."""
        seen: dict[Slot, None] = dict.fromkeys(goals)
        queue, groups = list(goals), set[tuple[int, int]]()
        near: set[Slot] = set()
        while queue:
            slot = queue.pop(0)
            link = self.best.get(slot)
            if link is None or not goes_on(slot):
                continue
            if self.most is None or len(groups) < self.most:
                near.add(slot)
                if link.cost != SILENT:
                    groups.add((id(slot[0]), id(link.why)))
            for premise in _premises(link):
                if premise not in seen:
                    seen[premise] = None
                    queue.append(premise)
        return seen, near

    def _count(self, slots: Iterable[Slot]) -> int:
        """The approximate number of steps that these take."""
        links = ((slot[0], self.best[slot]) for slot in slots if slot in self.best)
        return len({(id(carrier), id(link.why)) for carrier, link in links if link.cost != SILENT})

    # ---- one carrier ---------------------------------------------------------------------------

    def _tell_whole(self, carrier: Carrier) -> None:
        """The steps for one carrier, with its shape at the end if that took several steps or another name."""
        root = carrier.find()
        for slot in root.slots:
            _do(self._tell(slot))
        numbers = tuple(dict.fromkeys(self.told[slot] for slot in root.slots))
        last = self.steps[-1]
        if last.number == numbers[-1] and last.shape == carrier.sizes and carrier.name == root.name:
            return
        why: Words = ("together",) if len(numbers) > 1 else ("as said",)
        if carrier.name != root.name:
            why = ("the same as ", *root.name)
        self._add(carrier.span, _says(carrier, None), why, numbers, shape=carrier.sizes)

    def _tell(self, slot: Slot) -> Work:
        """The steps for a slot after those it rests on; those are yielded as work, so that no chain is too long."""
        slot = slot[0].find(), slot[1]
        if slot in self.told:
            return
        link = self.best.get(slot)
        if link is None or (self._near is not None and slot not in self._near):
            self._given(slot, link is None)
        elif link.cost == SILENT:
            (premise,) = _premises(link)
            yield self._tell(premise)
            self.told[slot] = self.told[premise]
        else:
            yield self._group(slot, link)

    def _given(self, slot: Slot, unknown: bool) -> None:
        """Adds a step that states a slot without explaining it, with all others of its carrier."""
        carrier = slot[0]
        whole = [other for other in carrier.slots if other not in self.told and not self._is_open(other)]
        why: Words = (NOT_FOUND,) if unknown else ("not gone into here",)
        if not unknown and carrier.rank <= INSIDE:
            for part in carrier.name:
                if isinstance(part, Code):
                    self.further.setdefault(part.text)
        axes = None if len(whole) == len(carrier.slots) else [axis for _, axis in whole]
        number = self._add(carrier.span, _says(carrier, axes), why, (), shape=carrier.sizes if axes is None else None)
        for other in whole:
            self.told[other] = number

    def _is_open(self, slot: Slot) -> bool:
        """Whether a slot is explained already, or will be."""
        return slot in self._active or (slot in self._needed and (self._near is None or slot in self._near)
                                        and slot in self.best)  # fmt: skip

    def _group(self, slot: Slot, link: Link) -> Work:
        group = self._together(slot, link)
        goals = [one.goal for one in group.links]
        rooted = [(goal[0].find(), goal[1]) for goal in goals]
        self._active.update(rooted)
        for one in group.links:
            for premise in _premises(one):
                if premise not in self._active:
                    yield self._tell(premise)
                elif premise not in self.told:
                    self._active.discard(premise)
                    yield self._tell(premise)
        self._active.difference_update(rooted)
        rest = [one for one in group.links if (one.goal[0].find(), one.goal[1]) not in self.told]
        if rest:
            self._state(Group(group.carrier, group.why, rest))

    def _together(self, slot: Slot, link: Link) -> Group:
        """The slots of a carrier that this rule gives, as far as they are asked for."""
        carrier = slot[0]
        group = Group(carrier, link.why)
        for other in carrier.slots:
            found = self.best.get(other)
            wanted = other in self._needed or link.why.written
            if (
                found is not None
                and found.why is link.why
                and wanted
                and other not in self.told
                and other not in self._active
            ):
                group.links.append(found)
        return group

    def _state(self, group: Group) -> None:
        carrier, axes = group.carrier, group.axes
        full = len(axes) == len(carrier.slots)
        numbers = tuple(
            dict.fromkeys(self.told[slot] for link in group.links for slot in _premises(link) if slot in self.told)
        )
        kept = group.links[0].kept if all(link.kept for link in group.links) else ()
        if not kept:
            numbers = (*numbers, *self._owe(group.why))
        formulas = [formula for link in group.links for formula in link.formula]
        holds = tuple(formula for link in group.links for formula in link.holds)
        facts = tuple(dict.fromkeys(fact for link in group.links for fact in link.facts))
        number = self._add(
            group.why.span,
            _says(carrier, None if full else axes),
            (*(kept or group.why.words), *self._since(holds, facts)),
            tuple(sorted(set(numbers))),
            holds,
            facts,
            carrier.sizes if full else None,
            tuple(dict.fromkeys(formulas)),
        )
        for axis in axes:
            self.told[carrier, axis] = number

    def _owe(self, why: Why) -> tuple[int, ...]:
        """The further needs of a rule, a step each; told once."""
        if id(why) not in self._owed:
            facts = [Given(fact, (fact,)) for fact in why.facts]
            numbers = []
            for needs in dict.fromkeys(text for _, text in why.owes):
                parts = tuple(formula for formula, text in why.owes if text == needs)
                whole = And(parts) if len(parts) > 1 else parts[0]
                words = (f"needed: {needs}; ", *outcome(self.graph, whole, facts))
                numbers.append(self._add(why.span, (whole,), words, (), parts, why.facts))
            self._owed[id(why)] = tuple(numbers)
        return self._owed[id(why)]

    def _since(self, holds: Sequence[Formula], facts: Sequence[Formula]) -> Words:
        """The assumptions that take part, where two sizes are not the same in normal form."""
        words: Words = ()
        for formula in holds:
            if isinstance(formula, Relation) and formula.difference.constant is None:
                words = (*words, *since(self.graph, formula, [Given(fact, (fact,)) for fact in facts]))
        return words

    def _add(
        self,
        span: Span,
        says: Words,
        why: Words,
        rests_on: tuple[int, ...],
        holds: tuple[Formula, ...] = (),
        facts: tuple[Formula, ...] = (),
        shape: tuple[Size, ...] | None = None,
        formulas: Words = (),
    ) -> int:
        number = len(self.steps) + 1
        for formula in formulas:
            why = (*why, "; ", formula)
        self.steps.append(Step(number, last_stage(self.graph.source, span), says, why, rests_on, holds, facts, shape))
        return number


def _do(work: Work) -> None:
    """Do some work, and all that it hands out before it goes on."""
    stack = [work]
    while stack:
        inner = next(stack[-1], None)
        stack.append(inner) if inner is not None else stack.pop()


def _premises(link: Link) -> list[Slot]:
    return [(carrier.find(), axis) for carrier, axis in link.premises]


def _says(carrier: Carrier, axes: Sequence[int] | None) -> Words:
    """The statement about a carrier: its shape, or the sizes of some axes."""
    if carrier.interval is not None and carrier.kind in ("range", "axis"):
        if is_single(carrier.interval):
            return (*carrier.name, " is ", carrier.interval.low)
        runs = " run over " if carrier.name[0] == OF_MEMBERS else " runs over "
        return (*carrier.name, runs, carrier.interval.low, "..", carrier.interval.high)
    if axes is None:
        return (*carrier.name, " : ", Shaped(tuple(map(carrier.shown, range(len(carrier.sizes))))), *carrier.where)
    words: list[Piece] = [*carrier.name]
    for number, axis in enumerate(axes):
        words += [" has " if not number else ", ", *_axis(carrier, axis)]
    return (*words, *carrier.where)


def _axis(carrier: Carrier, axis: int) -> Words:
    """One axis: rows and columns of a matrix, else by its number."""
    size = carrier.shown(axis)
    if len(carrier.sizes) == 2:
        noun = ("row", "column")[axis]
        return (size, f" {noun}" if size.constant == 1 else f" {noun}s")
    return (size, f" along axis {axis}")
