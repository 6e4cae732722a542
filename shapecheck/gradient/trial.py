"""A derived gradient compared with differences of the number, at small sizes.

The point is off the grid of drawn numbers, so that no entry is at a kink by chance.  All tensors move at once, each in
a drawn direction; where the slope is not the one derived, each moves alone, to name the one whose derivative is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shapecheck.execute import ExecutionError, Run, run
from shapecheck.gradient.model import Refused
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.sizes import Relation, integer, smallest, symbol

Data = dict[str, Any]
"""Arrays by path: `W`, or `W[1]` where members differ in shape."""
LEAST = 3
STEPS = (1e-5, 1e-4, 1e-6)
TOLERANCE = 1e-5
ROUNDING = 1e-8
"""The share of the number itself by which a slope may be off."""
MEMORY = 1 << 24
"""Bytes that one run may take."""


def compared(before: Shapes, after: Shapes, of: str, bars: Mapping[str, str]) -> int:
    """The number of settings at which all derivatives agree; `Refused` where one does not."""
    graph = before.graph
    chosen = [*(test.sizes for test in graph.tests[:1]), *_sizes(before)]
    asked = {name: bar for name, bar in bars.items() if graph.families[name].is_given}
    done = 0
    for sizes in chosen if asked else ():
        try:
            _Trial(before, of, sizes, asked).compare(after)
            done += 1
        except ExecutionError:
            continue
    return done


def _sizes(shapes: Shapes) -> list[dict[str, int]]:
    """Small sizes that differ, large enough for a recurrence to recur, where there are such."""
    graph = shapes.graph
    large = graph.context.assuming(*(Relation(">=", symbol(name), integer(LEAST)) for name in graph.free_sizes))
    found = smallest(large, graph.free_sizes, distinct=True)
    return found or smallest(graph.context, graph.free_sizes, distinct=True)


@record(eq=False)
class _Trial:
    shapes: Shapes
    of: str
    sizes: Mapping[str, int]
    bars: Mapping[str, str]

    def compare(self, after: Shapes) -> None:
        """Raise `Refused` where the slope at a point is not the one derived."""
        point = self._point()
        derived = run(after, self.sizes, point, memory_limit=MEMORY)
        direction = {
            path: value
            for path, value in self._given(self._run({}, seed=11)).items()
            if any(_belongs(path, name) for name in self.bars)
        }
        if self._agrees(derived, point, direction, self.bars):
            return
        for name in self.bars:
            alone = {path: value for path, value in direction.items() if _belongs(path, name)}
            if not self._agrees(derived, point, alone, (name,)):
                where = ", ".join(f"{size} = {value}" for size, value in self.sizes.items())
                title = f"the derivative by `{name}` disagrees with differences of {self.of}"
                raise Refused(f"{title} at {where}" if where else title, help="please report this spec")

    def _run(self, data: Data, seed: int = 0) -> Run:
        return run(self.shapes, self.sizes, data, seed=seed, memory_limit=MEMORY)

    def _given(self, found: Run) -> Data:
        """The values of all that is given."""
        names = [name for name, family in self.shapes.graph.families.items() if family.is_given]
        return {path: found.arrays[path] for path in found.arrays if any(_belongs(path, name) for name in names)}

    def _point(self) -> Data:
        """Values for all that is given, off the grid where they are free."""
        first, second = (self._given(self._run({}, seed=seed)) for seed in (1, 2))
        bound = [name for name, family in self.shapes.graph.families.items() if family.entries is not None]
        return {
            path: value if any(_belongs(path, name) for name in bound) else value + 0.3137 * second[path]
            for path, value in first.items()
        }

    def _agrees(self, derived: Run, point: Data, direction: Data, names: Iterable[str]) -> bool:
        """Whether a difference in a direction has the slope that is derived."""
        expected = 0.0
        for name in names:
            for path, step in direction.items():
                if _belongs(path, name):
                    expected += float((derived.value(f"{self.bars[name]}{path[len(name) :]}") * step).sum())
        return any(self._is_slope(expected, point, direction, step) for step in STEPS)

    def _is_slope(self, expected: float, point: Data, direction: Data, step: float) -> bool:
        ends = []
        for sign in (1, -1):
            moved = {path: point[path] + sign * step * value for path, value in direction.items()}
            ends.append(float(self._run({**point, **moved}).value(self.of)))
        slope = (ends[0] - ends[1]) / (2 * step)
        return abs(slope - expected) <= TOLERANCE * max(1.0, abs(expected)) + ROUNDING * abs(ends[0])


def _belongs(path: str, name: str) -> bool:
    """Whether a path is a tensor, or a member of it."""
    return path == name or path.startswith(f"{name}[")
