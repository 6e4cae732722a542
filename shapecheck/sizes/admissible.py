"""The sizes that a context admits, one name at a time: what may a size be, given those before it?

In: a context, names in order, a choice for the first few of them.  Out: the values of the next name, ascending, each of
which is part of an admissible point, so that whoever chooses one after the other never has to go back.

Names that no fact ties are free from their least value on.  Where the facts are quasi-affine once the choice is put in,
the values are those of a projection of integer points, which is exact.  Names that stand in divisors and products come
first, so that what is left is quasi-affine; their own values are tried one by one.  Where that is not enough, values
are read off the smallest admissible points: each is right there, too, but not all are listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from shapecheck.sizes.algebra.atoms import Floor, Power
from shapecheck.sizes.algebra.size import integer, symbol
from shapecheck.sizes.choose import smallest
from shapecheck.sizes.decide import consistent
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import FALSE, TRUE, Formula, Relation, relations
from shapecheck.sizes.questions.instances import Instances
from shapecheck.sizes.questions.memberless import with_families
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.questions.verdicts import Undecided

FARTHEST_TRIED = 100
"""Distance from its least value in which a name is tried."""
FARTHEST_LENGTH = 12
"""The same for sizes on which the lengths of families may depend."""
MOST_POINTS = 100
"""Smallest points that are looked at where no exact method applies."""


class Admissible:
    """The points of some names that a context admits, as a tree: a level for each name."""

    def __init__(self, context: Context, names: tuple[str, ...]) -> None:
        self.context = context
        self.names = tuple(sorted(names, key=lambda name: name not in _bent(context)))
        self._known: dict[tuple[object, ...], tuple[int, ...]] = {}
        self._at: dict[tuple[int, ...], Admissible | None] = {}
        self.whole = with_families(context, TRUE)
        if self.whole is not None:
            return
        tied = {name: context.relevant((name,)) for name in names}
        self._groups = {name: frozenset(others) for name, (others, _) in tied.items()}
        self._facts = {name: facts for name, (_, facts) in tied.items()}

    def following(self, before: Mapping[str, int]) -> str | None:
        """The name to choose a value for next; members of a family of sizes come when its length is known."""
        name = next((name for name in self.names if name not in before), None)
        if name is not None or self.whole is None:
            return name
        inside = self._members(before)
        return None if inside is None else next((name for name in inside.names if name not in before), None)

    def values(self, before: Mapping[str, int], name: str, count: int) -> tuple[int, ...]:
        """At most `count` values of the name, the least ones, that go with the sizes chosen before."""
        if self.whole is not None:
            return self._values_of_family(before, name, count)
        group = self._groups[name]
        fixed = {other: value for other, value in before.items() if other in group}
        key = (name, count, tuple(sorted(fixed.items())))
        if key not in self._known:
            self._known[key] = self._values(fixed, name, count)
        return self._known[key]

    def least(self, before: Mapping[str, int]) -> dict[str, int] | None:
        """The choice completed, each further size as small as those before it let it be; None if there is none."""
        point = dict(before)
        while (name := self.following(point)) is not None:
            values = self.values(point, name, 1)
            if not values:
                return None
            point[name] = values[0]
        return point

    # ---- families of sizes ---------------------------------------------------------------------

    def _values_of_family(self, before: Mapping[str, int], name: str, count: int) -> tuple[int, ...]:
        if name not in self.names:
            inside = self._members(before)
            return () if inside is None else inside.values(before, name, count)
        key = (name, count, tuple(sorted(before.items())))
        if key not in self._known:
            self._known[key] = tuple(islice(self._tried(before, name), count))
        return self._known[key]

    def _tried(self, before: Mapping[str, int], name: str) -> Iterator[int]:
        """The values with which there are sizes for all members."""
        low, known = self.context.lower(name), _equalities(before)
        for value in range(low or 0, (low or 0) + FARTHEST_LENGTH):
            if isinstance(consistent(self.context.assuming(*known, *_equalities({name: value}))), dict):
                yield value

    def _members(self, before: Mapping[str, int]) -> Admissible | None:
        """The members where all other sizes are chosen."""
        key = tuple(before[name] for name in self.names)
        if key not in self._at:
            fixed = {name: before[name] for name in self.names}
            assert self.whole is not None
            instance = next(iter(Instances(self.whole.assuming(*_equalities(fixed)), TRUE)), None)
            self._at[key] = None if instance is None else Admissible(instance.context, instance.members)
        return self._at[key]

    def _values(self, fixed: Mapping[str, int], name: str, count: int) -> tuple[int, ...]:
        facts = self._facts[name]
        if not facts:
            low = self.context.lower(name)
            start = 0 if low is None else low
            return tuple(range(start, start + count))
        here = Context(tuple(fact.substitute(fixed) for fact in facts), self.context.lowers, self.context.order)
        left = tuple(other for other in here.in_order(self._groups[name]) if other not in fixed)
        found = _exactly(here, left, name, count)
        if found is None:
            found = _one_by_one(here, left, name, count)
        return found if found is not None else _among_smallest(here, left, name, count)


def _equalities(values: Mapping[str, int]) -> list[Formula]:
    return [Relation("==", symbol(name), integer(value)) for name, value in values.items()]


def _bent(context: Context) -> frozenset[str]:
    """The names in divisors and in products: with values for them the facts are quasi-affine."""
    found: set[str] = set()
    sizes = [relation.difference for fact in context.facts for relation in relations(fact)]
    while sizes:
        size = sizes.pop()
        for monomial in size.terms:
            if len(monomial) > 1:
                found.update(*(atom.names for atom in monomial))
            for atom in monomial:
                sizes.extend(atom.parts)
                if isinstance(atom, Floor):
                    found |= atom.parts[1].names
                elif isinstance(atom, Power):
                    found |= atom.names
    return frozenset(found)


def _exactly(context: Context, names: tuple[str, ...], name: str, count: int) -> tuple[int, ...] | None:
    """The values by integer sets; None where these do not decide it."""
    question = Question(context, names, context.facts, FALSE)
    if question.is_void:
        return ()
    if not question.is_affine or any(context.lower(other) is None for other in names):
        return None
    from shapecheck.sizes.engines import values_of

    return values_of(question, name, count)


def _one_by_one(context: Context, names: tuple[str, ...], name: str, count: int) -> tuple[int, ...] | None:
    """The values for which the rest, quasi-affine then, has points; None where it is not, or not decided."""
    low, found = context.lower(name), list[int]()
    if low is None:
        return None
    rest = tuple(other for other in names if other != name)
    for value in range(low, low + FARTHEST_TRIED):
        facts = tuple(fact.substitute({name: value}) for fact in context.facts)
        question = Question(context, rest, context.with_facts(facts).facts, FALSE)
        if question.is_void:
            continue
        if not question.is_affine:
            return None
        point = consistent(context.with_facts(question.facts), rest)
        if isinstance(point, Undecided):
            return None
        found += [] if point is None else [value]
        if len(found) == count:
            break
    return tuple(found)


def _among_smallest(context: Context, names: tuple[str, ...], name: str, count: int) -> tuple[int, ...]:
    points = smallest(context, names, distinct=True, count=MOST_POINTS) + smallest(context, names, count=MOST_POINTS)
    return tuple(sorted({point[name] for point in points})[:count])
