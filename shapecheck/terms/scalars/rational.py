"""Arithmetic on numbers that are known for certain: sums, products, quotients and powers.

In: `Number`s and, where an interval may come out, its precision.  Out: a `Number`; integers and fractions are never
rounded.  `UndefinedValue` where there is none.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING

from shapecheck.terms.scalars.floats import UndefinedValue
from shapecheck.terms.scalars.number import (
    Number,
    TooMuchWork,
    Unsettled,
    as_interval,
    is_infinite,
    is_rational,
    rational_root,
    shortened,
    told,
)

if TYPE_CHECKING:
    from shapecheck.terms.scalars.intervals import Interval

LARGEST_POWER = 1 << 20
"""Bits of a power, at most."""
ROOTS = 16
"""Roots up to this are looked for among the rationals."""


def _add(left: Number, right: Number) -> Number:
    if left.__class__ is float or right.__class__ is float:
        return _with_infinity(left, right)
    return left + right


def _with_infinity(left: Number, right: Number) -> float:
    if is_infinite(left) and is_infinite(right) and left != right:
        raise UndefinedValue("inf - inf is not a number")
    return float(left if is_infinite(left) else right)


def _multiply(left: Number, right: Number) -> Number:
    if left.__class__ is float or right.__class__ is float:
        return _sign(left) * _sign(right) * math.inf
    return left * right


def _sign(value: Number) -> int:
    """-1 or 1; of a factor of infinity."""
    if value == 0:
        raise UndefinedValue("0 * inf is not a number")
    return 1 if value > 0 else -1


def negate(value: Number) -> Number:
    return -value


def _subtract(left: Number, right: Number) -> Number:
    return _add(left, negate(right))


def total(precision: int, *values: Number) -> Number:
    return shortened(precision, reduce(_add, values))


def product(precision: int, *values: Number) -> Number:
    return shortened(precision, reduce(_multiply, values))


def difference(precision: int, *values: Number) -> Number:
    return shortened(precision, _subtract(*values) if len(values) > 1 else negate(*values))


# ---- quotients ---------------------------------------------------------------------------------


def divide(precision: int, left: Number, right: Number) -> Number:
    if is_infinite(right):
        if is_infinite(left):
            raise UndefinedValue("inf / inf is not a number")
        return Fraction(0)
    if right == 0:
        return _by_nothing(left, right)
    if is_infinite(left):
        return left * _sign(right)
    if isinstance(left, int) and isinstance(right, int):
        return Fraction(left, right)
    return shortened(precision, left / right)


def _by_nothing(left: Number, right: Number) -> float:
    """The quotient by 0: an infinity, or an error where there is no number or the sign of a real 0 is unknown."""
    if left == 0:
        raise UndefinedValue("0 / 0 is not a number")
    if not isinstance(right, int):
        raise Unsettled("a division by 0")
    return math.inf if left > 0 else -math.inf


def floor_quotient(precision: int, left: Number, right: Number) -> Number:
    whole = isinstance(left, int) and isinstance(right, int)
    if right == 0 and whole:
        raise UndefinedValue(f"{left} // 0 is not a number")
    if is_infinite(left) or is_infinite(right):
        raise Unsettled("a quotient of infinities")
    if whole:
        return left // right
    return Fraction(math.floor(divide(precision, left, right)))


def remainder(precision: int, left: Number, right: Number) -> Number:
    if right == 0:
        raise UndefinedValue(f"{told(left)} % 0 is not a number")
    return _subtract(left, _multiply(right, floor_quotient(precision, left, right)))


# ---- powers ------------------------------------------------------------------------------------


def power(precision: int, base: Number, exponent: Number) -> Number:
    if is_infinite(base) or is_infinite(exponent):
        raise Unsettled("a power of infinities")
    if is_rational(exponent):
        if exponent == int(exponent):
            return _whole_power(precision, base, int(exponent), isinstance(exponent, int))
        if is_rational(base):
            return _broken_power(precision, base, Fraction(exponent))
    return _by_logarithm(precision, base, exponent)


def _whole_power(precision: int, base: Number, exponent: int, whole: bool) -> Number:
    if exponent < 0:
        return divide(precision, 1, _whole_power(precision, base, -exponent, whole))
    if not is_rational(base):
        return _repeated(base, exponent)
    longest = max(base.numerator.bit_length(), base.denominator.bit_length())
    if longest > 1 and longest * exponent > LARGEST_POWER:
        if isinstance(base, int) and whole:
            raise TooMuchWork
        return _repeated(as_interval(precision, base), exponent)
    result = base**exponent
    return result if whole or not isinstance(result, int) else Fraction(result)


def _repeated(base: Interval, exponent: int) -> Interval | int:
    """A power by squaring; even ones are not negative."""
    if exponent == 0:
        return 1
    if exponent % 2 == 0:
        return _repeated(_square(base), exponent // 2)
    return base if exponent == 1 else base * _repeated(_square(base), exponent // 2)


def _square(base: Interval) -> Interval:
    return abs(base) * abs(base)


def _broken_power(precision: int, base: int | Fraction, exponent: Fraction) -> Number:
    """A power whose exponent is a fraction: rational where the root is."""
    if base < 0:
        raise UndefinedValue(f"{told(base)} ^ {told(exponent)} is not a number")
    if base == 0:
        if exponent < 0:
            raise Unsettled("a division by 0")
        return Fraction(0)
    if exponent.denominator <= ROOTS:
        root = rational_root(Fraction(base), exponent.denominator)
        if root is not None:
            return _whole_power(precision, root, exponent.numerator, False)
    return _by_logarithm(precision, base, exponent)


def _by_logarithm(precision: int, base: Number, exponent: Number) -> Number:
    from shapecheck.terms.scalars import intervals

    if not base > 0:
        raise Unsettled("a power of what is not above 0")
    logarithm = intervals.logarithm(as_interval(precision, base))
    return intervals.exponential(logarithm * exponent)
