"""Files that a spec imports: read only inside the folders that the user named, or read beforehand and carried along."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, replace

from shapecheck.record import record
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
        if not any(_is_below(place, root) for root in roots):
            raise ValueError("it lies outside of the folders that were named")
        data = read(written, LARGEST + 1)
        if len(data) > LARGEST:
            raise ValueError("it is too large to be a spec")
        try:
            return Source(_short(written, place), data.decode("utf-8-sig"), beside, place=place)
        except UnicodeDecodeError:
            raise ValueError("it is not UTF-8 text") from None

    return beside


def specs_below(folder: str, refused: Callable[[OSError], object] | None = None) -> list[str]:
    """All `*.shape` below a folder, by path; what is hidden is left out, folders that cannot be read are told."""
    from pathlib import Path

    specs: list[str] = []
    for place, folders, files in os.walk(folder, onerror=refused):
        folders[:] = [name for name in folders if not name.startswith(".")]
        specs += [str(Path(place, name)) for name in files if name.endswith(".shape") and not name.startswith(".")]
    return sorted(specs)


def _short(path: str, place: str) -> str:
    """A path without `.` and `..`, where it still leads to the same place."""
    short = os.path.normpath(path)
    return short if os.path.realpath(short) == place else path


def _is_below(place: str, folder: str) -> bool:
    """Whether a resolved path is that of the folder, or inside of it."""
    return place == folder or place.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def _root(path: str) -> str:
    """The folder that a name stands for: itself, or the one that the file is in."""
    found = os.path.realpath(path)
    return found if os.path.isdir(found) else os.path.dirname(found)


# ---- carried along -----------------------------------------------------------------------------

_PIECES = re.compile(r'(?P<named>\bfrom(?:\s|#[^\n]*\n)*)?"(?P<text>[^"\n]*)"|#[^\n]*')
"""Strings, with `from` in front of them or not, and comments, in which nothing is a string."""


@record
class Carried:
    """Reads from what was read before: the texts, or the errors, by the importing file's name and the path in it."""

    texts: dict[tuple[str, str], Source | tuple[str, str]] = field(default_factory=dict)

    def __call__(self, source: Source, path: str) -> Source:
        """The text; raises the error that reading it raised."""
        found = self.texts[source.name, path]
        if isinstance(found, Source):
            return replace(found, beside=self)
        kind, reason = found
        raise ValueError(reason) if kind == "ValueError" else OSError(errno.EIO, reason)

    def listed(self) -> list[tuple[str, ...]]:
        """All that was read, in the order of reading, as plain texts."""
        rows = ((name, path, found) for (name, path), found in self.texts.items())
        return [
            (name, path, found.name, found.place, found.text) if isinstance(found, Source) else (name, path, *found)
            for name, path, found in rows
        ]


def carried(source: Source) -> Source:
    """The same source, which needs no files any more: all that it may import is read now."""
    if source.beside is None:
        return source
    carry = Carried()
    place = os.path.realpath(source.name)
    _gather(source, source.beside, carry, {place})
    return replace(source, beside=carry, place=place)


def _gather(source: Source, beside: Callable[[Source, str], Source], carry: Carried, seen: set[str]) -> None:
    """Reads what a text imports, and what that imports, in the order of the text; each file is looked into once."""
    waiting = [iter(_imported(source))]
    importers = [source]
    while waiting:
        path = next(waiting[-1], None)
        if path is None:
            waiting.pop()
            importers.pop()
            continue
        found = carry.texts[importers[-1].name, path] = _tried(beside, importers[-1], path)
        if isinstance(found, Source) and found.place not in seen:
            seen.add(found.place)
            waiting.append(iter(_imported(found)))
            importers.append(found)


def _tried(beside: Callable[[Source, str], Source], source: Source, path: str) -> Source | tuple[str, str]:
    try:
        return replace(beside(source, path), beside=None)
    except ValueError as error:
        return "ValueError", str(error)
    except OSError as error:
        return "OSError", error.strerror or str(error)


def _imported(source: Source) -> Iterator[str]:
    """The paths behind `from`, in order."""
    pieces = _PIECES.finditer(source.text) if "from" in source.text else iter(())
    return (piece["text"] for piece in pieces if piece["named"] is not None)
