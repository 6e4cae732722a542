"""Static arguments: what stands in the first parentheses of a block, and in the options of an op."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.graph.literals import literal
from shapecheck.graph.nodes import Number
from shapecheck.graph.scope import CONSTANTS, NUMBERS
from shapecheck.ops.base import Setting
from shapecheck.syntax import tree

if TYPE_CHECKING:
    from shapecheck.graph.values import Values


def setting(values: Values, expression: tree.Expression) -> Setting:
    """A static argument: a size, several, a word, a number (see `shapecheck.ops.base.Setting`)."""
    passed = _passed(values, expression)
    if passed is not None:
        return passed
    match expression:
        case tree.Sizes(items):
            return tuple(values.measure.size(item) for item in items)
        case tree.Column(rows) if len(rows) == 1:
            return tuple(values.measure.size(item) for item in rows[0])
        case tree.Column(rows):
            return tuple(tuple(values.measure.size(item) for item in row) for row in rows)
        case tree.Name("true" | "false" as word):
            return word == "true"
        case tree.Name(name) if name in CONSTANTS and name not in NUMBERS:
            return name
        case tree.Text(text):
            return text
        case _:
            pass  # a size or a number: below
    if values.measure.reads(expression):
        return values.measure.size(expression)
    number = literal(expression)
    if isinstance(number, Number):
        return float(number.value)
    if isinstance(expression, tree.Name):
        return _word(values, expression)
    return values.measure.size(expression)


def _passed(values: Values, expression: tree.Expression) -> Setting | None:
    """A parameter handed on, or a block or function passed as an argument."""
    from shapecheck.graph.calls import callee

    if isinstance(expression, tree.Name) and not values.scope.closed:
        if expression.name in values.names.settings:
            return values.names.settings[expression.name]
        if expression.name in values.names.families or expression.name in values.names.sizes:
            return None
    return callee(values, expression)


def is_static(values: Values, expression: tree.Expression) -> bool:
    """Whether an argument is a size, a shape or a word, and not a value."""
    match expression:
        case tree.Sizes():
            return True
        case tree.Name(name) if name in CONSTANTS and name not in NUMBERS:
            return True
        case tree.Name(name) if not values.scope.closed and name in values.names.settings:
            return True
    return values.measure.reads(expression)


def _word(values: Values, expression: tree.Name) -> Setting:
    """A name that is no size may name an axis; anything declared is a mistake."""
    if expression.name in values.names.families or expression.name in values.names.poisoned:
        return values.measure.size(expression)
    return NUMBERS.get(expression.name, expression.name)
