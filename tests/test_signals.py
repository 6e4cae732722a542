"""Signals: whenever one comes, the process ends at once and quietly, with 128 plus its number; nothing is half done.

Independent truth: the convention of shells for exit codes, and the folder as it was before.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")

STARTED = """
import os, signal, sys
for name in ("SIGINT", "SIGTERM", "SIGHUP"):
    signal.signal(getattr(signal, name), signal.default_int_handler)
from shapecheck.signals import leave_on_signals
leave_on_signals()
os.write(2, b"started\\n")
sys.argv = ["shapecheck", *sys.argv[1:]]
from shapecheck.__main__ import main
main()
"""
"""The command as its script starts it, whatever the parent process does about signals; it says when it has begun."""


def started(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
    """The command in a process of its own, from the moment on when signals are ours."""
    running = subprocess.Popen(
        [sys.executable, "-c", STARTED, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # type: ignore[call-overload]  # fmt: skip
    assert running.stderr.readline() == b"started\n"
    return running


def ended_by(running: subprocess.Popen[bytes], number: int) -> None:
    """Send the signal, and look at how the process ends."""
    running.send_signal(number)
    _, errors = running.communicate(timeout=60)
    assert errors == b""
    assert running.returncode == 128 + number


@pytest.mark.parametrize("moment", range(0, 400, 25))
def test_interrupted_while_it_starts(moment: int) -> None:
    """At 16 moments of the first 0.4 s: while modules are imported, while it reads standard input."""
    running = started("check", "-")
    time.sleep(moment / 1000)
    ended_by(running, signal.SIGINT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", [0, 150, 450])
def test_interrupted_at_work(number: int, moment: int) -> None:
    """Whatever is being done: proofs of all slides take longer than that."""
    running = started("check", "specs/slides", cwd=Path(__file__).parent.parent)
    time.sleep(moment / 1000)
    ended_by(running, number)


def test_an_ignored_signal_stays_ignored() -> None:
    """As in a background job, or under nohup: the parent process has chosen so."""
    text = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + STARTED.replace('"SIGINT", ', "")
    running = subprocess.Popen(
        [sys.executable, "-c", text, "check", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert running.stderr is not None and running.stderr.readline() == b"started\n"
    running.send_signal(signal.SIGINT)
    said, errors = running.communicate(b"dim n\ninput x : n\ny = x\n", timeout=60)
    assert (running.returncode, errors) == (0, b"")
    assert said.startswith(b"<stdin>: ok")


def test_the_command_of_the_package_starts_with_signals() -> None:
    """Installed scripts and `python -m` come in by the same door, which imports next to nothing."""
    script = (
        "import sys\nbefore = set(sys.modules)\nimport shapecheck.__main__\nprint(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert set(done.stdout.split()) <= {"__future__", "shapecheck", "shapecheck.__main__", "shapecheck.signals"}
    text = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert 'shapecheck = "shapecheck.__main__:main"' in text


HALF_WRITTEN = """
import os, signal, sys
from shapecheck.signals import leave_on_signals
from shapecheck.storage import written
signal.signal(signal.SIGINT, signal.default_int_handler)
leave_on_signals()
with written("a.txt") as file:
    file.write(b"half")
    file.flush()
    assert len(os.listdir()) == 2
    os.kill(os.getpid(), {number})
    signal.pause()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_file_that_is_being_written_stays_whole(tmp_path: Path, number: int) -> None:
    """The old text is there, and nothing beside it."""
    (tmp_path / "a.txt").write_text("old")
    done = subprocess.run(
        [sys.executable, "-c", HALF_WRITTEN.format(number=int(number))], cwd=tmp_path, capture_output=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (128 + number, b"")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.txt", "old")]


def test_helpers_end_with_the_first_process(tmp_path: Path) -> None:
    """`-j 2` works in two more processes; they are gone when the signal came to the first one alone."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.shape").write_text("dim n\ninput x : n x n\ny = x @ x @ x @ x @ x\nclaim y : n x n\n")
    running = started("test", "-j", "2", "--max-examples", "100000", ".", cwd=tmp_path, process_group=0)
    deadline = time.monotonic() + 30
    while len(_group(running.pid)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=60) == 143
    while _group(running.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert _group(running.pid) == []


def _group(leader: int) -> list[str]:
    """The processes of a group that are still at work."""
    found = subprocess.run(["ps", "-eo", "pgid=,stat=,pid="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in found.splitlines()]
    return [row[2] for row in rows if row[0] == str(leader) and not row[1].startswith("Z")]


def test_nothing_of_that_where_the_commands_are_called(tmp_path: Path) -> None:
    """A program that calls the commands itself keeps its own handlers."""
    from click.testing import CliRunner

    from shapecheck.cli import main

    before = signal.getsignal(signal.SIGINT)
    CliRunner().invoke(main, ["check", os.devnull])
    assert signal.getsignal(signal.SIGINT) is before
