"""Input that is no spec, sizes that are no sizes, arrays that do not fit: a message, an exit code, nothing written.

Each case runs the command as a user does, in a process of its own, as a traceback or a crash of the interpreter (a
stack overflow) cannot be seen from inside.  Independent truth: the list of bad input that the project set itself.
"""

from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from shapecheck.cli import main
from shapecheck.commands import spec_files

SPEC = """dim p, d
input  x : d
weight W : p x d
y = W @ x
claim y : p
test one(p = 3, d = 2)
"""


def shapecheck(folder: Path, *arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the command in `folder`; sixty seconds and no more."""
    done = subprocess.run(
        [sys.executable, "-c", "from shapecheck.cli import main; main()", *arguments],
        cwd=folder,
        input=stdin or b"",
        capture_output=True,
        timeout=60,
        env={**os.environ, "NO_COLOR": "1"},
        check=False,
    )
    decoded = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, *decoded)


def refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """The command ended with `code` and said why in words, without a traceback."""
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said
    assert done.returncode == code, said
    assert said.strip()
    for word in words:
        assert word in said, said


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A folder with a small good spec in it."""
    (tmp_path / "layer.shape").write_text(SPEC)
    return tmp_path


def test_the_spec_itself_is_good(spec: Path) -> None:
    """Else the refusals below would mean nothing."""
    assert shapecheck(spec, "check", "layer.shape").returncode == 0
    assert shapecheck(spec, "run", "layer.shape", "--set", "p=3,d=2", "-o", "out.npz").returncode == 0
    assert np.load(spec / "out.npz")["y"].shape == (3,)


def test_empty_file(tmp_path: Path) -> None:
    """Nothing to check is not a success."""
    (tmp_path / "empty.shape").write_text("")
    refused(shapecheck(tmp_path, "check", "empty.shape"), 1, "empty.shape")


def test_comments_only(tmp_path: Path) -> None:
    """A file that says nothing is as empty as one without a byte."""
    (tmp_path / "empty.shape").write_text("# to do\n\n")
    refused(shapecheck(tmp_path, "check", "empty.shape"), 1, "empty.shape")


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 20, b"\x7fELF\0\0\0", "dim p\n".encode("utf-16"), b"dim \xff\n"]
)
def test_binary_input(tmp_path: Path, content: bytes) -> None:
    """Bytes that are no UTF-8 text, from a file and from standard input."""
    (tmp_path / "binary.shape").write_bytes(content)
    refused(shapecheck(tmp_path, "check", "binary.shape"), 1, "binary.shape")
    refused(shapecheck(tmp_path, "check", "-", stdin=content), 1)


@pytest.mark.parametrize(
    "content",
    [
        "# " + "x" * 98 + "\n",
        "dim p\n",
        "y = x + " + "x + " * 22 + "x\n",
        "((((((((((",
    ],
    ids=["comments", "declarations", "equations", "brackets"],
)
def test_ten_megabytes(tmp_path: Path, content: str) -> None:
    """Ten million characters of anything are refused, or read, within a minute; never with a crash."""
    (tmp_path / "large.shape").write_text(content * (10_000_000 // len(content)))
    refused(shapecheck(tmp_path, "check", "large.shape"), 1, "large.shape")


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", ")"), ("[", "]"), ("tanh(", ")"), ("-", ""), ("2(", ")"), ("(", "")]
)
def test_ten_thousand_nested(tmp_path: Path, opening: str, closing: str) -> None:
    """Nesting that would overflow the stack, balanced and not."""
    (tmp_path / "deep.shape").write_text("dim p\ninput x : p\ny = " + opening * 10_000 + "x" + closing * 10_000 + "\n")
    refused(shapecheck(tmp_path, "check", "deep.shape"), 1, "deep.shape:3")


def test_ten_thousand_blocks(tmp_path: Path) -> None:
    """Blocks inside of blocks, as deep."""
    text = "dim p\n" + "".join(f"for i{n} in 1..p {{\n" for n in range(10_000)) + "}\n" * 10_000
    (tmp_path / "deep.shape").write_text(text)
    refused(shapecheck(tmp_path, "check", "deep.shape"), 1, "deep.shape")


@pytest.mark.parametrize("size", ["0", "-3", "1.5", "many", "", "1" + "0" * 12, "9" * 400])
def test_sizes_that_are_none(spec: Path, size: str) -> None:
    """0, -3, no integer, and 10^12 (80 TB for one array): refused before anything is made."""
    done = shapecheck(spec, "run", "layer.shape", "--set", f"p={size},d=2", "-o", "out.npz")
    assert done.returncode in (1, 2)
    refused(done, done.returncode, "p")
    assert not (spec / "out.npz").exists()


@pytest.mark.parametrize("settings", ["p=3", "p=3,d=2,q=1", "p=3,p=4,d=2", "p", "=3", "p=3;d=2"])
def test_settings_that_do_not_fit(spec: Path, settings: str) -> None:
    """A size left open, an unknown one, one set twice, no setting at all."""
    done = shapecheck(spec, "run", "layer.shape", "--set", settings, "-o", "out.npz")
    assert done.returncode in (1, 2)
    refused(done, done.returncode)
    assert not (spec / "out.npz").exists()


def pickled(path: Path) -> None:
    """An .npy whose entries are pickled objects; loading it would run what is in it."""
    np.save(path, np.array([{"a": 1}, print], dtype=object), allow_pickle=True)


BAD_ARRAYS = {
    "wrong length": lambda path: np.save(path, np.zeros(5)),
    "wrong rank": lambda path: np.save(path, np.zeros((2, 2, 3, 1))),
    "scalar": lambda path: np.save(path, np.float64(3)),
    "empty": lambda path: np.save(path, np.zeros(0)),
    "text": lambda path: np.save(path, np.array(["a", "b"])),
    "complex": lambda path: np.save(path, np.array([1j, 2])),
    "dates": lambda path: np.save(path, np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]")),
    "record": lambda path: np.save(path, np.zeros(2, dtype=[("a", "f8"), ("b", "i4")])),
    "NaN": lambda path: np.save(path, np.array([1.0, np.nan])),
    "pickled": pickled,
    "bare pickle": lambda path: path.write_bytes(pickle.dumps([1.0, 2.0])),
    "truncated": lambda path: (np.save(path, np.zeros(2)), path.write_bytes(path.read_bytes()[:-4])),
    "no array": lambda path: path.write_text("1 2\n"),
    "no bytes": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("kind", BAD_ARRAYS)
def test_arrays_that_do_not_fit(spec: Path, kind: str) -> None:
    """A `.npy` for `x : d` with d = 2 that holds anything but two numbers."""
    BAD_ARRAYS[kind](spec / "x.npy")
    done = shapecheck(spec, "run", "layer.shape", "--set", "p=3,d=2", "--input", "x=x.npy", "-o", "out.npz")
    assert done.returncode in (1, 2)
    refused(done, done.returncode, "x")
    assert not (spec / "out.npz").exists()


def test_input_of_no_such_name(spec: Path) -> None:
    """Data for a name that the spec does not have."""
    np.save(spec / "x.npy", np.zeros(2))
    done = shapecheck(spec, "run", "layer.shape", "--set", "p=3,d=2", "--input", "xx=x.npy", "-o", "out.npz")
    assert done.returncode in (1, 2)
    refused(done, done.returncode, "xx")


def test_weights_of_wrong_shape(spec: Path) -> None:
    """An `.npz` with W the wrong way round, and one whose only key is no weight."""
    np.savez(spec / "turned.npz", W=np.zeros((2, 3)))
    np.savez(spec / "other.npz", U=np.zeros((3, 2)))
    for name, word in (("turned.npz", "W"), ("other.npz", "U")):
        done = shapecheck(spec, "run", "layer.shape", "--set", "p=3,d=2", "--weights", name, "-o", "out.npz")
        assert done.returncode in (1, 2)
        refused(done, done.returncode, word)
        assert not (spec / "out.npz").exists()


def test_missing_files(spec: Path) -> None:
    """A spec, an array and a folder for the result that are not there: usage, exit code 2."""
    refused(shapecheck(spec, "check", "nowhere.shape"), 2, "nowhere.shape")
    refused(shapecheck(spec, "run", "layer.shape", "--set", "p=3,d=2", "--input", "x=nowhere.npy"), 2, "nowhere.npy")
    refused(shapecheck(spec, "run", "layer.shape", "--set", "p=3,d=2", "-o", "nowhere/out.npz"), 2, "nowhere")


def test_a_folder_without_specs(tmp_path: Path) -> None:
    """`check` of nothing at all is not a success."""
    done = shapecheck(tmp_path, "check", ".")
    assert done.returncode in (1, 2)
    refused(done, done.returncode)


def test_unreadable_file(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without permission to read: exit code 2.  Root may read everything, so the system's answer is played."""

    def refuse(path: str, most: int) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(spec_files, "read", refuse)
    monkeypatch.chdir(spec)
    result = CliRunner().invoke(main, ["check", "layer.shape"])
    assert result.exit_code == 2
    assert "layer.shape" in result.stderr
    assert "permission denied" in result.stderr.lower()


def test_a_folder_in_place_of_a_spec(spec: Path) -> None:
    """`run` of a folder, which cannot be read as a file, even by root."""
    done = shapecheck(spec, "run", ".", "--set", "p=3,d=2")
    assert done.returncode in (1, 2)
    refused(done, done.returncode)
