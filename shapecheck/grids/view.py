"""The views of `show`: tensors one after the other or side by side, or the steps to one entry.

Comes in: a run, what was asked for, and how it is to look.  Goes out: text or a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shapecheck.drawing.picture import Picture, framed
from shapecheck.execute import Run
from shapecheck.execute.inputs.pieces import pieces
from shapecheck.grids import errors
from shapecheck.grids.axes import Layout, grid_axes, layouts
from shapecheck.grids.formats import FOR_PROGRAMS, Dress, write
from shapecheck.grids.grid_picture import Frame, Look, side_by_side, tensor_items
from shapecheck.grids.model import Number, Tensor
from shapecheck.grids.selection import Cut, Selection
from shapecheck.grids.step_picture import marked, step_items
from shapecheck.grids.step_text import step_text
from shapecheck.grids.steps import Step, Subscripts, reach, step
from shapecheck.grids.take import Wanted, axes_of, take
from shapecheck.record import record

MOST_AROUND = 32
"""Rows or columns of a tensor up to which a step shows it whole; of a longer one, the window and a few around it."""
_MARGIN = 4


@record
class View:
    """The look of a view."""

    at: tuple[int, ...] | None = None
    numbers: bool = False
    digits: int | None = None
    axes: tuple[int, int] | None = None
    lying: bool = False
    colours: bool = True


@record
class Views:
    """The selection of a view, and its look."""

    run: Run
    asked: tuple[Selection, ...]
    view: View


def written(views: Views, format: str) -> str:
    """The view as text, markup or a format for programs; without a line end at the end."""
    view = views.view
    if view.at is None:
        tensors = [tensor for tensor, _ in _tensors(views, format not in FOR_PROGRAMS)]
        return write(tensors, format, Dress(view.numbers, view.digits, view.colours))
    if format not in ("text", "markdown"):
        raise errors.CannotShow("steps are shown as text, in Markdown, or as a picture (svg, png)")
    text = step_text(_step(views), view.digits)
    return text if format == "text" else f"```text\n{text}\n```"


def picture_of(views: Views, title: str) -> Picture:
    """The view as a picture; `title` names the spec."""
    view = views.view
    if view.at is not None:
        own = _step(views)
        items = step_items(own, _around(views, own), Look(digits=view.digits, colours=view.colours))
    else:
        found = _tensors(views)
        frames = _frames(views, [(tensor, selection) for tensor, selection in found])
        look = Look(view.numbers, view.colours, view.digits)
        items = side_by_side(
            [tensor_items(tensor, replace(look, frame=frame)) for (tensor, _), frame in zip(found, frames)]
        )
    return framed(items, title=f"{title}: {', '.join(selection.text for selection in views.asked)}")


def _tensors(views: Views, bounded: bool = True) -> list[tuple[Tensor, Selection]]:
    kinds = layouts(views.run.setting.shapes)
    view = views.view
    return [
        (tensor, selection)
        for selection in views.asked
        for tensor in take(
            views.run, selection, Wanted(kinds.get(selection.name, "matrix"), view.axes, view.lying, bounded)
        )
    ]


# ---- the frame of padding ----------------------------------------------------------------------


def _frames(views: Views, found: Sequence[tuple[Tensor, Selection]]) -> list[Frame]:
    """The distances that windows of another shown tensor go beyond each whole tensor."""
    if len(found) < 2:
        return [Frame() for _ in found]
    reached = {name: reach(views.run, name) for name in {selection.name for _, selection in found}}
    return [_frame(tensor, selection, reached) for tensor, selection in found]


def _frame(
    tensor: Tensor,
    selection: Selection,
    reached: dict[str, dict[str, tuple[Number, list[tuple[int, int]]]]],
) -> Frame:
    for beyond in reached.values():
        if selection.name in beyond and not selection.cuts:
            return frame_around(tensor, *beyond[selection.name])
    return Frame()


def frame_around(tensor: Tensor, value: Number, ends: Sequence[tuple[int, int]]) -> Frame:
    """The rows and columns around a panel that lie between its edge and the ends reached."""
    panel = tensor.panels[0]
    rows, columns = panel.grid.rows, panel.grid.columns
    top = bottom = left = right = 0
    if panel.row_axis is not None and len(ends) == len(panel.places):
        low, high = ends[panel.row_axis]
        top, bottom = max(0, rows[0] - low), max(0, high - rows[-1])
    if panel.column_axis is not None and len(ends) == len(panel.places):
        low, high = ends[panel.column_axis]
        left, right = max(0, columns[0] - low), max(0, high - columns[-1])
    return Frame(top, bottom, left, right, value)


# ---- steps -------------------------------------------------------------------------------------


def _step(views: Views) -> Step:
    selection, at = views.asked[0], views.view.at or ()
    if selection.cuts:
        raise errors.CannotShow(f"--at takes a whole tensor; write {selection.name} --at ..")
    return step(views.run, selection.name, _subscripts(views.run, selection.name, at))


def _subscripts(run: Run, name: str, at: tuple[int, ...]) -> Subscripts:
    """The subscripts of an entry: one for each axis, or for each that is longer than 1."""
    own = pieces(name, run.setting.layout)
    asked = ",".join(map(str, at))
    if len(own) != 1 or own[0].path != name:
        raise errors.CannotShow(f"the members of {name} differ in shape, so there are no steps to show")
    ends = axes_of(own[0])
    longer = [axis for axis, (low, high) in enumerate(ends) if high > low]
    if len(at) == len(ends):
        found = list(at)
    elif len(at) == len(longer):
        found = [low for low, _ in ends]
        for axis, number in zip(longer, at):
            found[axis] = number
    else:
        raise errors.wrong_place(asked, name, ends)
    if not all(low <= number <= high for number, (low, high) in zip(found, ends)):
        raise errors.wrong_place(asked, name, ends)
    return tuple(found)


def _around(views: Views, own: Step) -> list[tuple[Tensor, Look]]:
    """The tensors that a step reads, each with its marks and its frame, then the one that it makes."""
    kinds = layouts(views.run.setting.shapes)
    base = Look(views.view.numbers, views.view.colours, views.view.digits)
    beyond = reach(views.run, own.family)
    drawn: list[tuple[Tensor, Look]] = []
    for factor in own.factors:
        if factor.family is not None and all(tensor.name != factor.family for tensor, _ in drawn):
            layout: Layout = kinds.get(factor.family, "matrix")
            tensor = _shown_around(views.run, factor.family, factor.places, layout)
            frame = _step_frame(views.run, tensor, factor.family, beyond)
            drawn.append((tensor, replace(base, marked=marked(tensor, factor.places), frame=frame)))
    made = _shown_around(views.run, own.family, (own.subscripts,), kinds.get(own.family, "matrix"))
    return [*drawn, (made, replace(base, marked=marked(made, (own.subscripts,))))]


def _step_frame(
    run: Run, tensor: Tensor, family: str, beyond: dict[str, tuple[Number, list[tuple[int, int]]]]
) -> Frame:
    """The padding around a tensor that is shown up to its edges."""
    if family not in beyond:
        return Frame()
    panel, (value, ends) = tensor.panels[0], beyond[family]
    own = pieces(family, run.setting.layout)
    whole = axes_of(own[0]) if len(own) == 1 else []
    for axis, shown in ((panel.row_axis, panel.grid.rows), (panel.column_axis, panel.grid.columns)):
        if axis is not None and (axis >= len(whole) or (shown[0], shown[-1]) != whole[axis]):
            return Frame()
    return frame_around(tensor, value, ends)


def _shown_around(run: Run, family: str, places: Sequence[Subscripts], layout: Layout) -> Tensor:
    """A tensor, or as much of it as shows the places in their surroundings."""
    own = pieces(family, run.setting.layout)
    piece = next((each for each in own if each.path == family), None)
    if piece is None:
        first = places[0]
        cuts = [Cut(at, at, True) for at in first[: len(run.setting.shapes.axes[family])]]
        return take(run, Selection(family, family, tuple(cuts)), Wanted(layout))[0]
    ends = axes_of(piece)
    kept = grid_axes([high - low + 1 for low, high in ends], layout) if len(ends) > 1 else (0,)
    parts = [_part(ends[axis], [place[axis] for place in places], axis in kept) for axis in range(len(ends))]
    cuts = parts if any(part != Cut() for part in parts) else []
    return take(run, Selection(family, family, tuple(cuts)), Wanted(layout, kept if len(kept) == 2 else None))[0]


def _part(ends: tuple[int, int], at: Sequence[int], in_grid: bool) -> Cut:
    low, high = ends
    least, most = max(low, min(at)), min(high, max(at))
    if in_grid:
        return Cut() if high - low < MOST_AROUND else Cut(max(low, least - _MARGIN), min(high, most + _MARGIN))
    if (least, most) == (low, high):
        return Cut()
    return Cut(least, least, True) if least == most else Cut(least, most)
