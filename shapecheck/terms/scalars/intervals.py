"""Real numbers that are no fractions, as intervals that hold them for certain.

In: intervals with floating ends of some precision, rationals beside them.  Out: an interval that holds every value that
the operation can have; a comparison that the ends decide, or `Undecided`.  Ends are finite; infinities are floats and
handled before (`exact`).

The ends are numbers of mpmath, whose elementary functions are not promised to be rounded the right way: they are
computed with `SPARE` bits more, and the result is widened by more than their error.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from mpmath import libmp
from mpmath.libmp import libmpi

SPARE = 24
LARGEST_EXPONENT = 1 << 12
"""The most binary digits in front of the point of an end that is put into functions."""

End = Any
Ends = tuple[End, End]
Rational = int | Fraction


class Undecided(ArithmeticError):
    """The interval is too wide to answer; a narrower one may."""


class Interval:
    """All numbers from `low` to `high`, held with `precision` bits."""

    __slots__ = ("high", "low", "precision")

    def __init__(self, ends: Ends, precision: int) -> None:
        self.low, self.high = ends
        self.precision = precision

    @property
    def ends(self) -> Ends:
        """Both ends."""
        return self.low, self.high

    def like(self, other: Interval | Rational) -> Ends:
        """The ends of another number, at this precision."""
        return other.ends if isinstance(other, Interval) else rational_ends(other, self.precision)

    def of(self, ends: Ends) -> Interval:
        """An interval as precise as this one."""
        return Interval(ends, self.precision)

    def text(self, digits: int) -> str:
        """The middle in decimal, with at most that many digits."""
        text: str = libmp.to_str(libmpi.mpi_mid(self.ends, self.precision), digits)
        return text

    # ---- arithmetic ----------------------------------------------------------------------------

    def __add__(self, other: Interval | Rational) -> Interval:
        return self.of(libmpi.mpi_add(self.ends, self.like(other), self.precision))

    def __sub__(self, other: Interval | Rational) -> Interval:
        return self.of(libmpi.mpi_sub(self.ends, self.like(other), self.precision))

    def __rsub__(self, other: Rational) -> Interval:
        return self.of(libmpi.mpi_sub(self.like(other), self.ends, self.precision))

    def __mul__(self, other: Interval | Rational) -> Interval:
        return self.of(libmpi.mpi_mul(self.ends, self.like(other), self.precision))

    def __truediv__(self, other: Interval | Rational) -> Interval:
        return self.of(_quotient(self.ends, self.like(other), self.precision))

    def __rtruediv__(self, other: Rational) -> Interval:
        return self.of(_quotient(self.like(other), self.ends, self.precision))

    def __neg__(self) -> Interval:
        return self.of(libmpi.mpi_neg(self.ends))

    def __abs__(self) -> Interval:
        return self.of(libmpi.mpi_abs(self.ends))

    __radd__, __rmul__ = __add__, __mul__

    # ---- comparisons ---------------------------------------------------------------------------

    def __lt__(self, other: Interval | Rational) -> bool:
        low, high = self.like(other)
        return _decided(libmp.mpf_lt(self.high, low), libmp.mpf_ge(self.low, high))

    def __le__(self, other: Interval | Rational) -> bool:
        low, high = self.like(other)
        return _decided(libmp.mpf_le(self.high, low), libmp.mpf_gt(self.low, high))

    def __gt__(self, other: Interval | Rational) -> bool:
        return not self <= other

    def __ge__(self, other: Interval | Rational) -> bool:
        return not self < other

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, Interval | int | Fraction)
        low, high = self.like(other)
        same = self.low == self.high == low == high
        return _decided(same, libmp.mpf_lt(self.high, low) or libmp.mpf_gt(self.low, high))

    def __bool__(self) -> bool:
        return self != 0

    def __floor__(self) -> int:
        low, high = (int(libmp.to_int(libmp.mpf_floor(end))) for end in self.ends if _short(end))
        if low != high:
            raise Undecided("an interval around an integer")
        return low

    __int__ = __floor__
    __hash__ = None  # type: ignore[assignment]


def _decided(true: bool, false: bool) -> bool:
    if true or false:
        return true
    raise Undecided("two numbers are too close")


def _quotient(left: Ends, right: Ends, precision: int) -> Ends:
    if not (libmp.mpf_gt(right[0], libmp.fzero) or libmp.mpf_lt(right[1], libmp.fzero)):
        raise Undecided("the divisor may be 0")
    ends: Ends = libmpi.mpi_div(left, right, precision)
    return ends


def _short(end: End) -> bool:
    """True; raises where the number has too many digits to be worked with."""
    if end[2] + end[3] > LARGEST_EXPONENT:
        raise Undecided("a number is too large")
    return True


# ---- numbers as intervals ----------------------------------------------------------------------


def rational_ends(value: Rational, precision: int) -> Ends:
    """The narrowest ends around a rational number."""
    if isinstance(value, int):
        return libmp.from_int(value, precision, "f"), libmp.from_int(value, precision, "c")
    parts = value.numerator, value.denominator, precision
    return libmp.from_rational(*parts, "f"), libmp.from_rational(*parts, "c")


def between(low: Rational, high: Rational, precision: int) -> Interval:
    """All numbers from one rational to another."""
    return Interval((rational_ends(low, precision)[0], rational_ends(high, precision)[1]), precision)


def enclosing(value: Interval | Rational, precision: int) -> Interval:
    """Any number as an interval."""
    return value if isinstance(value, Interval) else Interval(rational_ends(value, precision), precision)


# ---- functions ---------------------------------------------------------------------------------


def extremum(operator: str, left: Interval, right: Interval) -> Interval:
    """The greater or the lesser of two."""
    better = libmp.mpf_gt if operator == "max" else libmp.mpf_lt
    ends = [one if better(one, other) else other for one, other in zip(left.ends, right.ends)]
    return left.of((ends[0], ends[1]))


def exponential(value: Interval) -> Interval:
    """The exponential function."""
    return _rising(libmp.mpf_exp, value)


def logarithm(value: Interval) -> Interval:
    """The logarithm of what is above 0."""
    return _rising(libmp.mpf_log, value)


def root(value: Interval) -> Interval:
    """The square root of what is at least 0."""
    return _rising(libmp.mpf_sqrt, value)


def hyperbolic_tangent(value: Interval) -> Interval:
    """`1 - 2 / (exp(2 x) + 1)`, of which every step rises or falls."""
    return _limited(1 - 2 / (exponential(value * 2) + 1), -1, 1)


def wave(function: str, value: Interval) -> Interval:
    """The sine or the cosine."""
    low, high = (end for end in value.ends if _short(end))
    compute = libmpi.mpi_sin if function == "sin" else libmpi.mpi_cos
    ends = compute((low, high), value.precision + SPARE)
    return _limited(_widened(value.of(ends)), -1, 1)


def error_function(value: Interval) -> Interval:
    """`2 / sqrt(pi)` times the integral of `exp(-x^2)` from 0; it rises."""
    low, high = (_error_function_at(value.of((end, end))) for end in value.ends)
    return _limited(value.of((low.low, high.high)), -1, 1)


def _error_function_at(point: Interval) -> Interval:
    """The series `2 / sqrt(pi) exp(-x^2) (x + 2/3 x^3 + 4/15 x^5 + ..)`, whose terms are all of one sign."""
    if point < 0:
        return -_error_function_at(-point)
    square = point * point
    if square > point.precision:  # what is left to 1 is below exp(-x^2)
        return between(1 - Fraction(1, 1 << point.precision), 1, point.precision)
    term = total = point
    factor, number = square * 2, 1
    while factor * 2 > number or term * (1 << point.precision) > total:
        number += 2
        term = term * factor / number
        total = total + term
    rest = point.of((libmp.fzero, term.high))  # every further term is less than half of the one before
    pi = libmp.mpf_pi(point.precision + SPARE)
    return (total + rest) * exponential(-square) * 2 / root(_widened(point.of((pi, pi))))


def _rising(compute: Callable[..., End], value: Interval) -> Interval:
    """A function that grows with its argument."""
    low, high = (compute(end, value.precision + SPARE, "n") for end in value.ends if _short(end))
    return _widened(value.of((low, high)))


def _widened(value: Interval) -> Interval:
    """Ends further apart, by more than the error of a function computed with `SPARE` bits more."""
    unit = libmp.from_man_exp(1, -value.precision - SPARE // 2)
    low = libmp.mpf_sub(value.low, libmp.mpf_mul(libmp.mpf_abs(value.low), unit), value.precision, "f")
    high = libmp.mpf_add(value.high, libmp.mpf_mul(libmp.mpf_abs(value.high), unit), value.precision, "c")
    return value.of((low, high))


def _limited(value: Interval, least: int, most: int) -> Interval:
    """The part of an interval between two integers."""
    ends = libmp.from_int(least), libmp.from_int(most)
    return extremum("min", extremum("max", value, value.of((ends[0], ends[0]))), value.of((ends[1], ends[1])))
