"""Shapes as written behind a colon: sizes and names of the axes, and the range of the entries."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from shapecheck.graph import block_errors, size_errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.literals import literal
from shapecheck.graph.model import Entries
from shapecheck.graph.nodes import Index, Number
from shapecheck.record import record
from shapecheck.sizes import Size, symbol
from shapecheck.syntax import tree
from shapecheck.syntax.walking import children


@record
class Annotated:
    """The shape of one member (None where it is not written), names of its axes, and the range of its entries."""

    cell: tuple[Size, ...] | None = None
    axis_names: tuple[str | None, ...] = ()
    entries: Entries | None = None


def annotated(
    reading: Reading, annotation: tree.Annotation | None, dots: bool = False, varying: Sequence[Index] = ()
) -> Annotated:
    """A shape; `dots` allows `...` in front.

    It may not depend on an index, but on those of `varying` as subscripts of size families: it is then written in the
    numbers of the member, `.0` for the first index.
    """
    if annotation is None:
        return Annotated()
    entries = entries_of(reading, annotation)
    if annotation.shape is None:
        return Annotated((), (), entries)
    cell, axis_names = shape(reading, annotation.shape, dots)
    numbers: dict[str, Size | int] = {}
    for number, index in enumerate(varying):
        if not any(_stands_alone(axis, index.label) for axis in annotation.shape.axes):
            numbers[index.symbol] = symbol(f".{number}")
    for size in cell:
        for index in reading.scope:
            if index.symbol in size.names and index.symbol not in numbers:
                raise Rejected(size_errors.index_in_shape(annotation.shape.span, index.label))
    return Annotated(tuple(size.substitute(numbers) for size in cell), axis_names, entries)


def _stands_alone(node: tree.Node, label: str) -> bool:
    """Whether a name stands in an expression other than in subscripts."""
    if isinstance(node, tree.Index):
        return False
    return (isinstance(node, tree.Name) and node.name == label) or any(
        _stands_alone(child, label) for child in children(node)
    )


def shape(reading: Reading, written: tree.Shape, dots: bool = False) -> tuple[tuple[Size, ...], tuple[str | None, ...]]:
    """Sizes and names of the axes of a written shape; `dots` allows `...` in it."""
    sizes, names = [], []
    for axis in written.axes:
        if axis.size is None:
            if dots:
                continue
            raise Rejected(block_errors.any_axes(axis.span))
        sizes.append(reading.size(axis.size))
        names.append(axis.name)
    return tuple(sizes), tuple(names) if any(names) else ()


def entries_of(reading: Reading, annotation: tree.Annotation) -> Entries | None:
    """The range of the entries, None where none is written."""
    written = annotation.range
    if written is None:
        return None
    low, high = _real_end(written.low), _real_end(written.high)
    if low is not None and high is not None:
        return Entries(low, high, real=True)
    least = -inf if low == -inf else reading.size(written.low)
    greatest = inf if high == inf else reading.size(written.high)
    return Entries(least, greatest, real=False)


def _real_end(expression: tree.Expression) -> float | None:
    """A real number, or an infinity where the range is open."""
    match expression:
        case tree.Name("inf"):
            return inf
        case tree.Minus(tree.Name("inf")):
            return -inf
        case _:
            number = literal(expression)
            return number.value if isinstance(number, Number) and isinstance(number.value, float) else None
