"""The names of a spec: what each means, where it is defined and where it is used.

A `Key` says which thing is meant, in all files alike: the file, the block around it (empty at the level of the file),
the name, and for an index the offset at which it is bound.  A name of the library has the path of its file, a built-in
operation has `BUILT_IN`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from shapecheck.record import record
from shapecheck.source import Source, Span
from shapecheck.syntax import tree

BUILT_IN = "<built-in>"


class Kind(StrEnum):
    """The kinds of names."""

    SIZE = "size"
    TENSOR = "tensor"
    STAGE = "stage"
    INSTANCE = "instance"
    INDEX = "index"
    LAYER = "layer"
    FUNCTION = "function"
    PARAMETER = "parameter"
    TEST = "test"
    OPERATION = "operation"


@record
class Key:
    """The thing that a name means."""

    path: str
    block: str
    name: str
    at: int = -1


@record
class Occurrence:
    """A place at which a name stands; `defines` where it is brought in there."""

    span: Span
    key: Key
    defines: bool


@record(eq=False)
class Entry:
    """A name that is brought in: its kind, and the statement that does so.

    `role` is that of a declaration, or empty; `made_by` is the block that the value of the name comes from;
    `reach` is the part of the text in which an index may be used, and `alias` the thing that an import renames.
    """

    kind: Kind
    span: Span
    node: tree.Node
    role: str = ""
    made_by: Key | None = None
    reach: Span | None = None
    alias: Key | None = None


@record(eq=False)
class Names:
    """All names of one spec; `inside` are the names in each block by the block's key, `files` those of other files."""

    source: Source
    occurrences: tuple[Occurrence, ...]
    entries: Mapping[Key, Entry]
    inside: Mapping[Key, Mapping[str, Key]]
    top: Mapping[str, Key]
    blocks: tuple[tuple[Span, Key], ...]
    files: Mapping[str, Names | None]

    def at(self, offset: int) -> Occurrence | None:
        """The name at an offset, or right before it."""
        touching = [item for item in self.occurrences if item.span.start <= offset <= item.span.end]
        return max(touching, key=lambda item: item.span.start, default=None)

    def of(self, key: Key) -> Iterator[Occurrence]:
        """All places of a thing, in order."""
        return (item for item in self.occurrences if item.key == key)

    def block_at(self, offset: int) -> Key | None:
        """The block around an offset."""
        return next((key for span, key in self.blocks if span.start <= offset <= span.end), None)

    def visible(self, offset: int) -> Iterator[tuple[Key, Entry]]:
        """The names that may stand at an offset: those of the block around it, and blocks of the file."""
        block = self.block_at(offset)
        for key, entry in self.entries.items():
            around = entry.kind in (Kind.LAYER, Kind.FUNCTION) or key.block == (block.name if block else "")
            reaches = entry.reach is None or entry.reach.start <= offset <= entry.reach.end
            if around and reaches and entry.kind is not Kind.TEST:
                yield key, entry
