"""Files that a spec imports: read only inside the folders that the user named."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from shapecheck.source import Source

LARGEST = 32 * 2**20
"""Bytes of a file that are read; what is beyond is no spec."""


def reader(named: Iterable[str]) -> Callable[[Source, str], Source]:
    """Reads a file that a spec names, relative to that spec; `named` are files and folders that the user named.

    The reader raises `ValueError` for what lies outside of them, or is no text, and `OSError` where there is nothing.
    """
    roots = [_root(path) for path in named]

    def beside(source: Source, path: str) -> Source:
        place = Path(source.name).parent / path
        if not any(place.resolve().is_relative_to(root) for root in roots):
            raise ValueError("it lies outside of the folders that were named")
        with place.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise ValueError("it is too large to be a spec")
        try:
            return Source(str(place), data.decode("utf-8-sig"), beside)
        except UnicodeDecodeError:
            raise ValueError("it is not UTF-8 text") from None

    return beside


def _root(path: str) -> Path:
    """The folder that a name stands for: itself, or the one that the file is in."""
    found = Path(path).resolve()
    return found if found.is_dir() else found.parent
