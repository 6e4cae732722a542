"""A size chosen by a condition: `dim m = (if n > 3 then n - 1 else n)`.

Independent truth: Python's own conditional expression, at all small numbers.
"""

from __future__ import annotations

import pytest

from .asking import computed, mistakes, verdicts

CONDITIONS = [
    ("n > 3", "n > 3"), ("n >= 3", "n >= 3"), ("n < 3", "n < 3"), ("n <= 3", "n <= 3"), ("n == 3", "n == 3"),
    ("n != 3", "n != 3"), ("2 <= n < 5", "2 <= n < 5"), ("n % 2 == 0 and n > 3", "n % 2 == 0 and n > 3"),
    ("n == 1 or n == 4", "n == 1 or n == 4"), ("not n == 2", "not n == 2"),
    ("n > 1 and 6 // (n - 1) > 2", "n > 1 and 6 // (n - 1) > 2"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "python"), CONDITIONS)
def test_the_size_is_that_of_the_branch(condition: str, python: str) -> None:
    """n + 2 where the condition holds, else 2n."""
    text = f"dim n\ndim m = (if {condition} then n + 2 else 2n)\ny = ones(m)\n"
    for n in range(1, 7):
        assert len(computed(text, "y", {"n": n})) == (n + 2 if eval(python, {"n": n}) else 2 * n)


def test_the_branch_that_is_not_taken_needs_no_meaning() -> None:
    """6 // (n - 1) has none at n = 1."""
    text = "dim n\ndim m = (if n > 1 then 6 // (n - 1) + 1 else 5)\ny = ones(m)\n"
    assert [len(computed(text, "y", {"n": n})) for n in (1, 2, 3, 7)] == [5, 7, 4, 2]
    assert not mistakes(text)


def test_bounds_of_a_chosen_size_are_proved() -> None:
    """n - 1 and n are at most n; n - 1 is not at least n."""
    text = "dim n\ndim m = (if n > 3 then n - 1 else n)\nclaim m <= n\nclaim m >= 1\nclaim m >= n\n"
    assert verdicts(text) == ["proved", "proved", "refuted"]


def test_chosen_sizes_in_arguments() -> None:
    """A layer's parameter, and a shape."""
    text = "dim n\ninput x : n\ny = x -> dense((if n > 2 then 2 else n))\n"
    text += "claim y : 2 when n == 5\nclaim y : 1 when n == 1\n"
    assert verdicts(text) == ["proved", "proved"]
