"""Faults planted in the tool itself, each found by the properties that hold of every spec.

Independent truth: without the fault the same spec passes; with it, the property that should fail does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from shapecheck.check import check
from shapecheck.execute.planning.statement import Statement
from shapecheck.ops import conv, padding
from shapecheck.ops.windows import Grid
from shapecheck.sizes import ONE
from shapecheck.source import Source
from shapecheck.testing.part_runs import Outcome
from shapecheck.testing.properties import claim_checks, subject
from shapecheck.testing.properties.naive import Equations
from shapecheck.verdict.model import Word

from .making import outcome, spec

CONV = """dim H, W
input x : H x W
weight K : 2 x 2
y = conv(x, K, pad = SAME)
"""
GRU = spec("slides/gru.shape")


def failed(found: Outcome) -> set[str]:
    """The properties that fail."""
    return {failure.property for failure in found.failures}


def test_without_a_fault() -> None:
    """Nothing fails, so that what follows is due to the faults."""
    assert outcome(CONV).failures == []
    assert outcome(GRU).failures == []


def test_a_kernel_that_returns_a_wrong_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    """A convolution that loses its last row."""
    right = conv.Conv.kernel

    def short(self: Any, *arguments: Any) -> Any:
        return right(self, *arguments)[..., :-1, :]

    monkeypatch.setattr(conv.Conv, "kernel", short)
    assert failed(outcome(CONV)) == {"shapes"}


def test_a_derived_shape_that_is_wrong_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shape rule that says one row more than there is."""
    right = conv.Conv.shape

    def long(self: Any, *arguments: Any) -> Any:
        found = right(self, *arguments)
        return replace(found, shape=(found.shape[0] + ONE, *found.shape[1:]))

    monkeypatch.setattr(conv.Conv, "shape", long)
    assert failed(outcome(CONV)) == {"shapes"}


def test_a_wrong_order_of_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    """`[z; r] = ..` cut the wrong way round: z gets the rows of r."""
    right = Statement.part

    def turned(self: Statement, goal: Any, array: Any) -> Any:
        others = self.goals
        other = replace(goal, start=others[1 - others.index(goal)].start) if len(others) == 2 else goal
        return right(self, other, array)

    monkeypatch.setattr(Statement, "part", turned)
    found = outcome(GRU)
    assert "values" in failed(found)
    (wrong,) = [failure for failure in found.failures if failure.property == "values"]
    assert wrong.case.sizes == {"p": 1, "d": 1, "T": 1}
    assert GRU[wrong.diagnostic.span.start :].startswith("[z; r] = ")


def test_a_kernel_that_pads_on_the_wrong_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """An odd entry of padding put in front instead of behind: where the kernel is even, by one entry."""
    right = conv._grid

    def shifted(*arguments: Any) -> Grid:
        grid = right(*arguments)
        return replace(grid, before=tuple(before + 1 for before in grid.before))

    monkeypatch.setattr(conv, "_grid", shifted)
    assert failed(outcome(CONV)) == {"values"}


def test_padding_on_the_wrong_side_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the equation has the fault as well, a claim by hand tells: the last window of two reads past the end."""
    text = "dim n\nassume n >= 2\ninput x : n\ny = conv(x, [1, 1], pad = SAME)\nclaim y[n - 1] == x[n - 1]\n"
    assert check(Source("same.shape", text)).ok
    monkeypatch.setattr(padding, "smaller_half", lambda total, lower: (total + 1) // 2)
    assert [verdict.word for verdict in check(Source("same.shape", text)).verdicts] == [Word.REFUTED]


def test_a_proof_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A verdict `proved` for a claim that is false at most sizes."""
    text = "dim n\ninput x : n\nclaim n <= 3 expect refuted\n"
    assert outcome(text).failures == []
    monkeypatch.setattr(claim_checks.Claims, "refuted", lambda self: iter(()))
    right = claim_checks.Claims.__init__

    def believing(self: Any, shapes: Any, verdicts: Any) -> None:
        right(self, shapes, tuple(replace(verdict, word=Word.PROVED) for verdict in verdicts))

    monkeypatch.setattr(claim_checks.Claims, "__init__", believing)
    (found,) = outcome(text).failures
    assert (found.property, found.case.sizes["n"]) == ("claims", 4)
    assert found.diagnostic.code == "proof-wrong"


def test_a_refutation_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A verdict `refuted` whose sizes do not refute: n <= 3 holds at n = 2."""
    right = claim_checks.Claims.__init__

    def other(self: Any, shapes: Any, verdicts: Any) -> None:
        right(self, shapes, tuple(replace(verdict, counterexample={"n": 2}) for verdict in verdicts))

    monkeypatch.setattr(claim_checks.Claims, "__init__", other)
    (found,) = outcome("dim n\ninput x : n\nclaim n <= 3 expect refuted\n").failures
    assert found.diagnostic.code == "refutation-wrong"


def test_parameters_counted_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """One parameter too many."""
    right = subject.counts.params
    monkeypatch.setattr(subject.counts, "params", lambda shapes: right(shapes) + ONE)
    assert failed(outcome(CONV)) == {"counts"}


def test_a_number_that_is_slightly_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every entry off by a millionth."""
    right = conv.Conv.kernel
    monkeypatch.setattr(conv.Conv, "kernel", lambda self, *rest: np.asarray(right(self, *rest)) + 1e-6)
    assert failed(outcome(CONV)) == {"values"}


def test_terms_are_made_once() -> None:
    """The equations of a family are unfolded once for all runs: the same objects."""
    from .making import part_of

    equations = Equations(part_of(CONV).shapes)
    assert equations.of("y") is equations.of("y")
