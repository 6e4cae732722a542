"""Shapes and ranges as lines of text, told under the assumptions of their spec.

In: `Shapes`, and a name or a place.  Out: lines such as `h[k, t] : p, k = 1..L`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shapecheck.graph.model import Entries, Equation
from shapecheck.infer.model import Shape, Shapes
from shapecheck.report.cells import Dims, Extent, extent_text, plain_text, size_text
from shapecheck.report.wording import worded, wording_of
from shapecheck.sizes import Size, naming_order
from shapecheck.source import Span
from shapecheck.syntax import print_expression, tree


@contextmanager
def told_in(shapes: Shapes) -> Iterator[None]:
    """Within this block sizes are told as in all documents on the spec."""
    with naming_order(shapes.graph.dims), worded(wording_of(shapes)):
        yield


def defaults(block: tree.Layer | tree.Function) -> list[str]:
    """The arguments at which a block is looked at on its own: `s = 1`."""
    return [
        f"{parameter.name} = {print_expression(parameter.default)}"
        for parameter in block.parameters
        if parameter.default is not None
    ]


def shape_text(shape: Shape) -> str:
    """`2p x (d + p)`."""
    return plain_text(Dims(shape))


def member_lines(shapes: Shapes, name: str) -> list[str]:
    """`h[k, t] : p, k = 1..L, t = 0..T`, one line for each region in which all members have one shape."""
    family = shapes.graph.families[name]
    labels = [axis.label for axis in family.axes]
    head = f"{name}[{', '.join(labels)}]" if labels else name
    lines = []
    with told_in(shapes):
        for cell in shapes.cells.get(name, ()):
            ranges = [extent_text(Extent(label, part.low, part.high)) for label, part in zip(labels, cell.region)]
            lines.append(", ".join([f"{head} : {shape_text(cell.shape)}", *ranges]))
    return list(dict.fromkeys(lines))


def shape_lines(shapes: Shapes, span: Span) -> list[str]:
    """The shapes of the expression at a place, one line for each."""
    with told_in(shapes):
        found = [
            f": {shape_text(shape)}"
            for instance in shapes.instances
            for node, shape in instance.shapes.items()
            if node.span == span
        ]
    return list(dict.fromkeys(found))


def range_lines(shapes: Shapes, span: Span, label: str) -> list[str]:
    """The ranges of the index that is bound at a place: `t in 1..T`."""
    found = []
    with told_in(shapes):
        for instance in shapes.instances:
            for index in instance.origin.indices if isinstance(instance.origin, Equation) else ():
                part = instance.ranges.get(index.symbol)
                if index.span == span and part is not None:
                    found.append(f"{label} in {size_text(part.low)}..{size_text(part.high)}")
    return list(dict.fromkeys(found))


def entries_text(entries: Entries) -> str:
    """`integers in 0..V - 1`, the declared range of a tensor's entries."""
    low, high = (_end(end) for end in (entries.low, entries.high))
    return f"{'real numbers' if entries.real else 'integers'} in {low}..{high}"


def _end(end: Size | float) -> str:
    return f"{end}" if isinstance(end, int | float) else size_text(end)
