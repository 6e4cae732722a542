"""Claims that a run cannot evaluate are not told as passing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shapecheck.diagnostics.paint import plain
from shapecheck.source import Source
from shapecheck.testing.cases.case import Case
from shapecheck.testing.properties import claim_checks
from shapecheck.testing.properties.subject import Subject
from shapecheck.testing.summary import summary
from shapecheck.testing.whole_spec import checked
from shapecheck.verdict.model import Word

from .making import outcome, part_of

QUOTIENT = "dim n\ninput x : n\nclaim x[i] / x[i] ~= 1 for i in 0..n-1\n"
LONG = """dim n
input x : n in 0..10
claim (x[i] + 4000000000) * (x[i] + 4000000000) * 4 {relation} for i in 0..n-1 expect {word}
"""
TRUE = LONG.format(relation="== (2 * x[i] + 8000000000) * (2 * x[i] + 8000000000)", word="proved")
FALSE = LONG.format(relation="== (2 * x[i] + 8000000000) * (2 * x[i] + 8000000001)", word="refuted")
PAIRS = "dim n >= 200\ninput x : n in 0..3\nclaim max[i in 0..n-1, j in 0..n-1] (x[i] + x[j]) >= 0\n"


def test_a_claim_that_divides_zero_by_zero_fails() -> None:
    """`x / x` is 1 in the runs of `check`, and has no value where x is 0, which the spec admits."""
    (found,) = outcome(QUOTIENT).failures
    assert (found.property, found.case.kind, found.case.sizes) == ("claims", "zeros", {"n": 1})
    assert found.diagnostic.code == "nan-made"
    assert found.diagnostic.title == "`/` makes a NaN in the claim at i = 0"


def test_what_excludes_the_zero_is_enough() -> None:
    """The help of that message, followed."""
    assert outcome(QUOTIENT.replace("x : n", "x : n in 0.5..1.0")).failures == []


def test_integers_beyond_64_bits_are_compared_exactly() -> None:
    """4 * (x + a)^2 = (2x + 2a)^2, and 64 a^2 / 16 > 2^63 for a = 4 * 10^9."""
    found = outcome(TRUE)
    assert found.failures == []
    assert found.seen["claims"] == 12 and not found.left_out


def test_a_false_claim_about_integers_beyond_64_bits_fails() -> None:
    """(2x + 2a)(2x + 2a + 1) is larger by 2x + 2a; formerly such a claim counted as one that holds."""
    part = checked(Source("test.shape", FALSE), 1 << 30).parts[0]
    subject, (claim,) = Subject(part, 1 << 30), part.shapes.claims
    (told,) = subject.claims.detail(claim, subject.runs.run(Case({"n": 1}))) or ("",)
    assert told.startswith("at i = 0: left 64")


def test_a_claim_without_value_contradicts_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof says that both sides have a value."""
    right = claim_checks.Claims.__init__

    def believing(self: Any, shapes: Any, verdicts: Any) -> None:
        right(self, shapes, tuple(replace(verdict, word=Word.PROVED) for verdict in verdicts))

    monkeypatch.setattr(claim_checks.Claims, "__init__", believing)
    told = outcome(QUOTIENT).failures[0].diagnostic
    assert (told.code, told.notes[0]) == ("proof-wrong", "`/` makes a NaN in the claim at i = 0")


def test_a_claim_that_takes_too_much_memory_is_told() -> None:
    """x takes 1600 bytes, all sums of two entries 200 times as many: the claim neither holds nor fails."""
    subject = Subject(part_of(PAIRS), 100_000)
    assert subject.failure(Case({"n": 200})) is None
    assert subject.seen["claims"] == 0
    ((claim, why),) = subject.claims.left_out.items()
    assert claim.text.startswith("max[") and why.startswith("the run would need about")
    assert subject.fails(claim, Case({"n": 200})) is None


def test_the_summary_names_claims_that_no_run_evaluated() -> None:
    """It is told with the name of the spec, also without -v."""
    found = outcome(PAIRS)
    assert found.claims is not None and not found.left_out
    found.claims._left_out, found.claims.evaluated = dict.fromkeys(found.part.shapes.claims, "too large"), set()
    line = summary("pairs.shape", [found], True, plain, False)
    assert line.endswith("(x[i] + x[j]) >= 0` was not evaluated: too large")
