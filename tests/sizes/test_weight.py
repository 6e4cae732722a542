"""How large sizes are when they are written out."""

from __future__ import annotations

from shapecheck.sizes import integer, maximum, minimum, symbol, weight


def test_a_sum_of_names() -> None:
    """`n + m + 1`: three terms, two names."""
    assert weight(symbol("n") + symbol("m") + 1) == 5


def test_a_number() -> None:
    """One term, no name."""
    assert weight(integer(7)) == 1


def test_nested_extremes_double() -> None:
    """Each max(n - 1, min(m, e)) mentions e more than once: 2^20 is passed at 20 levels that are quick to build."""
    n, m = symbol("n"), symbol("m")
    size = n
    for _ in range(20):
        size = maximum(n - 1, minimum(m, size))
    assert weight(size) > 2**20
