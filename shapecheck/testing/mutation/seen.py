"""What tells a mutant that nobody noticed from the original: numbers that differ in a run.

Comes in: both sources.  Goes out: the first entry that differs, at the sizes of a test or at small ones, as a line for
the reader; nothing where all runs give the same numbers, which proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from shapecheck.check import derive
from shapecheck.diagnostics.render import sizes_text
from shapecheck.infer.model import Shapes
from shapecheck.source import Source
from shapecheck.verdict.runs import Runner

Array = np.ndarray[Any, Any]


def difference(original: Source, mutant: Source, memory_limit: int) -> str:
    """`h[1, 0] is 0.3125 then, and 0.25 now, with p = 3, d = 2, T = 4`, or nothing."""
    before, after = derive(original)[0], derive(mutant)[0]
    if before is None or after is None or before.failed or after.failed:
        return ""
    return next(_differences(before, after, memory_limit), "")


def _differences(before: Shapes, after: Shapes, memory_limit: int) -> Iterator[str]:
    one, other = Runner(before, memory_limit), Runner(after, memory_limit)
    for case in one.cases() or one.picks():
        first, second = one.run(case), other.run(case)
        if first is None or second is None:
            continue
        for path in sorted(first.arrays, key=lambda path: "." in path):
            array = second.arrays.get(path)
            entry = None if array is None else _entry(first.arrays[path], array)
            if array is not None and entry is not None:
                sizes = f", with {sizes_text(case.sizes)}" if case.sizes else ""
                place = _place(path, entry, before, case.sizes)
                yield f"{place} is {array[entry]:.6g} then, and {first.arrays[path][entry]:.6g} now{sizes}"


def _entry(one: Array, other: Array) -> tuple[int, ...] | None:
    """The first entry that differs by more than rounding; none where the shapes do."""
    if one.shape != other.shape:
        return None
    differs = np.argwhere(~np.isclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True))
    return tuple(int(at) for at in differs[0]) if len(differs) else None


def _place(path: str, entry: tuple[int, ...], shapes: Shapes, sizes: Mapping[str, int]) -> str:
    """`h[1, 0]`, a family counted from its least member."""
    starts = [interval.low.evaluate(sizes) for interval in shapes.axes.get(path, ())]
    numbers = [at + start for at, start in zip(entry, [*starts, *(0 for _ in entry[len(starts) :])])]
    return f"{path}[{', '.join(map(str, numbers))}]" if numbers else path
