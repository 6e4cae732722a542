"""Scalar functions on Python numbers: the meaning of a `Call` for one entry.

In: ints, floats and truth values.  Out: an int where all arguments are integers and the function keeps them (exact,
of any length), a float by the rules of IEEE 754 otherwise, a truth value for comparisons and logic.  Undefined
values are NaN; nothing raises.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from shapecheck.record import record

Value = int | float | bool


class UndefinedValue(ArithmeticError):
    """A function whose value is not a number, or a subscript outside literal data; the message says which."""


@record
class Arithmetic:
    """A kind of numbers, with its functions.

    `literal` is told a number of the spec, `truth` a value that decides a condition; `spend` is told every value that
    was computed, and may refuse to go on by raising.
    """

    functions: Mapping[str, Callable[..., Any]]
    literal: Callable[[int | float], Any]
    truth: Callable[[Any], bool]
    spend: Callable[[Any], None]


def _floats(function: Callable[[float], float]) -> Callable[[Value], float]:
    """A function of floats that gives NaN outside its domain and infinity where it overflows."""

    def guarded(value: Value) -> float:
        try:
            return function(float(value))
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    return guarded


def _logarithm(value: float) -> float:
    return -math.inf if value == 0 else math.log(value)


def _quotient(left: Value, right: Value) -> float:
    if right != 0:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _floor_quotient(left: Value, right: Value) -> Value:
    return left // right if right != 0 else _quotient(left, right) if isinstance(right, float) else math.nan


def _remainder(left: Value, right: Value) -> Value:
    return left % right if right != 0 else math.nan


def _power(base: Value, exponent: Value) -> Value:
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        return int(base**exponent)
    if base == 0 and exponent < 0:
        return math.inf
    try:
        return math.pow(base, exponent)
    except ValueError:
        return math.nan
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf


def _product(*values: Value) -> Value:
    return math.prod(values)


def _difference(left: Value, *right: Value) -> Value:
    return left - right[0] if right else -left


def _extremum(best: Callable[..., Any]) -> Callable[..., Value]:
    def of(*values: Value) -> Value:
        return math.nan if any(value != value for value in values) else best(values)

    return of


FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "+": lambda *values: sum(values),
    "*": _product,
    "-": _difference,
    "neg": lambda value: -value,
    "/": _quotient,
    "^": _power,
    "//": _floor_quotient,
    "%": _remainder,
    "max": _extremum(max),
    "min": _extremum(min),
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "and": lambda *values: all(values),
    "or": lambda *values: any(values),
    "not": lambda value: not value,
    "abs": abs,
    "exp": _floats(math.exp),
    "log": _floats(_logarithm),
    "tanh": _floats(math.tanh),
    "sqrt": _floats(math.sqrt),
    "sin": _floats(math.sin),
    "cos": _floats(math.cos),
    "erf": _floats(math.erf),
}
"""Every function that a `Call` may name."""


def _checked(name: str, function: Callable[..., Value]) -> Callable[..., Value]:
    """The function, which raises `UndefinedValue` where it is undefined."""

    def value(*operands: Value) -> Value:
        result = function(*operands)
        if result != result:
            raise UndefinedValue(f"{name} of {', '.join(map(str, operands))} is not a number")
        return result

    return value


def _free(value: Value) -> None:
    """Counts nothing."""


FLOATS = Arithmetic(
    {name: _checked(name, function) for name, function in FUNCTIONS.items()}, lambda value: value, bool, _free
)
"""Integers of any length, and floats."""
