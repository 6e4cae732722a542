"""Lookups that need more than one scope: what a path into a block ends with, also in other files.

In: the names that are found while a spec is read.  Out: the key of a name in a block, and the block that a value comes
from.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import field

from shapecheck.editor.spec_names import BUILT_IN, Entry, Key, Kind, Names, Occurrence
from shapecheck.graph.library import place_of
from shapecheck.ops import NAMES as OPERATIONS
from shapecheck.record import record
from shapecheck.source import Source, Span
from shapecheck.syntax import tree
from shapecheck.syntax.parsing import Reading

Scope = dict[str, Key]
Other = Callable[[str], Names | None]
"""The names of another file: by its path as an import writes it, or of a file of the library."""


@record(frozen=False)
class Found:
    """The names found so far."""

    occurrences: list[Occurrence] = field(default_factory=list)
    entries: dict[Key, Entry] = field(default_factory=dict)
    inside: dict[Key, Scope] = field(default_factory=dict)
    blocks: list[tuple[Span, Key]] = field(default_factory=list)


class BlockPaths:
    """The names of a spec that is being read; `other` gives those of the files that it imports, and of the library."""

    def __init__(self, source: Source, reading: Reading, other: Other) -> None:
        self._source = source
        self._spec = reading.parsed.spec
        self._tokens = reading.tokens
        self._starts = [token.start for token in reading.tokens]
        self._other = other
        self._found = Found()
        self._block = ""
        self._foreign: dict[str, Names | None] = {}

    def _define(
        self,
        scope: Scope,
        name: str,
        kind: Kind,
        span: Span,
        node: tree.Node,
        role: str = "",
        reach: Span | None = None,
    ) -> Key:
        """Brings a name in, or adds a further place at which it is defined."""
        known = scope.get(name)
        if known is None or known.block != self._block or known.path != self._source.name:
            known = Key(self._source.name, self._block, name, span.start if kind is Kind.INDEX else -1)
            scope[name] = known
            self._found.entries[known] = Entry(kind, span, node, role, reach=reach)
        self._found.occurrences.append(Occurrence(span, known, True))
        return known

    def _use(self, key: Key, span: Span) -> Key:
        self._found.occurrences.append(Occurrence(span, key, False))
        return key

    def _std(self, name: str) -> Key | None:
        """A block of the library, or a built-in operation."""
        found = place_of(name)
        if found is not None:
            return Key(found[0].name, "", name)
        return Key(BUILT_IN, "", name) if name in OPERATIONS or name == "repeat" else None

    def _part(self, node: tree.Field, scope: Scope) -> Key | None:
        """The thing that a path into a block ends with: a name in the block, or a layer that is applied there."""
        inner = self._in_block(self._maker(node.base, scope), node.name)
        if inner is not None or node.name in ("params", "macs"):
            return inner
        layer = scope.get(node.name) or self._std(node.name)
        return layer if layer is not None and self._is_block(layer) else None

    def _maker(self, value: tree.Expression, scope: Scope) -> Key | None:
        """The block that a value comes from, or the block that is named."""
        match value:
            case tree.Name(name):
                return self._block_of(scope.get(name) or self._std(name))
            case tree.Call(tree.Name("repeat"), arguments) if len(arguments) > 1:
                return self._maker(arguments[1].value, scope)
            case tree.Call(function):
                return self._maker(function, scope)
            case tree.Index(base):
                return self._maker(base, scope)
            case tree.Pipe(_, stage):
                return self._maker(stage.layer, scope)
            case tree.Field():
                return self._block_of(self._part(value, scope))
            case _:
                return None

    def _block_of(self, key: Key | None) -> Key | None:
        """A block by its key, or the block that made what the key stands for."""
        if key is None or self._is_block(key):
            entry = self._found.entries.get(key) if key is not None else None
            return key if entry is None or entry.alias is None else entry.alias
        entry = self._entry(key)
        return None if entry is None else entry.made_by

    def _is_block(self, key: Key) -> bool:
        entry = self._entry(key)
        return entry is not None and entry.kind in (Kind.LAYER, Kind.FUNCTION)

    def _entry(self, key: Key) -> Entry | None:
        if key in self._found.entries:
            return self._found.entries[key]
        names = self._names_of(key)
        return None if names is None else names.entries.get(key)

    def _in_block(self, block: Key | None, name: str) -> Key | None:
        """A name inside of a block, of this file or of another one."""
        if block is None:
            return None
        if block in self._found.inside:
            found = self._found.inside[block].get(name)
        else:
            names = self._names_of(block)
            found = None if names is None else names.inside.get(block, {}).get(name)
        return found if found is not None and found.block == block.name else None

    def _names_of(self, key: Key) -> Names | None:
        """The names of the other file that a key belongs to."""
        if key.path in (self._source.name, BUILT_IN):
            return None
        if key.path not in self._foreign and key.path.startswith("std/"):
            self._foreign[key.path] = self._other(key.path)
        return self._foreign.get(key.path)

    def _word(self, span: Span, number: int) -> Span:
        """A word of a span by its number, the last one for -1."""
        at = bisect_left(self._starts, span.start)
        token = self._tokens[at + number if number >= 0 else bisect_left(self._starts, span.end) - 1]
        return Span(token.start, token.end)
