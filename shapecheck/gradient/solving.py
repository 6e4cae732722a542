"""A share seen from one entry of the adjoint: subscripts solved for the indices of the share.

In `y[t] = W @ h[t-1]` the member `h[u]` gets what comes from t = u + 1.  Of a subscript such as `2y + m` one index is
left, and the other is `(u - m) // 2` where 2 divides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from shapecheck.gradient.model import Axis, Share, Solved
from shapecheck.gradient.node_algebra import Values
from shapecheck.graph.nodes import Default, Node, Point, Read, Reduce
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Formula, Relation, Size, symbol


@record(frozen=False, eq=False)
class Solving:
    """One share, on the way; `entry` are the symbols of the entry's own indices."""

    share: Share
    values: Values
    entry: Sequence[str]
    at_most: Callable[[Size, Size], bool]
    scope: dict[str, Axis]
    points: list[Size]
    value: Node
    box: list[tuple[Size, Size] | None]
    conditions: list[Formula] = field(default_factory=list)
    ranges: list[tuple[Size, Size, Size]] = field(default_factory=list)

    def solve(self) -> Solved:
        """The share, seen from the entry."""
        todo = list(range(len(self.points)))
        self._read_the_entry()
        while todo:
            todo.sort(key=lambda place: (len(self._own(self.points[place])), place))
            self._subscript(todo.pop(0), todo)
        return Solved(
            tuple(self.box), self.value, tuple(self.scope.values()), tuple(self.conditions), tuple(self.ranges)
        )

    def _read_the_entry(self) -> None:
        """Read the entry itself at a compound subscript that stands for it."""
        same = {point: symbol(self.entry[place]) for place, point in enumerate(self.points) if len(point.terms) > 1}
        if same:
            self.value = _reading(self.values, self.value, same, self.share)

    def _own(self, size: Size) -> list[str]:
        return [name for name in self.scope if name in size.names]

    def _subscript(self, place: int, todo: Sequence[int]) -> None:
        """Solve one subscript for one index."""
        size, target = self.points[place], symbol(self.entry[place])
        own = self._own(size)
        if not own:
            self.box[place] = (size, size) if not _has_index(size) else None
            if self.box[place] is None:
                self.conditions.append(Relation("==", size, target))
            return
        linear = {name: size.linear_in(name) for name in own}
        unit = [name for name in own if (form := linear[name]) and form[0] in (ONE, -ONE)]
        strided = linear[own[0]]
        if len(own) > 1 and strided and self._is_stride(strided[0]):
            self._divide(own[0], strided, target, todo)
        elif unit:
            self._move(place, unit[0], linear[unit[0]], target, todo)
        elif strided and self._is_stride(strided[0]):
            self._divide(own[0], strided, target, todo)
        else:
            self.conditions.append(Relation("==", size, target))

    def _is_stride(self, slope: Size) -> bool:
        return slope not in (ONE, -ONE, ZERO) and not _has_index(slope) and self.at_most(ONE, slope)

    def _divide(self, name: str, linear: tuple[Size, Size], target: Size, todo: Sequence[int]) -> None:
        slope, rest = linear
        value = (target - rest) // slope
        axis = self.scope.pop(name)
        self._put(name, value, todo)
        self.conditions.append(Relation("==", (target - rest) % slope, ZERO))
        self.ranges.append((value, axis.low, axis.high))

    def _move(self, place: int, name: str, linear: tuple[Size, Size] | None, target: Size, todo: Sequence[int]) -> None:
        assert linear is not None
        slope, rest = linear
        value = (target - rest) * slope
        axis = self.scope.pop(name)
        self._put(name, value, todo)
        alone = not _has_index(rest) and not _has_index(axis.low) and not _has_index(axis.high)
        if not alone:
            self.ranges.append((value, axis.low, axis.high))
        elif slope is ONE:
            self.box[place] = (axis.low + rest, axis.high + rest)
        else:
            self.box[place] = (rest - axis.high, rest - axis.low)

    def _put(self, name: str, value: Size, todo: Sequence[int]) -> None:
        """Put a value in the place of an index, wherever it still stands."""
        at = {name: value}
        self.points = [size.substitute(at) if place in todo else size for place, size in enumerate(self.points)]
        self.value = self.values.substituted(self.value, at)
        self.conditions = [condition.substitute(at) for condition in self.conditions]
        self.ranges = [(one.substitute(at), low.substitute(at), high.substitute(at)) for one, low, high in self.ranges]
        self.scope = {
            own: Axis(own, axis.label, axis.low.substitute(at), axis.high.substitute(at))
            for own, axis in self.scope.items()
        }


def solve(share: Share, entry: Sequence[str], values: Values, at_most: Callable[[Size, Size], bool]) -> Solved:
    """A share, seen from the entry with these indices."""
    scope = {axis.symbol: axis for axis in share.scope}
    box: list[tuple[Size, Size] | None] = [None] * len(share.points)
    return Solving(share, values, entry, at_most, scope, list(share.points), share.value, box).solve()


def _has_index(size: Size) -> bool:
    return any(name[0] == "." for name in size.names)


def _reading(values: Values, node: Node, same: Mapping[Size, Size], share: Share) -> Node:
    """The value with reads at those subscripts moved to the entry."""
    match node:
        case Reduce():
            return node
        case Read(family, subscripts):
            moved = tuple(
                Point(same[item.size], item.numbered_from) if isinstance(item, Point) and item.size in same else item
                for item in subscripts
            )
            return (
                values.made(Read(family, moved, span=node.span), values.shapes[node]) if moved != subscripts else node
            )
        case Default(Read() as read, _) if _is_shared(read, share):
            return _reading(values, read, same, share)
    return values.mapped(node, lambda below: _reading(values, below, same, share), {}) if node.operands else node


def _is_shared(read: Read, share: Share) -> bool:
    """Whether a read is of the very entry that the share is for, which exists."""
    points = [item.size for item in read.subscripts if isinstance(item, Point)]
    return read.family == share.tensor and len(points) == len(read.subscripts) and points == list(share.points)
