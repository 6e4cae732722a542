"""Functions of numbers that are known for certain: `exp` and its like, comparisons, the greatest and the least.

In: `Number`s and, where an interval may come out, its precision.  Out: a `Number`, or a truth value.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import reduce

from shapecheck.terms.scalars.floats import UndefinedValue
from shapecheck.terms.scalars.number import Number, as_interval, is_infinite, is_rational, rational_root, told


def analytic(name: str, at_zero: int, at_infinity: float | None) -> Callable[[int, Number], Number]:
    """A function that is rational at 0 alone; `at_infinity` None: it has no value there."""

    def of(precision: int, value: Number) -> Number:
        from shapecheck.terms.scalars import intervals

        if is_infinite(value):
            return _at_infinity(name, at_infinity, value)
        if is_rational(value) and value == 0:
            return Fraction(at_zero)
        compute: Callable[..., Number] = getattr(intervals, INTERVALS[name])
        own = as_interval(precision, value)
        return intervals.wave(name, own) if INTERVALS[name] == "wave" else compute(own)

    return of


def _at_infinity(name: str, limit: float | None, value: float) -> Number:
    if limit is None:
        raise UndefinedValue(f"{name} of {value} is not a number")
    if name == "exp":
        return value if value > 0 else Fraction(0)
    return Fraction(int(limit) if value > 0 else -int(limit))


INTERVALS = {"exp": "exponential", "tanh": "hyperbolic_tangent", "sin": "wave", "cos": "wave", "erf": "error_function"}


def root(precision: int, value: Number) -> Number:
    from shapecheck.terms.scalars import intervals

    if value < 0:
        raise UndefinedValue(f"sqrt of {told(value)} is not a number")
    if is_infinite(value):
        return value
    exact = rational_root(Fraction(value), 2) if is_rational(value) else None
    return intervals.root(as_interval(precision, value)) if exact is None else exact


def logarithm(precision: int, value: Number) -> Number:
    from shapecheck.terms.scalars import intervals

    if value < 0:
        raise UndefinedValue(f"log of {told(value)} is not a number")
    if value == 0:
        return -math.inf
    if is_infinite(value):
        return value
    if is_rational(value) and value == 1:
        return Fraction(0)
    return intervals.logarithm(as_interval(precision, value))


# ---- comparisons and choices -------------------------------------------------------------------


def compared(function: Callable[[Number, Number], bool]) -> Callable[[Number, Number], bool]:
    """A comparison; an infinity is beyond every other number."""

    def of(left: Number, right: Number) -> bool:
        return function(_plain(left, right), _plain(right, left))

    return of


def _plain(value: Number, other: Number) -> Number:
    """The value in a comparison: next to an infinity, any finite number does."""
    return 0 if is_infinite(other) and not is_infinite(value) else value


def extremum(operator: str) -> Callable[..., Number]:
    best = max if operator == "max" else min

    def pair(left: Number, right: Number) -> Number:
        if _is_plain(left) and _is_plain(right):
            return best(left, right)
        from shapecheck.terms.scalars import intervals

        if is_infinite(left) or is_infinite(right):
            infinite, other = (left, right) if is_infinite(left) else (right, left)
            return infinite if (infinite > 0) == (operator == "max") else other
        precision = left.precision if not is_rational(left) else right.precision
        return intervals.extremum(operator, as_interval(precision, left), as_interval(precision, right))

    return lambda *values: reduce(pair, values)


def _is_plain(value: Number) -> bool:
    return isinstance(value, int | Fraction | float)
