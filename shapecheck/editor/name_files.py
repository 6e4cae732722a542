"""The names of a spec together with those of the files that it imports.

In: a source with its syntax tree.  Out: `Names`.  A file is read once; one that imports itself, in a circle, is left
out there, as is one that cannot be read.
"""

from __future__ import annotations

from functools import lru_cache

from shapecheck.editor.name_reading import NameReader
from shapecheck.editor.spec_names import Key, Names
from shapecheck.graph.library import folder
from shapecheck.source import Source
from shapecheck.syntax.parsing import Reading, read


def names_of(source: Source, reading: Reading) -> Names:
    """The names of a spec."""
    return _names(source, reading, {})


def _names(source: Source, reading: Reading, known: dict[str, Names | None]) -> Names:
    """The names of a spec; `known` are those of files, None while a file is being read."""
    known[source.name] = None

    def other(path: str) -> Names | None:
        if path.startswith("std/"):
            return library_names(path)
        try:
            found = None if source.beside is None else source.beside(source, path)
        except (OSError, ValueError):
            return None
        if found is not None and found.name not in known:
            known[found.name] = _names(found, read(found), known)
        return None if found is None else known[found.name]

    return NameReader(source, reading, other).names()


def home_of(names: Names, key: Key) -> Names | None:
    """The names of the file that a key belongs to, seen from a spec that uses it; None where it cannot be read."""
    if key.path == names.source.name:
        return names
    return library_names(key.path) if key.path.startswith("std/") else names.files.get(key.path)


@lru_cache(maxsize=64)
def library_names(path: str) -> Names:
    """The names of a file of the library, `std/dense.shape`."""
    text = (folder() / path.removeprefix("std/")).read_text(encoding="utf-8")
    source = Source(path, text)
    return NameReader(source, read(source), lambda _: None).names()
