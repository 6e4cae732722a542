"""The reading of expressions put together: sizes, static arguments and values at one place of a spec."""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.graph.block_definitions import Definition
from shapecheck.graph.expressions.callees import default_in, names_in
from shapecheck.graph.expressions.declared_names import Names
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.scope import Scope
from shapecheck.graph.expressions.settings import setting
from shapecheck.graph.expressions.size_expressions import size
from shapecheck.graph.expressions.value_expressions import value
from shapecheck.graph.model import Debt
from shapecheck.graph.nodes import Node
from shapecheck.ops.base import Setting
from shapecheck.record import record
from shapecheck.sizes import Size
from shapecheck.syntax import tree


@record(eq=False)
class _Reading(Reading):
    """The reading that knows all kinds of expressions."""

    def size(self, expression: tree.Expression) -> Size:
        return size(self, expression)

    def setting(self, expression: tree.Expression) -> Setting:
        return setting(self, expression)

    def value(self, expression: tree.Expression) -> Node:
        return value(self, expression)


def reading_at(names: Names, scope: Scope | None = None, debts: list[Debt] | None = None) -> Reading:
    """The reading at a place; requirements of sizes are added to `debts`, or to those of the whole spec."""
    return _Reading(names, Scope() if scope is None else scope, names.debts if debts is None else debts)


def default_of(definition: Definition, parameter: tree.Parameter, known: Mapping[str, Setting]) -> Setting:
    """The default of a parameter of a block, which may mention the parameters before it."""
    return default_in(reading_at(names_in(definition, known)), definition, parameter)
