"""A spec at concrete sizes, made ready to run: compiled once, run many times.

In: `Shapes` without errors, a value for every free size, the type of real numbers.  Out: a `Plan`, whose `run` takes
data or a seed and gives a `Run`.  Sizes and memory are checked before any large array is made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from math import prod
from typing import Literal

import numpy as np

from shapecheck.budgets import MEMORY_LIMIT
from shapecheck.execute import errors
from shapecheck.execute.assumed_data import ATTEMPTS, Assumed
from shapecheck.execute.batches import Batch, Front, at_each, batch, depending, front_of
from shapecheck.execute.inputs.drawn import draw
from shapecheck.execute.inputs.given import accept
from shapecheck.execute.planning import memory
from shapecheck.execute.planning.dependence import Edge, edges
from shapecheck.execute.planning.memory_layout import Slot, lay_out
from shapecheck.execute.planning.schedule import Demand, Loop, Step, Whole, schedule
from shapecheck.execute.planning.statement import Statement, statement
from shapecheck.execute.planning.writing_out import MOST_MEMBERS, TooManyMembers, written_out
from shapecheck.execute.pointwise.nan_origin import holds_nan, nan_error
from shapecheck.execute.run_result import Run
from shapecheck.execute.run_state import Array, Setting, State, storage
from shapecheck.execute.runners import Builder, Runner
from shapecheck.execute.stated_ranges import confirm_range
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.sizes import Tested, Unknown
from shapecheck.sizes.algebra.point_values import TooLarge

Kind = Literal["float64", "float32"]
Progress = Callable[[int, int], None]
NEXT_SEED = 1_000_003
"""The distance to the next seed where the numbers of one do not meet an assumption."""
MOST_AXES = 32
"""Axes of an array; some products of two arrays have as many as both together, and NumPy knows 64."""


@record
class Plan:
    """The `steps` of a run in order, each with the slots that it fills; `needed` bytes are estimated for a run."""

    setting: Setting
    statements: tuple[Statement, ...]
    steps: tuple[tuple[Runner, tuple[Slot, ...]], ...]
    needed: int
    limit: int

    @property
    def shapes(self) -> Shapes:
        """The derived shapes of the spec that is run."""
        return self.setting.shapes

    def run(self, data: Mapping[str, object] | None = None, *, seed: int = 0, progress: Progress | None = None) -> Run:
        """Computes everything; data that are not given are drawn.  Raises `ExecutionError`.

        Inputs with further axes in front, the same for all that have any, are a `Batch` of runs.
        """
        setting, data = self.setting, data or {}
        front, paths = front_of(setting.shapes, setting.layout, data)
        if front:
            return self._batch(data, front, paths, seed, progress)
        return self._one(self._filled(*self._accepted(data), seed), progress)

    def _accepted(self, data: Mapping[str, object]) -> tuple[dict[int, Array], set[str]]:
        setting = self.setting
        return accept(setting.shapes, setting.layout, setting.env, data, setting.kind)

    def _drawn(self, seed: int, names: Collection[str]) -> dict[int, Array]:
        setting = self.setting
        return draw(setting.shapes, setting.layout, setting.env, seed, names, setting.kind)

    def _filled(self, given: Mapping[int, Array], names: Collection[str], seed: int) -> Mapping[int, Array]:
        """The given arrays and drawn ones beside them, which meet the assumptions on entries."""
        assumed = self.shapes.graph.assumed
        if not assumed:
            return {**self._drawn(seed, names), **given}
        for number in range(ATTEMPTS):
            found = Assumed(self.setting, names).fitted({**self._drawn(seed + number * NEXT_SEED, names), **given})
            if found is not None:
                return found
        raise errors.assumption_unmet([claim.text for claim in assumed], ATTEMPTS, assumed[0].span)

    def _one(self, arrays: Mapping[int, Array], progress: Progress | None) -> Run:
        state = State([None] * len(self.setting.layout.slots))
        for number, array in arrays.items():
            state.arrays[number] = array
        with np.errstate(all="ignore"):
            self._compute(state, progress)
        return Run(self.setting, state, self.statements, self.limit - self.needed)

    def _batch(
        self, data: Mapping[str, object], front: Front, paths: frozenset[str], seed: int, progress: Progress | None
    ) -> Batch:
        """One run for each entry along the axes in front; what is not given is drawn once for all."""
        count, shapes = prod(front), self.setting.shapes
        if self.needed * count > self.limit:
            largest = memory.largest_family(self.setting.layout)
            raise errors.too_much_memory(self.needed * count, self.limit, largest, self.setting.env)
        own = frozenset(path.partition("[")[0] for path in paths)
        shared, names = self._accepted({path: value for path, value in data.items() if path not in paths})
        drawn = self._drawn(seed, names | own)
        runs = []
        for done, entry in enumerate(at_each(data, paths, front), start=1):
            given = {**shared, **self._accepted(entry)[0]}
            arrays = self._filled(given, names | own, seed) if shapes.graph.assumed else {**drawn, **given}
            runs.append(self._one(arrays, None))
            if progress is not None:
                progress(done, count)
        return batch(tuple(runs), front, depending(shapes, own))

    def _compute(self, state: State, progress: Progress | None) -> None:
        for done, (runner, slots) in enumerate(self.steps, start=1):
            runner(state)
            for slot in slots:
                if holds_nan(state.arrays[slot.number]):
                    raise nan_error(slot, self.statements, self.setting, state)
                confirm_range(slot, self.setting, state)
            if progress is not None:
                progress(done, len(self.steps))
        for slot in self.setting.layout.slots:
            if slot.number in state.waiting:
                storage(state, slot, np.dtype(np.int64))
        state.hoisted.clear()
        state.shared.clear()


def compile(
    shapes: Shapes,
    sizes: Mapping[str, int],
    dtype: Kind = "float64",
    *,
    memory_limit: int = MEMORY_LIMIT,
    only: Collection[str] | None = None,
) -> Plan:
    """The plan for these sizes; with `only`, of these families and what they need.  Raises `ExecutionError`."""
    env = environment(shapes, sizes)
    try:
        shapes = written_out(shapes, env)
        layout = lay_out(shapes, env)
    except TooManyMembers as error:
        raise errors.too_many_members(error.count, MOST_MEMBERS, sizes) from error
    except TooLarge as error:
        raise errors.endless_size(sizes) from error
    for slot in layout.slots:
        if len(slot.shape) > MOST_AXES:
            raise errors.too_many_axes(slot.family, len(slot.shape), MOST_AXES, sizes)
    setting = Setting(shapes, env, layout, np.dtype(dtype))
    stored = memory.stored(layout)
    if stored > memory_limit:
        raise errors.too_much_memory(stored, memory_limit, memory.largest_family(layout), sizes)
    made = [statement(number, instance, env, layout) for number, instance in enumerate(shapes.instances)]
    statements = [one for one in made if one is not None]
    links = edges(statements, layout)
    if only is not None:
        statements, links = _needed(statements, links, only, shapes)
    needed = stored + memory.temporary(statements)
    if needed > memory_limit:
        raise errors.too_much_memory(needed, memory_limit, memory.largest_family(layout), sizes)
    builder = Builder(setting)
    with np.errstate(all="ignore"):
        steps = tuple((builder.runner(step), _slots(step)) for step in schedule(statements, links))
    return Plan(setting, tuple(statements), steps, needed, memory_limit)


def environment(shapes: Shapes, sizes: Mapping[str, int]) -> dict[str, int]:
    """The values of all size symbols, once the sizes are found to be complete and admissible."""
    graph = shapes.graph
    if shapes.failed:
        raise errors.not_derived(sum(diagnostic.level == "error" for diagnostic in shapes.diagnostics))
    wanted = graph.least_at(sizes)
    for name in sizes:
        if name not in wanted:
            raise errors.unknown_size(name, tuple(wanted))
    for name, least in wanted.items():
        span = graph.dims[name if name in graph.dims else name.partition("[")[0]].span
        if name not in sizes:
            raise errors.size_missing(name, span)
        value = sizes[name]
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise errors.size_out_of_range(name, value, least, span)
    env = shapes.environment({name: int(value) for name, value in sizes.items()})
    for assumption in graph.assumptions:
        if not assumption.formula.holds(env):
            raise errors.assumption_violated(assumption.text, sizes, assumption.span)
    _check_undecided(shapes, env)
    return env


def _check_undecided(shapes: Shapes, env: Mapping[str, int]) -> None:
    """Raises an error if a requirement that is neither proved nor refuted does not hold at these sizes."""
    for requirement in shapes.requirements:
        relation = requirement.relation
        if not isinstance(requirement.decision, Tested | Unknown) or not relation.names <= env.keys():
            continue
        owed = all(fact.names <= env.keys() and fact.holds(env) for fact in requirement.facts)
        if owed and not relation.holds(env):
            sizes = {name: env[name] for name in sorted(relation.names)}
            raise errors.requirement_violated(str(relation), requirement.why, sizes, requirement.span)


def _needed(
    statements: Sequence[Statement], links: Sequence[Edge], only: Collection[str], shapes: Shapes
) -> tuple[list[Statement], list[Edge]]:
    """The statements that define these families, and all that they read, directly or not."""
    for name in only:
        if name not in shapes.graph.families:
            raise errors.unknown_family(name, shapes.graph.families)
    sources: dict[int, list[Statement]] = {}
    for link in links:
        sources.setdefault(link.reader.number, []).append(link.writer)
    work = [one for one in statements if any(goal.family in only for goal in one.goals)]
    kept = {one.number for one in work}
    while work:
        for source in sources.get(work.pop().number, ()):
            if source.number not in kept:
                kept.add(source.number)
                work.append(source)
    return (
        [one for one in statements if one.number in kept],
        [link for link in links if link.reader.number in kept and link.writer.number in kept],
    )


def _slots(step: Step) -> tuple[Slot, ...]:
    match step:
        case Whole(one):
            own = [one]
        case Loop(times):
            own = list(times)
        case Demand(group):
            own = list(group)
    return tuple({goal.slot.number: goal.slot for one in own for goal in one.goals}.values())
