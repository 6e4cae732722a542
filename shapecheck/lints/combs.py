"""The entries of an axis that are read with strides: windows that slide, and subscripts such as `2x + m`.

In: windows, or a subscript with the ranges of its indices.  Out: a `Comb`, the set of entries
`start + sum of step * v, v in 0..count-1`, in sizes; at sizes that are known, the set of integers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod

from shapecheck.infer.model import Interval
from shapecheck.ops.padding import Slide
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Size

MOST_ENTRIES = 100_000
_READS_TO_THE_END = ("SAME", "SAME_LOWER", "CEIL")


@record
class Step:
    """`count` positions, `width` apart."""

    width: Size
    count: Size


@record
class Comb:
    """The part of an axis with `size` entries that is read, counted from the back; what is outside of it is padding."""

    axis: int
    size: Size
    start: Size
    steps: tuple[Step, ...]
    slide: Slide | None = None

    @property
    def unread_behind(self) -> Size | None:
        """The number of entries after the last one that is read (0 or less: none); None where not plain to see."""
        if self.slide is not None and self.slide.placed.padding.word in _READS_TO_THE_END:
            return ZERO if _certainly_covers(self.slide) else None
        end = self.start
        for step in self.steps:
            end = end + step.width * (step.count - 1)
        return self.size - 1 - end

    @property
    def stride(self) -> int | None:
        """The width of the step that goes along the axis."""
        widths = [step.width.constant for step in self.steps]
        return None if not widths or None in widths else max(width or 0 for width in widths)

    @property
    def residues(self) -> frozenset[int] | None:
        """The positions that are read of each `stride` entries, counted from 0; None where they vary with sizes."""
        stride, start = self.stride, self.start.constant
        if stride is None or stride < 2 or start is None:
            return None
        found = {start % stride}
        for step in self.steps:
            width, count = step.width.constant or 0, step.count.constant
            if width % stride:
                if count is None:
                    return None
                found = {(at + width * v) % stride for at in found for v in range(min(count, stride))}
        return frozenset(found)

    def entries(self, sizes: Mapping[str, int]) -> frozenset[int] | None:
        """The entries that are read at these sizes, one by one; None where they are too many to list."""
        counts = [step.count.evaluate(sizes) for step in self.steps]
        if prod(counts) > MOST_ENTRIES:
            return None
        widths, start, size = [step.width.evaluate(sizes) for step in self.steps], self.start.evaluate(sizes), self.size
        found = (start + sum(width * at for width, at in zip(widths, place)) for place in product(*map(range, counts)))
        last = size.evaluate(sizes)
        return frozenset(at for at in found if 0 <= at < last)


def _certainly_covers(slide: Slide) -> bool:
    """Whether windows are as long as their stride, so that a padding that is made to read all does."""
    extent, stride = slide.placed.extent.constant, slide.placed.stride.constant
    return extent is not None and stride is not None and extent >= stride


def comb_of_windows(slide: Slide) -> Comb | None:
    """The comb of windows on an axis; None where the stride is 1 and nothing is left out."""
    placed = slide.placed
    if placed.stride is ONE:
        return None
    steps = (Step(placed.stride, placed.count), Step(slide.dilation, slide.taps))
    return Comb(slide.axis, placed.size, -placed.before, steps, slide)


def comb_of_subscript(subscript: Size, ranges: Mapping[str, Interval], low: Size, size: Size, axis: int) -> Comb | None:
    """The comb of a subscript; None where it has no stride, or is not linear in independent indices."""
    steps: list[Step] = []
    for name in sorted(name for name in subscript.names if name[0] == "."):
        linear, interval = subscript.linear_in(name), ranges.get(name)
        if linear is None or interval is None or _mentions_indices((interval.low, interval.high, linear[0])):
            return None
        width = linear[0].constant
        if width is None or width == 0:
            return None
        subscript = linear[1] + linear[0] * (interval.low if width > 0 else interval.high)
        steps.append(Step(linear[0] if width > 0 else -linear[0], interval.extent))
    if not any(step.width.constant != 1 for step in steps):
        return None
    return Comb(axis, size, subscript - low, tuple(steps))


def _mentions_indices(sizes: Sequence[Size]) -> bool:
    return any(name[0] == "." for size in sizes for name in size.names)
