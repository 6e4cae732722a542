"""False sentences that look true to a careless prover, and true ones that hang on a condition.

Independent truth: each comes with numbers, or sizes, for which it fails, worked out by hand.
"""

from __future__ import annotations

import pytest

from shapecheck.check import check
from shapecheck.source import Source
from shapecheck.verdict.model import Word

FALSE = {
    "two tensors are not one": "dim n\ninput a : n, b : n\nclaim max(a) == max(b)\n",
    "least entries of two tensors": "dim n\ninput a : n, b : n\nclaim min(a) == min(b)\n",
    "a when of another claim is not assumed (n = 1, m = 2)": (
        "dim n, m\nx = zeros(n)\ny = zeros(m)\nclaim x == y when n == m\nclaim x == y\n"
    ),
    "log(0) - log(0) has no value": "dim n\ninput a : n in 0..3\nclaim log(a) - log(a) ~= zeros(n)\n",
    "0 / 0 has no value": "dim n\ninput a : n in 0..3\nclaim 0 ./ a ~= zeros(n)\n",
    "0 times 1 / 0 has no value": "dim n\ninput a : n in 0..3\ny[i] = 1 / a[i]\nz = 0 * y\nclaim z ~= zeros(n)\n",
    "10^17 + 1 is not 10^17": "a = 1.0e17\nclaim a + 1 == a\n",
    "x[60] = x[60] + 1 has no solution": (
        "dim T\nx[t] : scalar = if t >= 60 then x[t] + 1 else 0 for t in 1..T\nclaim x[60] == x[60] + 1 when T >= 60\n"
    ),
    "no integer squares to 2": "dim n\nclaim n == 3 when n^2 == 2\n",
    "1 is 1": "dim n\nclaim n == 3 when 1 != 1\n",
    "a kernel of 2 does not fit in 1": "dim H, M\ninput I : H, K : M\nclaim conv(I, K) : H - M + 1\n",
    "no greatest of nothing (n = 1)": "dim n\ninput a : n\nclaim (max[i in 1..n-1] a[i]) >= -100\n",
}


@pytest.mark.parametrize("text", FALSE.values(), ids=FALSE.keys())
def test_the_last_claim_is_not_proved(text: str) -> None:
    """Neither proved nor tested with the word that would let it pass as true for all sizes."""
    report = check(Source("false.shape", text))
    assert report.verdicts[-1].word is not Word.PROVED


def test_the_condition_of_a_claim_is_its_own() -> None:
    """x == y for n == m is true and proved; without the condition the shapes differ at n = 1, m = 2."""
    report = check(Source("when.shape", FALSE["a when of another claim is not assumed (n = 1, m = 2)"]))
    assert [verdict.word for verdict in report.verdicts] == [Word.PROVED, Word.ERROR]


def test_one_tensor_is_itself() -> None:
    """The same sentences about one tensor are true; of the logarithm where what it is taken of is positive."""
    text = "dim n\ninput a : n, b : n in 1..3\nclaim max(a) == max(a)\nclaim log(b) ~= log(b)\n"
    report = check(Source("true.shape", text))
    assert [verdict.word for verdict in report.verdicts] == [Word.PROVED, Word.PROVED]


def test_a_logarithm_of_any_number_is_not_one_value() -> None:
    """a holds negative numbers, too: log(-1) is no number, so it is not equal to itself."""
    report = check(Source("false.shape", "dim n\ninput a : n\nclaim log(a) ~= log(a)\n"))
    assert [verdict.word for verdict in report.verdicts] == [Word.ERROR]
    assert [item.code for item in report.diagnostics] == ["nan-made"]
