"""Tensors cut out of a run.

Comes in: a finished `Run` and a `Selection`.  Goes out: a `Tensor` for every array that it means: one, or several where
the members of a family differ in shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

from shapecheck.execute import Run
from shapecheck.execute.inputs.pieces import Piece, pieces
from shapecheck.grids import errors
from shapecheck.grids.axes import Layout, grid_axes
from shapecheck.grids.model import Grid, Panel, Tensor
from shapecheck.grids.selection import Cut, Selection
from shapecheck.record import record

MOST_LINES, MOST_PANELS, MOST_NUMBERS = 64, 64, 6400
"""Rows or columns of a panel, panels, and numbers altogether that are shown."""
_SMALLER = 12


@record
class Wanted:
    """The layout of a tensor: its kind, the two axes of its panels where they are chosen, a vector lying down."""

    layout: Layout = "matrix"
    axes: tuple[int, int] | None = None
    lying: bool = False
    bounded: bool = True


@record
class _Axis:
    """Entries `low..high` of an axis; `dropped` where a single one was asked for."""

    low: int
    high: int
    dropped: bool

    @property
    def extent(self) -> int:
        return self.high - self.low + 1


def take(run: Run, selection: Selection, wanted: Wanted) -> list[Tensor]:
    """The tensors that a selection means, one for each group of members of one shape."""
    own = pieces(selection.name, run.setting.layout)
    if len(own) == 1 and own[0].path == selection.name:
        return [_tensor(run, own[0], selection, selection.cuts, wanted)]
    found = [(piece, _prefix(piece)) for piece in own]
    meant = [(piece, len(prefix)) for piece, prefix in found if _meets(selection.cuts, prefix)]
    if not meant:
        raise errors.no_member(selection.text, (piece.path for piece in own))
    return [_tensor(run, piece, selection, selection.cuts[length:], wanted) for piece, length in meant]


def _prefix(piece: Piece) -> tuple[int, ...]:
    """The numbers of the members that a piece is for: `(2,)` for `W[2]`."""
    lows = piece.slot.lows
    return tuple(at + low for at, low in zip(piece.index, lows) if isinstance(at, int))


def _meets(cuts: Sequence[Cut], prefix: Sequence[int]) -> bool:
    return all(
        cut.low is None or cut.high is None or cut.low <= number <= cut.high for cut, number in zip(cuts, prefix)
    )


def axes_of(piece: Piece) -> list[tuple[int, int]]:
    """The first and the last subscript on every axis of a piece's array."""
    lows = [at.start + low for at, low in zip(piece.index, piece.slot.lows) if isinstance(at, slice)]
    lows += [0] * (len(piece.shape) - len(lows))
    return [(low, low + extent - 1) for low, extent in zip(lows, piece.shape)]


def _tensor(run: Run, piece: Piece, selection: Selection, cuts: Sequence[Cut], wanted: Wanted) -> Tensor:
    ends = axes_of(piece)
    if len(cuts) > len(ends):
        raise errors.too_many(selection.text, len(cuts), len(ends))
    axes = [
        _axis(selection.text, number, end, cuts[number] if number < len(cuts) else Cut())
        for number, end in enumerate(ends)
    ]
    shape = tuple(axis.extent for axis in axes if not axis.dropped)
    chosen = _chosen(axes, wanted)
    title = _title(piece.path, axes, cuts)
    if wanted.bounded:
        _check(title, piece.path, axes, chosen)
    array = run.arrays[piece.path]
    return Tensor(selection.name, title, shape, tuple(_panels(array, piece.path, ends, axes, chosen, wanted.lying)))


def _axis(asked: str, number: int, ends: tuple[int, int], cut: Cut) -> _Axis:
    low, high = ends
    if cut.low is None or cut.high is None:
        return _Axis(low, high, False)
    if not low <= cut.low <= cut.high <= high:
        raise errors.outside(asked, number, low, high)
    return _Axis(cut.low, cut.high, cut.single)


def _title(path: str, axes: Sequence[_Axis], cuts: Sequence[Cut]) -> str:
    return f"{path}[{', '.join(map(str, cuts))}]" if cuts else path


# ---- rows, columns and panels ------------------------------------------------------------------


def _chosen(axes: Sequence[_Axis], wanted: Wanted) -> tuple[int | None, int | None]:
    """The axes that count the rows and the columns."""
    kept = [number for number, axis in enumerate(axes) if not axis.dropped]
    if wanted.axes is not None:
        row, column = wanted.axes
        if row == column or not {row, column} <= set(kept):
            raise errors.no_axes(f"{row},{column}", len(axes))
        return row, column
    if len(kept) < 2:
        one = kept[0] if kept else None
        return (None, one) if wanted.lying else (one, None)
    usual = grid_axes([2] * len(axes), wanted.layout)
    if len(kept) < len(axes) and set(usual) <= set(kept):
        return usual
    layout = wanted.layout if len(kept) == len(axes) else "matrix"
    row, column = grid_axes([axes[number].extent for number in kept], layout)
    return kept[row], kept[column]


def _check(title: str, path: str, axes: Sequence[_Axis], chosen: tuple[int | None, int | None]) -> None:
    """Say so if there is more than fits on a page."""
    total = prod(axis.extent for axis in axes)
    panels = prod(axis.extent for number, axis in enumerate(axes) if number not in chosen)
    smaller = _smaller(path, axes, chosen)
    for number, noun in zip(chosen, ("rows", "columns")):
        if number is not None and axes[number].extent > MOST_LINES:
            raise errors.too_large(title, f"{axes[number].extent} {noun}", MOST_LINES, smaller)
    if panels > MOST_PANELS:
        raise errors.too_large(title, f"{panels} panels", MOST_PANELS, smaller)
    if total > MOST_NUMBERS:
        raise errors.too_large(title, f"{total} numbers", MOST_NUMBERS, smaller)


def _smaller(path: str, axes: Sequence[_Axis], chosen: tuple[int | None, int | None]) -> str:
    """A cut that fits: the first few rows and columns of the first panel."""
    parts = [
        str(axis.low)
        if axis.dropped or number not in chosen
        else f"{axis.low}..{min(axis.high, axis.low + _SMALLER - 1)}"
        for number, axis in enumerate(axes)
    ]
    return f"{path}[{', '.join(parts)}]"


def _panels(
    array: Any,
    path: str,
    ends: Sequence[tuple[int, int]],
    axes: Sequence[_Axis],
    chosen: tuple[int | None, int | None],
    lying: bool,
) -> Iterator[Panel]:
    others = [number for number in range(len(axes)) if number not in chosen]
    for places in product(*(range(axes[number].low, axes[number].high + 1) for number in others)):
        at = dict(zip(others, places))
        index = tuple(
            at[number] - ends[number][0]
            if number in at
            else slice(axis.low - ends[number][0], axis.high - ends[number][0] + 1)
            for number, axis in enumerate(axes)
        )
        title = f"{path}[{', '.join(_place(axis, at.get(number)) for number, axis in enumerate(axes))}]"
        first = tuple(at.get(number, axis.low) for number, axis in enumerate(axes))
        yield Panel(title if at else path, _grid(array[index], axes, chosen, lying), first, *chosen)


def _place(axis: _Axis, at: int | None) -> str:
    return ":" if at is None else str(at)


def _grid(part: Any, axes: Sequence[_Axis], chosen: tuple[int | None, int | None], lying: bool) -> Grid:
    row, column = chosen
    values = part.tolist()
    if row is not None and column is not None:
        if row > column:
            values = part.T.tolist()
    elif row is None and column is None:
        values = [[values]]
    else:
        values = [values] if lying else [[value] for value in values]
    return Grid(tuple(tuple(line) for line in values), _numbers(axes, row), _numbers(axes, column))


def _numbers(axes: Sequence[_Axis], number: int | None) -> tuple[int, ...]:
    return () if number is None else tuple(range(axes[number].low, axes[number].high + 1))
