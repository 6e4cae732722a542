"""Shapes that grow from member to member, written out at concrete sizes: every member by itself.

In: `Shapes` and a value for every size.  Out: the same with a cell for each member whose shape depends on its number,
and an instance for each value of an index that shapes depend on; the modules behind it see no formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from shapecheck.graph.model import Claim, Equation, ShapeClaim, SizeClaim, ValueClaim
from shapecheck.graph.nodes import (
    Apply,
    Call,
    Choose,
    Cut,
    Data,
    Default,
    Inner,
    Node,
    Number,
    Output,
    Part,
    Picked,
    Read,
    Reduce,
    SizeValue,
    Subscript,
)
from shapecheck.infer.model import Cell, Instance, Interval, Region, Shapes
from shapecheck.sizes import Size, integer

At = Mapping[str, Size]
Item = TypeVar("Item", Cell, Instance)
MOST_MEMBERS = 20_000
"""The most members of one family that are written out one by one."""


class TooManyMembers(Exception):
    """Writing out would take too long; `count` members were to be."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def written_out(shapes: Shapes, sizes: Mapping[str, int]) -> Shapes:
    """The shapes at these sizes; the very same where nothing grows."""
    if not shapes.grows:
        return shapes
    cells = {name: _all(_cells, own, sizes) for name, own in shapes.cells.items()}
    return replace(
        shapes,
        cells=cells,
        axes={name: _hull(axes, cells[name], sizes) for name, axes in shapes.axes.items()},
        instances=_all(_instances, shapes.instances, sizes),
        claims={claim: _all(_instances, instances, sizes) for claim, instances in shapes.claims.items()},
    )


def _all(
    write: Callable[[Item, Mapping[str, int]], Iterable[Item]], items: Iterable[Item], sizes: Mapping[str, int]
) -> tuple[Item, ...]:
    return tuple(part for item in items for part in write(item, sizes))


def _cells(cell: Cell, sizes: Mapping[str, int]) -> Iterator[Cell]:
    ranges = {f".{axis}": interval for axis, interval in enumerate(cell.region)}
    used = _mentioned((*cell.shape, *_ends(cell.region))) & ranges.keys()
    for values in _members(ranges, used, sizes):
        at = {name: integer(value) for name, value in values.items()}
        region = tuple(_at(f".{axis}", interval, at) for axis, interval in enumerate(cell.region))
        yield Cell(cell.family, region, tuple(integer(size.evaluate({**sizes, **values})) for size in cell.shape))


def _instances(instance: Instance, sizes: Mapping[str, int]) -> Iterator[Instance]:
    sizes_below = (size for shape in instance.shapes.values() for size in shape)
    used = _mentioned((*sizes_below, *_ends(instance.ranges.values()))) & instance.ranges.keys()
    if not used:
        yield instance
        return
    for values in _members(instance.ranges, used, sizes):
        at = {name: integer(value) for name, value in values.items()}
        ranges = {name: _at(name, interval, at) for name, interval in instance.ranges.items()}
        yield _Writer(instance, at, {**sizes, **values}).written(ranges)


def _at(name: str, interval: Interval, at: At) -> Interval:
    if name in at:
        return Interval(at[name], at[name])
    return Interval(interval.low.substitute(at), interval.high.substitute(at))


def _ends(intervals: Iterable[Interval]) -> Iterator[Size]:
    return (end for interval in intervals for end in (interval.low, interval.high))


def _mentioned(sizes: Iterable[Size]) -> set[str]:
    return {name for size in sizes for name in size.names}


def _hull(axes: Region, cells: tuple[Cell, ...], sizes: Mapping[str, int]) -> Region:
    """The axes of a family; where they depend on a member's number, from the least to the greatest of all."""
    if not any(name[0] == "." for name in _mentioned(_ends(axes))):
        return axes
    spans = [[(span.low.evaluate(sizes), span.high.evaluate(sizes)) for span in cell.region] for cell in cells]
    ends = [(min(low for low, _ in axis), max(high for _, high in axis)) for axis in zip(*spans)]
    return tuple(Interval(integer(low), integer(high)) for low, high in ends)


def _members(ranges: Mapping[str, Interval], used: set[str], sizes: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """All values of the indices that are used, at these sizes; a range may depend on an index before it."""
    name = next((name for name in ranges if name in used), None)
    if name is None:
        yield {}
        return
    low, high = ranges[name].low.evaluate(sizes), ranges[name].high.evaluate(sizes)
    if high - low >= MOST_MEMBERS:
        raise TooManyMembers(high - low + 1)
    for value in range(low, high + 1):
        for rest in _members(ranges, used - {name}, {**sizes, name: value}):
            yield {name: value, **rest}


class _Writer:
    """One instance at fixed values of some indices; nodes change only where their parameters mention these."""

    def __init__(self, instance: Instance, at: At, known: Mapping[str, int]) -> None:
        self.instance, self.at, self.known = instance, at, known
        self.made: dict[Node, Node] = {}

    def written(self, ranges: Mapping[str, Interval]) -> Instance:
        """The instance over these ranges."""
        origin = self.instance.origin
        shapes = {
            self.node(node): tuple(integer(size.evaluate(self.known)) for size in shape)
            for node, shape in self.instance.shapes.items()
        }
        return replace(self.instance, origin=_with_values(origin, self.node), ranges=ranges, shapes=shapes)

    def node(self, node: Node) -> Node:
        """The node with the values in its parameters, the very same where there are none."""
        if node not in self.made:
            self.made[node] = self._written(node)
        return self.made[node]

    def _written(self, node: Node) -> Node:
        below = [self.node(operand) for operand in node.operands]
        parameters = _put(node.parameters, self.at) if isinstance(node, Apply) else None
        same = all(one is other for one, other in zip(below, node.operands))
        if isinstance(node, Read | Part):
            same = same and self._subscripts(node.subscripts) == node.subscripts
        if same and (not isinstance(node, Apply) or parameters == node.parameters):
            return node
        match node:
            case Apply():
                return replace(node, arguments=tuple(below), parameters=parameters)
            case Reduce():
                return replace(node, body=below[0])
            case Default():
                return replace(node, read=below[0], fallback=below[1])
            case Choose():
                condition = None if node.condition is None else below[0]
                return replace(node, condition=condition, then=below[-2], otherwise=below[-1])
            case Part():
                return replace(node, base=below[0], subscripts=self._subscripts(node.subscripts))
            case Read():
                return replace(node, subscripts=self._subscripts(node.subscripts))
            case Number() | SizeValue() | Data() | Call() | Output() | Inner():
                raise AssertionError(f"{type(node).__name__} has no operands in a spec without blocks")

    def _subscripts(self, subscripts: tuple[Subscript, ...]) -> tuple[Subscript, ...]:
        return tuple(map(self._subscript, subscripts))

    def _subscript(self, item: Subscript) -> Subscript:
        match item:
            case Picked(node):
                return Picked(self.node(node))
            case Cut(low, high):
                return Cut(low.substitute(self.at), high.substitute(self.at))
            case _:
                return item  # one member of a family or an axis may be at any index


def _with_values(origin: Equation | Claim, write: Callable[[Node], Node]) -> Equation | Claim:
    if isinstance(origin, Equation):
        value = write(origin.value)
        return origin if value is origin.value else replace(origin, value=value)
    match origin.body:
        case ShapeClaim(value):
            return replace(origin, body=replace(origin.body, value=write(value)))
        case ValueClaim():
            return replace(origin, body=origin.body.with_values(write))
        case SizeClaim():
            return origin


def _put(value: Any, at: At) -> Any:
    """Parameters with sizes put for indices."""
    if isinstance(value, Size):
        return value.substitute(at)
    if isinstance(value, tuple):
        return tuple(_put(item, at) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{item.name: _put(getattr(value, item.name), at) for item in fields(value)})
    return value
