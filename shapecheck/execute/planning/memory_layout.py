"""The arrays in which the members of families are stored.

In: the regions of all families at concrete sizes.  Out: `Slot`s: for every family and every shape that its cells have,
one array over the bounding box of the members of that shape.  One array for all members of a shape, so that one access
may run over all of them; where regions leave holes in the box, the holes are zeros that nothing reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import Generic, TypeVar

from shapecheck.execute.planning.linear import Interval
from shapecheck.graph.nodes import Cut, Point, Subscript
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.sizes import Size

Box = tuple[Interval, ...]
Item = TypeVar("Item")


def meets(left: Box, right: Box) -> bool:
    """Whether two boxes have a member in common."""
    return all(max(a[0], b[0]) <= min(a[1], b[1]) for a, b in zip(left, right))


def hull(boxes: Iterable[Box]) -> Box:
    """The least box around boxes of one rank."""
    return tuple((min(low for low, _ in axis), max(high for _, high in axis)) for axis in zip(*boxes))


def count(box: Box) -> int:
    """The number of members of a box."""
    return prod(max(0, high - low + 1) for low, high in box)


class BoxIndex(Generic[Item]):
    """Things with boxes, found by the boxes they meet; fast where most are single members along the first axis."""

    def __init__(self, items: Iterable[tuple[Box, Item]]) -> None:
        self._thin: dict[int, list[tuple[Box, Item]]] = {}
        self._wide: list[tuple[Box, Item]] = []
        for box, item in items:
            if box and box[0][0] == box[0][1]:
                self._thin.setdefault(box[0][0], []).append((box, item))
            else:
                self._wide.append((box, item))

    def meeting(self, box: Box) -> Iterator[tuple[Box, Item]]:
        """The things whose boxes meet this one, with their boxes."""
        for own, item in self._wide:
            if meets(own, box):
                yield own, item
        if not self._thin or not box:
            return
        low, high = box[0]
        few = high - low < len(self._thin)
        for key in range(low, high + 1) if few else [key for key in self._thin if low <= key <= high]:
            for own, item in self._thin.get(key, ()):
                if meets(own, box):
                    yield own, item


@record
class Slot:
    """One array: members `box` of a family (family axes first), all of shape `cell`."""

    number: int
    family: str
    box: Box
    cell: tuple[int, ...]

    @property
    def lows(self) -> tuple[int, ...]:
        """The first member along each family axis."""
        return tuple(low for low, _ in self.box)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return tuple(high - low + 1 for low, high in self.box) + self.cell


Region = tuple[Box, tuple[int, ...]]
"""A box of members and the shape of each."""


@record
class Layout:
    """All slots, and by family its regions and slots."""

    slots: tuple[Slot, ...]
    regions: Mapping[str, tuple[Region, ...]]
    by_family: Mapping[str, tuple[Slot, ...]]
    index: Mapping[str, BoxIndex[tuple[int, ...]]]
    around: Mapping[str, Box]
    """The box around all members of a family."""

    def hit(self, family: str, image: Box) -> list[Region]:
        """The regions that an access to this box of members may meet."""
        return list(self.index[family].meeting(image))

    def slot(self, family: str, image: Box, fits: Callable[[tuple[int, ...]], bool]) -> Slot:
        """The slot that an access to these members reads; `fits` tells cells of the right shape."""
        slots = self.by_family[family]
        if len(slots) == 1:
            return slots[0]
        hits = {cell for _, cell in self.hit(family, image)}
        wanted = [cell for cell in hits if fits(cell)] or [slot.cell for slot in slots if fits(slot.cell)] or list(hits)
        return next(slot for slot in slots if slot.cell == wanted[0])


def lay_out(shapes: Shapes, env: Mapping[str, int]) -> Layout:
    """The layout of all families at the sizes `env`."""
    slots: list[Slot] = []
    regions: dict[str, tuple[Region, ...]] = {}
    by_family: dict[str, tuple[Slot, ...]] = {}
    for family, cells in shapes.cells.items():
        concrete = [
            (
                tuple((part.low.evaluate(env), part.high.evaluate(env)) for part in cell.region),
                tuple(size.evaluate(env) for size in cell.shape),
            )
            for cell in cells
        ]
        regions[family] = tuple((box, cell) for box, cell in concrete if count(box) and min(cell, default=1) > 0)
        own = [
            Slot(len(slots) + number, family, box, cell)
            for number, (cell, box) in enumerate(_boxes(regions[family]).items())
        ]
        by_family[family] = tuple(own)
        slots += own
    index = {name: BoxIndex(parts) for name, parts in regions.items()}
    around = {name: hull(box for box, _ in parts) for name, parts in regions.items()}
    return Layout(tuple(slots), regions, by_family, index, around)


def _boxes(regions: Sequence[Region]) -> dict[tuple[int, ...], Box]:
    grouped: dict[tuple[int, ...], list[Box]] = {}
    for box, cell in regions:
        grouped.setdefault(cell, []).append(box)
    return {cell: hull(boxes) for cell, boxes in grouped.items()}


def image_of(members: Sequence[Subscript], whole: Box, bounds: Callable[[Size], Interval]) -> Box:
    """The box of members that subscripts may hit, within `whole`; `bounds` tells the values that a size takes."""
    image = []
    for subscript, (low, high) in zip(members, whole):
        match subscript:
            case Point(size):
                first, last = bounds(size)
            case Cut(start, end):
                first, last = bounds(start)[0], bounds(end)[1]
            case _:
                first, last = low, high
        image.append((max(first, low), min(last, high)))
    return tuple(image)
