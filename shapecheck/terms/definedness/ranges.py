"""Sets of numbers that a value may be: an interval of real numbers, and whether it may be infinite.

In and out: `Range`s.  A function of values gives the range of its result, or raises `Undefined` where some arguments in
the ranges have no result: 0 / 0, the root of a negative number, infinity less infinity.  A quotient by 0 and the
logarithm of 0 count as undefined, too: a proof is about numbers.

Every range is a superset of the values, which are real numbers: nothing rounds or overflows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from itertools import product
from math import ceil, floor, inf, isnan

from shapecheck.record import record

End = Fraction | float
"""An end of an interval; a float only as an infinity, which no real number reaches."""


class Undefined(Exception):
    """Some values in the ranges have no result; the message says which function, `reason` when."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@record
class Range:
    """Real numbers from `low` to `high` (none where `low > high`), and infinities.

    `above`: more than `low`; `below`: less than `high`; `plus`, `minus`: it may be infinite; `whole`: an integer;
    `nonzero`: not 0.
    """

    low: End = -inf
    high: End = inf
    above: bool = False
    below: bool = False
    minus: bool = False
    plus: bool = False
    whole: bool = False
    nonzero: bool = False

    @property
    def empty(self) -> bool:
        """Whether no real number is in it."""
        return self.low > self.high or (self.low == self.high and (self.above or self.below))

    @property
    def nothing(self) -> bool:
        """Whether there is no value at all."""
        return self.empty and not self.infinite

    @property
    def infinite(self) -> bool:
        """Whether it may be infinite."""
        return self.minus or self.plus

    @property
    def may_be_zero(self) -> bool:
        """Whether 0 is in it."""
        if self.empty or self.nonzero or self.low > 0 or self.high < 0:
            return False
        return not ((self.low == 0 and self.above) or (self.high == 0 and self.below))

    @property
    def not_negative(self) -> bool:
        """Whether nothing in it is below 0."""
        return not self.minus and (self.empty or self.low >= 0)

    @property
    def positive(self) -> bool:
        """Whether everything in it is above 0."""
        return self.not_negative and not self.may_be_zero

    def __contains__(self, other: Range) -> bool:
        return joined((self, other)) == self

    def __neg__(self) -> Range:
        return Range(-self.high, -self.low, self.below, self.above, self.plus, self.minus, self.whole, self.nonzero)


ANY = Range()
TRUTH = Range(Fraction(0), Fraction(1), whole=True)
EMPTY = Range(inf, -inf)


def point(value: int | float | Fraction) -> Range:
    """One number."""
    if isnan(value):
        raise Undefined("NaN is no number")
    if value in (inf, -inf):
        return Range(inf, -inf, minus=value < 0, plus=value > 0)
    exact = Fraction(value)
    return Range(exact, exact, whole=exact.denominator == 1, nonzero=exact != 0)


def tidy(found: Range) -> Range:
    """The range with its ends moved inwards as far as its other properties allow."""
    if found.empty:
        return Range(inf, -inf, minus=found.minus, plus=found.plus)
    low, above = _drawn_in(found.low, found.above, found)
    negated, below = _drawn_in(-found.high, found.below, found)
    drawn = replace(found, low=low, above=above, high=-negated, below=below)
    return EMPTY if drawn.nothing else replace(drawn, nonzero=not drawn.may_be_zero)


def _drawn_in(low: End, above: bool, found: Range) -> tuple[End, bool]:
    """A lower end (or an upper one, negated) that is reached where numbers are whole."""
    above = above or (found.nonzero and low == 0)
    if not found.whole or isinstance(low, float):
        return low, above and not isinstance(low, float)
    least = floor(low) + 1 if above else ceil(low)
    return Fraction(least + 1 if found.nonzero and least == 0 else least), False


def joined(ranges: Iterable[Range]) -> Range:
    """The union of the ranges, widened to an interval."""
    return reduce(_join, ranges)


def _join(one: Range, other: Range) -> Range:
    minus, plus = one.minus or other.minus, one.plus or other.plus
    if one.empty or other.empty:
        return replace(other if one.empty else one, minus=minus, plus=plus)
    low, above = min((one.low, one.above), (other.low, other.above))
    high, below = max((one.high, not one.below), (other.high, not other.below))
    whole, nonzero = one.whole and other.whole, not (one.may_be_zero or other.may_be_zero)
    return Range(low, high, above, not below, minus, plus, whole, nonzero)


def met(one: Range, other: Range) -> Range:
    """The intersection of two ranges."""
    minus, plus = one.minus and other.minus, one.plus and other.plus
    low, above = max((one.low, one.above), (other.low, other.above))
    high, below = min((one.high, not one.below), (other.high, not other.below))
    whole, nonzero = one.whole or other.whole, one.nonzero or other.nonzero
    return tidy(Range(low, high, above, not below, minus, plus, whole, nonzero))


# ---- arithmetic --------------------------------------------------------------------------------------


def total(ranges: Sequence[Range]) -> Range:
    """The sum."""
    return reduce(_plus, ranges)


def _plus(one: Range, other: Range) -> Range:
    if (one.plus and other.minus) or (one.minus and other.plus):
        raise Undefined("infinity less infinity")
    minus, plus = one.minus or other.minus, one.plus or other.plus
    if one.empty or other.empty:
        return Range(inf, -inf, minus=minus, plus=plus)
    above, below = one.above or other.above, one.below or other.below
    whole = one.whole and other.whole
    return tidy(Range(one.low + other.low, one.high + other.high, above, below, minus, plus, whole))


def less(one: Range, other: Range) -> Range:
    """The difference."""
    return _plus(one, -other)


def times(one: Range, other: Range) -> Range:
    """The product of two values that are not known to be the same."""
    if (one.infinite and other.may_be_zero) or (other.infinite and one.may_be_zero):
        raise Undefined("0 times infinity")
    plus = any(_infinite_product(left, right) for left, right in _signed_pairs(one, other))
    minus = any(_infinite_product(left, right) for left, right in _signed_pairs(one, -other))
    if one.empty or other.empty:
        return Range(inf, -inf, minus=minus, plus=plus)
    corners = [_corner(*pair) for pair in product(_ends(one), _ends(other))]
    low, above = min((value, not reached) for value, reached in corners)
    high, reached = max(corners)
    whole, nonzero = one.whole and other.whole, not (one.may_be_zero or other.may_be_zero)
    return tidy(Range(low, high, above, not reached, minus, plus, whole, nonzero))


def _signed_pairs(one: Range, other: Range) -> tuple[tuple[Range, Range], ...]:
    return (one, other), (-one, -other)


def _infinite_product(one: Range, other: Range) -> bool:
    """Whether the product of two numbers above 0 may be infinite."""
    return (one.plus and _has_positive(other)) or (other.plus and _has_positive(one))


def _has_positive(found: Range) -> bool:
    return found.plus or (not found.empty and found.high > 0)


def _ends(found: Range) -> tuple[tuple[End, bool], tuple[End, bool]]:
    """Both ends, and whether they are reached."""
    return (found.low, not found.above), (found.high, not found.below)


def _corner(one: tuple[End, bool], other: tuple[End, bool]) -> tuple[End, bool]:
    """The product of two ends, and whether it is reached; 0 times infinity is 0."""
    if 0 in (one[0], other[0]):
        return Fraction(0), (one[0] == 0 and one[1]) or (other[0] == 0 and other[1])
    return one[0] * other[0], one[1] and other[1] and not isinstance(one[0] * other[0], float)


def inverse(found: Range) -> Range:
    """One over the value."""
    if found.may_be_zero:
        raise Undefined("a quotient by 0")
    if found.empty or not (found.low >= 0 or found.high <= 0):
        real = EMPTY if found.empty else Range(nonzero=True)
    elif found.high <= 0:
        real = -inverse(-replace(found, minus=False, plus=False))
    else:
        low, above = _reciprocal(found.high, found.below)
        high, below = _reciprocal(found.low, found.above)
        real = tidy(Range(low, high, above, below, nonzero=True))
    return _join(real, point(0)) if found.infinite else real


def _reciprocal(end: End, beyond: bool) -> tuple[End, bool]:
    if isinstance(end, float):
        return Fraction(0), True
    return (inf, False) if end == 0 else (1 / end, beyond)


def quotient(one: Range, other: Range) -> Range:
    """One value over another."""
    if one.infinite and other.infinite:
        raise Undefined("infinity over infinity")
    return times(one, inverse(other))
