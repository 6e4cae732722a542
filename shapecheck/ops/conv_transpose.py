"""The transposed convolution, the adjoint of `conv` in its image:
`conv_transpose(I, K, stride = 1, pad = VALID, dilation = 1, groups = 1, extra = 0)`.

I : [..., n space axes, C], K : [n space axes, C, F / groups]; K of rank 1 or 2 has no channels.  Every entry of the
image stamps the kernel, `stride` apart: entry y is the sum over i, m with `y + before = stride * i + dilation * m` of
`I[i] * K[m]`.  The whole has `(n - 1) * stride + (m - 1) * dilation + 1` entries on an axis.  A number or rows as `pad`
are cut off its sides, CAUSAL cuts off `(m - 1) * dilation` in front.  SAME gives `n * stride` entries, of which `conv`
with the same padding makes n again: it cuts `max((m - 1) * dilation + 1 - stride, 0)`, the smaller half in front.
`extra` entries, fewer than the stride or the dilation, follow at the end, where several images give one size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops import padding as pads
from shapecheck.ops.arrays import product_sum
from shapecheck.ops.base import Misfit, Op, Option, Owed, Result, Setting, Shape, Windows
from shapecheck.ops.image_axes import Layout, image_of_unknown_rank, layout, product_of, space_bounds, with_channels
from shapecheck.ops.padding import Padding, PerAxis
from shapecheck.ops.shape_rules import Unknown, bounds, equal, guarded, product
from shapecheck.ops.term_types import Bound, Call, Literal, Reduction, Term
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Relation, Size, maximum

if TYPE_CHECKING:
    from shapecheck.ops.arrays import Array

Operand = Callable[[Sequence[Size]], Term]


@record
class Transposition:
    """Settings: `stride`, `dilation`, `extra` for all space axes or for each, and what `padding` cuts off."""

    stride: PerAxis
    padding: Padding
    dilation: PerAxis
    groups: Size
    extra: PerAxis


@record
class Kept:
    """The part of an axis that is kept: its entries, the entries cut off in front, and the axis' settings."""

    count: Size
    before: Size
    stride: Size
    dilation: Size
    extra: Size


class ConvTranspose(Op):
    """`conv_transpose(I, K)`."""

    name = "conv_transpose"
    adjoint_in_index_form = True
    slides = True
    keeps_axes = True
    kept = "an entry for each filter; axes in front of the image's space stay"
    arity = 2
    rule = "each entry of the image stamps one kernel, a stride apart; the padding is cut off"
    options = (
        Option("stride", ONE),
        Option("pad", "VALID"),
        Option("dilation", ONE),
        Option("groups", ONE),
        Option("extra", ZERO),
    )

    def parameters(self, settings: Mapping[str, Setting]) -> Transposition | Misfit:
        stride = pads.step_setting("stride", settings["stride"])
        if isinstance(stride, Misfit):
            return stride
        padding = pads.padding_setting(settings["pad"])
        if isinstance(padding, Misfit):
            return padding
        if padding.word == "CEIL":
            return Misfit("`CEIL` does not say what `conv_transpose` cuts off", "write VALID, SAME or numbers")
        dilation = pads.step_setting("dilation", settings["dilation"])
        if isinstance(dilation, Misfit):
            return dilation
        groups = pads.one_step("groups", settings["groups"])
        if isinstance(groups, Misfit):
            return groups
        extra = pads.step_setting("extra", settings["extra"], least=0)
        return extra if isinstance(extra, Misfit) else Transposition(stride, padding, dilation, groups, extra)

    def shape(self, parameters: Transposition, operands: Sequence[Shape]) -> Result | Misfit:
        image, kernel = operands
        axes = layout(self.name, image, kernel)
        if isinstance(axes, Misfit):
            return axes
        steps = (("stride", parameters.stride), ("dilation", parameters.dilation), ("extra", parameters.extra))
        wrong = pads.wrong_count(axes.space, parameters.padding, steps)
        if wrong is not None:
            return wrong
        if not axes.channels and parameters.groups is not ONE:
            return Misfit("`groups` needs channels, and this kernel has none")
        counts = tuple(placed.count for placed in _placed(parameters, axes, image, kernel))
        filters = (kernel[-1] * parameters.groups,) if axes.channels else ()
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

        def one(images: Array, kernel: Array) -> Array:
            return _by_groups(images, kernel, placed, parameters.groups)

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
        conditions = [
            Relation("==", place + kept.before, kept.stride * stamp + kept.dilation * tap)
            for place, kept, stamp, tap in zip(
                position[axes.lead :], _placed(parameters, axes, image, kernel), at, offsets
            )
        ]
        extra: tuple[Bound, ...] = ()
        channel: Shape = ()
        own: Shape = ()
        if axes.channels:
            extra, channel, own = _channels(parameters, image, kernel, position[-1])
        read = operands[0]((*position[: axes.lead], *at, *channel))
        weight = operands[1]((*offsets, *channel, *own))
        return Reduction("sum", stamps + taps + extra, guarded(conditions, Call("*", (read, weight)), Literal(0)))

    def sliding(self, parameters: Transposition, operands: Sequence[Shape]) -> Windows | None:
        axes = layout(self.name, operands[0], operands[1])
        if isinstance(axes, Misfit):
            return None
        stride, dilation = (pads.per_axis(step, axes.space) for step in (parameters.stride, parameters.dilation))
        return Windows(operands[1][: axes.space], stride, parameters.padding.shown, dilation, parameters.groups)

    def macs(self, parameters: Transposition, operands: Sequence[Shape], result: Shape) -> Size:
        image, kernel = operands
        filters = kernel[-1] if len(kernel) > 2 else ONE
        taps = kernel[:-2] if len(kernel) > 2 else kernel
        return product(image) * product(taps) * filters


def _placed(parameters: Any, axes: Layout, image: Sequence[Any], kernel: Sequence[Any]) -> list[Kept]:
    steps = (parameters.stride, parameters.dilation, parameters.extra)
    return [
        _kept(parameters.padding, axis, image[axes.lead + axis], kernel[axis], *settings)
        for axis, settings in enumerate(zip(*(pads.per_axis(step, axes.space) for step in steps)))
    ]


def _kept(padding: Padding, axis: int, size: Size, taps: Size, stride: Size, dilation: Size, extra: Size) -> Kept:
    extent = pads.spanned(taps, dilation)
    if padding.word in ("SAME", "SAME_LOWER"):
        total = pads.larger(extent - stride, size - size)
        before = pads.smaller_half(total, padding.word == "SAME_LOWER")
        return Kept(size * stride + extra, before, stride, dilation, extra)
    before, after = padding.of(axis) or pads.stated(padding.word, extent)
    return Kept((size - 1) * stride + extent - before - after + extra, before, stride, dilation, extra)


def _channels(
    parameters: Transposition, image: Shape, kernel: Shape, filter_number: Size
) -> tuple[tuple[Bound, ...], Shape, Shape]:
    """The channels that a filter reads, as bound variable and as subscript, and its place within its group."""
    if parameters.groups is ONE:
        return (*bounds(["c"], kernel[-2:-1]), (filter_number,))
    share = image[-1] // parameters.groups
    bound, (channel,) = bounds(["c"], (share,))
    return bound, (filter_number // kernel[-1] * share + channel,), (filter_number % kernel[-1],)


def _owed(
    parameters: Transposition, axes: Layout, image: Shape, kernel: Shape, counts: Sequence[Size]
) -> tuple[Owed, ...]:
    steps = (parameters.stride, parameters.dilation, parameters.groups)
    owed = list(pads.owed_by_settings(parameters.padding, *steps))
    for axis, kept in enumerate(_placed(parameters, axes, image, kernel)):
        where = (axes.lead + axis,)
        if parameters.padding.sides:
            left = Owed(Relation(">=", counts[axis], ONE), "a padding that leaves something", (0,), where)
            owed += pads.unless_certain(left)
        least = Relation(">=", kept.extra, ZERO)
        most = Relation("<", kept.extra, maximum(kept.stride, kept.dilation))
        why = "fewer extra entries than the stride or the dilation"
        owed += pads.unless_certain(Owed(least, "extra entries of at least 0"), Owed(most, why, (0,), where))
    return (*owed, *(_owed_by_channels(parameters, image, kernel) if axes.channels else ()))


def _owed_by_channels(parameters: Transposition, image: Shape, kernel: Shape) -> tuple[Owed, ...]:
    why = "a kernel made for the channels of its image"
    owed = equal(image[-1], kernel[-2], why, (0, 1), (len(image) - 1, len(kernel) - 2))
    if parameters.groups is ONE:
        return owed
    even = Relation("==", image[-1] % parameters.groups, ZERO)
    share = Owed(even, "groups that share the channels evenly", (0,), (len(image) - 1,))
    return (*owed, *pads.unless_certain(share))


def _by_groups(images: Array, kernel: Array, placed: Sequence[Any], groups: int) -> Array:
    """`images` (number, space.., C), one `kernel` (space.., C, F / groups), all settings integers."""
    import numpy as np

    share = images.shape[-1] // groups
    blocks = [slice(group * share, (group + 1) * share) for group in range(groups)]
    parts = [_stamped(images[..., block], kernel[..., block, :], placed) for block in blocks]
    return parts[0] if groups == 1 else np.concatenate(parts, axis=-1)


def _stamped(images: Array, kernel: Array, placed: Sequence[Any]) -> Array:
    import numpy as np

    space, taps = images.shape[1:-1], kernel.shape[:-2]
    reach = [(size - 1) * kept.stride + (tap - 1) * kept.dilation + 1 for size, kept, tap in zip(space, placed, taps)]
    full = [max(end, kept.before + kept.count) for end, kept in zip(reach, placed)]
    result = np.zeros((images.shape[0], *full, kernel.shape[-1]), images.dtype)
    rows = images.reshape(-1, images.shape[-1])
    for offsets in np.ndindex(*taps):
        places = tuple(
            slice(offset * kept.dilation, offset * kept.dilation + (size - 1) * kept.stride + 1, kept.stride)
            for offset, size, kept in zip(offsets, space, placed)
        )
        stamp = (rows @ kernel[offsets]).reshape(*images.shape[:-1], kernel.shape[-1])
        result[(slice(None), *places)] += stamp
    return result[(slice(None), *(slice(kept.before, kept.before + kept.count) for kept in placed))]


CONV_TRANSPOSE = ConvTranspose()
