"""Grids as pictures: the numbers in cells, coloured by sign and size; tensors side by side, panels in a block.

All numbers of one tensor share one scale of colours.  Cells are as wide as the widest number of the tensor needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from math import ceil, sqrt

from shapecheck.drawing.colours import PADDED, diverging, ink_on
from shapecheck.drawing.metrics import text_width
from shapecheck.drawing.model import INK, PAPER, QUIET, Box, Item, Line, Text, extent, hatched, moved
from shapecheck.grids.grid_text import cells
from shapecheck.grids.model import Number, Panel, Tensor
from shapecheck.grids.number_texts import texts
from shapecheck.record import record

CELL_HEIGHT, LEAST_WIDTH, FONT, CAPTION = 22.0, 22.0, 11.0, 13.0
_RULE, _MARK, _PADDING_INK = "#9aa5b1", "#000000", "#52606d"
_PANEL_GAP, TENSOR_GAP = 18.0, 36.0


@record
class Frame:
    """The frame around a grid that is read as a number: its rows and columns on each side."""

    top: int = 0
    bottom: int = 0
    left: int = 0
    right: int = 0
    value: Number = 0


Place = tuple[int, int]
"""Row and column in a panel, counted from 0 at its first entry; in the frame they are below 0 or beyond the end."""


@record
class Look:
    """The way to draw a tensor: numbered, coloured, with what frame, with which cells marked in which panel."""

    numbers: bool = False
    colours: bool = True
    digits: int | None = None
    frame: Frame = Frame()
    marked: Mapping[int, tuple[Place, ...]] = field(default_factory=dict)


def tensor_items(tensor: Tensor, look: Look) -> list[Item]:
    """A tensor with its caption above it, at the origin."""
    panels = list(cells(tensor, look.digits))
    width = cell_width(text for _, rows in panels for row in rows for text in row)
    blocks = [_panel(panel, rows, tensor, look, number, width) for number, (panel, rows) in enumerate(panels)]
    items = list(_arranged(blocks))
    around = extent(items)
    caption = Text(0, CAPTION * 0.7, tensor.caption, CAPTION, "start")
    return [*moved(items, -around.x, CAPTION * 1.7 - around.y), caption]


def _arranged(blocks: Sequence[list[Item]]) -> Iterator[Item]:
    """Panels in rows, about as many in a row as there are rows."""
    boxes = [extent(block) for block in blocks]
    width, height = max(box.width for box in boxes), max(box.height for box in boxes)
    in_a_row = max(1, ceil(sqrt(len(blocks) * (height + _PANEL_GAP) / (width + _PANEL_GAP))))
    for number, (block, box) in enumerate(zip(blocks, boxes)):
        right, down = (number % in_a_row) * (width + _PANEL_GAP), (number // in_a_row) * (height + _PANEL_GAP)
        yield from moved(block, right - box.x, down - box.y)


def _panel(
    panel: Panel, rows: Sequence[Sequence[str]], tensor: Tensor, look: Look, number: int, width: float
) -> list[Item]:
    grid = _grid(panel, rows, tensor, look, width)
    marks = _marks(look.marked.get(number, ()), width)
    numbering = list(_numbering(panel, look.frame, width)) if look.numbers else []
    title: list[Item] = []
    if len(tensor.panels) > 1:
        above = extent([*grid, *numbering])
        title = [Text(above.x, above.y - FONT * 0.9, panel.title, FONT, "start", QUIET)]
    return [*grid, *marks, *numbering, *title]


def cell_width(written: Iterable[str]) -> float:
    """Room for the widest of the texts."""
    return max(LEAST_WIDTH, max(text_width(text, FONT) for text in written) + 8)


def _grid(panel: Panel, rows: Sequence[Sequence[str]], tensor: Tensor, look: Look, width: float) -> list[Item]:
    largest = max((abs(value) for value in tensor.numbers if abs(value) != float("inf")), default=0)
    items: list[Item] = list(_padding(len(rows), len(rows[0]), look.frame, width))
    for down, (line, written) in enumerate(zip(panel.grid.values, rows)):
        for right, (value, text) in enumerate(zip(line, written)):
            fill = diverging(value, largest) if look.colours else PAPER
            items += cell(right * width, down * CELL_HEIGHT, width, text, fill)
    around = Box(0, 0, len(rows[0]) * width, len(rows) * CELL_HEIGHT, stroke=INK)
    return [*items, around]


def cell(x: float, y: float, width: float, text: str, fill: str) -> list[Item]:
    """One number in its box."""
    box = Box(x, y, width, CELL_HEIGHT, fill, _RULE, 0.5)
    return [box, Text(*box.middle, text, FONT, fill=ink_on(fill))]


def _padding(rows: int, columns: int, frame: Frame, width: float) -> Iterator[Item]:
    """The cells around the grid: grey, hatched, with the number that is read there."""
    (written,) = texts([frame.value])
    for down in range(-frame.top, rows + frame.bottom):
        for right in range(-frame.left, columns + frame.right):
            if not (0 <= down < rows and 0 <= right < columns):
                yield from padded_cell(right * width, down * CELL_HEIGHT, width, written)


def padded_cell(x: float, y: float, width: float, written: str) -> Iterator[Item]:
    """A cell outside of the tensor."""
    box = Box(x, y, width, CELL_HEIGHT, None, _RULE, 0.5)
    yield Box(x, y, width, CELL_HEIGHT, PADDED, name="padding")
    yield from hatched(box, "#b8c2cc")
    yield box
    yield Text(*box.middle, written, FONT, fill=_PADDING_INK)


def _marks(places: Sequence[Place], width: float) -> Iterator[Item]:
    """A thick line around marked cells: one rectangle where they fill one, else around each."""
    if not places:
        return
    rows, columns = [row for row, _ in places], [column for _, column in places]
    top, left = min(rows), min(columns)
    height, across = max(rows) - top + 1, max(columns) - left + 1
    if len(set(places)) == height * across:
        yield _mark(left * width, top * CELL_HEIGHT, across * width, height * CELL_HEIGHT)
    else:
        for row, column in places:
            yield _mark(column * width, row * CELL_HEIGHT, width, CELL_HEIGHT)


def _mark(x: float, y: float, width: float, height: float) -> Box:
    return Box(x, y, width, height, None, _MARK, 2.5, name="window")


def _numbering(panel: Panel, frame: Frame, width: float) -> Iterator[Text]:
    """The numbers of the columns above, those of the rows at the left."""
    top, left = -frame.top * CELL_HEIGHT - FONT * 0.8, -frame.left * width - 5
    for right, number in enumerate(panel.grid.columns):
        yield Text((right + 0.5) * width, top, str(number), FONT - 1, fill=QUIET)
    for down, number in enumerate(panel.grid.rows):
        yield Text(left, (down + 0.5) * CELL_HEIGHT, str(number), FONT - 1, "end", QUIET)


def side_by_side(blocks: Sequence[list[Item]], signs: Sequence[str] = ()) -> list[Item]:
    """Blocks in a row, centred, with a sign between each two where there are signs."""
    boxes = [extent(block) for block in blocks]
    height = max(box.height for box in boxes)
    items: list[Item] = []
    right = 0.0
    for number, (block, box) in enumerate(zip(blocks, boxes)):
        items += moved(block, right - box.x, (height - box.height) / 2 - box.y)
        right += box.width + TENSOR_GAP
        if number < len(signs):
            items.append(Text(right - TENSOR_GAP / 2, height / 2, signs[number], CAPTION * 1.2))
    return items


def stacked(blocks: Sequence[list[Item]], gap: float = TENSOR_GAP) -> list[Item]:
    """Blocks one below the other, at the left."""
    items: list[Item] = []
    down = 0.0
    for block in blocks:
        box = extent(block)
        items += moved(block, -box.x, down - box.y)
        down += box.height + gap
    return items


def rule(width: float) -> list[Item]:
    """A thin line across, between two steps."""
    return [Line(((0, 0), (width, 0)), _RULE)]
