"""Files read and written: only regular ones are read, at once; what is written is whole or not there.

Independent truth: what the operating system says of the same files.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shapecheck.commands.exit_codes import Refused
from shapecheck.folders import reader
from shapecheck.source import Source
from shapecheck.storage import NotAFile, read, written

posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))


MADE: dict[str, tuple[Callable[[Path], object], str]] = {
    "pipe": (lambda path: os.mkfifo(path), "that is a pipe"),
    "socket": (_socket, "that is a socket"),
    "folder": (lambda path: path.mkdir(), "that is a folder"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "that is a device"),
    "dangling link": (lambda path: path.symlink_to("nowhere"), "No such file or directory"),
    "circle of links": (lambda path: path.symlink_to(path.name), "Too many levels of symbolic links"),
}


@posix
@pytest.mark.parametrize("kind", MADE)
def test_what_is_no_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """At once, though nobody writes to the pipe, and the device has no end."""
    make, said = MADE[kind]
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "a")
    with pytest.raises(OSError) as refused:
        read(str(tmp_path / "a"), 10)
    assert refused.value.strerror == said
    with pytest.raises((OSError, ValueError)) as refused:
        reader([str(tmp_path)])(Source(str(tmp_path / "b.shape"), ""), "a")


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_names_that_no_file_can_have(name: str) -> None:
    """They come from documents and specs, for no command line holds them."""
    with pytest.raises(OSError):
        read(name, 10)


@posix
def test_a_stream_of_the_shell_is_read() -> None:
    """`/dev/fd/63` is what `<(..)` hands on."""
    ours, theirs = os.pipe()
    os.write(theirs, b"dim n\n")
    os.close(theirs)
    assert read(f"/dev/fd/{ours}", 100) == b"dim n\n"
    os.close(ours)


@posix
def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    """A device takes what is written and stays one; a pipe without a reader, a folder and a circle are refused."""
    (tmp_path / "null").symlink_to(os.devnull)
    with written(str(tmp_path / "null")) as file:
        file.write(b"gone")
    assert not os.path.isfile(os.devnull)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to("circle")
    for name in ("pipe", "circle", "."):
        with pytest.raises(OSError), written(str(tmp_path / name)) as file:
            file.write(b"never")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["circle", "null", "pipe"]
    assert (tmp_path / "pipe").is_fifo()


@posix
def test_a_pipe_with_a_reader_is_written(tmp_path: Path) -> None:
    """As `-o >(less)` makes one."""
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    with written(str(tmp_path / "pipe")) as file:
        file.write(b"whole")
    assert os.read(reading, 100) == b"whole"
    os.close(reading)


@posix
def test_a_full_disk(tmp_path: Path) -> None:
    """What a limit of the process plays: the old text stays, and nothing is left beside it."""
    import resource

    (tmp_path / "a").write_bytes(b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError), written(str(tmp_path / "a")) as file:
            file.write(b"new" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_write_that_is_broken_off(tmp_path: Path, error: type[BaseException]) -> None:
    """Whatever breaks it off, also where no signal is caught, as in a notebook."""
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(error), written(str(tmp_path / "a")) as file:
        file.write(b"half")
        raise error
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_may_not_be_written(tmp_path: Path) -> None:
    """It could be replaced, as the folder may be written; whoever took the permission away did not want that."""
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a").chmod(0o444)
    with pytest.raises(PermissionError), written(str(tmp_path / "a")) as file:
        file.write(b"new")


def test_not_a_file_says_what_it_is(tmp_path: Path) -> None:
    """Its kind is a part of a sentence."""
    with pytest.raises(NotAFile) as refused:
        read(str(tmp_path), 10)
    assert (refused.value.kind, refused.value.filename) == ("a folder", str(tmp_path))
    assert not isinstance(refused.value, Refused)
