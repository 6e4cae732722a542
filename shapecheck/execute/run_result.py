"""The arrays of a run, and further values computed from them.

A `Run` gives every family's array by its path, and the value of any node of a claim for all of the claim's indices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from math import prod

import numpy as np

from shapecheck.execute import errors
from shapecheck.execute.inputs.pieces import pieces
from shapecheck.execute.planning import memory
from shapecheck.execute.planning.dependence import big_operator_boxes
from shapecheck.execute.planning.linear import Interval, bounds
from shapecheck.execute.planning.memory_layout import Layout, Slot
from shapecheck.execute.planning.statement import Statement, concrete_shape
from shapecheck.execute.planning.traversal import uses
from shapecheck.execute.pointwise.every_point import point_by_point
from shapecheck.execute.pointwise.nan_origin import holds_nan, nan_in_claim
from shapecheck.execute.run_state import Array, Setting, State, Trouble
from shapecheck.execute.vectorised.frame import Frame, constant, formula_code, spread
from shapecheck.execute.vectorised.maker import Maker
from shapecheck.graph.nodes import Node
from shapecheck.infer.model import Instance
from shapecheck.infer.model import Interval as SizeInterval
from shapecheck.record import record
from shapecheck.sizes import And, Formula, Relation, symbol


class Arrays(Mapping[str, Array]):
    """The computed and given arrays by path: `W` for a whole family (its axes first), `W[1]` where members differ."""

    def __init__(self, setting: Setting, state: State) -> None:
        self._state = state
        layout = setting.layout
        found = [piece for family in layout.by_family for piece in pieces(family, layout)]
        self._pieces = {piece.path: piece for piece in found if state.arrays[piece.slot.number] is not None}

    def __getitem__(self, path: str) -> Array:
        piece = self._pieces[path]
        array = self._state.arrays[piece.slot.number]
        assert array is not None, "only what was computed is listed"
        return np.asarray(array[piece.index])

    def __iter__(self) -> Iterator[str]:
        return iter(self._pieces)

    def __len__(self) -> int:
        return len(self._pieces)


@record(frozen=False)
class Run:
    """The result of a run; `room` bytes are left of its memory limit."""

    setting: Setting
    state: State
    statements: Sequence[Statement]
    room: int
    _arrays: Arrays | None = field(default=None)

    @property
    def arrays(self) -> Arrays:
        """All arrays by path."""
        if self._arrays is None:
            self._arrays = Arrays(self.setting, self.state)
        return self._arrays

    @property
    def sizes(self) -> dict[str, int]:
        """The free sizes that it was run at."""
        return {name: self.setting.env[name] for name in self.setting.shapes.graph.least_at(self.setting.env)}

    @property
    def confirmed(self) -> int:
        """The number of arrays whose shape was compared with the derived one."""
        return self.state.confirmed

    def value(self, name: str) -> Array:
        """The array under a path, or a member of one as it is numbered (`h[1]`); `ExecutionError` if there is none."""
        if name not in self.arrays:
            member = self._member(name)
            if member is not None:
                return member
            own = [path for path in self.arrays if path.startswith(f"{name}[")]
            if own:
                raise errors.members_differ(name, own, self.setting.shapes.graph.families[name].span)
            raise errors.unknown_family(name, self.arrays)
        return self.arrays[name]

    def _member(self, name: str) -> Array | None:
        """The member that `h[1]` names, of a family that is one array; None for any other text."""
        found = re.fullmatch(r"(\w+)\[\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*\]", name)
        if found is None or found[1] not in self.arrays:
            return None
        numbers = [int(number) for number in found[2].split(",")]
        axes = self.setting.shapes.axes[found[1]]
        ends = [(axis.low.evaluate(self.setting.env), axis.high.evaluate(self.setting.env)) for axis in axes]
        if len(numbers) > len(ends) or not all(low <= at <= high for at, (low, high) in zip(numbers, ends)):
            return None
        return np.asarray(self.arrays[found[1]][tuple(at - low for at, (low, _) in zip(numbers, ends))])

    def entry(self, family: str, subscripts: Sequence[int]) -> int | float | bool | None:
        """One entry as a number of Python: the member as numbered, then the position in it; None if there is none."""
        layout = self.setting.layout
        for slot in layout.by_family[family]:
            rank = len(slot.box)
            array = self.state.arrays[slot.number]
            if array is None or not _holds(layout, slot, tuple(subscripts[:rank])):
                continue
            place = (*(at - low for at, low in zip(subscripts, slot.lows)), *subscripts[rank:])
            if all(0 <= at < length for at, length in zip(place, array.shape)):
                value: int | float | bool = array[place].item()
                return value
        return None

    def evaluate(self, instance: Instance, node: Node) -> Array:
        """A node's value for all of the instance's indices: one leading axis for each, then the node's cell.

        Where the range of an index depends on another one, points outside of it repeat the first point inside; where
        no point is inside, the leading axes are empty.
        """
        view, env = _Instance(instance, self.setting.env), self.setting.env
        boxes = enclosing(instance, env)
        extents = tuple(max(0, high - low + 1) for low, high in boxes.values())
        inside = _inside(instance, Frame(env, boxes, {})) if prod(extents) else None
        if not prod(extents) or (inside is not None and not inside.any()):
            return np.zeros((*(0 for _ in extents), *view.shape(node)), self.setting.kind)
        self._allow(view, node, boxes)
        guards = () if inside is None else (constant(inside, tuple(boxes)),)
        with np.errstate(all="ignore"):
            array = np.broadcast_to(self._value(view, node, Frame(env, boxes, {}, guards)), extents + view.shape(node))
        return array if inside is None else _repeated(array, inside)

    def number(self, instance: Instance, node: Node) -> Array:
        """The value as `evaluate` gives it; raises an error that names the operation where it is not a number."""
        array = self.evaluate(instance, node)
        with np.errstate(all="ignore"):
            undefined = holds_nan(array)
        if undefined:
            point = self._point(instance, np.argwhere(np.isnan(array))[0])
            named = [f"{index.label} = {point[index.symbol]}" for index in instance.origin.indices]
            where = f"the claim at {', '.join(named)}" if named else "the claim"
            view, env = _Instance(instance, self.setting.env), {**self.setting.env, **point}
            raise nan_in_claim(node, env, where, view, self.setting, self.state)
        return array

    def _point(self, instance: Instance, place: Iterable[int]) -> dict[str, int]:
        """The values of the instance's indices at a place of an array over all of them."""
        boxes = enclosing(instance, self.setting.env)
        return {name: low + int(at) for (name, (low, _)), at in zip(boxes.items(), place)}

    def _value(self, view: _Instance, node: Node, frame: Frame) -> Array:
        code = Maker(self.setting, view, uses(node)).code(node, frame)
        labels = tuple(frame.boxes)
        self.state.shared.clear()
        try:
            return spread(code.run(self.state), code.labels, labels)
        except Trouble:
            return point_by_point(node, view, frame, labels, self.setting, self.state)
        finally:
            self.state.shared.clear()

    def _allow(self, view: _Instance, node: Node, boxes: Mapping[str, Interval]) -> None:
        ranges = big_operator_boxes(view.bounds, self.setting.env, boxes)
        needed = memory.peak(node, view, ranges, self.setting.env)
        if needed > self.room:
            sizes = {name: self.setting.env[name] for name in self.setting.shapes.graph.least_at(self.setting.env)}
            raise errors.too_much_memory(needed, max(0, self.room), "a claim's value", sizes)


def _holds(layout: Layout, slot: Slot, member: tuple[int, ...]) -> bool:
    """Whether a slot holds a member of its family."""
    inside = all(low <= at <= high for (low, high), at in zip(slot.box, member))
    if not inside or len(layout.by_family[slot.family]) == 1:
        return inside
    return any(cell == slot.cell for _, cell in layout.hit(slot.family, tuple((at, at) for at in member)))


def enclosing(instance: Instance, env: Mapping[str, int]) -> dict[str, Interval]:
    """Ranges of a claim's indices; a range that depends on other indices is widened to hold all its values."""
    boxes: dict[str, Interval] = {}
    for name, part in instance.ranges.items():
        nonempty = all(low <= high for low, high in boxes.values())
        boxes[name] = (0, -1)
        if nonempty:
            boxes[name] = bounds(part.low, env, boxes)[0], bounds(part.high, env, boxes)[1]
    return boxes


def _inside(instance: Instance, frame: Frame) -> Array | None:
    """A mask of the points in the enclosing boxes that count; None if all do."""
    relations: list[Formula] = []
    for name, part in instance.ranges.items():
        if (part.low.names | part.high.names) - frame.env.keys():
            relations += [Relation(">=", symbol(name), part.low), Relation("<=", symbol(name), part.high)]
    if not relations:
        return None
    mask = formula_code(And(tuple(relations)), frame)
    labels = tuple(frame.boxes)
    return np.array(np.broadcast_to(spread(mask.run(State([])), mask.labels, labels), frame.extents(labels)))


def _repeated(array: Array, inside: Array) -> Array:
    result = array.copy()
    result[~inside] = array[tuple(axis[0] for axis in np.nonzero(inside))]
    return result


@record
class _Instance:
    """An instance's derived shapes at concrete sizes."""

    instance: Instance
    env: Mapping[str, int]

    @property
    def bounds(self) -> Mapping[str, SizeInterval]:
        """The ranges of the indices of big operators."""
        return self.instance.bounds

    def shape(self, node: Node) -> tuple[int, ...]:
        """The derived shape of a node."""
        return concrete_shape(self.instance, node, self.env)
