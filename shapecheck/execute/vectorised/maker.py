"""A node made ready to run: `Maker` turns the nodes of one equation into `Code`s.

In: a node, the frame of indices around it, the derived shapes.  Out: a `Code` for all values of those indices at the
same time.  Every array is compared with its derived shape when it is made (`ShapeMismatch` if they differ).  Nothing
large is allocated here but the tables of subscripts and masks that do not change from run to run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from itertools import count

import numpy as np

from shapecheck.execute.errors import ShapeMismatch
from shapecheck.execute.planning.memory_layout import Slot, hull, image_of
from shapecheck.execute.planning.statement import Shaped
from shapecheck.execute.run_state import Array, Setting, State, storage
from shapecheck.execute.vectorised.access import All, At, Slice, Through, Way, read, read_or_default
from shapecheck.execute.vectorised.applied_op import apply_code
from shapecheck.execute.vectorised.big_operators import reduce_code
from shapecheck.execute.vectorised.choices import choose_code
from shapecheck.execute.vectorised.frame import Code, Frame, constant, size_code
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
    Point,
    Read,
    Reduce,
    SizeValue,
    Subscript,
    Whole,
)
from shapecheck.record import record
from shapecheck.sizes import integer

Access = tuple[Callable[[State], Array], Sequence[int], list[Way], Sequence[int]]
"""A function for the array, the extents of its axes, a subscript for each, the number of each axis' first member."""


@record(frozen=False)
class Maker:
    """Makes the codes of one statement (or claim) in one frame; `ready` are nodes that were computed before."""

    setting: Setting
    shaped: Shaped
    uses: Mapping[Node, int]
    ready: Mapping[Node, Code] = field(default_factory=dict)
    _made: dict[tuple[Node, tuple[Code, ...], bool], Code] = field(default_factory=dict)

    def separate(self, share: bool = True) -> Maker:
        """A maker for the same values under other conditions, which discards other points."""
        return Maker(self.setting, self.shaped, self.uses if share else {}, self.ready if share else {})

    def code(self, node: Node, frame: Frame) -> Code:
        """The code of a node, confirmed against its derived shape."""
        if node in self.ready:
            return self.ready[node]
        key = node, frame.guards, frame.lenient
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._confirmed(node, self._make(node, frame), frame)
        return found

    def _confirmed(self, node: Node, code: Code, frame: Frame) -> Code:
        derived = self.shaped.shape(node)
        if code.cell != derived:
            raise ShapeMismatch(node.span, derived, code.cell)
        if code.constant is not None:
            return code
        shared = self.uses.get(node, 1) > 1 and not isinstance(node, Read | SizeValue)
        run = code.run if code.confirmed else self._comparing(node, code, frame)
        return code.running(_shared(run, next(_shares)) if shared else run, code.fresh and not shared)

    def _comparing(self, node: Node, code: Code, frame: Frame) -> Callable[[State], Array]:
        expected, run = frame.extents(code.labels) + code.cell, code.run

        def confirm(state: State) -> Array:
            array = run(state)
            if array.shape != expected:
                raise ShapeMismatch(node.span, expected, array.shape)
            state.confirmed += 1
            return array

        return confirm

    def _make(self, node: Node, frame: Frame) -> Code:
        match node:
            case Number(value):
                return constant(self._number(value))
            case SizeValue(size):
                return size_code(size, frame)
            case Data(shape, values):
                return constant(self._data(values).reshape(shape), rank=len(shape))
            case Read() | Part():
                source, extents, ways, first = self._access(node, frame)
                return read(source, extents, ways, frame, node.span, first)
            case Default():
                return self._default(node, frame)
            case Apply():
                return apply_code(self, node, frame)
            case Reduce():
                return reduce_code(self, node, frame)
            case Choose():
                return choose_code(self, node, frame)
            case Call() | Output() | Inner():
                raise AssertionError("blocks are written out before anything is computed")

    def _number(self, value: int | float) -> Array:
        return np.asarray(value, np.int64 if isinstance(value, int) else self.setting.kind)

    def _data(self, values: Sequence[int | float]) -> Array:
        whole = all(isinstance(value, int) for value in values)
        return np.asarray(values, np.int64 if whole else self.setting.kind)

    # ---- reads ---------------------------------------------------------------------------------

    def _access(self, node: Read | Part, frame: Frame) -> Access:
        if isinstance(node, Part):
            return self._part(node, frame)
        slot, ways = self._ways(node, frame)
        number, integers = slot.number, np.dtype(np.int64)

        def source(state: State) -> Array:
            array = state.arrays[number]
            return storage(state, slot, integers) if array is None else array

        return source, slot.shape, ways, (*slot.lows, *(0 for _ in slot.cell))

    def _ways(self, node: Read, frame: Frame) -> tuple[Slot, list[Way]]:
        layout, family = self.setting.layout, node.family
        regions = layout.regions[family]
        around = layout.around[family]
        rank = len(around)
        subscripts = node.subscripts + (Whole(),) * (rank - len(node.subscripts))
        members, inner = subscripts[:rank], subscripts[rank:]
        image = image_of(members, around, frame.bounds)
        hits = layout.hit(family, image) or list(regions)
        shape = self.shaped.shape(node)
        slot = layout.slot(family, image, lambda cell: _leaves(cell, len(inner), shape))
        box = hull(own for own, cell in [region for region in hits if region[1] == slot.cell] or hits)
        ways = [
            self._way(subscript, low, frame)
            if not isinstance(subscript, Whole)
            else Slice(integer(first - low), last - first + 1)
            for subscript, low, (first, last) in zip(members, slot.lows, box)
        ]
        ways += [self._way(subscript, 0, frame) for subscript in inner]
        return slot, ways + [All()] * (len(slot.shape) - len(ways))

    def _way(self, subscript: Subscript, low: int, frame: Frame) -> Way:
        match subscript:
            case Point(size):
                return At(size - low)
            case Cut(first, last):
                return Slice(first - low, max(0, (last - first + 1).evaluate(frame.env)))
            case Picked(node):
                return Through(self.code(node, frame), low)
            case Whole():
                return All()

    def _part(self, node: Part, frame: Frame) -> Access:
        base = self.code(node.base, frame)
        ways: list[Way] = [At(frame.position(label)) for label in base.labels]
        ways += [self._way(subscript, 0, frame) for subscript in node.subscripts]
        extents = (*frame.extents(base.labels), *base.cell)
        ways += [All()] * (len(extents) - len(ways))
        return lambda state: np.ascontiguousarray(base.run(state)), extents, ways, [0] * len(extents)

    def _default(self, node: Default, frame: Frame) -> Code:
        assert isinstance(node.read, Read | Part), "only reads have a default"
        source, extents, ways, first = self._access(node.read, frame)
        fallback = self.code(node.fallback, frame)
        return read_or_default(source, extents, ways, frame, node.span, first, fallback, bool(frame.fixed))


_shares = count(1)


def _shared(compute: Callable[[State], Array], number: int) -> Callable[[State], Array]:
    def run(state: State) -> Array:
        found = state.shared.get(number)
        if found is None:
            found = state.shared[number] = compute(state)
        return found

    return run


def _leaves(cell: tuple[int, ...], subscripts: int, shape: tuple[int, ...]) -> bool:
    """Whether a cell of this shape leaves the derived shape: compared on the axes without subscripts."""
    rest = cell[subscripts:]
    return subscripts <= len(cell) and (not rest or rest == shape[-len(rest) :])
