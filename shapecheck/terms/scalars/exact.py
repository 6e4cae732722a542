"""Exact arithmetic: the meaning of a `Call` for numbers that are known for certain.

In: integers of any length, rationals, truth values, the two infinities (as floats), and `Interval`s, which hold a real
number between two ends.  Out: the same.  Integers and rationals are never rounded; other real numbers
are intervals of the precision asked for.

`UndefinedValue` says that there is no value (`0 / 0`, the root of a negative number), `Undecided` that a narrower
interval may be needed, and `Unsettled` that none would do.

A real of the spec such as 0.1 is no number that a run can hold: it stands for all numbers that are read as the same
double, the decimal as written among them, and is an interval that no precision narrows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import partial

from shapecheck.record import record
from shapecheck.terms.scalars.floats import Arithmetic, UndefinedValue
from shapecheck.terms.scalars.number import Number, TooMuchWork
from shapecheck.terms.scalars.rational import (
    difference,
    divide,
    floor_quotient,
    negate,
    power,
    product,
    remainder,
    total,
)
from shapecheck.terms.scalars.real import analytic, compared, extremum, logarithm, root

WHOLE = 1 << 53
"""Whole reals below this are held exactly however they are written."""


@record(frozen=False)
class Meter:
    """The work that may still be done, in operations of small integers."""

    left: int

    def spend(self, value: Number) -> None:
        """Count one result, longer numbers for more."""
        if value.__class__ is int:
            self.left -= 1 if -WHOLE < value < WHOLE else 1 + (value.bit_length() >> 6)
        elif value.__class__ is Fraction:
            self.left -= 6 + ((value.numerator.bit_length() + value.denominator.bit_length()) >> 5)
        elif value.__class__ is bool or value.__class__ is float:
            self.left -= 1
        else:
            self.left -= 16 + (value.precision >> 4)
        if self.left < 0:
            raise TooMuchWork


def is_exact(value: float) -> bool:
    """Whether a real of a spec is the number that a run holds for it, so that nothing is rounded when it is read."""
    if not math.isfinite(value):
        return True
    return abs(value) <= WHOLE and Fraction(value) == Fraction(repr(value))


def arithmetic(precision: int, meter: Meter) -> Arithmetic:
    """Exact arithmetic with intervals of `precision` bits, until the meter runs out."""
    given = {name: partial(function, precision) for name, function in WITH_PRECISION.items()}
    return Arithmetic({**FUNCTIONS, **given}, partial(literal, precision), truth, meter.spend)


def literal(precision: int, value: int | float) -> Number:
    """A number as the spec says it."""
    if not isinstance(value, float):
        return value
    if math.isnan(value):
        raise UndefinedValue("a number that is none")
    if is_exact(value):
        return Fraction(value) if math.isfinite(value) else value
    from shapecheck.terms.scalars.intervals import between

    own, unit = Fraction(value), Fraction(math.ulp(value)) / 2
    return between(own - unit, own + unit, max(precision, 64))


def truth(value: Number) -> bool:
    """Whether a value counts as true."""
    return bool(value)


FUNCTIONS: dict[str, Callable[..., Number]] = {
    "neg": negate,
    "abs": abs,
    "max": extremum("max"),
    "min": extremum("min"),
    "==": compared(lambda left, right: left == right),
    "!=": compared(lambda left, right: left != right),
    "<=": compared(lambda left, right: left <= right),
    ">=": compared(lambda left, right: left >= right),
    "<": compared(lambda left, right: left < right),
    ">": compared(lambda left, right: left > right),
    "and": lambda *values: all(map(truth, values)),
    "or": lambda *values: any(map(truth, values)),
    "not": lambda value: not truth(value),
}
WITH_PRECISION: dict[str, Callable[..., Number]] = {
    "+": total,
    "*": product,
    "-": difference,
    "/": divide,
    "//": floor_quotient,
    "%": remainder,
    "^": power,
    "sqrt": root,
    "log": logarithm,
    "exp": analytic("exp", 1, math.inf),
    "tanh": analytic("tanh", 0, 1),
    "erf": analytic("erf", 0, 1),
    "sin": analytic("sin", 0, None),
    "cos": analytic("cos", 1, None),
}
