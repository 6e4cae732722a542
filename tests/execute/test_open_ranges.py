"""Ranges with one open end: `in 0.0..inf`, `in -inf..9`.

Independent truth: the language's own sentence.  Everything on that side is admitted, the end included; reals are drawn
1/16..4 away from the end, integers 1..9, and never the end itself.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import shapecheck
from shapecheck.check import check
from shapecheck.cli import main
from shapecheck.execute import ExecutionError
from shapecheck.source import Source
from shapecheck.testing.examples import WHOLE

RANGES = [("0.0..inf", 1 / 16, 4.0), ("-inf..1.0", -3.0, 15 / 16), ("0..inf", 1, 9), ("-inf..n", -7, 1)]


@pytest.mark.parametrize(("written", "low", "high"), RANGES)
def test_numbers_are_drawn_beside_the_end(written: str, low: float, high: float) -> None:
    """With n = 2 and 5,000 numbers both ends of what may be drawn are met, and nothing outside."""
    spec = shapecheck.loads(f"dim n, m\ninput a : m in {written}\nb = a + 0\n")
    values = np.asarray(spec.run({"n": 2, "m": 5000}, seed=3).value("a"))
    assert (values.min(), values.max()) == (low, high)


@pytest.mark.parametrize("kind", WHOLE)
def test_a_variance_of_zero_is_never_tried(kind: str, tmp_path: Path) -> None:
    """Whatever kind of numbers is tried, the inverse has a value: 1/0 would end the run."""
    path = tmp_path / "inverse.shape"
    path.write_text("dim n\ninput v : n in 0.0..inf\ny = 1 / v\n")
    result = CliRunner().invoke(main, ["run", str(path), "--set", "n=3", "--data", kind, "--show", "y"])
    assert result.exit_code == 0
    assert "inf" not in result.output.split("y")[-1]


def test_every_number_on_that_side_is_admitted() -> None:
    """A variance of 0, and one of 10^30; one below 0 is refused."""
    spec = shapecheck.loads("input v : 2 in 0.0..inf\ny = v + 0\n")
    assert spec.run({}, inputs={"v": [0.0, 1e30]}).value("y").tolist() == [0.0, 1e30]
    with pytest.raises(ExecutionError, match=r"-0\.5"):
        spec.run({}, inputs={"v": [0.0, -0.5]})


def test_the_inverse_of_what_may_be_zero_is_not_proved() -> None:
    """The end belongs to the range: 0 / 0 is no number, so that the sentence is not proved."""
    report = check(Source("t", "dim n\ninput v : n in 0.0..inf\nclaim v[i] / v[i] == 1 for i in 0..n-1\n"))
    assert [verdict.word for verdict in report.verdicts] != ["proved"]


def test_a_root_of_what_is_not_negative_is_proved() -> None:
    """Defined for all that is admitted; without the range it is not proved."""
    text = "dim n\ninput v : n{}\nclaim sqrt(v[i]) == sqrt(v[i] + 0) for i in 0..n-1\n"
    words = [check(Source("t", text.format(range_))).verdicts[0].word for range_ in (" in 0.0..inf", "")]
    assert words[0] == "proved" != words[1]


def test_a_remainder_of_an_open_integer_is_a_subscript() -> None:
    """Any integer from 0 on, modulo 3, is 0..2."""
    assert check(Source("t", "input i : 4 in 0..inf\ndim n\ntab = [1, 2, 3]\ny[k] = tab[i[k] % 3]\n")).ok
    assert not check(Source("t", "input i : 4 in 0..inf\ndim n\ntab = [1, 2, 3]\ny[k] = tab[i[k] % 4]\n")).ok


def test_an_open_range_is_no_promise_of_a_closed_one() -> None:
    """A block that wants 0..5 is not given what may be anything from 0 on; what wants the open range takes 0..5."""
    block = "layer f() {{\n  input i : [...] in {}\n  output y : scalar\n  y = i + 0\n}}\n"
    block += "input x : 3 in {}\nz = x -> f()\n"
    assert not check(Source("t", block.format("0..5", "0..inf"))).ok
    assert check(Source("t", block.format("0..inf", "0..5"))).ok
    assert not check(Source("t", block.format("0..inf", "-inf..5"))).ok


def test_claims_may_have_an_open_end() -> None:
    """Squares are not negative; one less than a square is, at 0."""
    text = "dim n\ninput x : n\ns = x .* x\nclaim s : n in 0.0..inf\nclaim s - 1 : n in 0.0..inf\n"
    words = [str(verdict.word) for verdict in check(Source("t", text)).verdicts]
    assert words[0] in ("proved", "tested")
    assert words[1] == "refuted"
