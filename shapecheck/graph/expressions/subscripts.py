"""Subscripts, and paths to the parts of applications: `c.a[1].b`."""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.graph import errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.declared_names import CONSTANTS, Names
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.familiar_axes import range_of, tight
from shapecheck.graph.expressions.recognition import is_size
from shapecheck.graph.nodes import Cut, Picked, Point, Step, Subscript, Whole
from shapecheck.sizes import symbol
from shapecheck.syntax import tree


def subscript(reading: Reading, item: tree.Subscript) -> Subscript:
    """A subscript as the graph has it."""
    match item:
        case tree.Full():
            return Whole()
        case tree.Range(low, high):
            return Cut(reading.size(low), reading.size(high))
        case tree.Binder(name):
            why = "a range is given to an index on the left side only"
            raise Rejected(errors.bad_arguments(name, why, item.span))
        case _ if is_size(reading, item):
            return Point(reading.size(item))
        case _:
            return Picked(reading.value(item))


def implicit(reading: Reading, name: str) -> tuple[Subscript, ...]:
    """The indices of the `for` block that `name` belongs to, if the expression stands inside that block."""
    indices = reading.names.implicit.get(name, ())
    if indices and all(index in reading.scope.indices for index in indices):
        return tuple(Point(symbol(index.symbol)) for index in indices)
    return ()


def path(reading: Reading, expression: tree.Expression) -> tuple[Step, ...]:
    """The components of `c.a[1].b`, each with the subscripts after it."""
    match expression:
        case tree.Field(base, name):
            return (*path(reading, base), Step(name))
        case tree.Index(base, subscripts):
            *front, last = path(reading, base)
            written = tuple(subscript(reading, item) for item in subscripts)
            return (*front, Step(last.name, (*last.subscripts, *written)))
        case tree.Name(name):
            return (Step(name, implicit(reading, name)),)
        case _:
            raise Rejected(errors.bad_arguments("this", "has no parts", expression.span))


def path_text(steps: tuple[Step, ...]) -> str:
    """A path as text, for the name of a quantity."""
    return ".".join(map(_step_text, steps))


def _step_text(step: Step) -> str:
    inside = ", ".join(str(item.size) if isinstance(item, Point) else "?" for item in step.subscripts)
    return f"{step.name}[{inside}]" if inside else step.name


# ---- unbound indices -----------------------------------------------------------------------------


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
    cell = family.told_cell or ()
    place -= len(axes)
    return f"0..{tight(cell[place] - 1)}" if place < len(cell) else ""
