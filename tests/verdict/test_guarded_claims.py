"""`and` and `or` guard what stands to their right: it needs to be defined only where it decides the answer.

The truth is Python's own evaluation of the claim, which stops where the left side decides, at all small sizes.
"""

from __future__ import annotations

import pytest

from ..graph.asking import verdicts

CLAIMS = [
    "n < 2 or n // (n - 1) >= 1",
    "n == 1 or n // (n - 1) == 1",
    "n >= 2 and n // (n - 1) >= 1 or n == 1",
    "(n < 2 or n // (n - 1) >= 1) and n != 1",
    "(n < 2 or n // (n - 1) >= 1) and n >= 2",
    "n <= k or n % (n - k) < n - k",
    "(n <= k or n % (n - k) < n - k) and n > k",
    "not (n >= 2 and n // (n - 1) >= 3)",
    "not (n >= 2 and n // (n - 1) >= 2)",
    "n > 1 and 5 // (n - 1) >= 0",
    "n == 1 or k == 1 or n // (n - 1) + k // (k - 1) >= 2",
    "n == 1 or k == 1 or n // (n - 1) + k // (k - 1) >= 3",
    "(n < 3 or 2^(n - 3) >= 1) and n != 1",
    "n < 3 or 2^(n - 3) >= 1",
]


@pytest.mark.parametrize("claim", CLAIMS)
def test_guarded_claim(claim: str) -> None:
    """A guarded claim is proved only if it is true at all small sizes, and refuted only if it fails at one."""
    python = claim.replace("^", "**")
    true = all(eval(python, {"n": n, "k": k}) for n in range(1, 12) for k in range(1, 12))
    assert verdicts(f"dim n, k\nclaim {claim}\n")[0] in (["proved", "tested"] if true else ["refuted"])


def test_unguarded_claim() -> None:
    """What stands to the left is read first, so that no guard to its right helps it."""
    assert verdicts("dim n\nclaim n // (n - 1) >= 1 or n < 2\n") == ["error"]
