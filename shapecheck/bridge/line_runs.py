"""Runs of lines that may become uses of a block, and what is known of the spec around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shapecheck.bridge.names import Names
from shapecheck.bridge.network import Array
from shapecheck.bridge.rewriting import aliases_in, names_in
from shapecheck.bridge.skeletons import Line
from shapecheck.bridge.tensors import View
from shapecheck.record import record
from shapecheck.syntax import tree


@record(eq=False)
class Written:
    """A spec in parts: blocks, declarations and equations, arrays of weights and their names in the model by key."""

    layers: tuple[tree.Layer, ...]
    declarations: tuple[tree.Statement, ...]
    equations: tuple[tree.Statement, ...]
    weights: Mapping[str, Array]
    origins: Mapping[str, str]


@record(eq=False)
class Around:
    """The names in a spec: those that must stay, the sizes, and the views of tensors as a whole."""

    kept: frozenset[str]
    sizes: frozenset[str]
    views: Mapping[str, View]
    names: Names


@record(eq=False)
class Run:
    """One run of lines that may become a use of a block: where it is, and the names in it by their parts."""

    start: int
    lines: tuple[Line, ...]
    statements: tuple[tree.Statement, ...]
    inputs: tuple[str, ...]
    weights: tuple[str, ...]
    output: str

    @property
    def starts_with_weights(self) -> bool:
        """Whether the first line is a layer with a name."""
        return any(True for _ in aliases_in(self.statements[0]))

    @property
    def prefix(self) -> str:
        """The beginning that the names of its layers share, up to an underscore."""
        aliases = [name for statement in self.statements for name in aliases_in(statement)]
        shared = shared_start(aliases) if len(aliases) > 1 else ""
        return shared[: shared.rfind("_") + 1]


def sizes_in(statements: Sequence[tree.Statement], sizes: frozenset[str]) -> set[str]:
    return {name for statement in statements for name in names_in(statement) if name in sizes}


def gain_of(count: int, size: int) -> int:
    """The characters that a block of this size saves where it is used so many times."""
    return (count - 1) * size - 10 * count - 40


def shared_start(names: Sequence[str]) -> str:
    """The beginning that all names have."""
    first, last = min(names), max(names)
    end = next((place for place, (a, b) in enumerate(zip(first, last)) if a != b), min(len(first), len(last)))
    return first[:end]
