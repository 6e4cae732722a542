"""Reads and writes files, whatever is in them.

Only regular files are read, so that no pipe and no device keeps the program waiting.  A written file is whole or not
there: its bytes go into another one beside it, which takes its name at the end.  `OSError` says in its `strerror` what
is wrong, as part of a sentence.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from shapecheck.signals import half_done

_HANDED_ON = re.compile(r"/dev/(stdin|stdout|stderr)|(?:/dev|/proc/self)/fd/(\d{1,6})")
_NUMBERS = {"stdin": 0, "stdout": 1, "stderr": 2}
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""Flags with which a pipe opens although there is nothing at its other end; none on Windows."""


class NotAFile(OSError):
    """An error: the path is no regular file; `kind` says what it is: "a pipe"."""

    def __init__(self, kind: str, path: str) -> None:
        super().__init__(errno.EINVAL, f"that is {kind}", path)
        self.kind = kind


# ---- reading -----------------------------------------------------------------------------------


def is_handed_on(path: str) -> bool:
    """Whether a path names a stream that this process was started with, such as `/dev/fd/63` of a shell's `<(..)`."""
    return _number(path) is not None


def _number(path: str) -> int | None:
    found = _HANDED_ON.fullmatch(path)
    return None if found is None else _NUMBERS[found[1]] if found[1] else int(found[2])


def opened(path: str) -> BinaryIO:
    """A regular file, or a stream that was handed on, to be read; raises `OSError` for everything else."""
    if (number := _number(path)) is not None:
        return os.fdopen(os.dup(number), "rb")
    _check_kind(path, _status(path))
    file = open(path, "rb", opener=_opened_at_once)  # noqa: SIM115
    try:
        _check_kind(path, os.fstat(file.fileno()))
    except OSError:
        file.close()
        raise
    return file


def read(path: str, most: int) -> bytes:
    """The bytes of a file, up to so many; raises `OSError`."""
    with opened(path) as file:
        return file.read(most)


def _opened_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | _AT_ONCE, 0o666)


def _status(path: str) -> os.stat_result:
    try:
        return os.stat(path)
    except ValueError as error:  # a null byte, or half of a surrogate pair
        raise OSError(errno.EINVAL, "no file can have this name", path) from error


def _check_kind(path: str, found: os.stat_result) -> None:
    kind = next((kind for is_kind, kind in _KINDS if is_kind(found.st_mode)), None)
    if kind is not None:
        raise NotAFile(kind, path)


# ---- writing -----------------------------------------------------------------------------------


@contextmanager
def written(path: str) -> Iterator[BinaryIO]:
    """A new file for `path`: in its place once the block has ended well, else, or on a signal, not there at all.

    Links stay links, and permissions stay.  What is a pipe or a device is written to as it is.
    """
    target = os.path.realpath(path)
    mode = None if is_handed_on(path) else _mode_to_keep(target)
    if is_handed_on(path) or (mode is not None and not stat.S_ISREG(mode)):
        with _stream(path) as stream:
            yield stream
        return
    beside = os.path.join(os.path.dirname(target), f".{os.urandom(8).hex()}.part")

    def undo() -> None:
        with suppress(OSError):
            os.unlink(beside)

    def abandon() -> None:
        try:
            os.close(file.fileno())  # Windows removes no file that is open
        finally:
            undo()

    half_done.append(abandon)
    try:
        with open(beside, "xb") as file:
            yield file
        if mode is not None:
            os.chmod(beside, stat.S_IMODE(mode))
        os.replace(beside, target)
    except BaseException:
        undo()
        raise
    finally:
        half_done.remove(abandon)


def _mode_to_keep(target: str) -> int | None:
    """The mode of what is there already, None where nothing is; raises `OSError` where it may not be written."""
    try:
        mode = _status(target).st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise NotAFile("a folder", target)
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), target)
    return mode


def _stream(path: str) -> BinaryIO:
    """A pipe or a device to write to; a pipe that nobody reads is an error, and no wait for a reader."""
    if (number := _number(path)) is not None:
        return os.fdopen(os.dup(number), "wb")
    try:
        file = open(path, "wb", opener=_opened_at_once)  # noqa: SIM115
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise OSError(errno.ENXIO, "nothing reads from it", path) from error
        raise
    if _AT_ONCE:
        os.set_blocking(file.fileno(), True)
    return file
