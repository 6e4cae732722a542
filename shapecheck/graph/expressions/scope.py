"""Scope of an expression: the indices in force at its place, outermost first, and the conditions around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from shapecheck.graph.block_definitions import Home
from shapecheck.graph.nodes import Index, Node
from shapecheck.record import record
from shapecheck.sizes import Formula, Size
from shapecheck.source import Span


@record
class Loop:
    """A `for` block around an equation; the left side names all of its indices or none."""

    indices: tuple[Index, ...]
    span: Span


@record
class Scope:
    """Indices in force, and the operands that a function's body may name."""

    indices: tuple[Index, ...] = ()
    loops: tuple[Loop, ...] = ()
    operands: tuple[tuple[str, Node], ...] = ()
    in_claim: bool = False
    closed: bool = False
    """Whether this is a function's body, which cannot see the file's own tensors and sizes."""
    home: Home | None = None
    """In a function's body: where names of blocks are looked up."""
    fixed: Mapping[str, Size] = field(default_factory=dict)
    """Values of the indices that are fixed, by symbol."""
    picks: bool = True
    """Whether an entry of a list may be taken by an index that is not fixed."""
    conditions: tuple[Formula, ...] = ()
    """Conditions on sizes and indices of the branches around."""
    guarded: bool = False
    """Whether this is the right side of `and` or `or`, so that sizes must stay defined where it is not read."""

    def find(self, label: str) -> Index | None:
        """The innermost index of that name."""
        return next((index for index in reversed(self.indices) if index.label == label), None)

    def operand(self, name: str) -> Node | None:
        """The operand of that name of the function whose body this is."""
        return next((node for label, node in self.operands if label == name), None)

    def hides(self, name: str) -> bool:
        """Whether an index, an operand or a function's body hides the file's own tensor of that name."""
        return self.closed or self.find(name) is not None or self.operand(name) is not None

    @property
    def labels(self) -> list[str]:
        """The names of all indices."""
        return [index.label for index in self.indices]

    def within(self, *indices: Index) -> Scope:
        """The scope with more indices."""
        return replace(self, indices=self.indices + indices)

    def under(self, condition: Formula | None) -> Scope:
        """The scope of a branch; None for a condition on values, which says nothing about sizes."""
        return self if condition is None else replace(self, conditions=(*self.conditions, condition))

    def guarded_by(self, condition: Formula) -> Scope:
        """The scope of the right side of `and` or `or`, which is read only where the condition holds."""
        return replace(self.under(condition), guarded=True)

    def inside(self, loop: Loop) -> Scope:
        """The scope in a `for` block."""
        return replace(self, indices=self.indices + loop.indices, loops=(*self.loops, loop))

    def __iter__(self) -> Iterator[Index]:
        return iter(self.indices)
