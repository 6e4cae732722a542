"""Numbers of a run that differ between a surviving mutant and the original.

Comes in: a mutant and the original.  Goes out: the first entry that differs, at the sizes of a test or at small ones,
as a line for the reader, or in how many runs nothing did, which proves nothing.  The block that was changed is run on
its own, then the file; a changed function in every block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from shapecheck.diagnostics.render import sizes_text
from shapecheck.diagnostics.shapes import shape_text
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.source import Source
from shapecheck.stages import derive, derive_block
from shapecheck.syntax import tree
from shapecheck.testing.mutation.mutants import Mutant
from shapecheck.verdict.runs import Runner

Array = np.ndarray[Any, Any]


@record
class Compared:
    """The first difference, or nothing; and in how many runs it was looked for."""

    text: str
    runs: int

    @property
    def note(self) -> str:
        """For the reader."""
        if self.text:
            return self.text
        if not self.runs:
            return "nothing is run that could tell them apart"
        times = "the run gives" if self.runs == 1 else f"all {self.runs} runs give"
        return f"{times} the same numbers; that it is the same is not proved"


def compared(mutant: Mutant, original: Source, memory_limit: int) -> Compared:
    """`h[1, 0] is 0.3125 then, and 0.25 now, with p = 3, d = 2, T = 4`, if a run shows it."""
    runs = 0
    for part in _parts(mutant):
        before, after = _derived(original, part), _derived(mutant.source, part)
        if before is None or after is None or before.failed or after.failed:
            continue
        for text in _differences(before, after, memory_limit):
            runs += 1
            if text:
                return Compared(text, runs)
    return Compared("", runs)


def _parts(mutant: Mutant) -> list[str]:
    """The parts to run: blocks by their names, the file by none."""
    block = mutant.around.block
    if isinstance(block, tree.Function):
        return ["", *(item.name for item in mutant.tree.statements if isinstance(item, tree.Layer))]
    return [""] if block is None else [block.name, ""]


def _derived(source: Source, part: str) -> Shapes | None:
    return (derive_block(source, part) if part else derive(source))[0]


def _differences(before: Shapes, after: Shapes, memory_limit: int) -> Iterator[str]:
    """For every run of both that computes something, the first difference or nothing."""
    one, other = Runner(before, memory_limit), Runner(after, memory_limit)
    for case in one.cases() or one.picks():
        first, second = one.run(case), other.run(case)
        if first is not None and second is not None and before.graph.equations:
            yield _difference(first.arrays, second.arrays, before, case.sizes)


def _difference(
    first: Mapping[str, Array], second: Mapping[str, Array], shapes: Shapes, sizes: Mapping[str, int]
) -> str:
    behind = f", with {sizes_text(sizes)}" if sizes else ""
    for path in sorted(first.keys() & second.keys(), key=list(first).index):
        one, other = first[path], second[path]
        if one.shape != other.shape:
            now, then = (shape_text(tuple(map(str, array.shape))) for array in (one, other))
            return f"{path} : {then} then, and {now} now{behind}"
        entry = _entry(one, other)
        if entry is not None:
            then, now = _digits(other[entry], one[entry])
            return f"{_place(path, entry, shapes, sizes)} is {then} then, and {now} now{behind}"
    return ""


def _digits(one: Any, other: Any) -> tuple[str, str]:
    """Both numbers with as many digits as tell them apart."""
    pairs = [(f"{one:.{digits}g}", f"{other:.{digits}g}") for digits in (6, 9, 12, 17)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[-1])


def _entry(one: Array, other: Array) -> tuple[int, ...] | None:
    """The first entry that differs by more than rounding."""
    differs = np.argwhere(~np.isclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True))
    return tuple(int(at) for at in differs[0]) if len(differs) else None


def _place(path: str, entry: tuple[int, ...], shapes: Shapes, sizes: Mapping[str, int]) -> str:
    """`h[1, 0]`, a family counted from its least member."""
    starts = [interval.low.evaluate(sizes) for interval in shapes.axes.get(path, ())]
    numbers = [at + start for at, start in zip(entry, [*starts, *(0 for _ in entry[len(starts) :])])]
    return f"{path}[{', '.join(map(str, numbers))}]" if numbers else path
