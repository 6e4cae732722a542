"""Recognition of sizes and conditions: expressions of sizes, indices and integers alone."""

from __future__ import annotations

from shapecheck.graph.expressions.binders import bind
from shapecheck.graph.expressions.declared_names import PREBOUND
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.receptive_calls import is_receptive
from shapecheck.graph.nodes import Number, SizeValue
from shapecheck.syntax import tree

FUNCTIONS = frozenset({"ceil", "floor", "max", "min", "abs", "size"})
"""Functions that a size may contain."""


def is_size(reading: Reading, expression: tree.Expression) -> bool:
    """Whether the expression is made of sizes, indices and integers alone, so that `Reading.size` reads it."""
    match expression:
        case tree.Integer():
            return True
        case tree.Name(name):
            return is_size_name(reading, name)
        case tree.Coefficient(_, operand) | tree.Minus(operand):
            return is_size(reading, operand)
        case tree.Binary(operator, left, right):
            known = operator in ["+", "-", "*", "/", "//", "%", "^"]
            return known and is_size(reading, left) and is_size(reading, right)
        case tree.Call(tree.Name(name), arguments) if name == "size":
            axes = [item.value for item in arguments[1:]]
            return len(axes) == 1 and (is_size(reading, axes[0]) or axis_word(reading, axes[0]) is not None)
        case tree.Call(tree.Name(name), arguments):
            known = name in FUNCTIONS and len(arguments) > 0
            return known and all(is_size(reading, item.value) for item in arguments)
        case tree.Index(base, (_,)) if is_receptive(base):
            return reading.scope.in_claim
        case tree.Index(tree.Name(name), subscripts) if in_list(reading, name):
            return all(isinstance(item, tree.Expression) and is_size(reading, item) for item in subscripts)
        case tree.Index(tree.Name(name), (subscript,)):
            return name in reading.names.constants and _is_entry(reading, name, subscript)
        case tree.Field(base, name):
            return reading.scope.in_claim and name in PREBOUND and isinstance(base, tree.PATHS)
        case tree.BigOperator("sum", binders, body, None):
            return _sums_sizes(reading, binders, body)
        case _:
            return False


def _sums_sizes(reading: Reading, binders: tuple[tree.Binder, ...], body: tree.Expression) -> bool:
    """Whether the terms of a sum, and the ends of its ranges, are sizes."""
    for binder in binders:
        ends = binder.range
        if ends is None or not (is_size(reading, ends.low) and is_size(reading, ends.high)):
            return False
        reading = reading.within(bind(reading, binder))
    return is_size(reading, body)


def axis_word(reading: Reading, expression: tree.Expression) -> str | None:
    """The name of an axis, `channel`: a name that is nothing else."""
    if not isinstance(expression, tree.Name) or reading.names.declares(expression.name):
        return None
    return None if is_size_name(reading, expression.name) else expression.name


def in_list(reading: Reading, name: str) -> bool:
    """Whether a name is a family of sizes here."""
    return name in reading.names.lists and not reading.scope.hides(name)


def _is_entry(reading: Reading, name: str, subscript: tree.Subscript) -> bool:
    """Whether an entry of a list is a size: at a number; at an index in claims, and if the list is no tensor."""
    if (name not in reading.names.families or reading.scope.in_claim) and reading.scope.picks:
        if not isinstance(subscript, tree.Expression) or not is_size(reading, subscript):
            return False
        return _has_ranges(reading, subscript)
    return _is_fixed(reading, subscript)


def _has_ranges(reading: Reading, subscript: tree.Expression) -> bool:
    """Whether the ranges of all indices in a size are written; others follow from the reads of tensors."""
    names = reading.without_debts().size(subscript).names
    return all(index.low is not None for index in reading.scope if index.symbol in names)


def _is_fixed(reading: Reading, subscript: tree.Subscript) -> bool:
    """Whether a subscript is a number, so that the entry of a constant list can stand in a size."""
    if not isinstance(subscript, tree.Expression) or not is_size(reading, subscript):
        return False
    return reading.without_debts().size(subscript).constant is not None


def is_size_name(reading: Reading, name: str) -> bool:
    """Whether a name is an index, an integer or a size."""
    if reading.scope.find(name) is not None:
        return True
    operand = reading.scope.operand(name)
    if operand is not None:
        return isinstance(operand, SizeValue) or (isinstance(operand, Number) and isinstance(operand.value, int))
    if name in PREBOUND:
        return reading.scope.in_claim
    return name in reading.names.sizes or isinstance(reading.names.constants.get(name), int)


def is_condition(reading: Reading, expression: tree.Expression) -> bool:
    """Whether the expression is a condition on sizes, so that `formula` reads it."""
    match expression:
        case tree.Comparison(operands, operators):
            return "~=" not in operators and all(is_size(reading, operand) for operand in operands)
        case tree.Logic(_, left, right):
            return is_condition(reading, left) and is_condition(reading, right)
        case tree.Not(operand):
            return is_condition(reading, operand)
        case tree.Name(name):
            return name in ("true", "false") or isinstance(reading.names.settings.get(name), bool)
        case _:
            return False
