"""A choice between sizes in a claim or a condition is told apart case by case, so that it is decided for all sizes.

The truth is the reading by hand that stands beside each claim.
"""

from __future__ import annotations

import pytest

from .asking import counterexamples, verdicts

PROVED = [
    "(if n > 3 then n - 1 else n) <= n",
    "max(if n >= m then n else m, 1) == max(n, m)",
    "n >= 1 + (if n > 1 then 6 // (n - 1) else 0) - 6",  # the divisor is needed only where it is positive
    "(if n == 1 then 2 else if n == 2 then 3 else n + 1) == n + 1",
    "not (if n > m then n else m) < n",
    "if n > m then n >= m + 1 else n <= m",
    "n <= m when (if n > m then n else m) == m",
]
REFUTED = [
    ("m >= (if n > 2 then n else m)", {"n": 3, "m": 1}),
    ("(if n > 4 then n - 4 else n) >= 2 when n >= 2", {"n": 5}),
]


@pytest.mark.parametrize("claim", PROVED)
def test_true_for_all_sizes(claim: str) -> None:
    """Proved, not only tried at a few sizes."""
    assert verdicts(f"dim n, m\nclaim {claim}\n") == ["proved"]


@pytest.mark.parametrize(("claim", "numbers"), REFUTED)
def test_false_at_the_smallest_sizes(claim: str, numbers: dict[str, int]) -> None:
    """Refuted with the smallest sizes that fail."""
    text = f"dim n, m\nclaim {claim}\n"
    assert verdicts(text) == ["refuted"]
    assert counterexamples(text)[0].items() >= numbers.items()


def test_assumption_with_a_choice() -> None:
    """An assumption may have one too."""
    assert verdicts("dim n, m\nassume (if n > m then n else m) <= 4\nclaim n + m <= 8\n") == ["proved"]


def test_a_divisor_that_is_needed_is_owed() -> None:
    """Where the branch is taken its divisor has to be positive."""
    assert verdicts("dim n\nclaim (if n > 1 then 6 // (n - 2) else 0) >= 0\n") == ["error"]
