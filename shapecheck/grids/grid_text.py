"""Grids as text, as on a slide.

```
V : 3 x 4
     0   1   2   3
0    6   8   8   4
1  -54   0   0   0
2    6   8   8   4
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from shapecheck.grids.model import Grid, Panel, Tensor
from shapecheck.grids.number_texts import texts


def cells(tensor: Tensor, digits: int | None = None) -> Iterator[tuple[Panel, list[list[str]]]]:
    """Every panel with its numbers as texts; one tensor's numbers have the same digits everywhere."""
    written = iter(texts(tensor.numbers, digits))
    for panel in tensor.panels:
        yield panel, [list(islice(written, len(row))) for row in panel.grid.values]


def text(tensor: Tensor, *, numbers: bool = False, digits: int | None = None) -> str:
    """A tensor as lines of text, without a line end at the end."""
    panels = [
        [*([panel.title] if len(tensor.panels) > 1 else []), *lines(panel.grid, rows, numbers)]
        for panel, rows in cells(tensor, digits)
    ]
    return "\n\n".join(["\n".join([tensor.caption, *panels[0]]), *("\n".join(panel) for panel in panels[1:])])


def lines(grid: Grid, rows: Sequence[Sequence[str]], numbers: bool) -> list[str]:
    """The rows with their columns aligned at the right, numbered where that is wanted."""
    shown = numbered(grid, rows) if numbers else [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown)]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths)).rstrip() for row in shown]


def numbered(grid: Grid, rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The rows with the numbers of the columns above and those of the rows in front, where there are any."""
    fronts = [[str(number)] for number in grid.rows] or [[] for _ in rows]
    head = [[*([""] if grid.rows else []), *map(str, grid.columns)]] if grid.columns else []
    return [*head, *([*front, *row] for front, row in zip(fronts, rows))]
