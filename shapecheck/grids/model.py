"""Values as they are looked at: a tensor is a row of panels, a panel a grid with numbered rows and columns."""

from __future__ import annotations

from shapecheck.record import record

Number = int | float | bool


@record
class Grid:
    """Rows of numbers; `rows` and `columns` are how the first axis and the second are numbered."""

    values: tuple[tuple[Number, ...], ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]


@record
class Panel:
    """A grid and which part of its tensor it is: `I[:, :, 0]`; `places` are the subscripts of its first entry.

    `row_axis` and `column_axis` say which of them count rows and columns (None for a vector's missing one).
    """

    title: str
    grid: Grid
    places: tuple[int, ...]
    row_axis: int | None
    column_axis: int | None


@record
class Tensor:
    """One tensor to be shown; `title` is what was asked for, `name` the array it was cut from."""

    name: str
    title: str
    shape: tuple[int, ...]
    panels: tuple[Panel, ...]

    @property
    def caption(self) -> str:
        """`V : 20 x 20`."""
        return f"{self.title} : {' x '.join(map(str, self.shape)) or 'scalar'}"

    @property
    def numbers(self) -> tuple[Number, ...]:
        """All of them, in order."""
        return tuple(value for panel in self.panels for row in panel.grid.values for value in row)
