"""A derived gradient compared with differences of the number, at small sizes.

The point is off the grid of drawn numbers, so that no entry is at a kink by chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shapecheck.execute import ExecutionError, run
from shapecheck.gradient.model import Refused
from shapecheck.infer.model import Shapes
from shapecheck.sizes import smallest

Data = dict[str, Any]
SETTINGS = 2
STEPS = (1e-5, 1e-4, 1e-6)
TOLERANCE = 1e-4
MEMORY = 1 << 28
"""Bytes that one run may take."""


def compared(before: Shapes, after: Shapes, of: str, bars: Mapping[str, str]) -> int:
    """The number of settings at which all derivatives agree; `Refused` where one does not."""
    graph = before.graph
    chosen = [test.sizes for test in graph.tests][:1] + smallest(
        graph.context, graph.free_sizes, distinct=True, count=1
    )
    done = 0
    for sizes in chosen[:SETTINGS]:
        try:
            done += _agrees(before, after, of, bars, sizes)
        except ExecutionError:
            continue
    return done


def _agrees(before: Shapes, after: Shapes, of: str, bars: Mapping[str, str], sizes: Mapping[str, int]) -> bool:
    data = _point(after, sizes)
    derived = run(after, sizes, data, memory_limit=MEMORY)
    compared = 0
    for name, bar in bars.items():
        if name in data and before.graph.families[name].is_given:
            direction = run(after, sizes, seed=11, memory_limit=MEMORY).value(name)
            expected = float((derived.value(bar) * direction).sum())
            if not any(_close(before, of, sizes, data, name, direction, expected, step) for step in STEPS):
                where = ", ".join(f"{size} = {value}" for size, value in sizes.items())
                raise Refused(
                    f"the derivative by `{name}` disagrees with differences at {where}", help="please report this spec"
                )
            compared += 1
    return compared > 0


def _point(shapes: Shapes, sizes: Mapping[str, int]) -> Data:
    """Values for all that is given, off the grid where they are free."""
    first, second = (run(shapes, sizes, seed=seed, memory_limit=MEMORY) for seed in (1, 2))
    found: Data = {}
    for name, family in shapes.graph.families.items():
        if family.is_given and len({cell.shape for cell in shapes.cells[name]}) == 1:
            value = first.value(name)
            found[name] = value if family.entries is not None else value + 0.3137 * second.value(name)
    return found


def _close(
    before: Shapes,
    of: str,
    sizes: Mapping[str, int],
    data: Data,
    name: str,
    direction: Any,
    expected: float,
    step: float,
) -> bool:
    """Whether a difference of that step has the derivative that is expected."""
    ends = [
        float(run(before, sizes, {**data, name: data[name] + sign * step * direction}, memory_limit=MEMORY).value(of))
        for sign in (1, -1)
    ]
    slope = (ends[0] - ends[1]) / (2 * step)
    return abs(slope - expected) <= TOLERANCE * max(1.0, abs(expected), abs(ends[0]))
