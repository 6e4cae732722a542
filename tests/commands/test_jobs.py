"""Several specs at a time: the report is that of one after the other, and a process that dies is replaced."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shapecheck.cli import main
from shapecheck.executors import TRIES, Given, Processes, in_order

ROOT = Path(__file__).parents[2]
SPECS = [str(path) for path in sorted((ROOT / "specs" / "slides").glob("*.shape"))[:6]]
WRONG = [str(path) for path in sorted((ROOT / "tests" / "bad").glob("*.shape"))[::20]]


def check(*arguments: str) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(main, ["check", *arguments])


@pytest.mark.parametrize("options", [["-v"], ["--output-format", "json"], ["--output-format", "concise"]])
def test_the_report_is_the_same(options: list[str]) -> None:
    """Byte for byte, with its exit code and what stands on standard error, in any number of processes."""
    paths = [*SPECS, *WRONG, "nowhere.shape", str(ROOT / "README.md")]
    one, two = check(*options, *paths), check(*options, "-j", "2", *paths)
    assert (one.exit_code, one.stdout, one.stderr) == (two.exit_code, two.stdout, two.stderr)
    assert one.exit_code == 2 and one.stdout


@pytest.mark.parametrize("spelling", ["b.shape", "./b.shape", "link.shape", "again/b.shape"])
def test_imports_are_sent_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelling: str) -> None:
    """Files, links, circles, comments and what is not there give the same messages."""
    monkeypatch.chdir(tmp_path)
    Path("b.shape").write_text('from "c.shape" import g\nlayer f() = relu -> g\n')
    Path("c.shape").write_text("layer g() = tanh\n")
    Path("link.shape").symlink_to("b.shape")
    Path("again").symlink_to(".")
    use = "dim n\ninput x : n\ny = x -> f\nclaim y : n\n"
    Path("a.shape").write_text(f'# from "x.shape" import y\nfrom "{spelling}" import f\n{use}')
    Path("circle.shape").write_text('from "other.shape" import g\nlayer f() = g\n' + use)
    Path("other.shape").write_text('from "circle.shape" import f\nlayer g() = f\n')
    Path("missing.shape").write_text('from "nowhere.shape" import f\n' + use)
    Path("out.shape").write_text('from "../out.shape" import f\n' + use)
    one, two = check("."), check("-j", "3", ".")
    assert (one.exit_code, one.stdout, one.stderr) == (two.exit_code, two.stdout, two.stderr)
    assert "a.shape: ok" in one.stdout and "import-circle" in one.stdout and "cannot read nowhere.shape" in one.stdout


def _squared(number: int) -> int:
    return number * number


def _dying(task: tuple[int, str]) -> int:
    """Dies at 3 the first time, at 5 each time."""
    number, folder = task
    seen = Path(folder, str(number))
    if number == 5 or (number == 3 and not seen.exists()):
        seen.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def test_results_come_in_order() -> None:
    """Whoever is done first."""
    assert list(in_order(_squared, range(50), Processes(3), _undone)) == [number**2 for number in range(50)]
    with ThreadPoolExecutor(3) as pool:
        assert list(in_order(_squared, range(50), Given(pool), _undone)) == [number**2 for number in range(50)]


def _undone(task: object, error: Exception) -> int:
    return -1


def test_a_process_that_dies(tmp_path: Path) -> None:
    """What was lost with it is done by another; what kills each process is given up, and nothing else."""
    tasks = [(number, str(tmp_path)) for number in range(12)]
    found = list(in_order(_dying, tasks, Processes(2), _undone))
    assert found == [-1 if number == 5 else number**2 for number in range(12)]
    assert TRIES == 3
