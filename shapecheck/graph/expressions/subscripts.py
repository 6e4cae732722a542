"""Subscripts, and paths to the parts of applications: `c.a[1].b`."""

from __future__ import annotations

from shapecheck.graph import errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.reading import Reading
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
