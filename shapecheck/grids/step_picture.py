"""A step as on a slide: where the window stands, what is multiplied by what, and the entry that comes out.

Above, the tensors that the window reads and the one it makes, with the cells of this step marked; below, the window's
numbers times the kernel's, their products, and the sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from shapecheck.drawing.colours import diverging
from shapecheck.drawing.model import PAPER, QUIET, Item, Text, extent
from shapecheck.grids.grid_picture import (
    CELL_HEIGHT,
    FONT,
    TENSOR_GAP,
    Look,
    Place,
    cell,
    cell_width,
    padded_cell,
    rule,
    side_by_side,
    stacked,
    tensor_items,
)
from shapecheck.grids.model import Number, Tensor
from shapecheck.grids.number_texts import texts
from shapecheck.grids.steps import Factor, Step, Subscripts

OPERATORS = {"sum": "sum", "max": "maximum", "min": "minimum"}


def marked(tensor: Tensor, places: Sequence[Subscripts]) -> dict[int, tuple[Place, ...]]:
    """The places of subscripts in the panels of a tensor: by panel, rows and columns counted from 0."""
    found: dict[int, tuple[Place, ...]] = {}
    for number, panel in enumerate(tensor.panels):
        shown = {panel.row_axis, panel.column_axis}
        own = [place[len(place) - len(panel.places) :] for place in dict.fromkeys(places)]
        here = [
            place
            for place in own
            if all(at == first for axis, (at, first) in enumerate(zip(place, panel.places)) if axis not in shown)
        ]
        axes = panel.row_axis, panel.column_axis
        cells = [(_along(place, panel.places, axes[0]), _along(place, panel.places, axes[1])) for place in here]
        if cells:
            found[number] = tuple(cells)
    return found


def _along(place: Subscripts, first: Subscripts, axis: int | None) -> int:
    return 0 if axis is None else place[axis] - first[axis]


def step_items(step: Step, drawn: Sequence[tuple[Tensor, Look]], look: Look) -> list[Item]:
    """The whole picture; `drawn` are the tensors above, each with its marks, the one that is made last."""
    above = side_by_side([tensor_items(tensor, own) for tensor, own in drawn])
    below = products(step, look)
    return stacked([above, rule(max(extent(above).width, extent(below).width)), below], TENSOR_GAP / 2)


def products(step: Step, look: Look) -> list[Item]:
    """`window .* kernel = products`, and below them what they add up to."""
    blocks = [_titled(factor.family or "", _grid(factor.values, step.extents, look, factor)) for factor in step.factors]
    signs = ["x"] * (len(blocks) - 1)
    if len(blocks) > 1:
        blocks.append(_titled("products", _grid(step.terms, step.extents, look, None)))
        signs.append("=")
    (value,) = texts([step.value], look.digits)
    name = f"{step.family}[{', '.join(map(str, step.subscripts))}]" if step.subscripts else step.family
    result = Text(0, 0, f"{OPERATORS[step.operator]} = {name} = {value}", 14, "start")
    return stacked([side_by_side(blocks, signs), [result]], 14)


def _titled(title: str, items: list[Item]) -> list[Item]:
    box = extent(items)
    return [*items, Text(box.x, box.y - FONT, title, FONT, "start", QUIET)]


def _grid(values: Sequence[Number], extents: Sequence[int], look: Look, factor: Factor | None) -> list[Item]:
    """The numbers of a window: its first two axes are rows and columns, further ones make panels."""
    rows, columns = (1, extents[0]) if len(extents) == 1 else (extents[0], extents[1])
    depth = prod(extents[2:])
    written = texts(values, look.digits)
    width, largest = cell_width(written), max((abs(value) for value in values if abs(value) != float("inf")), default=0)
    items: list[Item] = []
    for number, (value, text) in enumerate(zip(values, written)):
        panel, place = number % depth, number // depth
        x, y = (place % columns) * width, (place // columns) * CELL_HEIGHT + panel * (rows * CELL_HEIGHT + 8)
        if factor is not None and factor.family is not None and not factor.inside[number]:
            items += padded_cell(x, y, width, text)
        else:
            items += cell(x, y, width, text, diverging(value, largest) if look.colours else PAPER)
    return items
