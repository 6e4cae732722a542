"""Standard streams and files that are none: a line that says why, an exit code of the README, and never a wait.

Independent truth: the exit codes of the README, and that each of these ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from shapecheck.cli import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
GOOD = "dim n\ninput x : n\ny = x + x\n"
COMMANDS = ("check a.shape", "check none.shape", "check -", "run --help")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with `a.shape`."""
    (tmp_path / "a.shape").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """What bash makes of a line in which `shapecheck` is ours."""
    text = f'shapecheck() {{ "{sys.executable}" -m shapecheck "$@"; }}\n{line}'
    return subprocess.run(["bash", "-c", text], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


def shapecheck(*arguments: str) -> Result:
    """The command with these arguments, in this process."""
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("streams", ["<&-", ">&- 2>&- <&-", "2>/dev/full", ">/dev/full 2>/dev/full"])
def test_streams_that_are_closed_or_full(folder: Path, streams: str) -> None:
    """Several commands in one shell; none says anything of a bug or shows a traceback."""
    done = shell("".join(f"shapecheck {command} {streams}; echo $? >> codes\n" for command in COMMANDS))
    codes = [int(line) for line in (folder / "codes").read_text().split()]
    closed = 2 if "<&-" in streams else 1
    full = ">/dev/full" in streams.split()
    assert codes == ([2, 2, 2, 2] if full else [0, 2, closed, 0])
    assert not any(word in done.stdout + done.stderr for word in ("Traceback", "internal error", "Exception"))


def test_a_full_output_is_told(folder: Path) -> None:
    """On standard error, which is another stream."""
    done = shell("shapecheck table a.shape > /dev/full")
    assert (done.returncode, done.stderr) == (2, "shapecheck: cannot write the output: no space left on device\n")
    done = shell("shapecheck table a.shape -o /dev/full -f text")
    assert (done.returncode, done.stderr) == (2, "shapecheck: cannot write /dev/full: no space left on device\n")


@pytest.mark.parametrize("command", ["--help", "check --help", "check a.shape none.shape", "table a.shape -f html"])
def test_a_pipe_that_nobody_reads(folder: Path, command: str) -> None:
    """Quietly, with the code that a shell gives to a process that SIGPIPE ended."""
    done = shell(f"shapecheck {command} 2>&1 | true; echo ${{PIPESTATUS[0]}}")
    assert (done.stdout, done.stderr) == ("141\n", "")


def test_a_new_file_never_becomes_a_closed_stream(folder: Path) -> None:
    """With a stream closed, the next file that is opened would get its number, and all that is printed."""
    done = shell("shapecheck table a.shape -o t.md >&- 2>&- <&-; cat t.md")
    assert done.stdout.startswith("**a.shape**\n") and done.returncode == 0


def test_streams_of_the_shell(folder: Path) -> None:
    """`<(..)` is read, `>(..)` and `/dev/stdout` are written, and a file behind `>` is not replaced."""
    done = shell("echo first > all; shapecheck table <(cat a.shape) -f csv -o /dev/stdout >> all; cat all")
    assert done.stdout.split("\n")[:2] == ["first", "name,type,shape,parameters,MACs"]
    done = shell("shapecheck fmt <(cat a.shape); shapecheck test -j 2 <(cat a.shape) a.shape")
    assert done.stdout.startswith(GOOD) and done.stdout.count(": ok") == 2


@pytest.mark.parametrize("command", ["check", "fmt", "test", "table", "run", "explain", "sizes", "equations"])
def test_a_pipe_in_the_place_of_a_spec(folder: Path, command: str) -> None:
    """Nobody writes to it; the message says how to read one."""
    os.mkfifo("pipe.shape")
    result = shapecheck(command, "pipe.shape", *(["y"] if command == "explain" else []))
    assert result.exit_code == 2
    assert "cannot read pipe.shape: that is a pipe; to read from it, redirect it: - < pipe.shape" in result.stderr


def test_what_lies_in_a_folder(folder: Path) -> None:
    """Specs are checked, what cannot be read is told, and a folder with the ending of a spec is a folder."""
    os.mkfifo("b.shape")
    Path("c.shape").symlink_to("nowhere")
    Path("d.shape").symlink_to("d.shape")
    Path("e.shape").mkdir()
    Path("e.shape", "f.shape").write_text(GOOD)
    result = shapecheck("check", ".")
    assert result.exit_code == 2
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == ["a.shape", "e.shape/f.shape"]
    assert result.stderr.splitlines() == [
        "shapecheck: cannot read b.shape: that is a pipe; to read from it, redirect it: - < b.shape",
        "shapecheck: cannot find c.shape: it is a link to nowhere, which is not there",
        "shapecheck: cannot read d.shape: too many levels of symbolic links",
    ]


@pytest.mark.parametrize("path", ["pipe", "/dev/zero", "folder"])
def test_imports_of_what_is_no_file(folder: Path, path: str) -> None:
    """An error of the spec, at the import."""
    os.mkfifo("pipe")
    Path("folder").mkdir()
    Path("b.shape").write_text(f'from "{path}" import f\n{GOOD}')
    result = shapecheck("check", "b.shape")
    assert result.exit_code == 1
    assert f"error[import]: cannot read {path}: " in result.stdout and "--> b.shape:1:6" in result.stdout


@pytest.mark.parametrize("path", ["pipe", "/dev/zero", "folder"])
@pytest.mark.parametrize("option", ["--input=x=", "--weights="])
def test_data_of_what_is_no_file(folder: Path, path: str, option: str) -> None:
    """Refused before anything is run."""
    os.mkfifo("pipe")
    Path("folder").mkdir()
    result = shapecheck("run", "a.shape", "--set", "n=3", option + path)
    assert result.exit_code == 2
    assert f"cannot read {path}: that is a " in result.stderr


def test_data_that_is_larger_than_it_looks(folder: Path) -> None:
    """A few kilobytes of zeros, compressed, are many in memory; the limit is that of the run."""
    np.savez_compressed("x.npz", x=np.zeros(1 << 22))
    assert Path("x.npz").stat().st_size < 1 << 16
    result = shapecheck("run", "a.shape", "--set", "n=3", "--weights", "x.npz", "--memory-limit", "16MiB")
    assert result.exit_code == 1
    assert "error[too-much-memory]: x.npz holds 32.0 MiB of arrays, the limit is 16.0 MiB" in result.stdout


@pytest.mark.parametrize("spelling", ["a.shape", "./a.shape", "../{}/a.shape", "link.shape", "again/again/a.shape"])
def test_circles_of_imports(folder: Path, spelling: str) -> None:
    """A file is the same file, however its name is spelled."""
    Path("link.shape").symlink_to("a.shape")
    Path("again").symlink_to(".")
    other = spelling.format(folder.name)
    Path("a.shape").write_text('from "b.shape" import g\nlayer f() = g\ndim n\ninput x : n\ny = x -> f\nclaim y : n\n')
    Path("b.shape").write_text(f'from "{other}" import f\nlayer g() = f\n')
    result = shapecheck("check", "a.shape")
    assert result.exit_code == 1
    assert "error[import-circle]: these files import each other: a.shape -> b.shape -> a.shape\n" in result.stdout
    assert result.stdout.endswith("a.shape: failed  1 error\n")


def test_a_long_row_of_imports(folder: Path) -> None:
    """No circle, and still too deep to be read file by file."""
    for number in range(400):
        Path(f"f{number}.shape").write_text(f'from "f{number + 1}.shape" import f as g\nlayer f() = g\n')
    Path("f400.shape").write_text("layer f() = relu\n")
    Path("b.shape").write_text('from "f0.shape" import f\ndim n\ninput x : n\ny = x -> f\n')
    result = shapecheck("check", "b.shape")
    assert result.exit_code == 1
    assert "more than 50 files import one another in a row" in result.stdout
