"""Places of bodies: the names of what a block becomes when it is put in place, and how its inputs are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from shapecheck import ops
from shapecheck.graph.nodes import Apply, Cut, Index, Picked, Point, SizeValue, Subscript, Whole
from shapecheck.infer.model import Interval, Region, Shape, Shapes, member
from shapecheck.record import record
from shapecheck.sizes import ZERO, Formula, Size, symbol

if TYPE_CHECKING:
    from shapecheck.infer.kinds import Kind

Members = tuple[tuple[Size, Interval], ...]
"""Axes in front: which members, over the indices around, and all values that they take."""


@record
class Passed:
    """How an input is read: a family with these subscripts; axes that they keep, and those behind, are the input's.

    The axes that are kept, and then those behind, start at `lows`.
    """

    family: str
    subscripts: tuple[Subscript, ...]
    lows: tuple[Size, ...] = ()

    def at(self, subscripts: tuple[Subscript, ...]) -> tuple[Subscript, ...]:
        """The family's subscripts for these of the input, which count from 0."""
        lows = (*self.lows, *(ZERO for _ in subscripts))
        moved = [_moved(item, low) for item, low in zip(subscripts, lows)]
        found: list[Subscript] = []
        for item in self.subscripts:
            kept = not isinstance(item, Point)
            found.append(item if not kept or not moved or isinstance(moved[0], Whole) else moved[0])
            moved = moved[1:] if kept else moved
        return (*found, *moved)


@record(eq=False)
class Place:
    """Where a body is put: the path in front of its names, and its axes in front.

    `weights` is the path of its weights and `owned` their axes in front.  `indices` are those around, outermost first.
    """

    shapes: Shapes
    path: str = ""
    members: Members = ()
    weights: str = ""
    owned: Members = ()
    indices: tuple[Index, ...] = ()
    inputs: Mapping[str, Passed] = field(default_factory=dict)
    lent: Mapping[str, tuple[str, Members]] = field(default_factory=dict)
    facts: tuple[Formula, ...] = ()
    hidden: int = 0
    """How many bodies of `repeat` this is inside of, which have no names in a path."""
    apart: Mapping[str, str] = field(default_factory=dict)
    """Families whose name another body has taken, for something with another number of axes: the names they get."""

    def name(self, family: str) -> str:
        """A family's name in the whole spec."""
        if family in self.apart:
            return self.apart[family]
        return hidden_name(self.path, family, self.hidden) if self.hidden else joined(self.path, family)

    @property
    def points(self) -> tuple[Subscript, ...]:
        """Subscripts of this place's members."""
        return tuple(Point(size) for size, _ in self.members)


@record(eq=False)
class Placed:
    """A block's body at one application: what kind it is, and where its names and its inputs are."""

    kind: Kind
    place: Place


def hidden_name(path: str, name: str, depth: int) -> str:
    """The name of what no author can name: primes tell it apart, one for each `repeat` around it."""
    primes = "'" * max(1, depth)
    return f"{path}{primes}{name}"


def joined(path: str, name: str) -> str:
    """A path with one component more."""
    return f"{path}.{name}" if path and name else path or name


def numbered(shape: Shape, front: Members, own: int) -> Shape:
    """A cell's shape with further axes in front: in the members' numbers, where it mentions an index around it."""
    moved = {f".{axis}": member(axis + len(front)) for axis in range(own)}
    for axis, (size, _) in enumerate(front):
        moved |= {name: member(axis) for name in size.names if size is symbol(name)}
    return tuple(size.substitute(moved) for size in shape)


def numbered_region(region: Region, front: Members) -> Region:
    """A region with further axes in front, its ends in the members' numbers where they mention an index."""
    own = len(region) - len(front)
    return tuple(Interval(*numbered((span.low, span.high), front, own)) for span in region)


def _moved(item: Subscript, low: Size) -> Subscript:
    """A subscript that counts from 0, on an axis that starts at `low`."""
    if low is ZERO:
        return item
    match item:
        case Point(size):
            return Point(size + low)
        case Cut(first, last):
            return Cut(first + low, last + low)
        case Picked(node):
            op = ops.find("+", 2)
            assert op is not None
            return Picked(Apply(op, (node, SizeValue(low)), None, span=node.span))
        case Whole():
            return item
