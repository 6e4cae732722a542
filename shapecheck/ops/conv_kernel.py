"""The kernel of a convolution: the products, and their order.

In: images (number, space.., C), one kernel (space.., C / groups, F), both of one type, and the grid of windows.  Out:
(number, windows.., F).  A window of one entry is one matrix product; a channel per group is one scaled addition per
kernel entry; everything else copies windows into rows, block by block so that a block stays in the cache, and
multiplies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shapecheck.ops.windows import Grid, padded, window_view

if TYPE_CHECKING:
    from shapecheck.ops.arrays import Array

BLOCK_BYTES = 2**21
"""About the second-level cache: the rows of a block are read again right after they were written."""


def convolve(images: Array, kernel: Array, grid: Grid, groups: int) -> Array:
    """One kernel over all images."""
    images = padded(images, grid, 0)
    if groups == 1:
        return _product(images, kernel, grid)
    if kernel.shape[-2] == 1:
        return _by_taps(images, kernel, grid, groups)
    return _by_groups(images, kernel, grid, groups)


def _product(images: Array, kernel: Array, grid: Grid) -> Array:
    if all(size == 1 for size in grid.kernel):
        return _pointwise(images, kernel, grid)
    import numpy as np

    windows = window_view(images, grid)
    matrix = kernel.reshape(-1, kernel.shape[-1])
    result = np.empty((images.shape[0], *grid.counts, matrix.shape[1]), images.dtype)
    for block in _blocks(windows, matrix.shape[0] * images.itemsize):
        rows = windows[block].reshape(-1, matrix.shape[0])
        target = result[block]
        target[...] = (rows @ matrix).reshape(target.shape)
    return result


def _pointwise(images: Array, kernel: Array, grid: Grid) -> Array:
    """A kernel of one entry is a matrix product of the channels."""
    seen = images[(slice(None), *grid.tap((0,) * len(grid.kernel)))]
    rows = seen.reshape(-1, seen.shape[-1]) @ kernel.reshape(kernel.shape[-2:])
    return rows.reshape(*seen.shape[:-1], kernel.shape[-1])


def _blocks(windows: Array, row_bytes: int) -> Iterator[tuple[slice, ...]]:
    """Slices of images, or of the first space axis of one image, whose rows stay below `BLOCK_BYTES` if they can."""
    number, first = windows.shape[:2]
    rows_within = 1
    for extent in windows.shape[2 : (windows.ndim - 2) // 2 + 1]:
        rows_within *= extent
    line_bytes = rows_within * row_bytes
    images = BLOCK_BYTES // (line_bytes * first)
    if images >= 1:
        yield from ((slice(start, start + images),) for start in range(0, number, images))
        return
    lines = max(1, BLOCK_BYTES // line_bytes)
    for image in range(number):
        yield from ((slice(image, image + 1), slice(start, start + lines)) for start in range(0, first, lines))


def _by_taps(images: Array, kernel: Array, grid: Grid, groups: int) -> Array:
    """One channel per group: a scaled addition per kernel entry."""
    import numpy as np

    each = kernel.shape[-1] // groups
    result = np.zeros((images.shape[0], *grid.counts, groups, each), images.dtype)
    for offsets in np.ndindex(grid.kernel):
        seen = images[(slice(None), *grid.tap(offsets))]
        result += seen[..., None] * kernel[offsets].reshape(groups, each)
    return result.reshape(*result.shape[:-2], kernel.shape[-1])


def _by_groups(images: Array, kernel: Array, grid: Grid, groups: int) -> Array:
    import numpy as np

    channels, filters = kernel.shape[-2], kernel.shape[-1] // groups
    parts = [
        _product(
            np.ascontiguousarray(images[..., group * channels : (group + 1) * channels]),
            kernel[..., group * filters : (group + 1) * filters],
            grid,
        )
        for group in range(groups)
    ]
    return np.concatenate(parts, axis=-1)
