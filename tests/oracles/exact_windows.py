"""Windows that slide over an image of exact numbers: sums of products, and greatest entries.

Comes in: arrays, and settings in whole numbers; padding is a word or `(before, after)` for each axis, with whether the
number of windows is rounded up.  Goes out: an array.  Written from the language's text; the kernels of the product take
no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import exact_numbers as exact

Sides = list[tuple[int, int]]
Padding = tuple[str | Sides, bool]


def convolved(
    image: Any,
    kernel: Any,
    stride: Sequence[int],
    dilation: Sequence[int],
    padding: Padding,
    groups: int,
    outside: int = 0,
) -> Any:
    """Sums of products under a window: no flip of the kernel; channels last, with a kernel of more than 2 axes."""
    channels, space = kernel.ndim > 2, len(stride)
    lead = image.ndim - space - channels
    extents = [(m - 1) * d + 1 for m, d in zip(kernel.shape, dilation)]
    sides, counts = placed(padding, image.shape[lead : lead + space], extents, stride)
    none = [(0, 0)]
    around = padded(image, none * lead + sides + none * channels, outside)
    more = rounding(around.shape[lead : lead + space], counts, extents, stride)
    around = padded(around, none * lead + more + none * channels, 0)
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


def stamped(
    image: Any,
    kernel: Any,
    stride: Sequence[int],
    dilation: Sequence[int],
    sides: str | Sides,
    groups: int,
    extra: Sequence[int],
) -> Any:
    """The adjoint: each entry adds a kernel to the result, a stride apart; of it the sides are cut off."""
    channels, space = kernel.ndim > 2, len(stride)
    lead = image.ndim - space - channels
    if not channels:
        image, kernel = image[..., None], kernel[..., None, None]
    sizes, taps = image.shape[lead : lead + space], kernel.shape[:space]
    cut = [_cut(sides, *axis) for axis in zip(range(space), taps, stride, dilation)]
    whole = [(n - 1) * s + (m - 1) * d + 1 for n, m, s, d in zip(sizes, taps, stride, dilation)]
    share, filters = image.shape[-1] // groups, kernel.shape[-1]
    most = [size + s + d for size, s, d in zip(whole, stride, dilation)]
    made = np.empty((*image.shape[:lead], *most, groups * filters), dtype=object)
    made.fill(0)
    for place in np.ndindex(*image.shape[:-1]):
        front, at = place[:lead], place[lead:]
        for tap in np.ndindex(*taps):
            where = tuple(a * s + t * d for a, s, t, d in zip(at, stride, tap, dilation))
            for channel, filter_number in np.ndindex(image.shape[-1], filters):
                to = (*front, *where, channel // share * filters + filter_number)
                term = exact.times(image[(*place, channel)], kernel[(*tap, channel, filter_number)])
                made[to] = exact.DOUBLE["+"](made[to], term)
    same = sides in ("SAME", "SAME_LOWER")
    counts = [n * s + e if same else size - sum(c) + e for n, s, size, c, e in zip(sizes, stride, whole, cut, extra)]
    kept = tuple(slice(before, before + count) for (before, _), count in zip(cut, counts))
    found = made[(..., *kept, slice(None))]
    return found if channels else found[..., 0]


def _cut(sides: str | Sides, axis: int, taps: int, stride: int, dilation: int) -> tuple[int, int]:
    extent = (taps - 1) * dilation + 1
    total = max(extent - stride, 0)
    match sides:
        case "SAME":
            return total // 2, total - total // 2
        case "SAME_LOWER":
            return total - total // 2, total // 2
        case "VALID":
            return 0, 0
        case "CAUSAL":
            return extent - 1, 0
        case str():
            raise ValueError(sides)
        case _:
            return sides[axis]


def greatest(
    image: Any, window: Sequence[int], stride: Sequence[int], dilation: Sequence[int], padding: Padding
) -> Any:
    """The greatest entry of each window inside of the image; channels last, where there are more axes than windows."""
    space = len(window)
    channels = image.ndim > space
    lead = image.ndim - space - channels
    extents = [(m - 1) * d + 1 for m, d in zip(window, dilation)]
    sides, counts = placed(padding, image.shape[lead : lead + space], extents, stride)
    none = [(0, 0)]
    around = padded(image, none * lead + sides + none * channels, None)
    more = rounding(around.shape[lead : lead + space], counts, extents, stride)
    around = padded(around, none * lead + more + none * channels, None)
    made = np.empty((*image.shape[:lead], *counts, *image.shape[lead + space :]), dtype=object)
    for place in np.ndindex(*made.shape):
        front, at, rest = place[:lead], place[lead : lead + space], place[lead + space :]
        under = around[(*front, *map(_slice, at, stride, extents, dilation), *rest)]
        made[place] = exact.folded(exact.greater_of, [entry for entry in under.flat if entry is not None])
    return made


def placed(
    padding: Padding, sizes: Sequence[int], extents: Sequence[int], stride: Sequence[int]
) -> tuple[Sides, list[int]]:
    """The padding of each axis, and how many windows there are."""
    words, up = padding
    sides: Sides = []
    counts = []
    for axis, (size, extent, step) in enumerate(zip(sizes, extents, stride)):
        sides.append(_side(words, size, extent, step) if isinstance(words, str) else words[axis])
        same = words in ("SAME", "SAME_LOWER")
        whole = size + sum(sides[-1])
        count = -(-size // step) if same else (whole - extent) // step + 1
        if up and (count - 1) * step + extent < whole and count * step < sides[-1][0] + size:
            count += 1
        counts.append(count)
    return sides, counts


def rounding(sizes: Sequence[int], counts: Sequence[int], extents: Sequence[int], stride: Sequence[int]) -> Sides:
    """What the last window needs behind the padding."""
    needed = ((count - 1) * step + extent for count, extent, step in zip(counts, extents, stride))
    return [(0, max(need - size, 0)) for need, size in zip(needed, sizes)]


def _side(word: str, size: int, extent: int, step: int) -> tuple[int, int]:
    total = max((-(-size // step) - 1) * step + extent - size, 0)
    match word:
        case "SAME":
            return total // 2, total - total // 2
        case "SAME_LOWER":
            return total - total // 2, total // 2
        case "VALID":
            return 0, 0
        case "CAUSAL":
            return extent - 1, 0
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
