"""Functions of values as functions of ranges.

In: the ranges of the arguments.  Out: the range of the result; `Undefined` where some arguments in the ranges have
none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from math import floor, inf

from shapecheck.terms.definedness.ranges import (
    EMPTY,
    TRUTH,
    Range,
    Undefined,
    inverse,
    joined,
    less,
    point,
    quotient,
    tidy,
    times,
    total,
)


def floor_quotient(one: Range, other: Range) -> Range:
    """`//`, a real number rounded down."""
    found = quotient(_real(one), _real(other))
    low = found.low if isinstance(found.low, float) else Fraction(floor(found.low))
    high = found.high if isinstance(found.high, float) else Fraction(floor(found.high))
    return tidy(Range(low, high, whole=True))


def remainder(one: Range, other: Range) -> Range:
    """`%`, which has the sign of the divisor."""
    if _real(other).may_be_zero:
        raise Undefined("a remainder by 0")
    whole = _real(one).whole and other.whole
    if other.positive:
        return tidy(Range(Fraction(0), other.high, below=True, whole=whole))
    if (-other).positive:
        return tidy(Range(other.low, Fraction(0), above=True, whole=whole))
    return Range(whole=whole)


def _real(found: Range) -> Range:
    if found.infinite:
        raise Undefined("infinity is no real number")
    return found


def power(base: Range, exponent: Range) -> Range:
    """`^`: any base with a whole exponent >= 0 (0^0 = 1), a base not 0 with a whole one, a positive base with any."""
    base, exponent = _real(base), _real(exponent)
    if exponent.whole and exponent.low == exponent.high:
        return whole_power(base, int(exponent.low))
    if exponent.whole and (exponent.not_negative or not base.may_be_zero):
        return _power_of_sign(base, whole=base.whole and exponent.not_negative, even=False)
    if not base.not_negative or (base.may_be_zero and not exponent.not_negative):
        raise Undefined("a power that is no real number")
    return _power_of_sign(base, whole=False, even=False)


def whole_power(base: Range, exponent: int) -> Range:
    """A real value to a known whole power."""
    if exponent < 0:
        return inverse(whole_power(base, -exponent))
    if exponent == 0:
        return point(1)
    if exponent > LARGEST_POWER:
        return _power_of_sign(base, whole=base.whole, even=exponent % 2 == 0)
    return reduce(times, [absolute(base) if exponent % 2 == 0 else base] * exponent)


def _power_of_sign(base: Range, whole: bool, even: bool) -> Range:
    """The range of a power, by the sign of its base."""
    low = Fraction(0) if even or base.not_negative else -inf
    return tidy(Range(low, whole=whole, nonzero=not base.may_be_zero))


LARGEST_POWER = 16
"""The largest power that is multiplied out; for larger ones only the sign is known."""


def absolute(found: Range) -> Range:
    """`abs`."""
    if found.not_negative:
        return found
    if (-found).not_negative:
        return -found
    high, reached = max((found.high, not found.below), (-found.low, not found.above))
    real = tidy(Range(Fraction(0), high, below=not reached, whole=found.whole, nonzero=found.nonzero))
    return replace(real, plus=found.infinite)


def greatest(ranges: Sequence[Range]) -> Range:
    """`max` of some values."""
    minus, plus = all(one.minus for one in ranges), any(one.plus for one in ranges)
    real = [one for one in ranges if not one.empty]
    lows = [(-inf, False) if one.minus else (one.low, one.above) for one in ranges]
    if not real or max(lows)[0] == inf:
        return Range(inf, -inf, minus=minus, plus=plus)
    low, above = max(*lows, min((one.low, one.above) for one in real))
    high, reached = max((one.high, not one.below) for one in real)
    return tidy(Range(low, high, above, not reached, minus, plus, all(one.whole for one in real)))


def least(ranges: Sequence[Range]) -> Range:
    """`min` of some values."""
    return -greatest([-one for one in ranges])


def exponential(found: Range) -> Range:
    """`exp`."""
    low, high = Fraction(0 if found.low < 0 else 1), Fraction(1) if found.high <= 0 else inf
    real = EMPTY if found.empty else tidy(Range(low, high, above=low == 0 or (found.above and found.low == 0)))
    real = replace(real, plus=found.plus)
    return joined((real, point(0))) if found.minus else real


def logarithm(found: Range) -> Range:
    """`log`."""
    if not found.positive:
        raise Undefined("the logarithm of what is not positive")
    if found.empty:
        return Range(inf, -inf, plus=found.plus)
    low = Fraction(0) if found.low >= 1 else -inf
    high = Fraction(0) if found.high <= 1 else inf
    return tidy(Range(low, high, found.low > 1, found.high < 1, plus=found.plus))


def root(found: Range) -> Range:
    """`sqrt`."""
    if not found.not_negative:
        raise Undefined("the root of a negative number")
    if found.empty:
        return found
    low, high = (Fraction(0) if found.low < 1 else Fraction(1)), (Fraction(1) if found.high <= 1 else inf)
    above = (found.above and found.low in (0, 1)) or found.low > 1
    return replace(tidy(Range(low, high, above, nonzero=not found.may_be_zero)), plus=found.plus)


def bounded(found: Range) -> Range:
    """`tanh` and `erf`: the sign of the value, at most 1 in absolute value (runs round it to 1)."""
    low = Fraction(-1) if found.minus or found.low < 0 else Fraction(0)
    high = Fraction(1) if found.plus or found.high > 0 else Fraction(0)
    return tidy(Range(low, high, nonzero=not found.may_be_zero))


def wave(found: Range) -> Range:
    """`sin` and `cos`."""
    if found.infinite:
        raise Undefined("an angle that is infinite")
    return Range(Fraction(-1), Fraction(1))


def compared(one: Range, other: Range) -> Range:
    """A truth value; two infinities are not compared, since proofs take differences."""
    less(one, other)
    return TRUTH


def logical(*ranges: Range) -> Range:
    """`and`, `or`, `not`."""
    return TRUTH


FUNCTIONS: Mapping[str, Callable[..., Range]] = {
    "+": lambda *ranges: total(ranges),
    "-": less,
    "neg": lambda found: -found,
    "/": quotient,
    "//": floor_quotient,
    "%": remainder,
    "^": power,
    "max": lambda *ranges: greatest(ranges),
    "min": lambda *ranges: least(ranges),
    "abs": absolute,
    "exp": exponential,
    "log": logarithm,
    "sqrt": root,
    "tanh": bounded,
    "erf": bounded,
    "sin": wave,
    "cos": wave,
    **dict.fromkeys(("==", "!=", "<=", ">=", "<", ">"), compared),
    **dict.fromkeys(("and", "or", "not"), logical),
}
"""Every function of a `Call` except the product, whose factors may be the same."""
