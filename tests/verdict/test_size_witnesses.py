"""Witnesses of size claims name every size that matters.  Truth: worked out by hand."""

from __future__ import annotations

import pytest

from ..graph.asking import counterexamples, mistakes

CASES = [
    ("dim H, T\nclaim H != 8 for i in 1..(T // 2)\n", {"H": 8, "T": 2}),
    ("dim H, T\nclaim H != 8 for i in 3..T\n", {"H": 8, "T": 3}),
    ("dim H, T\nclaim H != 8 when T >= 4\n", {"H": 8, "T": 4}),
    ("dim H, T, U\nclaim H != 8 for i in 1..(T // 2), j in 1..(U // 3)\n", {"H": 8, "T": 2, "U": 3}),
    ("dim H, T, U\nclaim H != 8\n", {"H": 8}),
]


@pytest.mark.parametrize(("spec", "expected"), CASES)
def test_sizes_that_bound_an_index_are_named(spec: str, expected: dict[str, int]) -> None:
    """With fewer the range would have no member, and the claim would hold."""
    assert counterexamples(spec) == [expected]


ALL = "(a + b + c + d + e + f)"


@pytest.mark.parametrize("size", [f"{ALL}^40", f"{ALL}^10 * (2b + {ALL})^10", "2^100000", "2^(10000 * a)"])
def test_sizes_that_are_too_large_are_a_message(size: str) -> None:
    """Truth: each has more than ten thousand terms or digits."""
    [found] = mistakes(f"dim a, b, c, d, e, f\nclaim {size} >= 1\n")
    assert "size-too-large" in str(found)
