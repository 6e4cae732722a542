"""Ranges hold what they are said to hold, and only what has a value gets one.

The independent truth: numbers drawn from the ranges of the arguments, computed with Python's own arithmetic.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from fractions import Fraction
from math import inf

import pytest

from shapecheck.terms.definedness.range_functions import FUNCTIONS, whole_power
from shapecheck.terms.definedness.ranges import Range, Undefined, joined, met, point, tidy, times

Number = Fraction | float
ENDS = (-inf, -3, -2, -1, Fraction(-1, 2), 0, Fraction(1, 3), 1, 2, Fraction(7, 2), inf)


def drawn_range(draw: random.Random) -> Range:
    """An interval between two of the ends, now and then with infinities, without 0, or of integers."""
    while True:
        low, high = sorted((draw.choice(ENDS), draw.choice(ENDS)))
        if low == inf or high == -inf:
            continue
        found = tidy(
            Range(
                low if low == -inf else Fraction(low),
                high if high == inf else Fraction(high),
                draw.random() < 0.3,
                draw.random() < 0.3,
                draw.random() < 0.15,
                draw.random() < 0.15,
                draw.random() < 0.3,
                draw.random() < 0.3,
            )
        )
        if not found.nothing:
            return found


def is_in(value: Number, found: Range) -> bool:
    """Whether a number is in a range, said again."""
    if value in (inf, -inf):
        return found.plus if value > 0 else found.minus
    inside = found.low <= value <= found.high
    at_end = (found.above and value == found.low) or (found.below and value == found.high)
    return inside and not at_end and not (found.whole and value != int(value)) and not (found.nonzero and value == 0)


def members(draw: random.Random, found: Range) -> list[Number]:
    """Numbers of a range: its ends, where they are reached, small ones, large ones, infinities."""
    candidates: list[Number] = [Fraction(draw.randint(-40, 40), draw.choice((1, 1, 2, 3, 8))) for _ in range(30)]
    candidates += [Fraction(0), Fraction(1), Fraction(-1), Fraction(1000), Fraction(-1000), inf, -inf]
    candidates += [Fraction(end) for end in (found.low, found.high) if end not in (inf, -inf)]
    candidates += [candidate + Fraction(1, 10**6) for candidate in candidates if abs(candidate) != inf]
    return [candidate for candidate in candidates if is_in(candidate, found)]


def _power(base: Number, exponent: Number) -> Number | None:
    if abs(base) == inf or abs(exponent) == inf:
        return None
    if exponent == int(exponent):
        return None if (base == 0 and exponent < 0) or abs(exponent) > 40 else Fraction(base) ** int(exponent)
    if base < 0 or (base == 0 and exponent < 0) or abs(exponent) > 40:
        return None
    return float(base) ** float(exponent)


def _floor(left: Number, right: Number) -> Number | None:
    return None if right == 0 or inf in (abs(left), abs(right)) else Fraction(left // right)


def _remainder(left: Number, right: Number) -> Number | None:
    return None if right == 0 or inf in (abs(left), abs(right)) else left % right


def _sum(left: Number, right: Number) -> Number | None:
    return None if left == -right and abs(left) == inf else left + right


def _quotient(left: Number, right: Number) -> Number | None:
    if right == 0 or (abs(left) == inf == abs(right)):
        return None
    return Fraction(0) if abs(right) == inf else left / right


def _times(left: Number, right: Number) -> Number | None:
    return None if {0, inf} <= {abs(left), abs(right)} else left * right


def _root(value: Number) -> Number | None:
    return None if value < 0 else math.sqrt(value)


TRUTHS: dict[str, Callable[..., Number | None]] = {
    "+": _sum,
    "-": lambda left, right: _sum(left, -right),
    "/": _quotient,
    "//": _floor,
    "%": _remainder,
    "^": _power,
    "max": max,
    "min": min,
    "neg": lambda value: -value,
    "abs": abs,
    "exp": lambda value: None if inf > value > 600 else math.exp(value),
    "log": lambda value: math.log(value) if value > 0 else None,
    "sqrt": _root,
    "tanh": math.tanh,
    "erf": math.erf,
    "sin": lambda value: None if abs(value) == inf else math.sin(value),
}
ONE_ARGUMENT = {"neg", "abs", "exp", "log", "sqrt", "tanh", "erf", "sin"}


def _holds(value: Number, found: Range) -> bool:
    """Membership, with the rounding of functions of floats let pass."""
    if is_in(value, found):
        return True
    near = isinstance(value, float) and abs(value) < inf
    return near and any(is_in(Fraction(value) + step, found) for step in (Fraction(1, 10**9), Fraction(-1, 10**9)))


@pytest.mark.parametrize("name", TRUTHS)
def test_results_are_in_the_range(name: str) -> None:
    """300 draws of ranges, all pairs of up to 14 numbers of each: inside of the result's range, and none undefined."""
    draw = random.Random(name)
    decided = 0
    for _ in range(300):
        ranges = [drawn_range(draw) for _ in range(1 if name in ONE_ARGUMENT else 2)]
        try:
            found = FUNCTIONS[name](*ranges)
        except Undefined:
            continue
        decided += 1
        for left in members(draw, ranges[0])[:14]:
            for arguments in [(left,)] if len(ranges) == 1 else [(left, r) for r in members(draw, ranges[1])[:14]]:
                value = TRUTHS[name](*arguments)
                if value is None:
                    large = name in ("exp", "^")
                    assert large, f"{name} of {arguments} in {ranges} has no value"
                    continue
                assert _holds(value, found), f"{name} of {arguments} in {ranges} is {value}, not in {found}"
    assert decided > 30


def test_products() -> None:
    """The same for the product."""
    draw = random.Random(5)
    for _ in range(600):
        one, other = drawn_range(draw), drawn_range(draw)
        try:
            found = times(one, other)
        except Undefined:
            continue
        for left in members(draw, one)[:14]:
            for right in members(draw, other)[:14]:
                value = _times(left, right)
                assert value is not None and is_in(value, found), (left, right, one, other, found)


@pytest.mark.parametrize("exponent", [-3, -2, -1, 0, 1, 2, 3, 4, 20, 21])
def test_whole_powers(exponent: int) -> None:
    """A number to a known power."""
    draw = random.Random(exponent)
    for _ in range(200):
        base = drawn_range(draw)
        if base.infinite:
            continue
        try:
            found = whole_power(base, exponent)
        except Undefined:
            assert exponent < 0 and base.may_be_zero
            continue
        for value in members(draw, base):
            if value or exponent >= 0:
                assert is_in(Fraction(value) ** exponent, found), (value, exponent, base, found)


def test_unions_and_intersections() -> None:
    """What is in one or in both is in the union; what is in both, and only that, in the intersection."""
    draw = random.Random(6)
    for _ in range(1000):
        one, other = drawn_range(draw), drawn_range(draw)
        union, both = joined((one, other)), met(one, other)
        assert one in union and other in union
        for value in members(draw, one) + members(draw, other):
            assert is_in(value, union)
            assert is_in(value, both) == (is_in(value, one) and is_in(value, other)), (value, one, other, both)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("/", (point(1), point(0))),
        ("/", (point(0), Range())),
        ("/", (point(inf), point(inf))),
        ("+", (point(inf), point(-inf))),
        ("-", (Range(plus=True), Range(plus=True))),
        ("sqrt", (Range(),)),
        ("sqrt", (Range(Fraction(0), minus=True),)),
        ("log", (Range(Fraction(0)),)),
        ("%", (Range(), Range())),
        ("//", (Range(), Range(Fraction(-1)))),
        ("^", (Range(), point(0.5))),
        ("^", (Range(Fraction(0)), point(-1))),
        ("sin", (Range(plus=True),)),
    ],
)
def test_undefined(name: str, arguments: tuple[Range, ...]) -> None:
    """0 / 0, infinity less infinity, roots and logarithms of what may be negative or 0, and the like."""
    with pytest.raises(Undefined):
        FUNCTIONS[name](*arguments)
