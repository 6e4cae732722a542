"""Ranges without a member.  Truth: by hand."""

from __future__ import annotations

import pytest

from .told import codes

HEAD = "dim T\ninput x[t in 1..T] : 2\n"


@pytest.mark.parametrize(
    ("line", "empty"),
    [
        ("y = x[1] + sum[t in 3..2] x[1]", True),
        ("y = x[1] + sum[t in T+1..T] x[1]", True),
        ("y = x[1] + sum[t in 2..T] x[t]", False),
    ],
)
def test_a_sum_without_terms(line: str, empty: bool) -> None:
    """Nothing is from 3 to 2, or from T + 1 to T; from 2 to T there is something at T = 2."""
    found = codes(HEAD + line + "\n", "warnings")
    assert ("empty-range" in found) == empty
    assert "empty-range" not in codes(HEAD + line + "  # allow: empty-range\n", "warnings")
