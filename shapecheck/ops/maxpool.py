"""Maximum over windows: `maxpool(I, m, stride = m, pad = VALID)`; what is outside of the image never wins.

`2` is a window of 2 x 2, `[2]` one of a single axis, `2 x 2 x 2` one of three.  I : [..., n space axes, C], or of rank
n without channels.  Entry (y, c) is the maximum over m of `I[stride * y + m - before, c]`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops import padding as pads
from shapecheck.ops.arrays import promote
from shapecheck.ops.base import Misfit, Op, Option, Owed, Result, Setting, Shape, Windows
from shapecheck.ops.layout import space_bounds
from shapecheck.ops.padding import Padding, PerAxis, Placed, Slide
from shapecheck.ops.rules import Unknown, axes_text, guarded, inside, new_shape
from shapecheck.ops.terms import Literal, Reduction, Term
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


class MaxPool(Op):
    """`maxpool(I, m)`."""

    name = "maxpool"
    slides = True
    keeps_axes = True
    kept = "axes over which the window does not slide stay"
    options = (Option("m"), Option("stride", ()), Option("pad", "VALID"))

    def parameters(self, settings: Mapping[str, Setting]) -> Pooling | Misfit:
        window = pads.step_setting("m", settings["m"])
        if isinstance(window, Misfit):
            return window
        sizes = pads.per_axis(window, 2)
        stride = sizes if settings["stride"] == () else pads.step_setting("stride", settings["stride"])
        if isinstance(stride, Misfit):
            return stride
        padding = pads.padding_setting(settings["pad"])
        if isinstance(padding, Misfit):
            return padding
        wrong = pads.wrong_count(len(sizes), padding, (("stride", stride),))
        return wrong or Pooling(sizes, stride, padding)

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
        strides: Any = pads.per_axis(parameters.stride, space)
        placed = _placed(parameters, image.shape[first : first + space])
        for axis in range(space):
            image = _along(image, first + axis, placed[axis], parameters.window[axis], strides[axis])
        return image

    def sliding(self, parameters: Pooling, operands: Sequence[Shape]) -> Windows | None:
        ones = tuple(ONE for _ in parameters.window)
        stride = pads.per_axis(parameters.stride, len(ones))
        return Windows(parameters.window, stride, parameters.padding.shown, ones, ONE)

    def define(
        self, parameters: Pooling, shapes: Sequence[Shape], operands: Sequence[Operand], position: Sequence[Size]
    ) -> Term:
        (image,) = shapes
        space = len(parameters.window)
        first = _first_axis(len(image), space)
        bound, offsets = space_bounds(parameters.window)
        strides = pads.per_axis(parameters.stride, space)
        at: list[Size] = []
        conditions: list[Relation] = []
        for axis, placed in enumerate(_placed(parameters, image[first : first + space])):
            at.append(strides[axis] * position[first + axis] + offsets[axis] - placed.before)
            conditions += inside(at[axis], image[first + axis], parameters.padding.word, placed.before)
        read = operands[0]((*position[:first], *at, *position[first + space :]))
        return Reduction("max", bound, guarded(conditions, read, Literal(-math.inf)))

    def windows(self, parameters: Pooling, operands: Sequence[Shape]) -> tuple[Slide, ...]:
        (image,) = operands
        first = _first_axis(len(image), len(parameters.window))
        sizes = image[first : first + len(parameters.window)]
        return tuple(
            Slide(first + axis - len(image), placed, parameters.window[axis], ONE)
            for axis, placed in enumerate(_placed(parameters, sizes))
        )


def _first_axis(rank: int, space: int) -> int:
    """The first space axis: channels stand behind them unless there is no axis left."""
    return 0 if rank == space else rank - space - 1


def _placed(parameters: Any, sizes: Sequence[Any]) -> list[Placed]:
    strides = pads.per_axis(parameters.stride, len(sizes))
    return [
        Placed(parameters.padding, axis, size, parameters.window[axis], strides[axis])
        for axis, size in enumerate(sizes)
    ]


def _owed(parameters: Pooling, image: Shape, first: int) -> tuple[Owed, ...]:
    owed = list(pads.owed_by_settings(parameters.padding, parameters.window, parameters.stride))
    strides = pads.per_axis(parameters.stride, len(parameters.window))
    for axis, extent in enumerate(parameters.window):
        where = first + axis
        owed += pads.owed_by_windows(parameters.padding, axis, image[where], extent, strides[axis], (0,), (where,))
        why = "a padding smaller than the window, which must see the image"
        for side in parameters.padding.of(axis) or ():
            owed += pads.unless_certain(Owed(Relation("<", side, extent), why, (0,), (where,)))
    return tuple(owed)


def _along(image: Array, axis: int, placed: Placed, extent: int, stride: int) -> Array:
    """The maximum over windows of one axis; a box is done axis by axis."""
    import numpy as np

    if placed.count < 1:
        raise ValueError("no window fits into the image")
    seen = _surrounded(image, axis, placed.before, (placed.count - 1) * stride + extent)
    reach = (placed.count - 1) * stride + 1
    behind = (slice(None),) * axis
    result: Array = seen[(*behind, slice(0, reach, stride))].copy()
    for offset in range(1, extent):
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
