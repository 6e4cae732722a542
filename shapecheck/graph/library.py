"""The library: blocks written in the language, found by name and read when first used.

In: the files of the folder `std`.  Out: `Definition`s.  Assumed: every definition starts at the beginning of a line
with `layer` or `fn`, and only its inner lines and its closing brace follow before the next one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from shapecheck.graph.block_definitions import Definition, Home
from shapecheck.source import Source, Span
from shapecheck.syntax import parse, tree

_START = re.compile(r"^(?:layer|fn)\s+(\w+)", re.M)
_NEXT = re.compile(r"^(?=[A-Za-z#])", re.M)


class Library:
    """The library as seen from one spec: its texts are attached to that spec's source."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._home = Home({}, self)
        self._found: dict[str, Definition | None] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """All names of the library."""
        return tuple(_index())

    def find(self, name: str) -> Definition | None:
        """The block of that name, None if there is none."""
        if name not in self._found:
            self._found[name] = self._read(name) if name in _index() else None
        return self._found[name]

    def _read(self, name: str) -> Definition:
        source, start, end = _index()[name]
        base = self._source.attach(source)
        statement = _parsed(name, base)
        return Definition(name, statement, self._home, Span(base + start, base + end))


@lru_cache(maxsize=1)
def folder() -> Path:
    """The folder of the library: inside of the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "std"
    return installed if installed.is_dir() else package.parent / "specs" / "std"


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[Source, int, int]]:
    """Every name with the text in which it is defined, and the start and end of its definition."""
    found: dict[str, tuple[Source, int, int]] = {}
    for path in sorted(folder().glob("*.shape")):
        source = Source(f"std/{path.name}", path.read_text(encoding="utf-8"))
        for match in _START.finditer(source.text):
            following = _NEXT.search(source.text, match.end())
            end = following.start() if following is not None else len(source.text)
            found[match.group(1)] = (source, match.start(), end)
    return found


@lru_cache(maxsize=512)
def _parsed(name: str, base: int) -> tree.Layer | tree.Function:
    """The definition; `base` is the offset at which its text is attached."""
    source, start, end = _index()[name]
    parsed = parse(Source(source.name, source.text[start:end]), base + start)
    (statement,) = parsed.spec.statements
    assert isinstance(statement, tree.Layer | tree.Function), f"{name} is a definition"
    return statement


def place_of(name: str) -> tuple[Source, Span] | None:
    """The text of the library in which a block is defined, and the place of its definition there."""
    found = _index().get(name)
    return None if found is None else (found[0], Span(found[1], found[2]))
