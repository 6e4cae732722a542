"""The facts that may be assumed when a question about sizes is asked.

In: facts (formulas that hold) and least values of names.  Out: a hashable value.  A plain name is a size and at least
1 unless said otherwise; a name that starts with `.` (an index), `?` (an unknown) or `%` (internal) has no least value.
Points where a fact or the question divides by something below 1 are not admissible: nothing is said of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import lru_cache

from shapecheck.record import record
from shapecheck.sizes.algebra.atoms import SizeFamily
from shapecheck.sizes.questions.formula import Every, Formula, Or, conjuncts

UNBOUNDED_PREFIXES = (".", "?", "%")


@record(eq=False)
class Context:
    """Facts, least values for the names that have another one than usual, and the order in which names count.

    Of two counterexamples with the same sum the one whose sizes come first in this order is the smaller one; names
    that are not in `order` come after those that are, alphabetically.
    """

    facts: tuple[Formula, ...] = ()
    lowers: Mapping[str, int | None] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    families: tuple[SizeFamily, ...] = ()
    """Families of sizes whose members are sizes as well."""
    _key: tuple[object, ...] = field(init=False, repr=False)
    _hash: int = field(init=False, repr=False)
    of_families: bool = field(init=False, repr=False)
    """Whether families of sizes are known, or a fact speaks of all values of an index."""

    def __post_init__(self) -> None:
        parts = (part for fact in self.facts for whole in conjuncts(fact) for part in conjuncts(_without_false(whole)))
        facts = tuple(dict.fromkeys(part for part in parts if not _is_evident(part)))
        object.__setattr__(self, "facts", facts)
        object.__setattr__(self, "_key", (facts, frozenset(self.lowers.items()), self.order, self.families))
        object.__setattr__(self, "_hash", hash(self._key))
        general = bool(self.families) or any(isinstance(fact, Every) for fact in facts)
        object.__setattr__(self, "of_families", general)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Context) and (self is other or self._key == other._key)

    def assuming(self, *formulas: Formula) -> Context:
        """The context in which these hold as well."""
        return _assuming(self, formulas) if formulas else self

    def with_lower(self, name: str, low: int | None) -> Context:
        """The context in which the name has this least value (None: none)."""
        return Context(self.facts, {**self.lowers, name: low}, self.order, self.families)

    def with_facts(self, facts: Iterable[Formula]) -> Context:
        """The context with these facts in the place of its own."""
        return Context(tuple(facts), self.lowers, self.order, self.families)

    def lower(self, name: str) -> int | None:
        """The least value of a name, None if it has none."""
        if name in self.lowers:
            return self.lowers[name]
        return None if name.startswith(UNBOUNDED_PREFIXES) else 1

    def in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names as they count: those of `order` first."""
        rank = {name: place for place, name in enumerate(self.order)}
        return tuple(sorted(names, key=lambda name: (rank.get(name, len(rank)), name)))

    def about(self, names: frozenset[str]) -> Context:
        """The context without the facts on other indices than those among the names, and those connected to these.

        What is lost is that other ranges have a member.
        """
        return _about(self, indices_in(names))

    def relevant(self, names: Iterable[str]) -> tuple[tuple[str, ...], tuple[Formula, ...]]:
        """The names and facts connected to the given names through facts that share a name, names in order.

        Facts without names are false, or they would not be kept; they matter to every name.
        """
        connected = set(names)
        left = self.facts
        kept = {number for number, fact in enumerate(left) if not fact.names}
        grew = True
        while grew:
            grew = False
            for number, fact in enumerate(left):
                if number not in kept and not connected.isdisjoint(fact.names):
                    kept.add(number)
                    connected |= fact.names
                    grew = True
        return self.in_order(connected), tuple(fact for number, fact in enumerate(left) if number in kept)


@lru_cache(maxsize=8192)
def _assuming(context: Context, formulas: tuple[Formula, ...]) -> Context:
    return context.with_facts(context.facts + formulas)


def indices_in(names: Iterable[str]) -> frozenset[str]:
    """The names that are no sizes."""
    return frozenset(name for name in names if name.startswith(UNBOUNDED_PREFIXES))


@lru_cache(maxsize=8192)
def _about(context: Context, indices: frozenset[str]) -> Context:
    own = [(fact, indices_in(fact.names)) for fact in context.facts]
    connected, before = indices, frozenset[str]()
    while connected != before:
        before = connected
        connected = connected.union(*(names for _, names in own if not names.isdisjoint(connected)))
    facts = tuple(fact for fact, names in own if not names or not names.isdisjoint(connected))
    return context if len(facts) == len(own) else context.with_facts(facts)


def _without_false(fact: Formula) -> Formula:
    """An alternative without the parts that are false whatever the sizes are, as `1 == 2` is."""
    if not isinstance(fact, Or):
        return fact
    parts = tuple(part for part in fact.parts if part.names or part.holds({}))
    return fact if len(parts) in (0, len(fact.parts)) else parts[0] if len(parts) == 1 else Or(parts)


def _is_evident(fact: Formula) -> bool:
    """Whether the fact is true for all sizes, as `1 == 1` is."""
    return not fact.names and fact.holds({})
