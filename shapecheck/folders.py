"""Files that a spec imports: read only inside the folders that the user named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from shapecheck.source import Source
from shapecheck.storage import read

LARGEST = 32 * 2**20
"""Most bytes of a file that are read; the parser's own limit is far below."""


def reader(named: Iterable[str]) -> Callable[[Source, str], Source]:
    """Reads a file that a spec names, relative to that spec; `named` are files and folders that the user named.

    The reader raises `ValueError` for what lies outside of them, or is no text, and `OSError` where there is nothing.
    """
    roots = [_root(path) for path in named]

    def beside(source: Source, path: str) -> Source:
        written = os.path.join(os.path.dirname(source.name), path)
        place = os.path.realpath(written)
        if not any(Path(place).is_relative_to(root) for root in roots):
            raise ValueError("it lies outside of the folders that were named")
        data = read(written, LARGEST + 1)
        if len(data) > LARGEST:
            raise ValueError("it is too large to be a spec")
        try:
            return Source(_short(written, place), data.decode("utf-8-sig"), beside)
        except UnicodeDecodeError:
            raise ValueError("it is not UTF-8 text") from None

    return beside


def _short(path: str, place: str) -> str:
    """A path without `.` and `..`, where it still leads to the same place."""
    short = os.path.normpath(path)
    return short if os.path.realpath(short) == place else path


def _root(path: str) -> str:
    """The folder that a name stands for: itself, or the one that the file is in."""
    found = os.path.realpath(path)
    return found if os.path.isdir(found) else os.path.dirname(found)
