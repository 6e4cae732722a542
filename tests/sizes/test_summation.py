"""Closed forms of sums.  Truth: adding up the terms one by one with Python integers."""

from __future__ import annotations

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
