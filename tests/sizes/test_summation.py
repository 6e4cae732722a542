"""Closed forms of sums.  Truth: adding up the terms one by one with Python integers."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.sizes import Size, maximum, power, show_factored, summation, symbol

i, T, a, k = map(symbol, ["i", "T", "a", "k"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=5, max_size=5), st.integers(-6, 6), st.integers(0, 9))
def test_polynomials(coefficients: list[int], low: int, length: int) -> None:
    """Truth: term by term, empty ranges included."""
    body = sum((c * a * i**degree for degree, c in enumerate(coefficients)), a - a)
    closed = summation(body, "i", symbol("low"), symbol("low") + T - 1)
    assert closed is not None
    terms = [c * 3 * v**degree for v in range(low, low + length) for degree, c in enumerate(coefficients)]
    assert closed.evaluate({"low": low, "T": length, "a": 3}) == sum(terms)


@pytest.mark.parametrize("base", [2, 3, 6])
@pytest.mark.parametrize("length", [0, 1, 5])
def test_geometric_sums(base: int, length: int) -> None:
    """Truth: term by term."""
    closed = summation(5 * power(base, i + 1) * T + i, "i", a, a + T - 1)
    assert closed is not None
    expected = sum(5 * base ** (value + 1) * length + value for value in range(2, 2 + length))
    assert closed.evaluate({"a": 2, "T": length}) == expected


@pytest.mark.parametrize("body", [i // 2, maximum(i, 3), power(2, i) * i, power(i, k), power(2, i * T)])
def test_other_bodies_have_no_closed_form_here(body: Size) -> None:
    """Truth: the documented limits: floors, maxima and mixed products of the index are not summed."""
    assert summation(body, "i", a, T) is None


def test_triangular_sum_reads_well() -> None:
    """Truth: 1 + .. + T = T(T+1)/2."""
    assert str(summation(i, "i", a - a + 1, T)) == "(T^2 + T) // 2"
    square = summation(2 * i - 1, "i", a - a + 1, T)
    assert square is T * T
    assert show_factored(square) == "T^2"


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("length", [0, 1, 2, 7])
def test_sums_of_sums(depth: int, length: int) -> None:
    """Truth: counting the nested indices one by one; sums of sums of 1 are binomials (Pascal's triangle)."""

    def count(left: int, most: int) -> int:
        return 1 if left == 0 else sum(count(left - 1, value) for value in range(1, most + 1))

    body = symbol("a") ** 0
    for number in range(depth):
        closed = summation(body, f".{number}", 1, symbol(f".{number + 1}"))
        assert closed is not None
        body = closed
    assert body.evaluate({f".{depth}": length}) == count(depth, length) == comb(length + depth - 1, depth)


def test_tetrahedral_numbers_read_well() -> None:
    """Truth: the sum of T (T + 1) / 2 is T (T + 1) (T + 2) / 6."""
    assert summation((i * (i + 1)) // 2, "i", 1, T) is (T * (T + 1) * (T + 2)) // 6


def test_quotients_that_always_divide_stand_beside_other_factors() -> None:
    """Truth: term by term."""
    body = a * i * ((i * i + i) // 2) + ((i**3 - i) // 6) ** 2 + (k // 2) * i
    closed = summation(body, "i", -3, T)
    assert closed is not None
    for last in range(-4, 9):
        terms = [5 * v * (v * v + v) // 2 + ((v**3 - v) // 6) ** 2 + 3 * v for v in range(-3, last + 1)]
        assert closed.evaluate({"a": 5, "k": 7, "T": last}) == sum(terms)


@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_shifted_geometric_sums(shift: int) -> None:
    """Truth: term by term; from i = 1 on, the sum of 2^(i - 1) is 2^n - 1."""
    closed = summation(3 * power(2, i - shift) * k, "i", shift, T)
    assert closed is not None
    for last in range(max(shift - 1, 0), shift + 6):
        assert closed.evaluate({"T": last, "k": 5}) == sum(15 * 2 ** (v - shift) for v in range(shift, last + 1))
    assert summation(power(2, i - 1), "i", 1, T) is power(2, T) - 1


def test_terms_without_a_value_have_no_sum() -> None:
    """Truth: 2^i is no integer for i = -3, and 2^(10^9) is too long to be written out."""
    assert summation(power(2, i), "i", -3, T) is None
    assert summation(power(2, i), "i", 10**9, T) is None
