"""`shapecheck table` as a command: what it writes, what it compares with, what it refuses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shapecheck.cli import main

SPEC = "dim n, m\ninput x : m\nweight W : n x m\ny = W @ x\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one spec in it, as the working directory."""
    (tmp_path / "net.shape").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def table(*arguments: str) -> Result:
    """The command run on the spec."""
    return CliRunner().invoke(main, ["table", "net.shape", *arguments])


def told(result: Result) -> str:
    """What it says on standard error, on one line."""
    return " ".join(result.stderr.replace("│", " ").split())


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("t.md", "**net.shape**"),
        ("t.tex", "% \\usepackage"),
        ("t.typ", "#table("),
        ("t.html", "<!DOCTYPE html>"),
        ("t.csv", "name,type"),
        ("t.json", "{"),
        ("t.TXT", "net.shape"),
    ],
)
def test_the_format_follows_from_the_ending(folder: Path, name: str, start: str) -> None:
    """Each writer's first words."""
    assert table("-o", name).output == ""
    assert (folder / name).read_text().startswith(start)


def test_check_says_nothing_where_the_file_is_current(folder: Path) -> None:
    """The same command that wrote it."""
    table("-o", "t.md", "--caption", "A net")
    result = table("-o", "t.md", "--caption", "A net", "--check")
    assert (result.exit_code, result.output) == (0, "")


def test_check_shows_what_differs_and_writes_nothing(folder: Path) -> None:
    """The spec changes, the file is out of date: exit code 1, the lines that differ, the file as it was."""
    table("-o", "t.md")
    before = (folder / "t.md").read_text()
    (folder / "net.shape").write_text(SPEC.replace("n x m", "2n x m"))
    result = table("-o", "t.md", "--check")
    assert result.exit_code == 1
    assert result.stdout.startswith("t.md: is out of date\n")
    assert "-| W | weight | n x m |" in result.stdout and "+| W | weight | 2n x m |" in result.stdout
    assert (folder / "t.md").read_text() == before


def test_check_of_a_file_that_is_not_there(folder: Path) -> None:
    """Exit code 1, and still nothing is written."""
    result = table("-o", "t.md", "--check")
    assert (result.exit_code, result.stdout) == (1, "t.md: is not there\n")
    assert os.listdir(folder) == ["net.shape"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--check"], "there is nothing to compare; name the file with -o"),
        (["-o", "t.pdf"], "cannot tell the format from 't.pdf'; end it in one of .txt, .md"),
        (["-o", "no/t.md"], "cannot write no/t.md: there is no folder no"),
        (["--columns", "shpae"], "there is no column shpae; did you mean shape?"),
        (["--columns", ""], "there is no column"),
        (["--set", "n=3"], "the size m is not set; write --set n=3,m=1, or --keep m"),
        (["--set", "k=3"], "k is not a free size of this spec"),
        (["--keep", "k"], "k is not a free size of this spec"),
        (["--set", "n=3,m=1", "--keep", "k"], "k is not a free size of this spec"),
        (["-f", "pdf"], "'pdf' is not one of"),
    ],
)
def test_what_is_refused(folder: Path, arguments: list[str], message: str) -> None:
    """A line that says what is wrong, exit code 2, and no file."""
    result = table(*arguments)
    assert result.exit_code == 2
    assert message in told(result)
    assert os.listdir(folder) == ["net.shape"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_in(folder: Path) -> None:
    """Nothing half-written is left."""
    (folder / "closed").mkdir(mode=0o555)
    result = table("-o", "closed/t.md")
    assert result.exit_code == 2
    assert "cannot write closed/t.md: permission denied" in told(result)
    assert os.listdir(folder / "closed") == []


def test_a_folder_in_the_place_of_the_file(folder: Path) -> None:
    """It is left alone."""
    (folder / "t.md").mkdir()
    assert "cannot write t.md: that is a folder" in told(table("-o", "t.md"))


def test_a_disk_that_is_full_leaves_the_old_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing fails at the last step: the old text stays, and no piece of the new one."""
    table("-o", "t.md")
    before = (folder / "t.md").read_text()

    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    result = table("-o", "t.md", "--caption", "new")
    assert "cannot write t.md: no space left on device" in told(result)
    assert sorted(os.listdir(folder)) == ["net.shape", "t.md"]
    assert (folder / "t.md").read_text() == before


def test_a_need_that_nobody_assumes_is_named_below_the_table(folder: Path) -> None:
    """H must be even, which the spec does not say: the table is for even H, and says so; check still fails."""
    (folder / "net.shape").write_text("dim H\ninput x : H\ny[i in 0..H/2-1] = x[2i]\n")
    result = table("--columns", "name,shape")
    assert result.exit_code == 0
    assert "y[i]" not in result.output and "y     H / 2" in result.output
    assert result.output.rstrip().endswith("for H divisible by 2, as the equations need")
    assert CliRunner().invoke(main, ["check", "net.shape"]).exit_code == 1


def test_an_assumption_among_needs_is_told_as_such(folder: Path) -> None:
    """H == W is assumed, that both are even is needed."""
    spec = "dim H, W\nassume H == W\ninput x : [H, W]\ny[i in 0..H/2-1, j in 0..W/2-1] = x[2i, 2j]\n"
    (folder / "net.shape").write_text(spec)
    last = table("--columns", "name,shape").output.rstrip().splitlines()[-1]
    assert "H == W" in last and last.endswith(", assumed or needed by the equations")


def test_another_mistake_has_no_table(folder: Path) -> None:
    """The inner sizes of a product differ: no sizes are meant that make it right."""
    (folder / "net.shape").write_text("dim H, n\ninput x : H\nweight W : n x 3\ny = W @ x\n")
    result = table()
    assert result.exit_code == 1 and "error" in result.output


def test_needs_stand_in_every_format(folder: Path) -> None:
    """H is even, also for programs."""
    (folder / "net.shape").write_text("dim H\ninput x : H\ny[i in 0..H/2-1] = x[2i]\n")
    for format in ("text", "markdown", "latex", "typst", "html", "csv", "json"):
        output = table("-f", format).output
        assert "divisible by" in output and "as the equations need" in output, format
