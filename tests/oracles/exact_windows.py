"""Windows that slide over an image of exact numbers: sums of products, and greatest entries.

Comes in: arrays, and settings in whole numbers; padding is a word or `(before, after)` for each axis.  Goes out: an
array.  Written from the language's text; the kernels of the product take no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import exact_numbers as exact

Sides = list[tuple[int, int]]
Padding = str | Sides


def convolved(
    image: Any, kernel: Any, stride: Sequence[int], dilation: Sequence[int], padding: Padding, groups: int
) -> Any:
    """Sums of products under a window: no flip of the kernel; channels last, with a kernel of more than 2 axes."""
    channels, space = kernel.ndim > 2, len(stride)
    lead = image.ndim - space - channels
    extents = [(m - 1) * d + 1 for m, d in zip(kernel.shape, dilation)]
    sides, counts = placed(padding, image.shape[lead : lead + space], extents, stride)
    none = [(0, 0)]
    around = padded(image, none * lead + sides + none * channels, 0)
    made = np.empty((*image.shape[:lead], *counts, *(kernel.shape[-1:] if channels else ())), dtype=object)
    for place in np.ndindex(*made.shape):
        front, window, rest = place[:lead], place[lead : lead + space], place[lead + space :]
        under, own = around[(*front, *map(_slice, window, stride, extents, dilation))], kernel
        if channels:
            share, size = kernel.shape[-2], kernel.shape[-1] // groups
            group = rest[0] // size
            under, own = under[..., group * share : (group + 1) * share], kernel[..., rest[0]]
        made[place] = scalar_product(under.reshape(-1), own.reshape(-1))
    return made


def greatest(image: Any, window: Sequence[int], stride: Sequence[int], padding: Padding) -> Any:
    """The greatest entry of each window inside of the image; channels last, where there are more axes than windows."""
    space = len(window)
    channels = image.ndim > space
    lead = image.ndim - space - channels
    sides, counts = placed(padding, image.shape[lead : lead + space], window, stride)
    none = [(0, 0)]
    around = padded(image, none * lead + sides + none * channels, None)
    made = np.empty((*image.shape[:lead], *counts, *image.shape[lead + space :]), dtype=object)
    for place in np.ndindex(*made.shape):
        front, at, rest = place[:lead], place[lead : lead + space], place[lead + space :]
        under = around[(*front, *map(_slice, at, stride, window, [1] * space), *rest)]
        made[place] = exact.folded(exact.greater_of, [entry for entry in under.flat if entry is not None])
    return made


def placed(
    padding: Padding, sizes: Sequence[int], extents: Sequence[int], stride: Sequence[int]
) -> tuple[Sides, list[int]]:
    """The padding of each axis, and how many windows there are."""
    sides: Sides = []
    counts = []
    for axis, (size, extent, step) in enumerate(zip(sizes, extents, stride)):
        sides.append(_side(padding, size, extent, step) if isinstance(padding, str) else padding[axis])
        same = padding in ("SAME", "SAME_LOWER")
        counts.append(-(-size // step) if same else (size + sum(sides[-1]) - extent) // step + 1)
    return sides, counts


def _side(word: str, size: int, extent: int, step: int) -> tuple[int, int]:
    total = max((-(-size // step) - 1) * step + extent - size, 0)
    match word:
        case "SAME":
            return total // 2, total - total // 2
        case "SAME_LOWER":
            return total - total // 2, total // 2
        case "VALID":
            return 0, 0
        case "CEIL":
            return 0, -(size - extent) % step if size >= extent else extent - size
        case _:
            raise ValueError(word)


def padded(value: Any, sides: Sequence[tuple[int, int]], filling: Any) -> Any:
    """A larger array around another one."""
    made = np.empty([extent + sum(side) for extent, side in zip(value.shape, sides)], dtype=object)
    made.fill(filling)
    made[tuple(slice(before, before + extent) for extent, (before, _) in zip(value.shape, sides))] = value
    return made


def scalar_product(one: Any, other: Any) -> Any:
    """The sum of the products of two rows."""
    assert len(one) == len(other)
    return exact.folded(exact.DOUBLE["+"], [0, *(exact.times(a, b) for a, b in zip(one, other))])


def _slice(number: int, step: int, extent: int, dilation: int) -> slice:
    return slice(number * step, number * step + extent, dilation)
