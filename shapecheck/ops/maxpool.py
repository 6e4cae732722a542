"""Maximum over windows: `maxpool(I, m, stride = m, pad = VALID, dilation = 1, ceil = false)`.

`2` is a window of 2 x 2, `[2]` one of a single axis, `2 x 2 x 2` one of three.  I : [..., n space axes, C], or of rank
n without channels.  Entry (y, c) is the maximum over m of `I[stride * y + dilation * m - before, c]`; what is outside
of the image never wins.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops import padding as pads
from shapecheck.ops.arrays import promote
from shapecheck.ops.base import Misfit, Op, Option, Owed, Result, Setting, Shape, Windows
from shapecheck.ops.image_axes import space_bounds
from shapecheck.ops.padding import Padding, PerAxis, Placed, Slide
from shapecheck.ops.shape_rules import Unknown, axes_text, guarded, inside, new_shape
from shapecheck.ops.term_types import Literal, Reduction, Term
from shapecheck.record import record
from shapecheck.sizes import ONE, Relation, Size

if TYPE_CHECKING:
    from shapecheck.ops.arrays import Array

Operand = Callable[[Sequence[Size]], Term]


@record
class Pooling:
    """Settings; `window` has one size per space axis."""

    window: Shape
    stride: PerAxis
    padding: Padding
    dilation: PerAxis


class MaxPool(Op):
    """`maxpool(I, m)`."""

    name = "maxpool"
    adjoint_in_index_form = True
    slides = True
    keeps_axes = True
    kept = "axes over which the window does not slide stay"
    options = (
        Option("m"),
        Option("stride", ()),
        Option("pad", "VALID"),
        Option("dilation", ONE),
        Option("ceil", False),
    )

    def parameters(self, settings: Mapping[str, Setting]) -> Pooling | Misfit:
        window = pads.step_setting("m", settings["m"])
        if isinstance(window, Misfit):
            return window
        sizes = pads.per_axis(window, 2)
        stride = sizes if settings["stride"] == () else pads.step_setting("stride", settings["stride"])
        if isinstance(stride, Misfit):
            return stride
        padding = pads.padding_setting(settings["pad"], settings["ceil"])
        if isinstance(padding, Misfit):
            return padding
        dilation = pads.step_setting("dilation", settings["dilation"])
        if isinstance(dilation, Misfit):
            return dilation
        wrong = pads.wrong_count(len(sizes), padding, (("stride", stride), ("dilation", dilation)))
        return wrong or Pooling(sizes, stride, padding, dilation)

    def shape(self, parameters: Pooling, operands: Sequence[Shape]) -> Result | Misfit:
        (image,) = operands
        space = len(parameters.window)
        if len(image) < space:
            return Misfit(
                f"a window of {axes_text(space)} does not slide over an image of {axes_text(len(image))}",
                "`2` is a window of 2 x 2; for one axis write `[2]`",
            )
        first = _first_axis(len(image), space)
        counts = tuple(placed.count for placed in _placed(parameters, image[first : first + space]))
        return Result((*image[:first], *counts, *image[first + space :]), _owed(parameters, image, first))

    def says(self, parameters: Pooling) -> str:
        return parameters.padding.rule

    def ranks(
        self,
        parameters: Pooling,
        operands: Sequence[Shape | None],
        result: Shape | None,
        patience: int,
        unknown: Unknown,
    ) -> Sequence[Shape | None]:
        return [new_shape(len(result), unknown) if operands[0] is None and result is not None else None]

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        (image,) = promote(arrays)
        space = len(parameters.window)
        first = image.ndim - ranks[0] + _first_axis(ranks[0], space)
        dilations: Any = pads.per_axis(parameters.dilation, space)
        for axis, placed in enumerate(_placed(parameters, image.shape[first : first + space])):
            image = _along(image, first + axis, placed, parameters.window[axis], dilations[axis])
        return image

    def sliding(self, parameters: Pooling, operands: Sequence[Shape]) -> Windows | None:
        space = len(parameters.window)
        stride, dilation = (pads.per_axis(step, space) for step in (parameters.stride, parameters.dilation))
        return Windows(parameters.window, stride, parameters.padding.shown, dilation, ONE)

    def define(
        self, parameters: Pooling, shapes: Sequence[Shape], operands: Sequence[Operand], position: Sequence[Size]
    ) -> Term:
        (image,) = shapes
        space = len(parameters.window)
        first = _first_axis(len(image), space)
        bound, offsets = space_bounds(parameters.window)
        dilations = pads.per_axis(parameters.dilation, space)
        at: list[Size] = []
        conditions: list[Relation] = []
        for axis, placed in enumerate(_placed(parameters, image[first : first + space])):
            at.append(placed.stride * position[first + axis] + dilations[axis] * offsets[axis] - placed.before)
            conditions += inside(at[axis], placed.size, placed.before, ends_inside=placed.ends_inside)
        read = operands[0]((*position[:first], *at, *position[first + space :]))
        return Reduction("max", bound, guarded(conditions, read, Literal(-math.inf)))

    def windows(self, parameters: Pooling, operands: Sequence[Shape]) -> tuple[Slide, ...]:
        (image,) = operands
        first = _first_axis(len(image), len(parameters.window))
        sizes = image[first : first + len(parameters.window)]
        dilations = pads.per_axis(parameters.dilation, len(sizes))
        return tuple(
            Slide(first + axis - len(image), placed, parameters.window[axis], dilations[axis])
            for axis, placed in enumerate(_placed(parameters, sizes))
        )


def _first_axis(rank: int, space: int) -> int:
    """The first space axis: channels stand behind them unless there is no axis left."""
    return 0 if rank == space else rank - space - 1


def _placed(parameters: Any, sizes: Sequence[Any]) -> list[Placed]:
    strides, dilations = (pads.per_axis(step, len(sizes)) for step in (parameters.stride, parameters.dilation))
    extents = [pads.spanned(window, dilation) for window, dilation in zip(parameters.window, dilations)]
    return [Placed(parameters.padding, axis, size, extents[axis], strides[axis]) for axis, size in enumerate(sizes)]


def _owed(parameters: Pooling, image: Shape, first: int) -> tuple[Owed, ...]:
    settings = (parameters.window, parameters.stride, parameters.dilation)
    owed = list(pads.owed_by_settings(parameters.padding, *settings))
    dilations = pads.per_axis(parameters.dilation, len(parameters.window))
    for axis, placed in enumerate(_placed(parameters, image[first : first + len(parameters.window)])):
        where = first + axis
        owed += pads.owed_by_windows(
            parameters.padding, axis, placed.size, placed.extent, placed.stride, (0,), (where,)
        )
        owed += _owed_to_see(placed, dilations[axis], where)
    return tuple(owed)


def _owed_to_see(placed: Placed, dilation: Size, where: int) -> tuple[Owed, ...]:
    """Requirements for every window to have an entry inside of the image, without which it has no maximum."""
    why = "a padding smaller than the window, which must see the image"
    sides = placed.padding.of(placed.axis) or ()
    smaller = [Owed(Relation("<", side, placed.extent), why, (0,), (where,)) for side in sides]
    if dilation is ONE or placed.padding.word in ("VALID", "CEIL", "CAUSAL"):
        return pads.unless_certain(*smaller)
    wide = Owed(Relation(">=", placed.size, dilation), "an image that no dilated window steps over", (0,), (where,))
    return pads.unless_certain(*smaller, wide)


def _along(image: Array, axis: int, placed: Placed, taps: int, dilation: int) -> Array:
    """The maximum over windows of one axis; a box is done axis by axis."""
    import numpy as np

    if placed.count < 1:
        raise ValueError("no window fits into the image")
    stride = placed.stride
    reach = (placed.count - 1) * stride + 1
    seen = _surrounded(image, axis, placed.before, reach - 1 + placed.extent)
    behind = (slice(None),) * axis
    result: Array = seen[(*behind, slice(0, reach, stride))].copy()
    for offset in range(dilation, taps * dilation, dilation):
        np.maximum(result, seen[(*behind, slice(offset, offset + reach, stride))], out=result)
    return result


def _surrounded(image: Array, axis: int, before: int, needed: int) -> Array:
    """`needed` entries of an axis from `before` its start; outside is less than all numbers of the type."""
    import numpy as np

    size = image.shape[axis]
    if before == 0 and needed <= size:
        return image
    lowest = -math.inf if image.dtype.kind == "f" else np.iinfo(image.dtype).min
    shape = (*image.shape[:axis], needed, *image.shape[axis + 1 :])
    target = np.full(shape, lowest, image.dtype)
    kept = max(0, min(size, needed - before))
    behind = (slice(None),) * axis
    target[(*behind, slice(before, before + kept))] = image[(*behind, slice(0, kept))]
    return target


MAXPOOL = MaxPool()
