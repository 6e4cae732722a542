"""Indices in subscripts that nothing binds: `claim h[t] : p` without `for t in 1..T`.

Comes in: a tensor with its subscripts, and what is in sight.  Goes out: the error, whose help says how far the index
may run.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.graph.errors import Rejected
from shapecheck.graph.familiar_axes import range_of, tight
from shapecheck.graph.scope import CONSTANTS, Names, Scope
from shapecheck.syntax import tree


def unbound(names: Names, scope: Scope, expression: tree.Index) -> Rejected | None:
    """The first subscript, or part of one, that looks like an index and is none."""
    if scope.closed:
        return None
    for place, subscript in enumerate(expression.subscripts):
        for part in _names(subscript):
            if not _is_known(names, scope, part.name) and _is_index(names, part.name):
                whole = part is subscript and isinstance(expression.base, tree.Name)
                members = _members(names, expression.base, place) if whole else ""
                return names.unbound(part.name, part.span, scope, members)
    return None


def _names(subscript: tree.Node) -> Iterator[tree.Name]:
    """The names in the arithmetic of a subscript; what binds names of its own is read by itself."""
    match subscript:
        case tree.Name():
            yield subscript
        case tree.Coefficient(_, operand) | tree.Minus(operand):
            yield from _names(operand)
        case tree.Binary(_, left, right) | tree.Range(left, right):
            yield from _names(left)
            yield from _names(right)
        case _:
            return  # a tensor, a call, a sum


def _is_known(names: Names, scope: Scope, name: str) -> bool:
    return (
        scope.find(name) is not None
        or scope.operand(name) is not None
        or name in CONSTANTS
        or name in names.poisoned
        or any(name in known for known in (names.families, names.sizes, names.constants, names.settings, names.paths))
        or name in names.instances
    )


def _is_index(names: Names, name: str) -> bool:
    """A small letter, or the name of an index elsewhere."""
    return (len(name) == 1 and name.islower()) or names.binds(name)


def _members(names: Names, base: tree.Expression, place: int) -> str:
    """How far the axis runs, where that is written."""
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
