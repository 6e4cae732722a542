"""Arrays for ops that slide windows: padding, strided views, kernels that differ along batch axes.

In: arrays laid out (images, space axes, channels), and `Grid`, the concrete windows.  Out: arrays.  Assumed: counts
and paddings come from `shapecheck.ops.padding`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from shapecheck.record import record

if TYPE_CHECKING:
    from shapecheck.ops.arrays import Array


@record
class Grid:
    """Per space axis, integers: windows, padding in front of the first, kernel size, stride, dilation."""

    counts: tuple[int, ...]
    before: tuple[int, ...]
    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]

    @property
    def needed(self) -> tuple[int, ...]:
        """The number of entries that the windows read from the first to the last, padding included."""
        return tuple(
            (count - 1) * stride + (size - 1) * dilation + 1
            for count, size, stride, dilation in zip(self.counts, self.kernel, self.strides, self.dilations)
        )

    def tap(self, offsets: Sequence[int]) -> tuple[slice, ...]:
        """The entries of the padded space axes that one entry of the kernel meets."""
        return tuple(
            slice(offset * dilation, offset * dilation + (count - 1) * stride + 1, stride)
            for offset, dilation, count, stride in zip(offsets, self.dilations, self.counts, self.strides)
        )


def padded(images: Array, grid: Grid, outside: float) -> Array:
    """The images with exactly the entries that windows read; `outside` stands where there is no image."""
    import numpy as np

    if min(grid.counts) < 1:
        raise ValueError("no window fits into the image")
    space = images.shape[1:-1]
    if not any(grid.before) and all(need <= size for need, size in zip(grid.needed, space)):
        return images
    target = np.full((images.shape[0], *grid.needed, images.shape[-1]), outside, images.dtype)
    ends = [max(0, min(size, need - before)) for size, need, before in zip(space, grid.needed, grid.before)]
    inner = tuple(slice(before, before + end) for before, end in zip(grid.before, ends))
    target[(slice(None), *inner)] = images[(slice(None), *(slice(0, end) for end in ends))]
    return target


def window_view(images: Array, grid: Grid) -> Array:
    """A view (images, windows, kernel axes, channels) of padded images; nothing is copied."""
    import numpy as np

    first, *space, last = images.strides
    shape = (images.shape[0], *grid.counts, *grid.kernel, images.shape[-1])
    steps = [stride * step for stride, step in zip(space, grid.strides)]
    within = [stride * step for stride, step in zip(space, grid.dilations)]
    return np.lib.stride_tricks.as_strided(images, shape, (first, *steps, *within, last), writeable=False)


Convolve = Callable[["Array", "Array"], "Array"]


def over_kernels(convolve: Convolve, images: Array, kernels: Array, image_rank: int, kernel_rank: int) -> Array:
    """`convolve` (images, space, C) with one kernel, for every kernel along the batch axes.

    Images may have axes between their batch axes and the `image_rank` last ones; kernels may not.
    """
    import numpy as np

    batch = kernels.ndim - kernel_rank
    if all(extent == 1 for extent in kernels.shape[:batch]):
        return _over_images(convolve, images, kernels.reshape(kernels.shape[batch:]), image_rank)
    result: Array | None = None
    for at in np.ndindex(kernels.shape[:batch]):
        varied = [(axis, index) for axis, index in enumerate(at) if kernels.shape[axis] > 1]
        part = _over_images(convolve, images[_members(images, varied)], kernels[at], image_rank)
        if result is None:
            shape = np.broadcast_shapes(images.shape[:batch], kernels.shape[:batch])
            result = np.empty(shape + part.shape[batch:], part.dtype)
        result[_members(result, varied)] = part
    assert result is not None, "axes have at least one member"
    return result


def _members(array: Array, varied: Sequence[tuple[int, int]]) -> tuple[slice, ...]:
    """One member of each axis given, all of the others; an axis of 1 has the same for all."""
    chosen = [slice(None)] * array.ndim
    for axis, index in varied:
        if array.shape[axis] > 1:
            chosen[axis] = slice(index, index + 1)
    return tuple(chosen)


def _over_images(convolve: Convolve, images: Array, kernel: Array, image_rank: int) -> Array:
    cut = images.ndim - image_rank
    result = convolve(images.reshape(-1, *images.shape[cut:]), kernel)
    return result.reshape(*images.shape[:cut], *result.shape[1:])
