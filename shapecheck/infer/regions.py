"""Boxes of members: how ranges are cut, and which boxes may share a member."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping

from shapecheck.infer.model import Interval, Region
from shapecheck.record import record
from shapecheck.sizes import (
    ZERO,
    And,
    Context,
    Floor,
    Relation,
    Size,
    integer,
    is_proved,
    possible,
    symbol,
)
from shapecheck.sizes.algebra.size import of_atom

MOST_CUTS = 3
MOST_ATTEMPTS = 60
LONGEST_WRITTEN_OUT = 64
"""A range with literal ends and at most this many members may be looked at member by member."""


@record
class Cut:
    """A cut of the range of an index: `count` single members off its `end` (`low`, `high`), or all (`each`).

    `first`: those members are all that is looked at.
    """

    end: str
    count: int


def cuttings(labels: list[str]) -> Iterator[Mapping[str, Cut]]:
    """Ways to cut single members off the ranges of the indices with these names, fewest first."""
    ways = (counts for total in range(1, MOST_CUTS + 1) for counts in _shares(total, len(labels)))
    cut = (
        {label: Cut(end, count) for label, count in zip(labels, counts) if count}
        for counts in ways
        for end in ("low", "high")
    )
    yield from itertools.islice(cut, MOST_ATTEMPTS - 1)


def member_by_member(labels: list[str]) -> Mapping[str, Cut]:
    """Every member of the short literal ranges by itself."""
    return {label: Cut("each", 1) for label in labels}


def _shares(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    return (counts for counts in itertools.product(range(total, -1, -1), repeat=parts) if sum(counts) == total)


def pieces(interval: Interval, cut: Cut | None) -> list[Interval]:
    """The parts of a range under a cut, in order."""
    low, high = interval.low, interval.high
    if cut is None or cut.count == 0:
        return [interval]
    if cut.end == "each":
        length = interval.extent.constant
        if length is None or not 1 <= length <= LONGEST_WRITTEN_OUT:
            return [interval]
        return [Interval(low + i, low + i) for i in range(length)]
    if cut.end == "first":
        return [Interval(low + i, low + i) for i in range(cut.count)]
    rest = interval.extent - cut.count
    some = rest.constant is None or rest.constant > 0
    if cut.end == "low":
        parts = [Interval(low + i, low + i) for i in range(cut.count)]
        return [*parts, Interval(low + cut.count, high)] if some else parts
    parts = [Interval(high - i, high - i) for i in reversed(range(cut.count))]
    return [Interval(low, high - cut.count), *parts] if some else parts


def image(subscript: Size, ranges: Mapping[str, Interval], context: Context | None = None) -> Interval | None:
    """The least and greatest value of a subscript over a box of indices; None if they are not known.

    `ranges` goes from outer to inner indices; ends may mention outer ones.  Exact for subscripts that are linear in
    each index with a coefficient of one sign (known in `context`), where no range is empty.
    """
    low = end(subscript, ranges, context, least=True)
    high = subscript if low is subscript else end(subscript, ranges, context, least=False)
    return None if low is None or high is None else Interval(low, high)


def end(size: Size, ranges: Mapping[str, Interval], context: Context | None, *, least: bool) -> Size | None:
    """The least or the greatest value of a subscript, as in `image`; indices around a block stay as they are."""
    for name in reversed(list(ranges)):
        if name not in size.names:
            continue
        linear = size.linear_in(name)
        if linear is None:
            return None
        slope, rest = linear
        rising = _rises(slope, context)
        if rising is None:
            return None
        interval = ranges[name]
        size = rest + slope * (interval.low if rising == least else interval.high)
    return None if any(name in ranges for name in size.names) else size


def bound(size: Size, ranges: Mapping[str, Interval], context: Context | None, *, least: bool) -> Size | None:
    """A bound of a subscript over a box of indices, from below (`least`) or above; None where none is plain to see.

    Where an index stands in `i // s` or `i % s` it is s q + r with r in 0..s-1, so that the quotient is q.
    """
    split = dict(ranges)
    for name in ranges:
        divisor = _divisor_of(size, name)
        if divisor is not None:
            quotient, rest = f"{name}//", f"{name}%"
            interval = ranges[name]
            size = _split(size, name, divisor, symbol(quotient), symbol(rest))
            split[quotient] = Interval(interval.low // divisor, interval.high // divisor)
            split[rest] = Interval(ZERO, divisor - 1)
    return end(size, split, context, least=least)


def _divisor_of(size: Size, name: str) -> Size | None:
    """The divisor of an index in a subscript, if it occurs in one kind of quotient only."""
    quotients = {atom for atom in size.atoms if isinstance(atom, Floor) and name in atom.names}
    if len(quotients) != 1:
        return None
    numerator, divisor = quotients.pop().parts
    plain = numerator is symbol(name) and not any(other[0] == "." for other in divisor.names)
    return divisor if plain else None


def _split(size: Size, name: str, divisor: Size, quotient: Size, rest: Size) -> Size:
    """The size with `quotient` for the index divided, and `divisor * quotient + rest` for the index itself."""
    whole, total = divisor * quotient + rest, ZERO
    for monomial, coefficient in size.terms.items():
        product = integer(coefficient)
        for atom in monomial:
            if isinstance(atom, Floor) and name in atom.names:
                product = product * quotient
            else:
                product = product * (whole if atom.names == {name} else of_atom(atom))
        total = total + product
    return total


def _rises(slope: Size, context: Context | None) -> bool | None:
    """Whether a slope is at least 0 for all sizes (True), at most 0 (False), or neither is known."""
    if slope.constant is not None:
        return slope.constant > 0
    if context is None:
        return None
    if is_proved(context, Relation(">=", slope, ZERO)):
        return True
    return False if is_proved(context, Relation("<=", slope, ZERO)) else None


def may_meet(context: Context, left: Interval, right: Interval) -> bool:
    """Whether two ranges may share a member; False only if it is proved that they never do."""
    if left is right or (left.low is right.low and left.high is right.high):
        return True
    return possible(
        context,
        [
            Relation("<=", left.low, right.high),
            Relation("<=", right.low, left.high),
            Relation("<=", left.low, left.high),
            Relation("<=", right.low, right.high),
        ],
    )


def boxes_meet(left: Region, right: Region) -> And:
    """The condition that two boxes share a member."""
    parts: list[Relation] = []
    for one, other in zip(left, right):
        parts += [Relation("<=", one.low, other.high), Relation("<=", other.low, one.high)]
        parts += [Relation("<=", one.low, one.high), Relation("<=", other.low, other.high)]
    return And(tuple(parts))


def joined(regions: list[Region]) -> list[Region]:
    """Boxes together with those that arise by putting neighbours side by side, largest last (a small closure)."""
    found = list(dict.fromkeys(regions))
    for count, left in enumerate(found):
        for right in found[:count]:
            for both in (side_by_side(left, right), side_by_side(right, left)):
                if both is not None and both not in found and len(found) < 32:
                    found.append(both)
    return found


def side_by_side(left: Region, right: Region) -> Region | None:
    """One box for two that differ in one axis only, where the second starts right after the first."""
    different = [axis for axis, (one, other) in enumerate(zip(left, right)) if one != other]
    if len(different) != 1:
        return None
    axis = different[0]
    if left[axis].high + 1 is not right[axis].low:
        return None
    return (*left[:axis], Interval(left[axis].low, right[axis].high), *left[axis + 1 :])


def index_facts(ranges: Mapping[str, Interval], names: Iterable[str] | None = None) -> tuple[Relation, ...]:
    """Every index lies in its range; only those among `names`, where they are told."""
    known = [(symbol(name), ranges[name]) for name in (ranges if names is None else names) if name in ranges]
    ends = ((Relation(">=", at, interval.low), Relation("<=", at, interval.high)) for at, interval in known)
    return tuple(relation for pair in ends for relation in pair)


def facts_about(ranges: Mapping[str, Interval], names: Iterable[str]) -> tuple[Relation, ...]:
    """The ranges of the indices among the names, and of those that these mention; `ranges` outer before inner."""
    needed, found = set(names), list[Relation]()
    for name in reversed(list(ranges)):
        if name in needed:
            found += index_facts(ranges, [name])
            needed |= ranges[name].low.names | ranges[name].high.names
    return tuple(found)
