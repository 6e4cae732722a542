"""The transposed convolution `conv_transpose(I, K, stride = 1, pad = VALID)`: the adjoint of `conv` in its image.

I : [..., n space axes, C], K : [n space axes, C, F]; K of rank 1 or 2 has no channels.  Every entry of the image stamps
the kernel, `stride` apart: entry y is the sum over i, m with `y + before = stride * i + m` of `I[i] * K[m]`.  The whole
has `(n - 1) * s + m` entries on an axis; a number or rows as `pad` are cut off its sides.  SAME gives `n * s` entries,
of which `conv` with the same padding makes n again: it cuts `max(m - s, 0)`, the smaller half in front.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops import padding as pads
from shapecheck.ops.arrays import product_sum
from shapecheck.ops.base import Misfit, Op, Option, Owed, Result, Setting, Shape, Windows
from shapecheck.ops.layout import Layout, image_of_unknown_rank, layout, product_of, space_bounds, with_channels
from shapecheck.ops.padding import Padding, PerAxis
from shapecheck.ops.rules import Unknown, bounds, equal, guarded, product
from shapecheck.ops.terms import Call, Literal, Reduction, Term
from shapecheck.record import record
from shapecheck.sizes import ONE, Relation, Size

if TYPE_CHECKING:
    from shapecheck.ops.arrays import Array

Operand = Callable[[Sequence[Size]], Term]


@record
class Transposition:
    """Settings: `stride` for all space axes or for each, and what `padding` cuts off."""

    stride: PerAxis
    padding: Padding


@record
class Kept:
    """The rest of an axis: how many entries, and how many are cut off in front of them."""

    count: Size
    before: Size


class ConvTranspose(Op):
    """`conv_transpose(I, K)`."""

    name = "conv_transpose"
    slides = True
    keeps_axes = True
    kept = "an entry for each filter; axes in front of the image's space stay"
    arity = 2
    rule = "each entry of the image stamps one kernel, a stride apart; the padding is cut off"
    options = (Option("stride", ONE), Option("pad", "VALID"))

    def parameters(self, settings: Mapping[str, Setting]) -> Transposition | Misfit:
        stride = pads.step_setting("stride", settings["stride"])
        if isinstance(stride, Misfit):
            return stride
        padding = pads.padding_setting(settings["pad"])
        if isinstance(padding, Misfit):
            return padding
        if padding.word == "CEIL":
            return Misfit("`CEIL` does not say what `conv_transpose` cuts off", "write VALID, SAME or numbers")
        return Transposition(stride, padding)

    def shape(self, parameters: Transposition, operands: Sequence[Shape]) -> Result | Misfit:
        image, kernel = operands
        axes = layout(self.name, image, kernel)
        if isinstance(axes, Misfit):
            return axes
        wrong = pads.wrong_count(axes.space, parameters.padding, (("stride", parameters.stride),))
        if wrong is not None:
            return wrong
        counts = tuple(placed.count for placed in _placed(parameters, axes, image, kernel))
        filters = kernel[-1:] if axes.channels else ()
        return Result((*image[: axes.lead], *counts, *filters), _owed(parameters, axes, image, kernel, counts))

    def ranks(
        self,
        parameters: Transposition,
        operands: Sequence[Shape | None],
        result: Shape | None,
        patience: int,
        unknown: Unknown,
    ) -> Sequence[Shape | None]:
        return [image_of_unknown_rank(operands, result, patience, unknown), None]

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        from shapecheck.ops.windows import over_kernels

        images, kernels, axes = with_channels(arrays, ranks)
        space = images.shape[-axes.space - 1 : -1]
        cell = kernels.shape[-axes.space - 2 :]
        placed = _placed(parameters, Layout(0, axes.space, True), space, cell)
        strides = pads.per_axis(parameters.stride, axes.space)

        def one(images: Array, kernel: Array) -> Array:
            return _stamped(images, kernel, placed, strides)

        def whole(images: Array, kernels: Array) -> Array:
            return over_kernels(one, images, kernels, axes.space + 1, axes.space + 2)

        result = product_sum(whole, product_of(cell[:-1]), images, kernels)
        return result if axes.channels else result[..., 0]

    def define(
        self, parameters: Transposition, shapes: Sequence[Shape], operands: Sequence[Operand], position: Sequence[Size]
    ) -> Term:
        image, kernel = shapes
        axes = layout(self.name, image, kernel)
        assert isinstance(axes, Layout), "only what has a shape is defined"
        stamps, at = bounds([f"i{axis}" for axis in range(axes.space)], image[axes.lead : axes.lead + axes.space])
        taps, offsets = space_bounds(kernel[: axes.space])
        extra, channel = bounds(["c"], kernel[-2:-1] if axes.channels else ())
        strides = pads.per_axis(parameters.stride, axes.space)
        placed = _placed(parameters, axes, image, kernel)
        conditions = [
            Relation(
                "==",
                position[axes.lead + axis] + placed[axis].before,
                strides[axis] * at[axis] + offsets[axis],
            )
            for axis in range(axes.space)
        ]
        read = operands[0]((*position[: axes.lead], *at, *channel))
        weight = operands[1]((*offsets, *channel, *(position[-1:] if axes.channels else ())))
        return Reduction("sum", stamps + taps + extra, guarded(conditions, Call("*", (read, weight)), Literal(0)))

    def sliding(self, parameters: Transposition, operands: Sequence[Shape]) -> Windows | None:
        axes = layout(self.name, operands[0], operands[1])
        if isinstance(axes, Misfit):
            return None
        stride = pads.per_axis(parameters.stride, axes.space)
        ones = tuple(ONE for _ in stride)
        return Windows(operands[1][: axes.space], stride, parameters.padding.shown, ones, ONE)

    def macs(self, parameters: Transposition, operands: Sequence[Shape], result: Shape) -> Size:
        image, kernel = operands
        filters = kernel[-1] if len(kernel) > 2 else ONE
        taps = kernel[:-2] if len(kernel) > 2 else kernel
        return product(image) * product(taps) * filters


def _placed(parameters: Any, axes: Layout, image: Sequence[Any], kernel: Sequence[Any]) -> list[Kept]:
    strides = pads.per_axis(parameters.stride, axes.space)
    return [
        _stamps(parameters.padding, axis, image[axes.lead + axis], kernel[axis], strides[axis])
        for axis in range(axes.space)
    ]


def _stamps(padding: Padding, axis: int, size: Size, extent: Size, stride: Size) -> Kept:
    if padding.word in ("SAME", "SAME_LOWER"):
        total = pads.larger(extent - stride, size - size)
        return Kept(size * stride, pads.smaller_half(total, padding.word == "SAME_LOWER"))
    before, after = padding.of(axis) or (size - size, size - size)
    return Kept((size - 1) * stride + extent - before - after, before)


def _owed(
    parameters: Transposition, axes: Layout, image: Shape, kernel: Shape, counts: Sequence[Size]
) -> tuple[Owed, ...]:
    owed = list(pads.owed_by_settings(parameters.padding, parameters.stride))
    if parameters.padding.sides:
        for axis, count in enumerate(counts):
            left = Owed(Relation(">=", count, ONE), "a padding that leaves something", (0,), (axes.lead + axis,))
            owed += pads.unless_certain(left)
    if axes.channels:
        why = "a kernel made for the channels of its image"
        owed += equal(image[-1], kernel[-2], why, (0, 1), (len(image) - 1, len(kernel) - 2))
    return tuple(owed)


def _stamped(images: Array, kernel: Array, placed: Sequence[Any], strides: Sequence[Any]) -> Array:
    """`images` (number, space.., C), one `kernel` (space.., C, F), all settings integers."""
    import numpy as np

    space, taps = images.shape[1:-1], kernel.shape[:-2]
    reach = [(size - 1) * stride + tap for size, stride, tap in zip(space, strides, taps)]
    full = [max(end, each.before + each.count) for end, each in zip(reach, placed)]
    result = np.zeros((images.shape[0], *full, kernel.shape[-1]), images.dtype)
    rows = images.reshape(-1, images.shape[-1])
    for offsets in np.ndindex(*taps):
        places = tuple(
            slice(offset, offset + (size - 1) * stride + 1, stride)
            for offset, size, stride in zip(offsets, space, strides)
        )
        stamp = (rows @ kernel[offsets]).reshape(*images.shape[:-1], kernel.shape[-1])
        result[(slice(None), *places)] += stamp
    return result[(slice(None), *(slice(each.before, each.before + each.count) for each in placed))]


CONV_TRANSPOSE = ConvTranspose()
