"""The members of a tensor cut into boxes, in each of which the same shares arrive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cmp_to_key
from itertools import pairwise, product
from typing import Any

from shapecheck.gradient.model import Solved
from shapecheck.sizes import Size

Span = tuple[Size, Size]
Box = tuple[Span, ...]
AtMost = Callable[[Size, Size], bool]


class _Open(Exception):
    """The order of two ends is not the same for all sizes."""


def boxes(region: Box, shares: Sequence[Solved], own: int, at_most: AtMost) -> list[Box]:
    """The region in boxes: cut at the ends of shares along the first `own` axes, the others whole."""
    cuts = [
        _cut(span, [item.box[axis] for item in shares], at_most) if axis < own else [span]
        for axis, span in enumerate(region)
    ]
    return _joined([tuple(box) for box in product(*cuts)], shares, at_most)


def _cut(span: Span, covers: Sequence[Span | None], at_most: AtMost) -> list[Span]:
    low, high = span
    if low is high:
        return [span]
    edges: list[Size] = []
    for cover in covers:
        if cover is None or at_most(high + 1, cover[0]) or at_most(cover[1] + 1, low):
            continue
        edges += [] if at_most(cover[0], low) else [cover[0]]
        edges += [] if at_most(high, cover[1]) else [cover[1] + 1]
    try:
        ordered = sorted(dict.fromkeys(edges), key=_comparing(at_most))
    except _Open:
        return [span]
    ordered = [one for place, one in enumerate(ordered) if not place or _order(ordered[place - 1], one, at_most)]
    if not all(at_most(low, edge) and at_most(edge, high + 1) for edge in ordered):
        return [span]
    starts = [low, *ordered, high + 1]
    return [(first, after - 1) for first, after in pairwise(starts) if not at_most(after, first)]


def _comparing(at_most: AtMost) -> Callable[[Size], Any]:
    """A key by which sizes are sorted."""

    def compare(left: Size, right: Size) -> int:
        return _order(left, right, at_most)

    return cmp_to_key(compare)


def _order(left: Size, right: Size, at_most: AtMost) -> int:
    up, down = at_most(left, right), at_most(right, left)
    if up and down:
        return 0
    if not up and not down:
        raise _Open
    return -1 if up else 1


def arrives(item: Solved, box: Box, at_most: AtMost) -> bool | None:
    """Whether a share arrives at all members of a box, at none (False), or it depends (None)."""
    everywhere = True
    for cover, (low, high) in zip(item.box, box):
        if cover is None:
            continue
        if at_most(cover[1] + 1, low) or at_most(high + 1, cover[0]):
            return False
        everywhere = everywhere and at_most(cover[0], low) and at_most(high, cover[1])
    return True if everywhere else None


def _joined(found: list[Box], shares: Sequence[Solved], at_most: AtMost) -> list[Box]:
    """Neighbours at which the same shares arrive, put together."""
    told = [(box, [arrives(item, box, at_most) for item in shares]) for box in found]
    place = 0
    while place < len(told):
        box, here = told[place]
        other = next((item for item in told if item[1] == here and None not in here and _follows(box, item[0])), None)
        if other is None:
            place += 1
            continue
        told.remove(other)
        place = next(index for index, item in enumerate(told) if item[0] is box)
        told[place] = (tuple((low, end) for (low, _), (_, end) in zip(box, other[0])), here)
        place = 0
    return [box for box, _ in told]


def _follows(box: Box, other: Box) -> bool:
    """Whether another box continues a box along one axis."""
    unlike = [(one, two) for one, two in zip(box, other) if one[0] is not two[0] or one[1] is not two[1]]
    return len(unlike) == 1 and unlike[0][0][1] + 1 is unlike[0][1][0]
