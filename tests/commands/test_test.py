"""`shapecheck test`, from the command line.

Independent truth: worked out by hand beside each spec; the line that shows a failure again is carried out.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shapecheck.cli import main

PAIRS = """# Sums of neighbours: the last of an odd number has none.
dim n
assume n >= 2
input x : n
y[i] = x[2i - 2] + x[2i - 1] for i in 1..n // 2
claim "nothing is lost" sum[i in 1..n // 2](y[i]) == sum[i in 0..n - 1](x[i])
test four(n = 4)
test six(n = 6)
"""
FINE = "dim n\ninput x : n\ny = 2x\nclaim y : n\n"
BLOCK = """layer shift(k) {
  dim n
  input x : n
  output y
  y = x + k
  claim y : n
  test two(k = 1, n = 2)
}
dim n
input x : n
y = x -> shift(2)
claim y : n
"""


def run(*arguments: str) -> Result:
    """The command line with these arguments."""
    result = CliRunner().invoke(main, [*arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with three specs."""
    for name, text in (("pairs", PAIRS), ("fine", FINE), ("block", BLOCK)):
        (tmp_path / f"{name}.shape").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_check_only_tested_is_found_to_fail(folder: Path) -> None:
    """The tests have even sizes; the claim fails for 3, the smallest odd one admitted, and ones show it."""
    assert run("check", "pairs.shape").exit_code == 0
    result = run("test", "pairs.shape")
    assert result.exit_code == 1
    assert "with n = 3" in result.stdout
    assert "shapecheck run pairs.shape --set n=3 --data ones --check" in result.stdout


def test_the_line_to_paste_shows_the_failure_again(folder: Path) -> None:
    """The same message, and exit code 1."""
    line = re.search(r"see it again: shapecheck (.*)", run("test", "pairs.shape").stdout)
    assert line is not None
    again = run(*line[1].split())
    assert again.exit_code == 1
    assert "the claim `sum[i in 1..n // 2](y[i]) == sum[i in 0..n - 1](x[i])` does not hold" in again.stdout


def test_a_run_that_is_looked_at_and_fine(folder: Path) -> None:
    """n = 4 is even."""
    result = run("run", "pairs.shape", "--set", "n=4", "--check")
    assert result.exit_code == 0
    assert result.stdout.endswith("the values are what the equations say, and no claim fails\n")


def test_numbers_of_a_kind(folder: Path) -> None:
    """All ones: each sum of two is 2."""
    assert "[2. 2.]" in re.sub(r"\[\s*|\s*\]", lambda found: found[0].strip(),
                               run("run", "pairs.shape", "--set", "n=4", "--data", "ones").stdout)  # fmt: skip


def test_a_block_is_tested_and_run_on_its_own(folder: Path) -> None:
    """`shift` has a part of its own; with x = 0 and k = 3 it gives 3."""
    assert "  shift\n" in run("test", "block.shape", "-v").stdout
    assert "3. 3." in run("run", "block.shape", "--block", "shift", "--set", "k=3,n=2", "--data", "zeros").stdout


def test_a_block_that_there_is_not(folder: Path) -> None:
    """The nearest name is offered."""
    result = run("run", "block.shape", "--block", "shfit", "--set", "n=2")
    assert result.exit_code == 2
    assert "did you mean shift?" in result.stderr


def test_words_choose_parts(folder: Path) -> None:
    """Only what is called so is tested; a word that fits nothing is a mistake."""
    assert run("test", ".", "-k", "shift").stdout.startswith("block.shape: ok  24 runs of 1 block")
    assert run("test", ".", "-k", "nothing").exit_code == 2


def test_several_at_a_time_tell_the_same(folder: Path) -> None:
    """Two processes print what one prints, in the same order."""
    assert run("test", ".", "-j", "2").stdout == run("test", ".", "-j", "1").stdout


def test_a_seed_says_what_is_drawn(folder: Path) -> None:
    """The same seed, the same runs."""
    first, again = (run("test", "fine.shape", "-v", "--seed", "7").stdout for _ in range(2))
    assert first == again


def test_stopping_at_the_first_failure(folder: Path) -> None:
    """Files after the one that fails are not told of: b, f come before p, z after it."""
    (folder / "z.shape").write_text(FINE)
    out = run("test", ".", "-x", "-j", "1").stdout
    assert "pairs.shape: failed" in out and "z.shape" not in out


def test_a_spec_with_mistakes(folder: Path) -> None:
    """The mistake is told, nothing is run."""
    (folder / "wrong.shape").write_text("dim p, d\ninput x : p\ninput y : d\nz = x + y\n")
    result = run("test", "wrong.shape")
    assert result.exit_code == 1
    assert "error[unequal-sizes]" in result.stdout and result.stdout.endswith("wrong.shape: failed  nothing to run\n")


def test_no_sizes_are_too_large_to_start(folder: Path) -> None:
    """A matrix of 10^6 x 10^6 is not made; the summary says why."""
    (folder / "huge.shape").write_text("dim n\nassume n >= 1000000\ninput x : n x n\ny = 2x\n")
    result = run("test", "huge.shape")
    assert result.exit_code == 0
    assert "not run: the run would need about" in result.stdout


def test_a_division_of_zero_by_zero_is_found(folder: Path) -> None:
    """Normalising by the sum: for zeros it is 0 / 0, whatever random numbers do."""
    (folder / "sum.shape").write_text("dim n\ninput x : n\ny = x / sum(x)\n")
    result = run("test", "sum.shape")
    assert result.exit_code == 1
    assert "error[nan-made]" in result.stdout and "--set n=1 --data zeros" in result.stdout


def test_one_of_a_kind_is_told_in_the_singular(folder: Path) -> None:
    """One run of one claim that is refuted as expected: by hand, 2 is not 3."""
    (folder / "one.shape").write_text("input x : 2\ny = 2x\nclaim y : 3 expect refuted\n")
    result = run("test", "-v", "--max-examples", "1", "one.shape")
    assert "2 shapes" in result.stdout and "1 refutation," in result.stdout + ","
    assert "1 refutations" not in result.stdout
