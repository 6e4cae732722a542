"""Short names for making syntax trees, and sizes as trees."""

from __future__ import annotations

import math
from collections.abc import Iterable

from shapecheck.sizes import Size
from shapecheck.sizes.writing.notation import Factor, Part, Sum, Term
from shapecheck.sizes.writing.show import written
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression

Entry = Size | Expression
"""The content of a subscript: a size in indices, or a value."""


def size_tree(size: Size) -> Expression:
    """A size as it is written in a spec."""
    return _sum(written(size))


def _sum(total: Sum) -> Expression:
    if not total.terms:
        return tree.Integer(0)
    first, *rest = total.terms
    found: Expression = tree.Minus(_term(first)) if first.coefficient < 0 else _term(first)
    for term in rest:
        found = tree.Binary("-" if term.coefficient < 0 else "+", found, _term(term))
    return found


def _term(term: Term) -> Expression:
    """A term without its sign."""
    number = abs(term.coefficient)
    if not term.factors:
        return tree.Integer(number)
    first, *rest = map(_factor, term.factors)
    if number != 1:
        touching = isinstance(first, tree.Name)
        first = tree.Coefficient(number, first) if touching else tree.Binary("*", tree.Integer(number), first)
    for factor in rest:
        first = tree.Binary("*", first, factor)
    return first


def _factor(factor: Factor) -> Expression:
    base = _base(factor.base)
    if factor.exponent == 1:
        return base
    exponent = tree.Integer(factor.exponent) if isinstance(factor.exponent, int) else _sum(factor.exponent)
    return tree.Binary("^", base, exponent)


def _base(base: str | Part | Sum) -> Expression:
    if isinstance(base, str):
        return tree.Name(base)
    if isinstance(base, Sum):
        return _sum(base)
    left, right = map(_sum, base.operands)
    if base.operation == "ceil":
        return call("ceil", tree.Binary("/", left, right))
    if base.operation in ("max", "min"):
        return call(base.operation, left, right)
    return tree.Binary(base.operation, left, right)


def as_tree(entry: Entry) -> Expression:
    """The content of a subscript, as a tree."""
    return size_tree(entry) if isinstance(entry, Size) else entry


def number(value: float | int) -> Expression:
    """A number as a literal: `0.5`, `-1.0`, `-inf`, `3` for an integer."""
    if value < 0 or (isinstance(value, float) and math.copysign(1.0, value) < 0 and value != 0):
        return tree.Minus(number(-value))
    if isinstance(value, int):
        return tree.Integer(value)
    return tree.Name("inf") if math.isinf(value) else tree.Real(_digits(value))


def _digits(value: float) -> str:
    """The shortest digits, as the language reads them: with a point or an exponent."""
    text = repr(abs(float(value)))
    return text.replace("e-0", "e-").replace("e+", "e")


def call(name: str, *values: Expression, **named: Expression) -> tree.Call:
    """`name(values, key = value)`."""
    given = [tree.Argument(None, value) for value in values]
    return tree.Call(tree.Name(name), (*given, *(tree.Argument(key, value) for key, value in named.items())))


def binder(name: str, size: Size) -> tree.Binder:
    """An index that counts from 0: `i in 0..n-1`."""
    return tree.Binder(name, tree.Range(tree.Integer(0), size_tree(size - 1)))


def shape_tree(sizes: Iterable[Size]) -> tree.Shape:
    """A shape behind a colon: `[N, H, W, 3]`, `n`, `scalar`."""
    axes = tuple(tree.ShapeAxis(None, size_tree(size)) for size in sizes)
    return tree.Shape(axes, bracketed=len(axes) > 1)


def sizes_tree(sizes: Iterable[Size]) -> Expression:
    """A shape as an argument: `n x m`, or one size."""
    items = tuple(map(size_tree, sizes))
    return items[0] if len(items) == 1 else tree.Sizes(items)


def truth(value: bool) -> Expression:
    """`true` or `false`, as an argument."""
    return tree.Name("true" if value else "false")


def compared(left: Expression, operator: str, right: Expression) -> Expression:
    """A comparison; that of a truth, written as 1 or 0, with 0 is the truth, or its opposite."""
    match left:
        case tree.Conditional(condition, one, zero) if _is(one, 1) and _is(zero, 0) and _is(right, 0):
            plain = {"==": tree.Not(condition), "!=": condition}
            return plain.get(operator) or tree.Comparison((left, right), (operator,))
        case _:
            return tree.Comparison((left, right), (operator,))


def _is(value: Expression, wanted: int) -> bool:
    return isinstance(value, tree.Integer | tree.Real) and value.value == wanted
