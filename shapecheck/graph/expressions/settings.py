"""Static arguments: the first parentheses of a block, and the options of an op."""

from __future__ import annotations

from shapecheck.graph.expressions.callees import callee
from shapecheck.graph.expressions.declared_names import CONSTANTS, NUMBERS
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.literals import literal
from shapecheck.graph.expressions.recognition import is_size
from shapecheck.graph.nodes import Number
from shapecheck.ops.base import Setting
from shapecheck.syntax import tree


def setting(reading: Reading, expression: tree.Expression) -> Setting:
    """A static argument: a size, several, a word, a number (see `shapecheck.ops.base.Setting`)."""
    passed = _passed(reading, expression)
    if passed is not None:
        return passed
    match expression:
        case tree.Sizes(items):
            return tuple(map(reading.size, items))
        case tree.Column(rows) if len(rows) == 1:
            return tuple(map(reading.size, rows[0]))
        case tree.Column(rows):
            return tuple(tuple(map(reading.size, row)) for row in rows)
        case tree.Name("true" | "false" as word):
            return word == "true"
        case tree.Name(name) if name in CONSTANTS and name not in NUMBERS:
            return name
        case tree.Text(text):
            return text
        case _:
            return _size_or_number(reading, expression)


def _size_or_number(reading: Reading, expression: tree.Expression) -> Setting:
    if is_size(reading, expression):
        return reading.size(expression)
    number = literal(expression)
    if isinstance(number, Number):
        return float(number.value)
    if isinstance(expression, tree.Name):
        return _word(reading, expression)
    return reading.size(expression)


def _passed(reading: Reading, expression: tree.Expression) -> Setting | None:
    """A parameter handed on, or a block or function passed as an argument."""
    names = reading.names
    if isinstance(expression, tree.Name) and not reading.scope.closed:
        if expression.name in names.settings:
            return names.settings[expression.name]
        if expression.name in names.lists and reading.scope.find(expression.name) is None:
            return names.lists[expression.name].passed()
        if expression.name in names.families or expression.name in names.sizes:
            return None
    return callee(reading, expression)


def is_static(reading: Reading, expression: tree.Expression) -> bool:
    """Whether an argument is a size, a shape or a word, and not a value."""
    match expression:
        case tree.Sizes():
            return True
        case tree.Name(name) if name in CONSTANTS and name not in NUMBERS:
            return True
        case tree.Name(name) if not reading.scope.closed and name in reading.names.settings:
            return True
    return is_size(reading, expression)


def _word(reading: Reading, expression: tree.Name) -> Setting:
    """A name that is not a size may name an axis; anything declared is a mistake."""
    if expression.name in reading.names.families or expression.name in reading.names.poisoned:
        return reading.size(expression)
    return NUMBERS.get(expression.name, expression.name)
