"""The cases of a value that is an integer: sizes, each with the facts that hold where it is the value.

A number of which only the range is known is a symbol of its own (`.~1`), with its range as a fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from shapecheck.infer.model import Interval
from shapecheck.infer.regions import facts_about
from shapecheck.infer.worst_case import interval_of
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Context, Formula, Relation, Size, integer, symbol

MOST_CASES = 32
_numbers = count(1)


@record
class Case:
    """A value, and what holds where it is the value; `free`: a tensor of whose entry nothing is known took part."""

    size: Size
    facts: tuple[Formula, ...] = ()
    free: str | None = None


Cases = list[Case] | None


def fresh() -> Size:
    """A symbol of its own, for an entry of data."""
    return symbol(f".~{next(_numbers)}")


def between(low: Size | float, high: Size | float) -> Case:
    """An integer with a known range, and no more known about it; an end that is no size is open."""
    size = fresh()
    return Case(size, tuple(in_range(size, low, high)))


def in_range(size: Size, low: Size | float, high: Size | float) -> Iterator[Relation]:
    """The comparisons that put a size between two ends, of which one may be open."""
    if isinstance(low, Size):
        yield Relation(">=", size, low)
    if isinstance(high, Size):
        yield Relation("<=", size, high)


def whole(number: int | float) -> Cases:
    """The cases of a number; none are known of a real one."""
    return [Case(integer(number))] if isinstance(number, int) else None


def in_unit(size: Size) -> Iterator[Relation]:
    """The two comparisons that say that a size is 0 or 1."""
    yield Relation(">=", size, ZERO)
    yield Relation("<=", size, ONE)


def either(left: Cases, right: Cases) -> Cases:
    """The cases of one value or of the other."""
    return None if left is None or right is None else [*left, *right]


def under(cases: Cases, condition: Formula) -> Cases:
    """The cases, each under a further condition."""
    return None if cases is None else [replace(case, facts=(*case.facts, condition)) for case in cases]


def pairs(left: Sequence[Case], right: Sequence[Case], make: Callable[[Size, Size], Size]) -> Cases:
    """One case for each pair of cases of two values; None where these are too many."""
    if len(left) * len(right) > MOST_CASES:
        return None
    return [
        Case(make(one.size, other.size), (*one.facts, *other.facts), one.free or other.free)
        for one in left
        for other in right
    ]


def names_of(case: Case) -> set[str]:
    """The symbols in a case."""
    return set(case.size.names).union(*(fact.names for fact in case.facts))


def is_entry_alone(size: Size) -> bool:
    """Whether a size is an entry of data as it stands."""
    return any(is_entry(name) and size is symbol(name) for name in size.names)


def is_entry(name: str) -> bool:
    """Whether a symbol stands for an entry of data."""
    return name.startswith(".~")


def renamed(case: Case, ranges: Mapping[str, Interval], *, every: bool = False) -> Case:
    """The case with symbols of its own for data, and for indices with these ranges (`every`: for all indices)."""
    facts = (*facts_about(ranges, names_of(case)), *case.facts)
    names = set(case.size.names).union(*(fact.names for fact in facts))
    new = {name: fresh() for name in names if is_entry(name) or name in ranges or (every and name[0] == ".")}
    return Case(case.size.substitute(new), tuple(fact.substitute(new) for fact in facts), case.free)


def facts_of(case: Case, ranges: Mapping[str, Interval], around: Iterable[Formula]) -> tuple[Formula, ...]:
    """All that is known where a case is the value: the ranges of indices, the conditions around, its own facts."""
    own = (*around, *case.facts)
    names = set(case.size.names).union(*(fact.names for fact in own))
    return (*facts_about(ranges, names), *own)


def range_of_entry(size: Size, facts: tuple[Formula, ...], context: Context) -> Interval | None:
    """The range of a value that is an entry of data as it stands."""
    name = next(iter(size.names), "")
    own = [fact for fact in facts if name in fact.names]
    return interval_of(name, own, context) if is_entry_alone(size) else None
