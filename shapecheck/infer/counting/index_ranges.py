"""Ranges of indices in counts: the indices that belong together, and the number of their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shapecheck.infer.model import Interval
from shapecheck.infer.regions import LONGEST_WRITTEN_OUT
from shapecheck.sizes import Formula, Size, sum_over

Ranges = Mapping[str, Interval]


def indices_in(facts: Iterable[Formula]) -> set[str]:
    """The indices that conditions mention."""
    return {name for fact in facts for name in fact.names if name[0] == "."}


def literal_length(interval: Interval) -> int | None:
    """The number of values of a short literal range; None for others."""
    length = interval.extent.constant
    return length if length is not None and 0 <= length <= LONGEST_WRITTEN_OUT else None


def closure(names: Iterable[str], ranges: Ranges) -> set[str]:
    """The indices among some names, and those that their ranges mention."""
    needed = set(names) & (ranges.keys() | {name for name in names if name[0] == "."})
    for name in reversed(list(ranges)):
        if name in needed:
            needed |= {other for other in ranges[name].low.names | ranges[name].high.names if other[0] == "."}
    return needed


def times(once: Size, names: set[str], ranges: Ranges) -> Size | None:
    """`once` for every value of the indices, and of those that their ranges mention; inner ranges are summed first."""
    needed = closure(names | (once.names & ranges.keys()), ranges)
    total = once
    for name in reversed(list(ranges)):
        if name in needed:
            interval = ranges[name]
            summed = (
                total * interval.extent
                if name not in total.names
                else sum_over(total, name, interval.low, interval.high)
            )
            if summed is None:
                return None
            total = summed
    return total
