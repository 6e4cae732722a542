"""Intervals of values: what follows for single names from least values and inequalities.

In: intervals for names, sizes that are at least 0.  Out: intervals for names and for sizes, sound but not sharp.  A
missing end is an infinity; an interval whose low end exceeds its high end shows that the inequalities contradict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from typing import TypeAlias

from shapecheck.sizes.algebra.atoms import Atom, Floor, Member, Positive, Power, Symbol, Total
from shapecheck.sizes.algebra.monomials import Monomial
from shapecheck.sizes.algebra.size import Size
from shapecheck.sizes.work import remembered, spend

End: TypeAlias = "int | float"  # a float only as an infinity
Interval: TypeAlias = "tuple[End, End]"
Bounds: TypeAlias = "dict[str, Interval]"

EVERYTHING: Interval = (-inf, inf)
ROUNDS = 4
LARGEST_EXPONENT = 64
LARGEST_BOUND = 2**100  # propagation stops beyond: contradictions can drive bounds up without end


def bounds_of(lowers: Mapping[str, int | None], inequalities: Iterable[Size]) -> Bounds:
    """Intervals of the names, given their least values and sizes that are at least 0."""
    return dict(_bounds_of(tuple(lowers.items()), tuple(inequalities)))


@remembered(4096)
def _bounds_of(lowers: tuple[tuple[str, int | None], ...], inequalities: tuple[Size, ...]) -> Bounds:
    start = {name: (-inf if low is None else low, inf) for name, low in lowers}
    return tightened(start, inequalities)


def tightened(bounds: Mapping[str, Interval], inequalities: tuple[Size, ...]) -> Bounds:
    """The intervals after a few rounds of propagation."""
    result = dict(bounds)
    for _ in range(ROUNDS):
        before = dict(result)
        for size in inequalities:
            _require(size, 0, result)
        if result == before or is_empty(result):
            break
    return result


def is_empty(bounds: Mapping[str, Interval]) -> bool:
    """Whether some name has no value left."""
    return any(low > high for low, high in bounds.values())


def _require(size: Size, least: int, bounds: Bounds) -> None:
    """Narrow the intervals by `size >= least`."""
    known: _Known = {}
    highs = {monomial: _term(monomial, coefficient, bounds, known)[1] for monomial, coefficient in size.terms.items()}
    infinite = [monomial for monomial, high in highs.items() if isinstance(high, float)]
    total = sum(int(high) for high in highs.values() if isinstance(high, int))
    if not infinite and total < least:
        _contradict(bounds)
    for monomial, coefficient in size.terms.items():
        if monomial and (not infinite or infinite == [monomial]):
            high = highs[monomial]
            others = total - high if isinstance(high, int) else total
            if len(monomial) == 1:
                _require_atom(monomial[0], coefficient, least - others, bounds)
            elif coefficient > 0 and least > others:
                _require_factors(monomial, bounds)


def _require_factors(monomial: Monomial, bounds: Bounds) -> None:
    """Narrow by a product above 0: a factor is at least 1 where the others are not negative."""
    for number, atom in enumerate(monomial):
        others = monomial[:number] + monomial[number + 1 :]
        if isinstance(atom, Symbol) and _term(others, 1, bounds, {})[0] >= 0:
            _require_at_least(atom, 1, bounds)


def _contradict(bounds: Bounds) -> None:
    bounds[""] = (1, 0)


def _require_atom(atom: Atom, coefficient: int, least: int, bounds: Bounds) -> None:
    """Narrow by `coefficient * atom >= least`."""
    if abs(least) > LARGEST_BOUND:
        return
    if coefficient > 0:
        _require_at_least(atom, -(-least // coefficient), bounds)
    else:
        _require_at_most(atom, least // coefficient, bounds)


def _require_at_least(atom: Atom, low: int, bounds: Bounds) -> None:
    if isinstance(atom, Symbol):
        old_low, old_high = bounds.get(atom.name, EVERYTHING)
        bounds[atom.name] = (max(old_low, low), old_high)
    elif isinstance(atom, Floor) and (divisor := atom.parts[1].constant) is not None:
        _require(atom.parts[0], divisor * low, bounds)
    elif isinstance(atom, Positive) and low > 0:
        _require(atom.parts[0], low, bounds)


def _require_at_most(atom: Atom, high: int, bounds: Bounds) -> None:
    if isinstance(atom, Symbol):
        old_low, old_high = bounds.get(atom.name, EVERYTHING)
        bounds[atom.name] = (old_low, min(old_high, high))
    elif isinstance(atom, Floor) and (divisor := atom.parts[1].constant) is not None:
        _require(-atom.parts[0], -(divisor * high + divisor - 1), bounds)
    elif isinstance(atom, Positive) and high >= 0:
        _require(-atom.parts[0], -high, bounds)
    elif isinstance(atom, Positive):
        _contradict(bounds)


def interval(size: Size, bounds: Mapping[str, Interval]) -> Interval:
    """An interval that holds all values of the size where names are within their bounds and it is defined."""
    return _interval(size, bounds, {})


_Known: TypeAlias = "dict[Atom, Interval]"
"""Intervals of quotients, maxima and powers, which may occur many times inside each other."""


def _interval(size: Size, bounds: Mapping[str, Interval], known: _Known) -> Interval:
    spend(len(size.terms))
    low: End = 0
    high: End = 0
    for monomial, coefficient in size.terms.items():
        term_low, term_high = _term(monomial, coefficient, bounds, known)
        low, high = plus(low, term_low), plus(high, term_high)
    return low, high


def plus(left: End, right: End) -> End:
    """The sum; an integer is never converted to a float, which would overflow."""
    if isinstance(left, float):
        return left
    return right if isinstance(right, float) else left + right


def _term(monomial: Monomial, coefficient: int, bounds: Mapping[str, Interval], known: _Known) -> Interval:
    if not monomial:
        return coefficient, coefficient
    low, high = _atom(monomial[0], bounds, known)
    for atom in monomial[1:]:
        low, high = _product((low, high), _atom(atom, bounds, known))
    ends = _times(coefficient, low), _times(coefficient, high)
    return ends if coefficient > 0 else ends[::-1]


def _product(left: Interval, right: Interval) -> Interval:
    corners = [_times(one, other) for one in left for other in right]
    return min(corners), max(corners)


def _times(left: End, right: End) -> End:
    if left == 0 or right == 0:
        return 0
    if isinstance(left, float) or isinstance(right, float):
        return inf if (left > 0) == (right > 0) else -inf
    return left * right


def _atom(atom: Atom, bounds: Mapping[str, Interval], known: _Known) -> Interval:
    if isinstance(atom, Symbol):
        return bounds.get(atom.name, EVERYTHING)
    if isinstance(atom, Member | Total):
        return EVERYTHING
    if atom not in known:
        known[atom] = _of_parts(atom, [_interval(part, bounds, known) for part in atom.parts])
    return known[atom]


def _of_parts(atom: Atom, parts: list[Interval]) -> Interval:
    if isinstance(atom, Positive):
        return max(parts[0][0], 0), max(parts[0][1], 0)
    if isinstance(atom, Power):
        return _power(*parts)
    return _quotient(*parts)


def _power(base: Interval, exponent: Interval) -> Interval:
    """Bases count from 1 and exponents from 0: elsewhere the power is not defined."""
    least = max(base[0], 1)
    low = least ** int(min(max(exponent[0], 0), LARGEST_EXPONENT)) if least <= LARGEST_BOUND else 1
    if base[1] <= 1:
        return low, 1
    return low, inf if base[1] > LARGEST_BOUND or exponent[1] > LARGEST_EXPONENT else base[1] ** max(exponent[1], 0)


def _quotient(numerator: Interval, divisor: Interval) -> Interval:
    """Divisors count from 1: below, the quotient is not defined."""
    least, most = max(divisor[0], 1), max(divisor[1], 1)
    low, high = numerator
    return _floor(low, most if low >= 0 else least), _floor(high, least if high >= 0 else most)


def _floor(numerator: End, divisor: End) -> End:
    if isinstance(numerator, float):
        return numerator
    if isinstance(divisor, float):
        return 0 if numerator >= 0 else -1
    return numerator // divisor
