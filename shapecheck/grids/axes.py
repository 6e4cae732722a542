"""The two axes of a tensor that make the rows and columns of its panels.

For most it is the last two.  What windows slide over has its channels behind its space axes, so for an image it is the
two before the channels, and for a kernel the first two; where the sliding is written out (`I[b, y+m, x+n, c]`), it is
the axes that slide.  Axes of one entry stand back where others are longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Apply, Node, Point, Read
from shapecheck.infer.model import Shapes

Layout = Literal["image", "kernel", "matrix"] | tuple[int, int]
"""Two axes where they are known, else what decides on them."""


def layouts(shapes: Shapes) -> dict[str, Layout]:
    """The tensors that windows slide over or come out of, and the kernels, by name; others are matrices."""
    found: dict[str, Layout] = {}
    for equation in shapes.graph.equations:
        for node in _below(equation.value):
            if isinstance(node, Apply) and node.op.slides:
                _note(found, equation, node)
            elif isinstance(node, Read):
                _note_written_out(found, equation, node)
    _pass_on(shapes, found)
    return found


def _note(found: dict[str, Layout], equation: Equation, node: Apply) -> None:
    for argument, layout in zip(node.arguments, _OPERANDS):
        if isinstance(argument, Read) and not argument.subscripts:
            found.setdefault(argument.family, layout)
    if equation.value is node:
        found.setdefault(equation.targets[0].family, "image")


def _note_written_out(found: dict[str, Layout], equation: Equation, read: Read) -> None:
    """`V[b, y, x, f] = sum[m, n, c] I[b, y+m, x+n, c] * K[m, n, c, f]`: axes 1 and 2 of I and V, 0 and 1 of K."""
    outer = {index.symbol for index in equation.indices}
    points = [item.size.names if isinstance(item, Point) else frozenset() for item in read.subscripts]
    sliding = [axis for axis, names in enumerate(points) if names & outer and {n for n in names if n[0] == "."} - outer]
    if len(sliding) != 2:
        return
    found.setdefault(read.family, (sliding[0], sliding[1]))
    moving = [{name for name in points[axis] if name[0] == "."} for axis in sliding]
    for target in equation.targets:
        own = _places([size.names for size in target.subscripts], [names & outer for names in moving])
        if own is not None:
            found.setdefault(target.family, own)
    for other in _below(equation.value):
        if isinstance(other, Read) and other.family not in found:
            names = [item.size.names if isinstance(item, Point) else frozenset() for item in other.subscripts]
            own = _places(names, [each - outer for each in moving])
            if own is not None:
                found[other.family] = own


def _places(subscripts: Sequence[frozenset[str]], wanted: Sequence[set[str]]) -> tuple[int, int] | None:
    """The two axes whose subscripts are just the wanted indices."""
    found = [axis for names in wanted for axis, own in enumerate(subscripts) if own == names]
    return (found[0], found[1]) if len(found) == 2 else None


_OPERANDS: tuple[Layout, ...] = ("image", "kernel")


def _pass_on(shapes: Shapes, found: dict[str, Layout]) -> None:
    """Marks every tensor that is computed from an image and has as many axes as an image."""
    reads = [(equation.targets[0].family, _families(equation)) for equation in shapes.graph.equations]
    changed = True
    while changed:
        before = len(found)
        for family, read in reads:
            rank = _rank(shapes, family)
            if family not in found and any(
                found.get(other) == "image" and _rank(shapes, other) == rank for other in read
            ):
                found[family] = "image"
        changed = len(found) > before


def _rank(shapes: Shapes, family: str) -> int:
    cells = shapes.cells.get(family)
    return len(shapes.axes[family]) + len(cells[0].shape) if cells else -1


def _families(equation: Equation) -> list[str]:
    return [node.family for node in _below(equation.value) if isinstance(node, Read)]


def _below(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting += here.operands


def grid_axes(extents: Sequence[int], layout: Layout) -> tuple[int, int]:
    """The positions of the row axis and the column axis among two or more."""
    rank = len(extents)
    long = [axis for axis, extent in enumerate(extents) if extent > 1]
    if rank > 2 and len(long) <= 2:
        rest = [axis for axis in _usual(rank, layout) if axis not in long]
        rest += [axis for axis in reversed(range(rank)) if axis not in long and axis not in rest]
        first, second = sorted((*long, *rest)[:2])
        return first, second
    return _usual(rank, layout)


def _usual(rank: int, layout: Layout) -> tuple[int, int]:
    if isinstance(layout, tuple):
        return layout if max(layout) < rank else (rank - 2, rank - 1)
    if rank > 2 and layout == "image":
        return rank - 3, rank - 2
    return (0, 1) if layout == "kernel" else (rank - 2, rank - 1)
