"""Windows that slide over an image: sizes, strides, dilations and pads of a node, and how many windows there are."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.tasks import Task
from shapecheck.record import record
from shapecheck.sizes import Size, ceil_divide, minimum
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


@record
class Windows:
    """Per space axis; `mode` is `SAME` or `SAME_LOWER` where the padding follows from the sizes, else empty."""

    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]
    counts: tuple[Size, ...]
    mode: str
    rounded_up: bool = False


def windows_of(task: Task, space: Sequence[Size], sizes: Sequence[int]) -> Windows:
    """The windows of a convolution or a pool over an image with these sizes of space."""
    rank = len(space)
    strides = tuple(task.attribute("strides") or [1] * rank)
    dilations = tuple(task.attribute("dilations") or [1] * rank)
    given = task.attribute("pads") or [0] * 2 * rank
    mode = {"SAME_UPPER": "SAME", "SAME_LOWER": "SAME_LOWER"}.get(task.attribute("auto_pad", "NOTSET"), "")
    pads = tuple((0, 0) if mode else (given[axis], given[axis + rank]) for axis in range(rank))
    if min(min(pair) for pair in pads) < 0:
        raise Unsaid("a padding below 0")
    rounded_up = bool(task.attribute("ceil_mode", 0)) and not mode
    counts = []
    for size, kernel, stride, dilation, (before, after) in zip(space, sizes, strides, dilations, pads):
        room = size + before + after - dilation * (kernel - 1) - 1
        if mode:
            counts.append(ceil_divide(size, stride))
        elif rounded_up:
            most = ceil_divide(size + before, stride)
            counts.append(_least(ceil_divide(room, stride) + 1, most, stride <= dilation * (kernel - 1) + 1 - after))
        else:
            counts.append(room // stride + 1)
    return Windows(tuple(sizes), strides, dilations, pads, tuple(counts), mode, rounded_up)


def _least(count: Size, most: Size, is_below: bool) -> Size:
    """The number of windows where none may start behind the image; `is_below` where none can."""
    return count if is_below else minimum(count, most)


def per_axis(numbers: Sequence[int]) -> Expression:
    """One number where all axes have the same, else `2 x 1`."""
    if len(set(numbers)) == 1:
        return tree.Integer(numbers[0])
    return tree.Sizes(tuple(tree.Integer(number) for number in numbers))


def window_argument(sizes: Sequence[int]) -> Expression:
    """The size of a kernel: `3 x 3`, or `3` for one axis."""
    if len(sizes) == 1:
        return tree.Integer(sizes[0])
    return tree.Sizes(tuple(tree.Integer(size) for size in sizes))


def pad_argument(windows: Windows) -> Expression:
    """A padding: its name, one number for all sides, or before and after for every axis."""
    if windows.mode:
        return tree.Name(windows.mode)
    return sides_argument(windows.pads)


def sides_argument(pads: Sequence[tuple[int, int]]) -> Expression:
    """Before and after for every axis, or one number for all."""
    if len({side for pair in pads for side in pair}) == 1:
        return tree.Integer(pads[0][0])
    return tree.Column(tuple((tree.Integer(before), tree.Integer(after)) for before, after in pads))
