"""Ranges of reals: ends are rounded outwards, so that no number that can occur lies outside.

The truth is exact arithmetic on fractions, and mpmath at 60 digits for exp and sqrt.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from fractions import Fraction

import mpmath
import pytest

from shapecheck.infer.values.reals import _ALONE, _TOGETHER, Span, _point

EXACT: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one / other,
}


def _ends(draw: random.Random) -> tuple[float, float]:
    scale = 10.0 ** draw.randint(-280, 280) if draw.random() < 0.3 else 1.0
    one, other = draw.uniform(-3, 3) * scale, draw.choice([0.1, 1.0, 3.0, 1e16, 2.0**53 + 2]) * scale
    return min(one, other), max(one, other)


def _holds(span: Span, number: Fraction) -> bool:
    return (span.low == -math.inf or Fraction(span.low) <= number) and (
        span.high == math.inf or number <= Fraction(span.high)
    )


@pytest.mark.parametrize("sign", EXACT)
def test_sums_products_and_quotients_of_ends_lie_inside(sign: str) -> None:
    """2,000 pairs of ranges: what exact arithmetic makes of their ends lies in the range of the result."""
    draw = random.Random(7)
    for _ in range(2000):
        left, right = _ends(draw), _ends(draw)
        if sign == "/" and right[0] <= 0 <= right[1]:
            continue
        span = _TOGETHER[sign](Span(*left), Span(*right))
        for one in left:
            for other in right:
                assert _holds(span, EXACT[sign](Fraction(one), Fraction(other))), (left, right)


@pytest.mark.parametrize("name", ["exp", "sqrt"])
def test_exp_and_sqrt_of_ends_lie_inside(name: str) -> None:
    """2,000 ranges, also beyond what a float holds."""
    draw = random.Random(8)
    with mpmath.workdps(60):
        for _ in range(2000):
            low = draw.uniform(-800, 800) if name == "exp" else draw.uniform(0, 1e6)
            high = low + draw.uniform(0, 10)
            span = _ALONE[name](Span(low, high))
            for end in (low, high):
                value = getattr(mpmath, name)(mpmath.mpf(end))
                assert mpmath.mpf(span.low) <= value <= mpmath.mpf(span.high), (low, high)


def test_ends_that_a_float_holds_stay_as_they_are() -> None:
    """0 <= x <= 1 says 1 <= exp(x), 0 <= sqrt(x) <= 1 and 2 <= x + 2 <= 3, without a gap."""
    unit = Span(0.0, 1.0)
    assert _ALONE["exp"](unit).low == 1.0 and _ALONE["sqrt"](Span(-math.inf, 4.0)) == Span(0.0, 2.0)
    assert _ALONE["sqrt"](unit) == unit and _ALONE["sqrt"](Span(4.0, 9.0)) == Span(2.0, 3.0)
    assert _TOGETHER["+"](unit, _point(2)) == Span(2.0, 3.0)


def test_a_whole_number_between_two_floats_lies_between_its_ends() -> None:
    """2^53 + 1 is no float, and 10^400 is above all of them."""
    assert _point(2**53 + 1) == Span(2.0**53, 2.0**53 + 2)
    assert _point(10**400).low < math.inf == _point(10**400).high
