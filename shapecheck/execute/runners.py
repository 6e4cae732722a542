"""Steps made ready to run: loops, the statements inside of them, and values computed before a loop.

In: the steps of the schedule.  Out: `Runner`s, called in order with the `State` of a run.  A statement that meets
`Trouble` (an array over all points failed at a point that may not count) is computed point by point instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from itertools import count

from shapecheck.execute.planning.hoist import invariants, split_products
from shapecheck.execute.planning.linear import Interval
from shapecheck.execute.planning.schedule import Loop, Step, Whole
from shapecheck.execute.planning.statement import Statement
from shapecheck.execute.planning.traversal import uses
from shapecheck.execute.pointwise.every_point import point_by_point
from shapecheck.execute.pointwise.on_demand import Demanded
from shapecheck.execute.precomputed import Early, Hoisted, frame_of
from shapecheck.execute.run_state import Setting, State, Trouble
from shapecheck.execute.vectorised.maker import Maker
from shapecheck.execute.vectorised.storing import Writer
from shapecheck.graph.nodes import Node
from shapecheck.record import record

Runner = Callable[[State], None]


@record
class Around:
    """The surroundings of a statement: indices fixed by loops, moments at which it runs, values computed before."""

    fixed: Mapping[str, Interval] = field(default_factory=dict)
    active: tuple[tuple[str, int, int], ...] = ()
    ready: Mapping[Node, Hoisted] = field(default_factory=dict)


@record(frozen=False)
class Builder:
    """Makes the runners of one plan."""

    setting: Setting
    numbers: count[int] = field(default_factory=count)

    def runner(self, step: Step) -> Runner:
        """The runner of a step that stands in no loop."""
        if isinstance(step, Whole):
            return self._whole(step.statement, Around())
        if isinstance(step, Loop):
            return self._loop(step, {statement: Around() for statement in step.times}, {s: s for s in step.times})
        return Demanded(step.statements, self.setting).run

    def _whole(self, statement: Statement, around: Around) -> Runner:
        frame = frame_of(statement, around.fixed)
        ready = {node: hoisted.code(frame) for node, hoisted in around.ready.items()}
        code = Maker(self.setting, statement, uses(statement.value), ready).code(statement.value, frame)
        writer, setting = Writer(statement, frame, code), self.setting

        def run(state: State) -> None:
            state.shared.clear()
            try:
                array = code.run(state)
            except Trouble:
                every = replace(code, labels=tuple(frame.boxes))
                array = point_by_point(statement.equation.value, statement, frame, every.labels, setting, state)
                Writer(statement, frame, every).write(state, array)
            else:
                writer.write(state, array)

        return _when_active(run, around.active)

    def _loop(self, loop: Loop, around: Mapping[Statement, Around], current: Mapping[Statement, Statement]) -> Runner:
        name = f"#{next(self.numbers)}"
        low, high = loop.interval
        before: list[Runner] = []
        refresh: list[Runner] = []
        inside: dict[Statement, Around] = {}
        rewritten: dict[Statement, Statement] = {}
        for original, time in loop.times.items():
            own = around[original]
            respected = frozenset(edge.read for edge in loop.inner if edge.reader.number == original.number)
            statement = rewritten[original] = split_products(current[original], respected)
            ready = dict(own.ready)
            for node in invariants(statement, respected):
                if node not in ready:
                    early = Early(self.setting, node, statement, own.fixed, own.ready, time, loop.upwards)
                    ready[node], computed, often = early.hoist(next(self.numbers))
                    (refresh if often else before).append(_when_active(computed, own.active))
            fixed = dict(own.fixed) | ({time.index: time.interval} if time.index is not None else {})
            active = () if time.interval == (low, high) else ((name, *time.interval),)
            inside[original] = Around(fixed, own.active + active, ready)
        steps = [*refresh, *(self._inner(step, inside, rewritten) for step in loop.body)]
        names = [name, *{time.index for time in loop.times.values() if time.index is not None}]
        moments = range(low, high + 1) if loop.upwards else range(high, low - 1, -1)

        def run(state: State) -> None:
            for compute in before:
                compute(state)
            loops = state.loops
            for moment in moments:
                for index in names:
                    loops[index] = moment
                for compute in steps:
                    compute(state)

        return run

    def _inner(self, step: Step, around: Mapping[Statement, Around], current: Mapping[Statement, Statement]) -> Runner:
        if isinstance(step, Whole):
            return self._whole(current[step.statement], around[step.statement])
        assert isinstance(step, Loop), "what is computed on demand stands in no loop"
        return self._loop(step, around, current)


def _when_active(run: Runner, active: Sequence[tuple[str, int, int]]) -> Runner:
    if not active:
        return run

    def guarded(state: State) -> None:
        if all(low <= state.loops[name] <= high for name, low, high in active):
            run(state)

    return guarded
