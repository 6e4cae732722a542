"""Expressions as text, for messages and reports.

Comes in: an expression's tree, from the parser or made by hand.  Goes out: ASCII text on one line (but for tables)
that parses to an equal tree.  Assumed: names are names, and integers are not negative, as in every parsed tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from shapecheck.syntax import tree
from shapecheck.syntax.pasted import table_text

_CONDITIONAL, _OR, _AND, _NOT, _COMPARISON, _PIPE, _SUM, _TERM, _UNARY, _COEFFICIENT, _POWER, _POSTFIX = range(12)
"""Levels of binding in the grammar, the loosest first."""

_BIG = frozenset({"sum", "prod", "max", "min", "argmax", "argmin", "argsort", "mean", "stack", "concat"})
_AFTER_DIGITS = re.compile(r"(?![eExX][0-9])[A-Za-z_(]")
"""Text that may touch the integer before it: not `e5` and `x5`, which would become a number and sizes."""


FACTOR = _TERM
"""The level of what may stand beside the size separator `x`."""


def print_expression(node: tree.Expression | tree.Binder | tree.Range | tree.Argument, tight: bool = False) -> str:
    """The canonical text of an expression: `2p * (p + d)`, `f(3 x 3, pad = SAME)`; `tight` as in subscripts: `t-1`."""
    return _text(node, tight)


def print_within(node: tree.Expression, level: int) -> str:
    """The expression as text, in parentheses where it binds more loosely than `level`, its place, allows."""
    return _within(node, level, False)


def print_stage(node: tree.Stage) -> str:
    """A stage of a chain: `conv2d(6, 5 x 5) as c1`."""
    return _stage(node, False)


def _text(node: Any, tight: bool) -> str:
    return _PRINTERS[type(node)](node, tight)


def _within(node: Any, level: int, tight: bool) -> str:
    """The text, in parentheses where it binds more loosely than its place allows."""
    text = _PRINTERS[type(node)](node, tight)
    return f"({text})" if _level(node) < level else text


def _level(node: Any) -> int:
    if isinstance(node, tree.Binary):
        return _POWER if node.operator == "^" else _SUM if node.operator in "+-" else _TERM
    if isinstance(node, tree.Logic):
        return _OR if node.operator == "or" else _AND
    return _LEVELS.get(type(node), _POSTFIX)


_LEVELS: Mapping[type, int] = MappingProxyType(
    {
        tree.Conditional: _CONDITIONAL, tree.Not: _NOT, tree.Comparison: _COMPARISON, tree.Pipe: _PIPE,
        tree.BigOperator: _TERM, tree.Minus: _UNARY, tree.Coefficient: _COEFFICIENT,
    }
)  # fmt: skip


def _is_big(node: Any) -> bool:
    """Whether a big operator ends the node, so that a factor after it would belong to its body."""
    while isinstance(node, tree.Minus):
        node = node.operand
    if isinstance(node, tree.Binary) and _level(node) == _TERM:
        return _is_big(node.right)
    return isinstance(node, tree.BigOperator)


def _binary(node: tree.Binary, tight: bool) -> str:
    if node.operator == "^":
        return f"{_within(node.left, _POSTFIX, tight)}^{_within(node.right, _POSTFIX, tight)}"
    blank = "" if tight else " "
    return f"{_left(node, tight)}{blank}{node.operator}{blank}{_right(node, tight)}"


def _left(node: tree.Binary, tight: bool) -> str:
    level = _level(node)
    captured = level == _TERM and _is_big(node.left)
    return _within(node.left, _POSTFIX if captured else level, tight)


def _right(node: tree.Binary, tight: bool) -> str:
    divides = node.operator in ("/", "//", "%")
    if divides and isinstance(node.right, tree.Coefficient):
        return f"({_text(node.right, tight)})"
    if isinstance(node.right, tree.BigOperator):
        return _text(node.right, tight)
    return _within(node.right, _level(node) + 1, tight)


def _minus(node: tree.Minus, tight: bool) -> str:
    level = _TERM if isinstance(node.operand, tree.BigOperator) else _UNARY
    return "-" + _within(node.operand, level, tight)


def _coefficient(node: tree.Coefficient, tight: bool) -> str:
    operand = _within(node.operand, _POWER, tight)
    risky = tight and operand[0] in "eE"  # 2e-1 would be a number
    touching = _AFTER_DIGITS.match(operand) and not risky and not operand.startswith(tuple(f"{w}[" for w in _BIG))
    return f"{node.factor}{operand}" if touching else f"{node.factor}({operand})"


def _comparison(node: tree.Comparison, tight: bool) -> str:
    first, *rest = (_within(operand, _PIPE, tight) for operand in node.operands)
    return " ".join([first, *(f"{operator} {text}" for operator, text in zip(node.operators, rest))])


def _logic(node: tree.Logic, tight: bool) -> str:
    level = _level(node)
    return f"{_within(node.left, level, tight)} {node.operator} {_within(node.right, level + 1, tight)}"


def _not(node: tree.Not, tight: bool) -> str:
    return "not " + _within(node.operand, _NOT, tight)


def _conditional(node: tree.Conditional, tight: bool) -> str:
    condition, then, otherwise = (_text(part, tight) for part in (node.condition, node.then, node.otherwise))
    return f"if {condition} then {then} else {otherwise}"


def _big_operator(node: tree.BigOperator, tight: bool) -> str:
    condition = "" if node.condition is None else f" when {_text(node.condition, tight)}"
    return f"{node.operator}[{_list(node.binders, True)}{condition}] {_within(node.body, _TERM, tight)}"


def _list(nodes: tuple[Any, ...], tight: bool) -> str:
    return ", ".join(_text(node, tight) for node in nodes)


def _range(node: tree.Range, tight: bool) -> str:
    return f"{_within(node.low, _SUM, True)}..{_within(node.high, _SUM, True)}"


def _binder(node: tree.Binder, tight: bool) -> str:
    return node.name if node.range is None else f"{node.name} in {_range(node.range, True)}"


def _call(node: tree.Call, tight: bool) -> str:
    function = _within(node.function, _POSTFIX, tight)
    if isinstance(node.function, tree.Integer):  # 3(x) would be a coefficient
        function = f"({function})"
    return f"{function}({_list(node.arguments, tight)})"


def _argument(node: tree.Argument, tight: bool) -> str:
    value = _text(node.value, tight)
    return value if node.name is None else f"{node.name} = {value}"


def _index(node: tree.Index, tight: bool) -> str:
    base = _within(node.base, _POSTFIX, tight)
    if isinstance(node.base, tree.Name) and base in _BIG:
        base = f"({base})"
    return f"{base}[{', '.join(_within(subscript, _SUM, True) for subscript in node.subscripts)}]"


def _stage(node: tree.Stage, tight: bool) -> str:
    layer = _within(node.layer, _POSTFIX, tight)
    return layer if node.alias is None else f"{layer} as {node.alias}"


def _column(node: tree.Column, tight: bool) -> str:
    return f"[{'; '.join(_list(row, tight) for row in node.rows)}]"


def _sizes(node: tree.Sizes, tight: bool) -> str:
    return " x ".join(_within(item, _TERM, tight) for item in node.items)


def _table(node: tree.Table, tight: bool) -> str:
    return table_text(node.rows, "")


_PRINTERS: Mapping[type, Callable[[Any, bool], str]] = MappingProxyType(
    {
        tree.Integer: lambda node, tight: str(node.value),
        tree.Real: lambda node, tight: str(node.text),
        tree.Text: lambda node, tight: f'"{node.value}"',
        tree.Table: _table,
        tree.Name: lambda node, tight: str(node.name),
        tree.Coefficient: _coefficient,
        tree.Minus: _minus,
        tree.Binary: _binary,
        tree.Comparison: _comparison,
        tree.Logic: _logic,
        tree.Not: _not,
        tree.Conditional: _conditional,
        tree.Range: _range,
        tree.Binder: _binder,
        tree.BigOperator: _big_operator,
        tree.Argument: _argument,
        tree.Call: _call,
        tree.Full: lambda node, tight: ":",
        tree.Index: _index,
        tree.Field: lambda node, tight: f"{_within(node.base, _POSTFIX, tight)}.{node.name}",
        tree.Transpose: lambda node, tight: f"{_within(node.base, _POSTFIX, tight)}.T",
        tree.Tuple: lambda node, tight: f"({_list(node.items, tight)})",
        tree.Default: lambda node, tight: (
            f"({_within(node.read, _POSTFIX, tight)} default {_text(node.fallback, tight)})"
        ),
        tree.Column: _column,
        tree.Sizes: _sizes,
        tree.Stage: _stage,
        tree.Pipe: lambda node, tight: f"{_within(node.value, _PIPE, tight)} -> {_stage(node.stage, tight)}",
    }
)
