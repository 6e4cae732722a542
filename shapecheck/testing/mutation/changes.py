"""Changes of a spec like the mistakes that people make.

Comes in: a place.  Goes out: for each change a few words that say what it is, and the node that is put there.  A rule
looks at one node; nothing is known of shapes, and a change may turn out to be no spec at all, or the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from shapecheck.syntax import tree
from shapecheck.testing.mutation.change_places import Place

Change = tuple[str, Any]
ONE = tree.Integer(1)

_OTHER_PADDING = {"VALID": "SAME", "SAME": "SAME_LOWER", "SAME_LOWER": "SAME", "CEIL": "VALID", "CAUSAL": "SAME"}
_OTHER_FUNCTION: Mapping[str, str] = MappingProxyType(
    {
        "tanh": "sigm", "sigm": "tanh", "relu": "tanh", "gelu": "relu", "silu": "relu", "sin": "cos", "cos": "sin",
        "max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax", "sum": "max", "mean": "sum",
        "maxpool": "avgpool", "avgpool": "maxpool", "globalpool": "globalmaxpool", "globalmaxpool": "globalpool",
        "zeros": "ones", "ones": "zeros",
    }
)  # fmt: skip
_OTHER_COMPARISON = {"<=": "<", "<": "<=", ">=": ">", ">": ">=", "==": "!=", "!=": "=="}
_ORDER_MATTERS = ("-", "/", "//", "%", "^", "@", "./")


def changes(place: Place) -> Iterator[Change]:
    """All changes of a place."""
    for rule in RULES.get(type(place.node), ()):
        yield from rule(place)


# ---- operators ---------------------------------------------------------------------------------


def _swapped(place: Place) -> Iterator[Change]:
    node = place.node
    if node.operator in _ORDER_MATTERS and not place.around.subscript:
        yield "operands swapped", replace(node, left=node.right, right=node.left)


def _dropped(place: Place) -> Iterator[Change]:
    node = place.node
    if place.around.subscript:
        return
    if node.operator in ("+", "-"):
        yield "term dropped", node.left
        yield "term dropped", node.right if node.operator == "+" else tree.Minus(node.right)
    elif node.operator in ("*", ".*"):
        yield "factor dropped", node.left
        yield "factor dropped", node.right
    elif node.operator in ("/", "./"):
        yield "divisor dropped", node.left


def _sign(place: Place) -> Iterator[Change]:
    other = {"+": "-", "-": "+"}.get(place.node.operator)
    if other is not None and not place.around.subscript:
        yield "sign changed", replace(place.node, operator=other)


def _minus(place: Place) -> Iterator[Change]:
    yield "sign dropped", place.node.operand


def _transposed(place: Place) -> Iterator[Change]:
    node, weights = place.node, place.around.weights
    if node.operator != "@":
        return
    for side in ("left", "right"):
        operand = getattr(node, side)
        base = operand.base if isinstance(operand, tree.Index) else operand
        if isinstance(base, tree.Name) and base.name in weights:
            yield "weight transposed", replace(node, **{side: tree.Transpose(operand)})


def _not_transposed(place: Place) -> Iterator[Change]:
    yield "transpose dropped", place.node.base


def _choice(place: Place) -> Iterator[Change]:
    node = place.node
    yield "branches swapped", replace(node, then=node.otherwise, otherwise=node.then)
    if isinstance(node.condition, tree.Comparison) and len(node.condition.operators) == 1:
        other = _OTHER_COMPARISON.get(node.condition.operators[0])
        if other is not None:
            yield "comparison changed", replace(node, condition=replace(node.condition, operators=(other,)))


# ---- subscripts and ranges ---------------------------------------------------------------------


def _off_by_one(place: Place) -> Iterator[Change]:
    node = place.node
    for at, subscript in enumerate(node.subscripts):
        if isinstance(subscript, tree.Range | tree.Binder | tree.Full):
            continue
        for step in (1, -1):
            moved = shifted(subscript, step)
            if moved is not None:
                yield "index off by one", replace(node, subscripts=_with(node.subscripts, at, moved))


def _shortened(place: Place) -> Iterator[Change]:
    node = place.node
    for end, step in (("low", 1), ("high", -1)):
        moved = shifted(getattr(node, end), step)
        if moved is not None:
            yield "range one shorter", replace(node, **{end: moved})


def shifted(node: Any, step: int) -> Any:
    """`t`, `t-1` or `3`, one more or one less; None where that is below zero."""
    if isinstance(node, tree.Integer):
        return tree.Integer(node.value + step) if node.value + step >= 0 else None
    if isinstance(node, tree.Binary) and node.operator in "+-" and isinstance(node.right, tree.Integer):
        amount = (node.right.value if node.operator == "+" else -node.right.value) + step
        if amount == 0:
            return node.left
        return tree.Binary("+" if amount > 0 else "-", node.left, tree.Integer(abs(amount)))
    return tree.Binary("+" if step > 0 else "-", node, ONE)


# ---- order -------------------------------------------------------------------------------------


def _column(place: Place) -> Iterator[Change]:
    rows = place.node.rows
    if place.around.data:
        return
    for at in range(len(rows) - 1):
        yield "rows swapped", replace(place.node, rows=_swap(rows, at))
    for number, row in enumerate(rows):
        for at in range(len(row) - 1):
            yield "entries swapped", replace(place.node, rows=_with(rows, number, _swap(row, at)))


def _targets(place: Place) -> Iterator[Change]:
    for at in range(len(place.node.targets) - 1):
        yield "gates swapped", replace(place.node, targets=_swap(place.node.targets, at))


def _items(place: Place) -> Iterator[Change]:
    for at in range(len(place.node.items) - 1):
        yield "swapped", replace(place.node, items=_swap(place.node.items, at))


def _arguments(place: Place) -> Iterator[Change]:
    arguments = place.node.arguments
    if place.node.function in (tree.Name("max"), tree.Name("min")):
        return
    for at in range(len(arguments) - 1):
        if arguments[at].name is None and arguments[at + 1].name is None:
            yield "arguments swapped", replace(place.node, arguments=_swap(arguments, at))


def _shape(place: Place) -> Iterator[Change]:
    axes = place.node.axes
    if len(axes) == 2:
        yield "shape transposed", replace(place.node, axes=(axes[1], axes[0]))


def _swap(items: tuple[Any, ...], at: int) -> tuple[Any, ...]:
    return (*items[:at], items[at + 1], items[at], *items[at + 2 :])


def _with(items: tuple[Any, ...], at: int, new: Any) -> tuple[Any, ...]:
    return (*items[:at], new, *items[at + 1 :])


# ---- constants, names, stages ------------------------------------------------------------------


def _integer(place: Place) -> Iterator[Change]:
    if not place.around.subscript and not place.around.data:
        yield "constant changed", tree.Integer(place.node.value + 1)


def _real(place: Place) -> Iterator[Change]:
    value = place.node.value
    if not place.around.data:
        yield "constant changed", tree.Real(repr(2 * value if value else 1.0))


def _coefficient(place: Place) -> Iterator[Change]:
    yield "coefficient changed", replace(place.node, factor=place.node.factor + 1)


def _name(place: Place) -> Iterator[Change]:
    name = place.node.name
    if place.around.argument and name in _OTHER_PADDING:
        yield "padding changed", tree.Name(_OTHER_PADDING[name])
    elif name in ("true", "false"):
        yield "switched", tree.Name("false" if name == "true" else "true")
    elif name in _OTHER_FUNCTION:
        yield "another function", tree.Name(_OTHER_FUNCTION[name])


def _operator(place: Place) -> Iterator[Change]:
    other = _OTHER_FUNCTION.get(place.node.operator)
    if other is not None:
        yield "another function", replace(place.node, operator=other)
    if place.node.condition is not None:
        yield "all terms", replace(place.node, condition=None)
    if place.node.operator == "argsort":
        yield "the other order", replace(place.node, body=tree.Minus(place.node.body))


def _stage(place: Place) -> Iterator[Change]:
    if place.node.stage.alias is None:
        yield "stage dropped", place.node.value


def _chain(place: Place) -> Iterator[Change]:
    chain = place.node.chain or ()
    if len(chain) > 1:
        for at in range(len(chain)):
            yield "stage dropped", replace(place.node, chain=(*chain[:at], *chain[at + 1 :]))


RULES: Mapping[type, tuple[Callable[[Place], Iterator[Change]], ...]] = MappingProxyType(
    {
        tree.Binary: (_swapped, _dropped, _sign, _transposed),
        tree.Minus: (_minus,),
        tree.Transpose: (_not_transposed,),
        tree.Conditional: (_choice,),
        tree.Index: (_off_by_one,),
        tree.Range: (_shortened,),
        tree.Column: (_column,),
        tree.Equation: (_targets,),
        tree.Tuple: (_items,),
        tree.Call: (_arguments,),
        tree.Shape: (_shape,),
        tree.Integer: (_integer,),
        tree.Real: (_real,),
        tree.Coefficient: (_coefficient,),
        tree.Name: (_name,),
        tree.BigOperator: (_operator,),
        tree.Pipe: (_stage,),
        tree.Layer: (_chain,),
    }
)
