"""Places of bodies: the names and axes of what a block becomes when it is put in place, and how its inputs are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from shapecheck import ops
from shapecheck.graph.block_definitions import REPEAT
from shapecheck.graph.model import Family
from shapecheck.graph.nodes import Apply, Call, Cut, Index, Picked, Point, SizeValue, Subscript, Whole
from shapecheck.infer.model import Application, Cell, Interval, Region, Shape, Shapes, member
from shapecheck.infer.regions import image
from shapecheck.record import record
from shapecheck.sizes import ZERO, Formula, Size, symbol

if TYPE_CHECKING:
    from shapecheck.infer.blocks.kinds import Kind

Members = tuple[tuple[Size, Interval], ...]
"""Axes in front: which members, over the indices around, and all values that they take."""


@record
class Passed:
    """A way to read an input: a family with these subscripts; the axes that they leave are the input's.

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
    """The place of a body: the path in front of its names, and its axes in front.

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
    """The number of bodies of `repeat` around this place, which have no names in a path."""
    apart: Mapping[str, str] = field(default_factory=dict)
    """Families whose name another body has taken, for something with another number of axes: the names they get."""

    def name(self, family: str) -> str:
        """A family's name in the whole spec."""
        if family in self.apart:
            return self.apart[family]
        return hidden_name(self.path, family, self.hidden) if self.hidden else joined(self.path, family)

    def owner(self, family: str) -> str:
        """The name in the whole spec of a weight."""
        return joined(self.weights, family)

    def front(self, family: Family) -> Members:
        """The axes that a family of the body gets in front: a weight is shared by what the block is mapped over."""
        return self.owned if family.holds_weights else self.members

    @property
    def points(self) -> tuple[Subscript, ...]:
        """Subscripts of this place's members."""
        return tuple(Point(size) for size, _ in self.members)


@record(eq=False)
class Placed:
    """A block's body at one application: what kind it is, and where its names and its inputs are."""

    kind: Kind
    place: Place


def entered(place: Place, call: Call, application: Application, ranges: Mapping[str, Interval]) -> Place:
    """The place of the body of an application: its path and its members, without those mapped over."""
    own = tuple((size, span_of(size, ranges)) for size in members_of(call, application))
    around = tuple(
        Index(name, name[1:].split("'")[0], ranges[name].low, ranges[name].high) for name in application.around
    )
    lent = {f"^{name}": held for name, held in place.lent.items()}
    weights, owned = joined(place.weights, str(call.site)), (*place.owned, *own)
    if call.weights is not None:
        weights, owned = _lent(call, place)
    for name, made in place.shapes.graph.instances.items():
        members = tuple((symbol(index.symbol), range_of(index)) for index in made.indices)
        lent[f"^{name}"] = joined(place.weights, name), (*place.owned, *members)
    return Place(
        application.kind.known,
        joined(place.path, str(call.site)),
        (*place.members, *own),
        weights,
        owned,
        (*place.indices, *around),
        {},
        lent,
        (*place.facts, *application.facts),
        place.hidden + 1 if call.definition is REPEAT else 0,
    )


def _lent(call: Call, place: Place) -> tuple[str, Members]:
    """The path and axes of the weights of an instance, of this body or lent to it."""
    assert call.weights is not None
    made = place.shapes.graph.instances.get(call.weights.instance)
    if made is None:
        path, members = place.lent[call.weights.instance]
        count = len(members) - len(call.weights.subscripts)
        kept, spans = members[:count], [span for _, span in members[count:]]
    else:
        path, kept = joined(place.weights, call.weights.instance), place.owned
        spans = [range_of(index) for index in made.indices]
    return path, (*kept, *zip(call.weights.subscripts, spans))


def placed(family: Family, place: Place) -> tuple[Family, list[Cell]]:
    """The family of a body in place, with all of its members: axes in front, and the path before its name."""
    name = place.owner(family.name) if family.holds_weights else place.name(family.name)
    front = place.front(family)
    indices = [Index(f".{name}{at}", _label(size), span.low, span.high) for at, (size, span) in enumerate(front)]
    role = family.role if family.holds_weights else "local"
    made = replace(family, name=name, role=role, axes=(*indices, *family.axes), whole=(), listed_with=None)
    return made, [placed_cell(cell, name, front) for cell in place.shapes.cells[family.name]]


def placed_cell(cell: Cell, name: str, front: Members) -> Cell:
    """A cell with further axes in front."""
    region = numbered_region((*(span for _, span in front), *cell.region), front)
    return Cell(name, region, numbered(cell.shape, front, len(cell.region)))


def members_of(call: Call, application: Application) -> tuple[Size, ...]:
    """The subscripts that tell the applications at one site apart, over the indices around it."""
    return (*call.site.axes, *map(symbol, application.around))


def span_of(size: Size, ranges: Mapping[str, Interval]) -> Interval:
    """All values of a left side's subscript."""
    found = image(size, ranges)
    assert found is not None, "a left side's subscript is an index or fixed"
    return found


def range_of(index: Index) -> Interval:
    """The range of an index in place."""
    assert index.low is not None and index.high is not None, "an index in place has a range"
    return Interval(index.low, index.high)


def _label(size: Size) -> str:
    name = next(iter(size.names), "")
    return name[1:].split("'")[0] if name[:1] == "." else ""


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
            return Picked(Apply(ops.ADD, (node, SizeValue(low)), None, span=node.span))
        case Whole():
            return item
