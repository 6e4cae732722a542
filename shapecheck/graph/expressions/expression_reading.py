"""Reading of expressions at one place: the context that every module of this room takes as its first argument.

An expression may stand for a size, for a static argument or for a value.  Each of the three contains the other two
(`size(x, 0)` contains a value, `conv(F, k)(x)` contains both), so the modules ask for the parts of an expression
through the three methods of `Reading`; `shapecheck.graph.expressions.complete_reading` puts them together.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Self

from shapecheck.graph.block_definitions import Home
from shapecheck.graph.expressions.declared_names import Names
from shapecheck.graph.expressions.scope import Scope
from shapecheck.graph.model import Debt
from shapecheck.graph.nodes import Index, Node
from shapecheck.ops.base import Setting
from shapecheck.record import record
from shapecheck.sizes import Formula, Size
from shapecheck.syntax import tree


@record(eq=False)
class Reading(ABC):
    """The names of the spec, the scope of the expression, and the list for the requirements of its sizes."""

    names: Names
    scope: Scope
    debts: list[Debt]

    @abstractmethod
    def size(self, expression: tree.Expression) -> Size:
        """The size that an expression stands for; raises `Rejected` if it is not a size."""

    @abstractmethod
    def setting(self, expression: tree.Expression) -> Setting:
        """The static argument that an expression stands for: a size, several, a number, a word, a block."""

    @abstractmethod
    def value(self, expression: tree.Expression) -> Node:
        """The node that an expression stands for; raises `Rejected` if it is not a value."""

    @property
    def home(self) -> Home:
        """The file in which names of blocks are looked up."""
        return self.scope.home or self.names.home

    def at(self, scope: Scope) -> Self:
        """The same reading in another scope."""
        return replace(self, scope=scope)

    def within(self, *indices: Index) -> Self:
        """The reading with more indices in force."""
        return self.at(self.scope.within(*indices))

    def under(self, condition: Formula | None) -> Self:
        """The reading of a branch; requirements of its sizes hold only under the condition."""
        return self.at(self.scope.under(condition))

    def without_debts(self) -> Self:
        """The same reading, for expressions whose requirements are noted elsewhere."""
        return replace(self, debts=[])

    def elsewhere(self, names: Names) -> Self:
        """A reading at the level of another file or block."""
        return replace(self, names=names, scope=Scope(), debts=[])
