"""Indices in subscripts that nothing binds: `claim h[t] : p` without `for t in 1..T`.

In: a tensor with its subscripts, and the reading at its place.  Out: the error, whose help gives a range for the index.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.familiar_axes import range_of, tight
from shapecheck.graph.expressions.names import CONSTANTS, Names
from shapecheck.graph.expressions.reading import Reading
from shapecheck.syntax import tree


def unbound(reading: Reading, expression: tree.Index) -> Rejected | None:
    """The error for the first name in a subscript that looks like an index and is not bound."""
    names, scope = reading.names, reading.scope
    if scope.closed:
        return None
    for place, subscript in enumerate(expression.subscripts):
        for part in _names(subscript):
            if not _is_known(reading, part.name) and _is_index(names, part.name):
                whole = part is subscript and isinstance(expression.base, tree.Name)
                members = _members(names, expression.base, place) if whole else ""
                return names.unbound(part.name, part.span, scope, members)
    return None


def _names(subscript: tree.Node) -> Iterator[tree.Name]:
    """The names in the arithmetic of a subscript; tensors, calls and sums are left out, since they are read later."""
    match subscript:
        case tree.Name():
            yield subscript
        case tree.Coefficient(_, operand) | tree.Minus(operand):
            yield from _names(operand)
        case tree.Binary(_, left, right) | tree.Range(left, right):
            yield from _names(left)
            yield from _names(right)
        case _:
            return


def _is_known(reading: Reading, name: str) -> bool:
    scope = reading.scope
    bound = scope.find(name) is not None or scope.operand(name) is not None
    return bound or name in CONSTANTS or reading.names.declares(name)


def _is_index(names: Names, name: str) -> bool:
    """Whether the name is a small letter, or the name of an index elsewhere."""
    return (len(name) == 1 and name.islower()) or names.binds(name)


def _members(names: Names, base: tree.Expression, place: int) -> str:
    """The range of an axis as text, empty where none is written."""
    family = names.families.get(base.name) if isinstance(base, tree.Name) else None
    if family is None:
        return ""
    axes = family.axes if family.is_given else names.members.get(family.name, ())
    if place < len(axes):
        axis = axes[place]
        return "" if axis is None else range_of(axis)
    cell = family.cell or ()
    place -= len(axes)
    return f"0..{tight(cell[place] - 1)}" if place < len(cell) else ""
