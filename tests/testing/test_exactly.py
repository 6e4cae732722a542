"""`check` and `test` agree: a run that rounds contradicts no proof, nor what was refuted exactly."""

from __future__ import annotations

import pytest

from shapecheck.check import check
from shapecheck.source import Source
from shapecheck.testing.cases.amounts import Amounts
from shapecheck.testing.part_runs import test_part as campaign

SPECS = [
    "dim n\ninput x : n\nclaim x[i] / 49 * 49 == x[i] for i in 0..n-1\ntest t(n = 4)\n",
    "dim n\ninput x : n\nclaim abs(x[i]) / 49 * 49 >= abs(x[i]) for i in 0..n-1\n",
    "a = [9007199254740993, 7]\nb = [1, 0]\ny[i] = if b[i] == 0 then 0 else a[i] // b[i]\n"
    "claim y[0] == 9007199254740993\nclaim y[0] == 9007199254740992 expect refuted\n",
    "dim n\ninput x : n\nclaim sum(softmax(x)) <= 1\ntest t(n = 5)\n",
]


@pytest.mark.parametrize("text", SPECS)
def test_no_run_contradicts_a_verdict(text: str) -> None:
    """The sentences are true, and the one that is refuted is false, though the runs round."""
    report = check(Source("spec.shape", text))
    for part in report.parts:
        assert campaign(part, Amounts(max_examples=6)).failures == []
