"""The sizes that a context admits, one name at a time: what may a size be, given those before it?

In: a context, names in order, a choice for the first few of them.  Out: the values of the next name, ascending, each of
which is part of an admissible point, so that whoever chooses one after the other never has to go back.

Names that no fact ties are free from their least value on.  Where the facts are quasi-affine once the choice is put in,
the values are those of a projection of integer points, which is exact.  The rest is read off the smallest admissible
points: each value is right there too, but not all values are listed.
"""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.sizes.choose import smallest
from shapecheck.sizes.context import Context
from shapecheck.sizes.formula import FALSE
from shapecheck.sizes.question import Question

MOST_POINTS = 300
"""Smallest points that are looked at where no exact method applies."""


class Admissible:
    """The points of some names that a context admits, as a tree: a level for each name."""

    def __init__(self, context: Context, names: tuple[str, ...]) -> None:
        self.context, self.names = context, names
        tied = {name: context.relevant((name,)) for name in names}
        self._groups = {name: frozenset(others) for name, (others, _) in tied.items()}
        self._facts = {name: facts for name, (_, facts) in tied.items()}
        self._known: dict[tuple[object, ...], tuple[int, ...]] = {}

    def values(self, before: Mapping[str, int], name: str, count: int) -> tuple[int, ...]:
        """At most `count` values of the name, the least ones, that go with the sizes chosen before."""
        group = self._groups[name]
        fixed = {other: value for other, value in before.items() if other in group}
        key = (name, count, tuple(sorted(fixed.items())))
        if key not in self._known:
            self._known[key] = self._values(fixed, name, count)
        return self._known[key]

    def least(self, before: Mapping[str, int]) -> dict[str, int] | None:
        """The choice completed, each further size as small as those before it let it be; None if there is none."""
        point = dict(before)
        for name in self.names:
            if name not in point:
                values = self.values(point, name, 1)
                if not values:
                    return None
                point[name] = values[0]
        return point

    def _values(self, fixed: Mapping[str, int], name: str, count: int) -> tuple[int, ...]:
        facts = self._facts[name]
        if not facts:
            low = self.context.lower(name)
            start = 0 if low is None else low
            return tuple(range(start, start + count))
        here = Context(tuple(fact.substitute(fixed) for fact in facts), self.context.lowers, self.context.order)
        left = [other for other in here.in_order(self._groups[name]) if other not in fixed]
        found = _exactly(here, tuple(left), name, count)
        return found if found is not None else _among_smallest(here, left, name, count)


def _exactly(context: Context, names: tuple[str, ...], name: str, count: int) -> tuple[int, ...] | None:
    """The values by integer sets; None where these do not decide it."""
    question = Question(context, names, context.facts, FALSE)
    if question.is_void:
        return ()
    if not question.is_affine or any(context.lower(other) is None for other in names):
        return None
    from shapecheck.sizes.integer_sets import values_of

    return values_of(question, name, count)


def _among_smallest(context: Context, names: list[str], name: str, count: int) -> tuple[int, ...]:
    points = smallest(context, names, distinct=True, count=MOST_POINTS) + smallest(context, names, count=MOST_POINTS)
    return tuple(sorted({point[name] for point in points})[:count])
