"""`check --watch`, as a process of its own: a report after each change, whatever is changed, until a signal ends it.

Independent truth: what is written into the files by hand here.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest
from click.testing import CliRunner

from shapecheck.cli import main
from tests.oracles.engines import engine

FINE = "dim n\ninput x : n\ny = x + x\n"
WRONG = FINE + "z = w\n"


class Watching:
    """The command at work, and the lines that it prints."""

    def __init__(self, folder: Path, *paths: str) -> None:
        line = [sys.executable, "-u", "-m", "shapecheck", "check", "--watch", "--output-format", "full", *paths]
        self.process = subprocess.Popen(
            line, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, process_group=0
        )
        self.lines: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def until(self, start: str) -> list[str]:
        """The lines up to one that starts so."""
        found = [self.lines.get(timeout=60)]
        while not found[-1].startswith(start):
            try:
                found.append(self.lines.get(timeout=60))
            except Empty:
                pytest.fail(f"no line starts with {start!r} in {found}")
        return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with `a.shape`, which is fine."""
    engine("watchfiles")
    (tmp_path / "a.shape").write_text(FINE)
    return tmp_path


@pytest.fixture
def watching(folder: Path) -> Iterator[Watching]:
    """`check --watch .` at work."""
    made = Watching(folder, ".")
    yield made
    made.process.kill()
    made.process.wait()


def test_changes_of_a_folder(folder: Path, watching: Watching) -> None:
    """A file changed, a new one in a new folder, one gone, all gone, and back; Ctrl-C ends it with 130."""
    watching.until("a.shape: ok")
    (folder / "a.shape").write_text(WRONG)
    assert "a.shape changed" in watching.until("a.shape: failed")
    (folder / "below").mkdir()
    (folder / "below" / "b.shape").write_text(FINE)
    assert "below/b.shape changed" in watching.until("below/b.shape: ok")
    (folder / "a.shape").unlink()
    assert "a.shape changed" in watching.until("below/b.shape: ok")
    shutil.rmtree(folder / "below")
    watching.until("shapecheck: no specs (*.shape) in the directory .")
    (folder / "a.shape").write_text(FINE)
    watching.until("a.shape: ok")
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(timeout=60) == 130


def test_a_folder_that_vanishes(folder: Path) -> None:
    """It is told, and checked again when it is back."""
    (folder / "specs").mkdir()
    (folder / "specs" / "b.shape").write_text(FINE)
    watching = Watching(folder, "specs")
    try:
        watching.until("specs/b.shape: ok")
        shutil.rmtree(folder / "specs")
        watching.until("shapecheck: cannot find specs")
        (folder / "specs").mkdir()
        (folder / "specs" / "b.shape").write_text(WRONG)
        watching.until("specs/b.shape: failed")
    finally:
        watching.process.kill()
        watching.process.wait()


def test_an_import_changes(folder: Path) -> None:
    """The file that imports it is checked again, although nobody named the other one."""
    (folder / "layers").mkdir()
    (folder / "layers" / "f.shape").write_text("layer f() = relu\n")
    (folder / "a.shape").write_text('from "layers/f.shape" import f\ndim n\ninput x : n\ny = x -> f\nclaim y : n\n')
    watching = Watching(folder, "a.shape")
    try:
        watching.until("a.shape: ok")
        (folder / "layers" / "f.shape").write_text("layer g() = relu\n")
        assert "layers/f.shape changed" in watching.until("a.shape: failed")
    finally:
        watching.process.kill()
        watching.process.wait()


def test_standard_input_is_refused() -> None:
    """There is nothing to watch."""
    engine("watchfiles")
    result = CliRunner().invoke(main, ["check", "--watch", "-"], input=FINE)
    assert result.exit_code == 2 and "standard input does not change" in result.stderr


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says what to install."""
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    result = CliRunner().invoke(main, ["check", "--watch", "."])
    said = "shapecheck: --watch needs the package watchfiles: pip install 'shapecheck-lang[watch]'\n"
    assert (result.exit_code, result.stderr) == (2, said)
