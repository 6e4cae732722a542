"""The nearest name: the distance against a brute-force search, the choice against cases a person would judge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecheck.diagnostics.suggest import distance, nearest


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("sgim", ["tanh", "sigm", "exp"], "sigm"),
        ("sigmoid", ["tanh", "sigm", "exp"], None),
        ("w", ["W", "V"], "W"),
        ("q", ["p", "d"], None),
        ("hiden", ["hidden", "input"], "hidden"),
        ("relu", ["Relu", "reLU2"], "Relu"),
        ("maxpol", ["maxpool", "avgpool"], "maxpool"),
        ("anything", [], None),
        ("x1", ["x2", "y1", "X1"], "X1"),
    ],
)
def test_nearest(name: str, candidates: list[str], expected: str | None) -> None:
    """A slip is put right; a name that is merely as short as another one is not taken for it."""
    assert nearest(name, candidates) == expected


def test_ties_do_not_depend_on_the_order() -> None:
    """The same mistake always gets the same suggestion."""
    assert nearest("abc", ["abd", "abe"]) == nearest("abc", ["abe", "abd"]) == "abd"


def slow_distance(left: str, right: str) -> float:
    """The definition, tried in all ways: the last letters match, or are replaced, inserted, deleted, exchanged."""
    if not left or not right:
        return float(len(left) + len(right))
    change = 0.0 if left[-1] == right[-1] else 0.5 if left[-1].lower() == right[-1].lower() else 1.0
    ways = [
        slow_distance(left[:-1], right[:-1]) + change,
        slow_distance(left[:-1], right) + 1,
        slow_distance(left, right[:-1]) + 1,
    ]
    if left[-2:] == right[-2:][::-1] and len(left) > 1 and len(right) > 1:
        ways.append(slow_distance(left[:-2], right[:-2]) + 1)
    return min(ways)


@given(st.text("abA", max_size=5), st.text("abA", max_size=5))
def test_distance_is_the_least_over_all_ways(left: str, right: str) -> None:
    """Independent truth: exhaustive recursion over the definition."""
    assert distance(left, right) == slow_distance(left, right)
