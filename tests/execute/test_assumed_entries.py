"""Assumptions on entries of inputs.  Truth: NumPy on the very arrays of the run."""

from __future__ import annotations

import numpy as np
import pytest

from shapecheck.check import check
from shapecheck.execute import ExecutionError, Run, run
from shapecheck.source import Source
from shapecheck.stages import derive
from shapecheck.verdict.model import Word


def made(text: str, sizes: dict[str, int], data: dict[str, object] | None = None, seed: int = 0) -> Run:
    """A run of a spec that is in order."""
    shapes, diagnostics = derive(Source("spec", text))
    assert shapes is not None and not [item for item in diagnostics if item.level == "error"], diagnostics
    return run(shapes, sizes, data or {}, seed=seed)


GRAPH = """dim n
input A : n x n in 0..1
assume A[i, i] == 1 for i in 0..n-1
assume A[i, j] == A[j, i] for i in 0..n-1, j in 0..n-1
degree[i] = sum[j in 0..n-1] A[i, j]
"""


@pytest.mark.parametrize("seed", range(5))
def test_drawn_numbers_meet_equations_by_construction(seed: int) -> None:
    """A symmetric matrix with ones on its diagonal, and not always the same."""
    found = made(GRAPH, {"n": 6}, seed=seed).arrays["A"]
    assert (found == found.T).all() and (np.diag(found) == 1).all()
    assert set(np.unique(found)) == {0, 1}
    assert (found != made(GRAPH, {"n": 6}, seed=seed + 100).arrays["A"]).any()


def test_given_data_are_checked_and_the_first_entry_is_named() -> None:
    """The place is told in the author's indices."""
    with pytest.raises(ExecutionError, match=r"do not meet the assumption A\[i, j\] == A\[j, i\].*not at i = 0, j = 1"):
        made(GRAPH, {"n": 2}, {"A": [[1, 1], [0, 1]]})
    with pytest.raises(ExecutionError, match="not at i = 1"):
        made(GRAPH, {"n": 2}, {"A": [[1, 0], [0, 0]]})
    assert made(GRAPH, {"n": 2}, {"A": [[1, 1], [1, 1]]}).arrays["degree"].tolist() == [2, 2]


def test_drawn_entries_follow_given_ones() -> None:
    """An entry that is tied to a given one is equal to it; families and members count as they are numbered."""
    text = """dim T
input x[t in 1..T] : scalar, y : T, z : scalar
assume y[t] == x[t+1] for t in 0..T-1
assume z == 3
s = sum[t in 1..T] x[t]
"""
    found = made(text, {"T": 4}, {"x": [1.0, 2.0, 5.0, -1.0]})
    assert found.arrays["y"].tolist() == [1, 2, 5, -1]
    assert found.arrays["z"] == 3


def test_other_conditions_are_drawn_again() -> None:
    """Up to 64 times; where none fits, nothing is run."""
    text = "dim n\ninput x : n\nassume x[i] > 0 for i in 0..n-1\ny = sqrt(x)\n"
    assert (made(text, {"n": 3}).arrays["x"] > 0).all()
    with pytest.raises(ExecutionError, match="no numbers were found that meet"):
        made(text, {"n": 60})
    with pytest.raises(ExecutionError, match="no numbers were found"):
        made("input x : scalar in 0..3\nassume x == 7\ny = x\n", {})
    with pytest.raises(ExecutionError, match="no numbers were found"):
        made("input x : scalar\nassume x == 7, x == 8\ny = x\n", {})


def test_claims_are_refuted_only_at_numbers_that_are_admitted() -> None:
    """What holds of all admitted data is no worse than tested."""
    report = check(Source("spec", GRAPH + "claim degree[i] >= 1 for i in 0..n-1\nclaim A[0, 0] == 0 expect refuted\n"))
    assert [verdict.word for verdict in report.verdicts] == [Word.TESTED, Word.REFUTED]
    assert not [item for item in report.diagnostics if item.level == "error"]


def test_an_assumption_speaks_of_what_is_given() -> None:
    """A computed name is claimed, not assumed; a read outside is an error as anywhere."""
    computed = check(Source("spec", "dim n\ninput x : n\ny = 2x\nassume y[0] == 0\n"))
    assert [item.code for item in computed.diagnostics] == ["not-given"]
    outside = check(Source("spec", "dim n\ninput x : n\nassume x[n] == 0\ny = x\n"))
    assert [item.code for item in outside.diagnostics] == ["out-of-bounds"]
