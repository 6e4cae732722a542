"""Intervals hold the values that they stand for; mpmath with ten times the digits is the truth."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import mpmath
import pytest

from shapecheck.terms.scalars.exact import Meter, arithmetic
from shapecheck.terms.scalars.intervals import Interval

FUNCTIONS = ("exp", "log", "tanh", "sqrt", "sin", "cos", "erf")


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("precision", [64, 256])
def test_functions_hold_the_truth(name: str, precision: int) -> None:
    """Random fractions, small and large; the interval is narrow, too."""
    draws = random.Random(name)
    function = arithmetic(precision, Meter(10**9)).functions[name]
    with mpmath.workprec(3000):
        for _ in range(40):
            value = Fraction(draws.randint(1, 10**6), draws.choice([1, 7, 1000, 10**5, 10**9]) * 1000 + 1)
            if name not in ("log", "sqrt") and draws.random() < 0.5:
                value = -value
            found = function(value)
            if not isinstance(found, Interval):
                continue
            truth = getattr(mpmath, name)(mpmath.mpf(value.numerator) / value.denominator)
            low, high = mpmath.mpf(found.low), mpmath.mpf(found.high)
            assert low <= truth <= high
            assert high - low <= mpmath.mpf(2) ** (20 - precision) * max(1, abs(truth))


def test_arithmetic_holds_the_truth() -> None:
    """Sums, products and quotients of square roots, squared by hand: (sqrt(a) + sqrt(b))^2 = a + b + 2 sqrt(a b)."""
    functions = arithmetic(128, Meter(10**9)).functions
    for a in range(2, 9):
        for b in range(2, 9):
            roots = functions["+"](functions["sqrt"](a), functions["sqrt"](b))
            left = functions["*"](roots, roots)
            right = functions["+"](a, b, functions["*"](2, functions["sqrt"](a * b)))
            assert abs(functions["-"](left, right)) < Fraction(1, 2**110)
            assert functions["/"](left, right) > 1 - Fraction(1, 2**110)


def test_integers_and_fractions_stay_exact() -> None:
    """Python's own numbers."""
    functions = arithmetic(64, Meter(10**9)).functions
    assert functions["/"](7, 3) == Fraction(7, 3)
    assert functions["^"](7, -2) == Fraction(1, 49)
    assert functions["^"](Fraction(9, 4), Fraction(1, 2)) == Fraction(3, 2)
    assert functions["+"](2**70, 1) == 2**70 + 1
    assert functions["max"](-math.inf, 3) == 3
    assert functions["//"](Fraction(-15, 2), 2) == -4
