"""Names of axes are checked between the sides of a claim, as they are in an equation.

LANGUAGE 5: named axes are checked when both sides have them, and never permute; the words are read off that rule.
"""

from __future__ import annotations

import pytest

from ..graph.asking import verdicts

DECLARED = """dim n
input a : [row=n, col=n]
input b : [col=n, row=n]
input c : [n, n]
input e : [row=n, other=n]
"""


@pytest.mark.parametrize("claim", ["a == b", "a + b == a", "a[0] == e[0]", "0 <= a - b", "(a + c) == b", "a <= a <= b"])
def test_names_that_differ(claim: str) -> None:
    """A claim that compares or combines axes of different names is an error, not judged by numbers."""
    assert verdicts(f"{DECLARED}claim {claim}\n") == ["error"]


@pytest.mark.parametrize("claim", ["a == a", "a + c == c + a", "a[0, 0] == a[0, 0]"])
def test_names_that_agree(claim: str) -> None:
    """Names that agree, or meet no name, leave the claim as it is."""
    assert verdicts(f"{DECLARED}claim {claim}\n") == ["proved"]


def test_written_with_indices() -> None:
    """Indices reorder axes openly, so that a transposed claim is judged by its numbers."""
    assert verdicts(f"{DECLARED}claim a[i, j] == b[j, i] for i in 0..n-1, j in 0..n-1\n") == ["refuted"]
