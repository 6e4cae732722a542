"""Numbers that are known for certain, and functions for all kinds of them.

A `Number` is an integer of any length, a fraction, a truth value, one of the two infinities (as a float), or an
`Interval`, which holds a real number between two ends.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecheck.terms.scalars.intervals import Interval

Number = Any
"""`bool`, `int`, `Fraction`, an infinite `float`, or an `Interval`."""
LONGEST = 4096
"""A fraction with more bits than this, and than four times the precision, becomes an interval."""


class Unsettled(ArithmeticError):
    """The known numbers do not determine the value, however precise they are."""


class TooMuchWork(ArithmeticError):
    """The limit of work is reached."""


def is_infinite(value: Number) -> bool:
    """Whether it is an infinity."""
    return value.__class__ is float


def is_rational(value: Number) -> bool:
    """Whether it is an integer, a truth value or a fraction."""
    return isinstance(value, int | Fraction)


def as_interval(precision: int, value: Number) -> Interval:
    """A finite number as an interval."""
    from shapecheck.terms.scalars.intervals import enclosing

    return enclosing(value, precision)


def shortened(precision: int, value: Number) -> Number:
    """The number, with a fraction of very many digits made an interval."""
    if value.__class__ is not Fraction:
        return value
    bits = value.numerator.bit_length() + value.denominator.bit_length()
    return as_interval(precision, value) if bits > max(LONGEST, 4 * precision) else value


def told(value: Number) -> str:
    """A number in messages."""
    return str(value) if is_rational(value) else "this number"


def rational_root(value: Fraction, degree: int) -> Fraction | None:
    """The root of what is not negative, if it is rational and not too long to look for."""
    if value.numerator.bit_length() + value.denominator.bit_length() > LONGEST:
        return None
    numerator, denominator = (_whole_root(part, degree) for part in (value.numerator, value.denominator))
    return None if numerator is None or denominator is None else Fraction(numerator, denominator)


def _whole_root(value: int, degree: int) -> int | None:
    low, high = 0, 1 << (value.bit_length() // degree + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**degree < value else (low, middle)
    return low if low**degree == value else None
