"""Parts of blocks as tensors like any other: `c1.K`, `y.mha.w`, `enc.c[S]` become reads of families.

In: where a path leads (`paths`).  Out: `Part`s: the family that the last name becomes when its block is put in place,
with all axes in front, its cells, and the subscripts of all axes.  What is to be known of a read (its shape, that it
stays inside, what values data have) is then worked out as for any other family.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from shapecheck.graph.model import Family
from shapecheck.graph.nodes import Cut, Index, Picked, Point, Read, Subscript, Whole
from shapecheck.infer.blocks.kinds import declared
from shapecheck.infer.blocks.paths import End, Way
from shapecheck.infer.blocks.places import joined, placed, placed_cell
from shapecheck.infer.model import Cell, Interval, Shape
from shapecheck.record import record
from shapecheck.sizes import Inadmissible, Size, TooLargeToWrite
from shapecheck.source import NOWHERE


@record(eq=False)
class Part:
    """A tensor inside of a block, as seen from the body that a path stands in.

    `target` is its name when the blocks are put in place; `passed` says that it has to be made then, since it is passed
    into the block.  `family.name` is what messages call it.  Subscripts are given for all axes that have any.
    """

    target: str
    family: Family
    cells: tuple[Cell, ...]
    subscripts: tuple[Subscript, ...]
    passed: bool = False
    shared: Part | None = None
    """The applications that a path leads to where weights are shared; they need not be members of the weights."""

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for parts that are members of one tensor."""
        sites = () if self.shared is None else self.shared.subscripts
        return self.target, self.family.role, len(self.family.axes), self.subscripts, sites


def parts_of(found: Iterable[End]) -> list[Part]:
    """The tensors that a path may mean: names in a body, else what an application gives."""
    ends = list(found)
    named = [end for end in ends if end.name is not None]
    parts = [part for end in named or ends for part in _parts(end)]
    by_key: dict[tuple[object, ...], list[Part]] = {}
    for part in parts:
        by_key.setdefault(part.key, []).append(part)
    return [_together(members) for members in by_key.values()]


def members_meant(found: Iterable[End]) -> list[Part]:
    """The applications that a path may mean, each as a tensor over its members."""
    by_key: dict[tuple[object, ...], list[Part]] = {}
    for part in (members(end.way) for end in found if end.name is None):
        by_key.setdefault(part.key, []).append(part)
    return [_together(parts) for parts in by_key.values()]


def _together(parts: Sequence[Part]) -> Part:
    """One tensor whose members are made by several applications."""
    cells = dict.fromkeys(cell for part in parts for cell in part.cells)
    shared = [part.shared for part in parts if part.shared is not None]
    return replace(
        parts[0],
        cells=tuple(_at_members(cells, parts[0].subscripts)),
        shared=_together(shared) if shared else None,
    )


def _parts(end: End) -> Iterator[Part]:
    item = end.way.item
    assert item is not None, "a path enters an application"
    body = item.application.kind.body
    assert body is not None, "an application in place has a body"
    if end.name is None:
        if len(item.application.kind.outputs) == 1:
            yield _output(end.way, body.outputs[0], end.subscripts)
        return
    given = item.call.names[len(item.call.ports) :]
    if end.name in given:
        yield from _given(end, given.index(end.name) + len(item.call.ports))
        return
    family = end.way.place.shapes.graph.families[end.name]
    if family.holds_weights:
        yield _made(end.way, family, end.subscripts)
    else:
        yield _value(end.way, family, end.subscripts, end.name in body.inputs)


def _output(way: Way, name: str, subscripts: Sequence[Subscript]) -> Part:
    """The members that an application gives of a family: those with which it is declared."""
    assert way.item is not None
    shapes, kind = way.place.shapes, way.item.application.kind
    part = _value(way, shapes.graph.families[name], subscripts, False)
    axes = declared(shapes, name)
    cell = Cell(name, axes, kind.outputs[0][len(axes) :])
    family = replace(part.family, name=way.place.path)
    return replace(part, family=family, cells=(placed_cell(cell, part.target, way.place.members),))


def _value(way: Way, family: Family, subscripts: Sequence[Subscript], passed: bool) -> Part:
    """A value of the body, with the axes that the block is mapped over; an input has them only if its argument does."""
    assert way.item is not None
    application = way.item.application
    if passed and application.leading and not application.mapped[way.item.call.names.index(family.name)]:
        outside = len(way.front) - len(application.leading)
        place = replace(way.place, members=way.place.members[:outside])
        way = replace(way, place=place, front=way.front[:outside])
    return _made(way, family, subscripts, passed)


def _made(way: Way, family: Family, subscripts: Sequence[Subscript], passed: bool = False) -> Part:
    made, cells = placed(family, way.place)
    front: Sequence[Subscript | None] = way.owned if family.holds_weights else way.front
    shown = made if family.holds_weights else replace(made, name=joined(way.place.path, family.name))
    shared = members(way) if way.shares and len(way.front) == len(way.place.members) else None
    return Part(made.name, shown, tuple(cells), tuple(_all_axes(front, subscripts)), passed, shared)


def _all_axes(front: Sequence[Subscript | None], last: Sequence[Subscript]) -> Iterator[Subscript]:
    """The subscripts of all axes: those of the last name go to the axes that are mapped over, then to its own."""
    rest = list(last)
    for item in front:
        yield item if item is not None else rest.pop(0) if rest else Whole()
    yield from rest


def _given(end: End, place: int) -> Iterator[Part]:
    """A weight that is given to a block is the tensor that it comes from, where it is a plain one."""
    way = end.way
    assert way.item is not None and way.before is not None
    operand, before = way.item.call.arguments[place], way.before
    if isinstance(operand, Read):
        family = before.place.shapes.graph.families[operand.family]
        subscripts = (*(_moved(item, way.fixed) for item in operand.subscripts), *end.subscripts)
        if before.item is None:
            yield Part(family.name, family, (), subscripts)
        elif family.holds_weights:
            yield from _parts(End(before, family.name, subscripts))


def members(way: Way) -> Part:
    """The applications that a path leads to, as members of a family without cells of its own."""
    place = way.place
    front = place.members[: len(place.members) - len(way.item.application.leading)] if way.item is not None else ()
    labels = [Index(f".{place.path}{at}", "", span.low, span.high) for at, (_, span) in enumerate(front)]
    name = f"{place.path}[]"
    family = Family(place.path, "local", tuple(labels), (), NOWHERE)
    cell = placed_cell(Cell(name, (), ()), name, front)
    subscripts = tuple(item if item is not None else Whole() for item in way.front[: len(front)])
    return Part(name, family, (cell,), subscripts)


def _moved(item: Subscript, fixed: Mapping[str, Size]) -> Subscript:
    match item:
        case Point(size):
            return Point(size.substitute(fixed))
        case Cut(low, high):
            return Cut(low.substitute(fixed), high.substitute(fixed))
        case Whole() | Picked():
            return item


def _at_members(cells: Iterable[Cell], subscripts: Sequence[Subscript]) -> Iterator[Cell]:
    """The cells where they depend on members that the subscripts select: as they are there."""
    known = {f".{axis}": item.size for axis, item in enumerate(subscripts) if isinstance(item, Point)}
    for cell in cells:
        try:
            region = tuple(Interval(*_put((span.low, span.high), known)) for span in cell.region)
            yield Cell(cell.family, region, _put(cell.shape, known))
        except (Inadmissible, TooLargeToWrite):  # a member of which the formula does not speak
            continue


def _put(sizes: Shape, known: Mapping[str, Size]) -> Shape:
    return tuple(size.substitute({name: at for name, at in known.items() if name in size.names}) for size in sizes)
