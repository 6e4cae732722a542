"""Conditionals, `if condition then .. else ..`; a condition on a block's parameters alone is decided while reading."""

from __future__ import annotations

from shapecheck.graph.block_definitions import Callee
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.recognition import is_condition
from shapecheck.graph.expressions.size_conditions import formula
from shapecheck.graph.nodes import Choose, Node
from shapecheck.sizes import Not
from shapecheck.syntax import tree


def conditional(reading: Reading, expression: tree.Conditional) -> Node:
    """The branch that is taken if that is known, else both."""
    condition, then, otherwise = expression.condition, expression.then, expression.otherwise
    decided = _decided(reading, condition)
    if decided is not None:
        return reading.value(then if decided else otherwise)
    if is_condition(reading, condition):
        stated = formula(reading, condition)
        branches = reading.under(stated).value(then), reading.under(Not(stated)).value(otherwise)
        return Choose(stated, None, *branches, span=expression.span)
    tested = reading.value(condition)
    return Choose(None, tested, reading.value(then), reading.value(otherwise), span=expression.span)


def _decided(reading: Reading, condition: tree.Expression) -> bool | None:
    """The truth of a condition on a block's parameters alone; None for other conditions."""
    match condition:
        case tree.Name(name):
            known = None if reading.scope.closed else reading.names.settings.get(name)
            return known if isinstance(known, bool) else None
        case tree.Not(operand):
            inner = _decided(reading, operand)
            return None if inner is None else not inner
        case tree.Logic(operator, left, right):
            return _connected(operator, _decided(reading, left), _decided(reading, right))
        case tree.Comparison((left, right), ("==" | "!=" as operator,)):
            if not (_is_word(reading, left) or _is_word(reading, right)):
                return None
            return bool(reading.setting(left) == reading.setting(right)) == (operator == "==")
        case _:
            return None  # decided by sizes or values; or no truth value, which `formula` reports


def _is_word(reading: Reading, expression: tree.Expression) -> bool:
    """Whether an expression is a parameter that is a word, a truth value, a block or a function."""
    if not isinstance(expression, tree.Name) or reading.scope.closed:
        return False
    return isinstance(reading.names.settings.get(expression.name), str | bool | Callee)


def _connected(operator: str, left: bool | None, right: bool | None) -> bool | None:
    """`and` and `or`, where one side may be unknown."""
    if operator == "and":
        return False if left is False or right is False else None if None in (left, right) else True
    return True if left is True or right is True else None if None in (left, right) else False
