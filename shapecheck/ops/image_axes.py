"""The roles of the axes of an image and its kernel, for convolutions and their adjoints.

In: shapes or arrays, I : [.., n space axes, C] and K : [n space axes, .., F], or without channels K of rank 1 or 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapecheck.ops.arrays import promote
from shapecheck.ops.base import Misfit, Shape
from shapecheck.ops.shape_rules import Unknown, axes_text, bounds, new_shape
from shapecheck.ops.term_types import Bound
from shapecheck.record import record

if TYPE_CHECKING:
    from shapecheck.ops.arrays import Array


@record
class Layout:
    """The roles of axes: `lead` axes in front of `space` axes of the image, and whether channels follow."""

    lead: int
    space: int
    channels: bool


def layout(name: str, image: Shape, kernel: Shape) -> Layout | Misfit:
    """The axes of an image and a kernel."""
    if not kernel:
        return Misfit(f"`{name}` needs a kernel with axes, and here is a scalar")
    channels = len(kernel) > 2
    space = len(kernel) - 2 if channels else len(kernel)
    lead = len(image) - space - channels
    if lead < 0:
        wanted = axes_text(space) + (" and channels" if channels else "")
        return Misfit(
            f"a kernel of {axes_text(len(kernel))} slides over {wanted}, and the image has {axes_text(len(image))}",
            "K is [space.., C, F] with channels, or has one or two axes without",
        )
    return Layout(lead, space, channels)


def image_of_unknown_rank(
    operands: Sequence[Shape | None], result: Shape | None, patience: int, unknown: Unknown
) -> Shape | None:
    """The shape of an unknown image: as many axes as the result, or as many as the kernel needs."""
    image, kernel = operands
    if image is not None:
        return None
    if result is not None:
        return new_shape(len(result), unknown)
    if kernel and patience >= 2:
        return new_shape(len(kernel) - 1 if len(kernel) > 2 else len(kernel), unknown)
    return None


def with_channels(arrays: Sequence[Array], ranks: Sequence[int]) -> tuple[Array, Array, Layout]:
    """Image and kernel with channel axes (of 1 where there were none), and their layout."""
    images, kernels = promote(arrays)
    channels = ranks[1] > 2
    space = ranks[1] - 2 if channels else ranks[1]
    if not channels:
        images, kernels = images[..., None], kernels[..., None, None]
    return images, kernels, Layout(ranks[0] - space - channels, space, channels)


def product_of(extents: Sequence[int]) -> int:
    """The product of integers."""
    result = 1
    for extent in extents:
        result *= extent
    return result


def space_bounds(sizes: Shape) -> tuple[tuple[Bound, ...], Shape]:
    """Bound variables over the space axes of a kernel or a window: `m`, `n`, `o`, as formulas call them."""
    return bounds(["mno"[axis] if axis < 3 else f"m{axis}" for axis in range(len(sizes))], sizes)
