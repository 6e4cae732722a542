"""Convolution as in neural networks: `conv(I, K, stride = 1, pad = VALID, dilation = 1, groups = 1, ceil = false)`.

I : [..., n space axes, C], K : [n space axes, C / groups, F], with n = rank of K - 2; K of rank 1 or 2 has no channels,
then n is its rank.  The kernel is not flipped: entry (y, f) is the sum over m, c of
`I[stride * y + dilation * m - before, c] * K[m, c, f]`, zero outside the image.  `outside = 1` puts another number in
the place of the zeros that `pad` states, not of those that `ceil = true` adds at the end.  Each entry of the result
costs one multiply-accumulate per entry of its kernel, padded positions included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shapecheck.ops import padding as pads
from shapecheck.ops.arrays import product_sum
from shapecheck.ops.base import Misfit, Op, Option, Owed, Result, Setting, Shape, Windows
from shapecheck.ops.image_axes import Layout, image_of_unknown_rank, layout, product_of, space_bounds, with_channels
from shapecheck.ops.padding import Padding, PerAxis, Placed, Slide
from shapecheck.ops.shape_rules import Unknown, bounds, equal, guarded, inside, product
from shapecheck.ops.term_types import Bound, Call, Literal, Measure, Reduction, Term
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Relation, Size

if TYPE_CHECKING:
    from shapecheck.ops.arrays import Array
    from shapecheck.ops.windows import Grid

Operand = Callable[[Sequence[Size]], Term]


@record
class Convolution:
    """Settings; `stride` and `dilation` for all space axes or for each, `groups` blocks of channels.

    `outside` is the number that stands in the padding.
    """

    stride: PerAxis
    padding: Padding
    dilation: PerAxis
    groups: Size
    outside: Size


class Conv(Op):
    """`conv(I, K)`."""

    name = "conv"
    adjoint_in_index_form = True
    slides = True
    keeps_axes = True
    kept = "an entry for each filter; axes in front of the image's space stay"
    arity = 2
    options = (
        Option("stride", ONE),
        Option("pad", "VALID"),
        Option("dilation", ONE),
        Option("groups", ONE),
        Option("ceil", False),
        Option("outside", ZERO),
    )

    def parameters(self, settings: Mapping[str, Setting]) -> Convolution | Misfit:
        stride = pads.step_setting("stride", settings["stride"])
        if isinstance(stride, Misfit):
            return stride
        dilation = pads.step_setting("dilation", settings["dilation"])
        if isinstance(dilation, Misfit):
            return dilation
        padding = pads.padding_setting(settings["pad"], settings["ceil"])
        if isinstance(padding, Misfit):
            return padding
        groups = pads.one_step("groups", settings["groups"])
        if isinstance(groups, Misfit):
            return groups
        if not isinstance(settings["outside"], Size):
            return Misfit("`outside` must be a whole number")
        return Convolution(stride, padding, dilation, groups, settings["outside"])

    def shape(self, parameters: Convolution, operands: Sequence[Shape]) -> Result | Misfit:
        image, kernel = operands
        axes = layout(self.name, image, kernel)
        if isinstance(axes, Misfit):
            return axes
        wrong = pads.wrong_count(
            axes.space, parameters.padding, (("stride", parameters.stride), ("dilation", parameters.dilation))
        )
        if wrong is not None:
            return wrong
        if not axes.channels and parameters.groups is not ONE:
            return Misfit("`groups` needs channels, and this kernel has none")
        counts = tuple(placed.count for placed in _placed(parameters, axes, image, kernel))
        filters = kernel[-1:] if axes.channels else ()
        return Result((*image[: axes.lead], *counts, *filters), _owed(parameters, axes, image, kernel))

    def says(self, parameters: Convolution) -> str:
        return parameters.padding.rule

    def ranks(
        self,
        parameters: Convolution,
        operands: Sequence[Shape | None],
        result: Shape | None,
        patience: int,
        unknown: Unknown,
    ) -> Sequence[Shape | None]:
        return [image_of_unknown_rank(operands, result, patience, unknown), None]

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        from shapecheck.ops.conv_kernel import convolve
        from shapecheck.ops.windows import over_kernels

        images, kernels, axes = with_channels(arrays, ranks)
        grid = _grid(parameters, axes, images.shape, kernels.shape)
        if parameters.outside:
            images, grid = _surrounded(parameters, axes, images, grid)
        terms = product_of(kernels.shape[-axes.space - 2 : -1])

        def whole(images: Array, kernels: Array) -> Array:
            def one(images: Array, kernel: Array) -> Array:
                return convolve(images, kernel, grid, parameters.groups)

            return over_kernels(one, images, kernels, axes.space + 1, axes.space + 2)

        result = product_sum(whole, terms, images, kernels)
        return result if axes.channels else result[..., 0]

    def define(
        self, parameters: Convolution, shapes: Sequence[Shape], operands: Sequence[Operand], position: Sequence[Size]
    ) -> Term:
        image, kernel = shapes
        axes = layout(self.name, image, kernel)
        assert isinstance(axes, Layout), "only what has a shape is defined"
        bound, offsets = space_bounds(kernel[: axes.space])
        at, conditions, stated = _read_position(parameters, axes, shapes, position, offsets)
        extra: tuple[Bound, ...] = ()
        channel: Shape = ()
        if axes.channels:
            extra, channel = bounds("c", kernel[-2:-1])
            first = _first_channel(parameters, kernel, position[-1])
            at = (*at, first + channel[0])
        outside: Term = Literal(0)
        if parameters.outside is not ZERO:
            outside = guarded(stated, Measure(parameters.outside), outside)
        read = guarded(conditions, operands[0]((*position[: axes.lead], *at)), outside)
        weight = operands[1]((*offsets, *channel, *(position[-1:] if axes.channels else ())))
        return Reduction("sum", bound + extra, Call("*", (read, weight)))

    def sliding(self, parameters: Convolution, operands: Sequence[Shape]) -> Windows | None:
        axes = layout(self.name, operands[0], operands[1])
        if isinstance(axes, Misfit):
            return None
        steps = (pads.per_axis(step, axes.space) for step in (parameters.stride, parameters.dilation))
        stride, dilation = steps
        return Windows(operands[1][: axes.space], stride, parameters.padding.shown, dilation, parameters.groups)

    def macs(self, parameters: Convolution, operands: Sequence[Shape], result: Shape) -> Size:
        kernel = operands[1]
        return product(result) * product(kernel[:-1] if len(kernel) > 2 else kernel)

    def windows(self, parameters: Convolution, operands: Sequence[Shape]) -> tuple[Slide, ...]:
        image, kernel = operands
        axes = layout(self.name, image, kernel)
        assert isinstance(axes, Layout), "only what has a shape has windows"
        dilations = pads.per_axis(parameters.dilation, axes.space)
        return tuple(
            Slide(axes.lead + axis - len(image), placed, kernel[axis], dilations[axis])
            for axis, placed in enumerate(_placed(parameters, axes, image, kernel))
        )


def _first_channel(parameters: Convolution, kernel: Shape, filter_number: Size) -> Size:
    """The first channel that a filter reads: filters come in `groups` blocks, as channels do."""
    if parameters.groups is ONE:
        return ZERO
    return filter_number // (kernel[-1] // parameters.groups) * kernel[-2]


def _read_position(
    parameters: Convolution, axes: Layout, shapes: Sequence[Shape], position: Sequence[Size], offsets: Sequence[Size]
) -> tuple[Shape, list[Relation], list[Relation]]:
    """The place in the image's space axes that one entry of the kernel reads.

    With it, what makes it lie inside of the image, and inside of the padding that is stated.
    """
    at: list[Size] = []
    conditions: list[Relation] = []
    stated: list[Relation] = []
    strides = pads.per_axis(parameters.stride, axes.space)
    dilations = pads.per_axis(parameters.dilation, axes.space)
    for axis, placed in enumerate(_placed(parameters, axes, *shapes)):
        where = strides[axis] * position[axes.lead + axis] + dilations[axis] * offsets[axis] - placed.before
        at.append(where)
        conditions += inside(where, placed.size, placed.before, ends_inside=placed.ends_inside)
        if parameters.padding.rounds_up or parameters.padding.word == "CEIL":
            stated.append(Relation("<=", where, placed.size - 1 + placed.sides[1]))
    return tuple(at), conditions, stated


def _placed(parameters: Any, axes: Layout, image: Sequence[Any], kernel: Sequence[Any]) -> list[Placed]:
    strides = pads.per_axis(parameters.stride, axes.space)
    dilations = pads.per_axis(parameters.dilation, axes.space)
    extents = [pads.spanned(kernel[axis], dilations[axis]) for axis in range(axes.space)]
    return [
        Placed(parameters.padding, axis, image[axes.lead + axis], extents[axis], strides[axis])
        for axis in range(axes.space)
    ]


def _owed(parameters: Convolution, axes: Layout, image: Shape, kernel: Shape) -> tuple[Owed, ...]:
    owed = list(pads.owed_by_settings(parameters.padding, parameters.stride, parameters.dilation, parameters.groups))
    strides = pads.per_axis(parameters.stride, axes.space)
    dilations = pads.per_axis(parameters.dilation, axes.space)
    for axis in range(axes.space):
        where = axes.lead + axis
        extent = pads.spanned(kernel[axis], dilations[axis])
        owed += pads.owed_by_windows(
            parameters.padding, axis, image[where], extent, strides[axis], (0, 1), (where, axis)
        )
    return (*owed, *(_owed_by_channels(parameters, image, kernel) if axes.channels else ()))


def _owed_by_channels(parameters: Convolution, image: Shape, kernel: Shape) -> tuple[Owed, ...]:
    groups = parameters.groups
    why = "a kernel made for the channels of its image" if groups is ONE else "groups that share the channels evenly"
    channels = kernel[-2] if groups is ONE else kernel[-2] * groups
    owed = equal(image[-1], channels, why, (0, 1), (len(image) - 1, len(kernel) - 2))
    if groups is ONE:
        return owed
    even = Relation("==", kernel[-1] % groups, ZERO)
    return (*owed, *pads.unless_certain(Owed(even, "groups that share the filters evenly", (1,), (len(kernel) - 1,))))


def _grid(parameters: Any, axes: Layout, image: Sequence[int], kernel: Sequence[int]) -> Grid:
    from shapecheck.ops.windows import Grid

    taps = tuple(kernel[-axes.space - 2 : -2])
    placed = _placed(parameters, Layout(0, axes.space, True), image[-axes.space - 1 : -1], taps)
    steps: list[Any] = [pads.per_axis(step, axes.space) for step in (parameters.stride, parameters.dilation)]
    return Grid(tuple(each.count for each in placed), tuple(each.before for each in placed), taps, *steps)


def _surrounded(parameters: Any, axes: Layout, images: Array, grid: Grid) -> tuple[Array, Grid]:
    """The images with the number that stands in their padding, and the windows over all of it."""
    import numpy as np

    space = images.shape[-axes.space - 1 : -1]
    sides = [placed.sides for placed in _placed(parameters, Layout(0, axes.space, True), space, grid.kernel)]
    none = [(0, 0)]
    lead = images.ndim - axes.space - 1
    filled = np.pad(images, none * lead + sides + none, constant_values=parameters.outside)
    return filled, replace(grid, before=(0,) * axes.space)


CONV = Conv()
