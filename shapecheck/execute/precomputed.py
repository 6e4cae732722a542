"""Values computed before the loop that uses them: for all moments at once, or a block of moments at a time.

In: a node that does not depend on a loop.  Out: a runner that computes it and a `Hoisted` that reads it inside.  Large
values come in blocks, so that a block is still in the cache when the loop uses it, and memory is used again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import prod

from shapecheck.execute.planning.linear import Interval
from shapecheck.execute.planning.schedule import Time
from shapecheck.execute.planning.statement import Statement
from shapecheck.execute.planning.traversal import nodes, parameter_sizes, uses
from shapecheck.execute.pointwise.every_point import point_by_point
from shapecheck.execute.run_state import Array, Setting, State, Trouble
from shapecheck.execute.vectorised.frame import Code, Frame
from shapecheck.execute.vectorised.maker import Maker
from shapecheck.graph.nodes import Apply, Node
from shapecheck.record import record

Runner = Callable[[State], None]
BLOCK = 1 << 17
"""Entries of a block: one MiB of float64."""


@record
class Hoisted:
    """A value computed early: its number in the state, its axes, where each index counts from."""

    number: int
    labels: tuple[str, ...]
    starts: tuple[int | str, ...]
    cell: tuple[int, ...]

    def code(self, frame: Frame) -> Code:
        """The value in a frame in which some of its indices are fixed."""
        number = self.number
        fixed = [label in frame.fixed for label in self.labels]
        kept = tuple(label for label in self.labels if label not in frame.fixed)
        if not any(fixed):
            return Code(kept, self.cell, lambda state: state.hoisted[number])
        places = list(zip(self.labels, self.starts, fixed))

        def run(state: State) -> Array:
            loops = state.loops
            index = [
                (loops[label] - (loops[start] if isinstance(start, str) else start)) if here else slice(None)
                for label, start, here in places
            ]
            return state.hoisted[number][tuple(index)]

        return Code(kept, self.cell, run)


@record
class Early:
    """A node to be computed before a loop over `time`, inside of loops that fix indices and `ready` values."""

    setting: Setting
    node: Node
    statement: Statement
    fixed: Mapping[str, Interval]
    ready: Mapping[Node, Hoisted]
    time: Time
    upwards: bool

    def hoist(self, number: int) -> tuple[Hoisted, Runner, bool]:
        """The value to read, the runner that computes it, and whether it runs at every moment or once before."""
        frame = frame_of(self.statement, self.fixed)
        code = self._code(frame)
        block = self._block(code, frame)
        if block is None:
            starts = tuple(frame.boxes[label][0] for label in code.labels)
            return Hoisted(number, code.labels, starts, code.cell), self._runner(number, code, frame), False
        return self._in_blocks(number, block, frame)

    def _code(self, frame: Frame) -> Code:
        ready = {other: hoisted.code(frame) for other, hoisted in self.ready.items()}
        return Maker(self.setting, self.statement, uses(self.node), ready).code(self.node, frame)

    def _block(self, code: Code, frame: Frame) -> int | None:
        """The number of moments in a block; None where the value is small or cannot be cut."""
        if self.time.index not in code.labels or any(node in self.ready for node in nodes(self.node)):
            return None
        moments = frame.extent(self.time.index)
        entries = prod(frame.extents(code.labels)) * prod(code.cell)
        block = max(1, BLOCK * moments // max(1, entries))
        unrolled = any(
            self.time.index in size.names
            for node in nodes(self.node)
            if isinstance(node, Apply)
            for size in parameter_sizes(node.parameters)
        )
        return None if unrolled or 2 * block > moments else block

    def _runner(self, number: int, code: Code, frame: Frame) -> Runner:
        def run(state: State) -> None:
            state.shared.clear()
            state.hoisted.pop(number, None)
            try:
                state.hoisted[number] = code.run(state)
            except Trouble:
                array = point_by_point(self.node, self.statement, frame, code.labels, self.setting, state)
                state.hoisted[number] = array

        return run

    def _in_blocks(self, number: int, block: int, frame: Frame) -> tuple[Hoisted, Runner, bool]:
        index, (low, high) = self.time.index, self.time.interval
        assert index is not None, "only an index is cut into blocks"
        start = f"{index}#{number}"
        boxes = {name: (0, block - 1) if name == index else box for name, box in frame.boxes.items()}
        fixed = {**frame.fixed, start: (low, high - block + 1)}
        inner = replace(frame, boxes=boxes, fixed=fixed, origins={index: start})
        code = self._code(inner)
        compute, first = self._runner(number, code, inner), low if self.upwards else high
        last = high - block + 1

        def run(state: State) -> None:
            moment = state.loops[index]
            if not low <= moment <= high:
                return
            begun = state.loops.get(start)
            if begun is None or moment == first or not begun <= moment < begun + block:
                state.loops[start] = min(moment, last) if self.upwards else max(low, moment - block + 1)
                compute(state)

        starts = tuple(start if label == index else inner.boxes[label][0] for label in code.labels)
        return Hoisted(number, code.labels, starts, code.cell), run, True


def frame_of(statement: Statement, fixed: Mapping[str, Interval]) -> Frame:
    """The frame of a statement in loops that fix some of its indices."""
    boxes = {name: box for name, box in statement.boxes.items() if name not in fixed}
    return Frame(statement.env, boxes, fixed)
