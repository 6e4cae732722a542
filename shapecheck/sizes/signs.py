"""Proofs by signs: after counting each name from its least value, no term is negative.

In: a size and intervals for names.  Out: whether the size is certainly at least 0 (or certainly 0).  `H >= M` is used
by taking the fact away: `size - fact >= 0` shows `size >= fact >= 0`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf

from shapecheck.sizes.algebra import ZERO, Atom, Floor, Size, Symbol, symbol
from shapecheck.sizes.bounds import Bounds, Interval, interval
from shapecheck.sizes.question import Kind

MOST_TERMS = 200


def nonnegative(size: Size, bounds: Mapping[str, Interval]) -> bool:
    """Whether the size is at least 0 wherever the names are within their bounds."""
    if size.constant is not None:
        return size.constant >= 0
    if interval(size, bounds)[0] >= 0:
        return True
    moved, moved_bounds = counted_from_least(size, bounds)
    return _all_terms_nonnegative(moved, moved_bounds)


def nonnegative_given(size: Size, facts: Iterable[Size], bounds: Mapping[str, Interval]) -> bool:
    """The same, where one of the facts may be used once."""
    return nonnegative(size, bounds) or any(
        nonnegative(size - fact, bounds) for fact in facts if not fact.names.isdisjoint(size.names)
    )


def holds_by_sign(kind: Kind, size: Size, facts: tuple[Size, ...], bounds: Mapping[str, Interval]) -> bool:
    """Whether `size kind 0` is certain by signs."""
    if kind == ">=":
        return nonnegative_given(size, facts, bounds)
    if kind == "!=":
        return nonnegative_given(size - 1, facts, bounds) or nonnegative_given(-size - 1, facts, bounds)
    return counted_from_least(size, bounds)[0] is ZERO


def contradictory(facts: tuple[Size, ...], bounds: Mapping[str, Interval]) -> bool:
    """Whether one fact, or the sum of two, is certainly below 0."""
    for number, fact in enumerate(facts):
        if nonnegative(-fact - 1, bounds):
            return True
        for other in facts[:number]:
            if not fact.names.isdisjoint(other.names) and nonnegative(-fact - other - 1, bounds):
                return True
    return False


def counted_from_least(size: Size, bounds: Mapping[str, Interval]) -> tuple[Size, Bounds]:
    """The size with each name written as its least value plus the name, or its greatest value minus the name."""
    steps: dict[str, Size | int] = {}
    moved: Bounds = {}
    for name in size.names:
        low, high = bounds.get(name, (-inf, inf))
        moved[name] = (low, high)
        if isinstance(low, int):
            moved[name] = (0, high - low)
            if low:
                steps[name] = symbol(name) + low
        elif isinstance(high, int):
            moved[name] = (0, inf)
            steps[name] = high - symbol(name)
    return (size.substitute(steps) if steps else size), moved


def _all_terms_nonnegative(size: Size, bounds: Bounds) -> bool:
    if len(size.terms) > MOST_TERMS or any(coefficient < 0 for coefficient in size.terms.values()):
        return False
    return all(_atom_nonnegative(atom, bounds) for monomial in size.terms for atom in monomial)


def _atom_nonnegative(atom: Atom, bounds: Bounds) -> bool:
    if isinstance(atom, Symbol):
        return bounds[atom.name][0] >= 0
    return not isinstance(atom, Floor) or nonnegative(atom.parts[0], bounds)
