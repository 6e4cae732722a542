"""Which two axes of a tensor make the rows and columns of its panels.

For most it is the last two.  What windows slide over has its channels behind its space axes, so for an image it is the
two before the channels, and for a kernel the first two.  Axes of one entry stand back where others are longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Apply, Node, Read
from shapecheck.infer.model import Shapes

Layout = Literal["image", "kernel", "matrix"]


def layouts(shapes: Shapes) -> dict[str, Layout]:
    """The tensors that windows slide over or come out of, and the kernels, by name; others are matrices."""
    found: dict[str, Layout] = {}
    for equation in shapes.graph.equations:
        for node in _below(equation.value):
            if isinstance(node, Apply) and node.op.slides:
                _note(found, equation, node)
    _pass_on(shapes, found)
    return found


def _note(found: dict[str, Layout], equation: Equation, node: Apply) -> None:
    for argument, layout in zip(node.arguments, _OPERANDS):
        if isinstance(argument, Read) and not argument.subscripts:
            found.setdefault(argument.family, layout)
    if equation.value is node:
        found.setdefault(equation.targets[0].family, "image")


_OPERANDS: tuple[Layout, ...] = ("image", "kernel")


def _pass_on(shapes: Shapes, found: dict[str, Layout]) -> None:
    """What is computed from an image and has as many axes is an image."""
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
    if rank > 2 and layout == "image":
        return rank - 3, rank - 2
    return (0, 1) if layout == "kernel" else (rank - 2, rank - 1)
