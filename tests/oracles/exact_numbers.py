"""Numbers without rounding: integers and fractions as they are, anything else between two bounds (mpmath's intervals).

Comes in: what an operation is called, and arrays of such numbers.  Goes out: an array.  NumPy only holds the entries
here; it computes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

import mpmath
import numpy as np

iv = mpmath.iv
iv.dps = mpmath.mp.dps = 40


class Unclear(ArithmeticError):
    """Two bounds overlap where a decision is needed, or a number has no value."""


def ends(number: Any) -> tuple[Any, Any]:
    """Both bounds as numbers of their own."""
    low, high = bounds(number)._mpi_
    return mpmath.make_mpf(low), mpmath.make_mpf(high)


def is_exact(number: Any) -> bool:
    """Whether it is an integer or a fraction."""
    return isinstance(number, int | Fraction)


def bounds(number: Any) -> Any:
    """A number between bounds."""
    if isinstance(number, Fraction):
        return iv.mpf(number.numerator) / iv.mpf(number.denominator)
    return iv.mpf(number) if isinstance(number, int) else number


def _both(exact: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def compute(one: Any, other: Any) -> Any:
        if is_exact(one) and is_exact(other):
            return exact(one, other)
        return exact(bounds(one), bounds(other))

    return compute


times = _both(lambda a, b: a * b)


def divide(one: Any, other: Any) -> Any:
    """A quotient."""
    if is_exact(other):
        if not other:
            raise Unclear("a division by 0")
    elif 0 in other:
        raise Unclear("a division by what may be 0")
    return Fraction(one) / other if is_exact(one) and is_exact(other) else bounds(one) / bounds(other)


def power(one: Any, other: Any) -> Any:
    """A power; of fractions only with whole exponents."""
    if is_exact(other) and Fraction(other).denominator == 1 and is_exact(one):
        exponent = int(other)
        if exponent < 0 and not one:
            raise Unclear("a negative power of 0")
        return Fraction(one) ** exponent if exponent < 0 else one**exponent
    if is_exact(other) and Fraction(other).denominator == 1 and 0 <= other <= 64:
        return reduce(lambda a, b: a * b, [bounds(one)] * int(other), iv.mpf(1))
    if bounds(one).a <= 0:
        raise Unclear("a broken power of what is not positive")
    return iv.exp(bounds(other) * iv.log(bounds(one)))


def less(one: Any, other: Any) -> bool:
    """Whether one number is less than another."""
    if is_exact(one) and is_exact(other):
        return bool(one < other)
    first, second = bounds(one), bounds(other)
    if first.b < second.a:
        return True
    if first.a >= second.b:
        return False
    raise Unclear("two bounds overlap")


def greater_of(one: Any, other: Any) -> Any:
    """The maximum; of overlapping bounds the bounds of the maximum."""
    if is_exact(one) and is_exact(other):
        return max(one, other)
    first, second = bounds(one), bounds(other)
    return iv.mpf([max(first.a, second.a), max(first.b, second.b)])


def negative(number: Any) -> Any:
    """The number with its sign turned."""
    return -number


def lesser_of(one: Any, other: Any) -> Any:
    """The minimum."""
    return -greater_of(-one, -other)


def erf(number: Any) -> Any:
    """The error function, which rises, between its values at both ends."""
    low, high = map(mpmath.erf, ends(number))
    slack = mpmath.mpf(10) ** -30
    return iv.mpf([low - slack, high + slack])


def sqrt(number: Any) -> Any:
    """The root, exact where it is a fraction."""
    if less(number, 0):
        raise Unclear("a root of a negative number")
    if is_exact(number):
        roots = [mpmath.libmp.isqrt(part) for part in Fraction(number).as_integer_ratio()]
        if Fraction(*map(int, roots)) ** 2 == number:
            return Fraction(*map(int, roots))
    return iv.sqrt(bounds(number))


def log(number: Any) -> Any:
    """The natural logarithm."""
    if not less(0, number):
        raise Unclear("a logarithm of what is not positive")
    return iv.log(bounds(number))


def exp(number: Any) -> Any:
    """The exponential."""
    return 1 if is_exact(number) and number == 0 else iv.exp(bounds(number))


def tanh(number: Any) -> Any:
    """The hyperbolic tangent."""
    if is_exact(number) and number == 0:
        return 0
    return 1 - 2 / (iv.exp(2 * bounds(number)) + 1)


def sigm(number: Any) -> Any:
    """1 / (1 + exp(-x))."""
    return divide(1, exp(-number) + 1)


def floored(one: Any, other: Any) -> Any:
    """The quotient rounded down, of exact numbers."""
    if not (is_exact(one) and is_exact(other) and other):
        raise Unclear("a rounded quotient")
    return one // other


def gelu(number: Any) -> Any:
    """x (1 + erf(x / sqrt 2)) / 2."""
    return divide(times(number, erf(divide(number, sqrt(2))) + 1), 2)


def _relu(number: Any) -> Any:
    return greater_of(number, 0)


SINGLE: Mapping[str, Callable[[Any], Any]] = {
    "neg": negative, "exp": exp, "log": log, "tanh": tanh, "sqrt": sqrt, "erf": erf, "sigm": sigm, "sigma": sigm,
    "sin": lambda x: iv.sin(bounds(x)), "cos": lambda x: iv.cos(bounds(x)), "abs": lambda x: greater_of(x, -x),
    "relu": _relu, "relu6": lambda x: lesser_of(_relu(x), 6), "silu": lambda x: times(x, sigm(x)), "gelu": gelu,
    "identity": lambda x: x, "sign": lambda x: less(0, x) - less(x, 0),
}  # fmt: skip
DOUBLE: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": _both(lambda a, b: a + b), "-": _both(lambda a, b: a - b), "*": times, ".*": times,
    "/": divide, "./": divide, "^": power, "max": greater_of, "min": lesser_of,
    "//": floored, "%": lambda a, b: a - floored(a, b) * b, "<": less, ">": lambda a, b: less(b, a),
    "<=": lambda a, b: not less(b, a), ">=": lambda a, b: not less(a, b),
    "==": lambda a, b: equal(a, b), "!=": lambda a, b: not equal(a, b),
    "and": lambda a, b: bool(a) and bool(b), "or": lambda a, b: bool(a) or bool(b),
}  # fmt: skip


def equal(one: Any, other: Any) -> bool:
    """Whether two exact numbers are equal; bounds that do not meet are not."""
    if is_exact(one) and is_exact(other):
        return bool(one == other)
    if bounds(one).b < bounds(other).a or bounds(other).b < bounds(one).a:
        return False
    raise Unclear("bounds meet")


def near(one: Any, other: Any, tolerance: float) -> bool:
    """Whether two numbers may be equal up to a relative tolerance, and their bounds are narrow enough to tell."""
    if is_exact(one) and is_exact(other):
        return abs(one - other) <= Fraction(tolerance) * max(abs(one), abs(other))
    first, second = bounds(one), bounds(other)
    scale = max(abs(first.a), abs(first.b), abs(second.a), abs(second.b))
    if max(first.delta, second.delta) > scale * mpmath.mpf(10) ** -20:
        raise Unclear("bounds are too wide")
    return bool((first - second).a <= tolerance * scale and (second - first).a <= tolerance * scale)


def array(entries: Any) -> Any:
    """An array that holds Python's numbers."""
    return np.array(entries, dtype=object)


def each(function: Callable[..., Any], *operands: Any) -> Any:
    """Entry by entry; a scalar goes with every entry."""
    shape = max((np.shape(operand) for operand in operands), key=len)
    made = np.empty(shape, dtype=object)
    for place in np.ndindex(*shape):
        made[place] = function(*(operand[place] if np.shape(operand) else operand[()] for operand in operands))
    return made


def folded(function: Callable[[Any, Any], Any], entries: Any) -> Any:
    """All numbers by an operation of two."""
    return reduce(function, entries)
