"""Hypothesis strategies for users' own tests: sizes that a spec admits, arrays for it, runs of it.

In: a spec (`shapecheck.load`).  Out: strategies that shrink to the smallest sizes and to zeros.
Arrays are drawn as a whole from a seed, which shrinks well, and small ones entry by entry, too.  Sizes that are too
large are never drawn; numbers for which there is no value (0 / 0) are rejected.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import ceil, floor, prod
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st

from shapecheck.budgets import MEMORY_LIMIT
from shapecheck.diagnostics import render
from shapecheck.execute import ExecutionError, Run
from shapecheck.execute.inputs.limits import limits_of
from shapecheck.execute.inputs.pieces import Piece
from shapecheck.execute.run_state import Array
from shapecheck.graph.model import Family
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.stages import derive_block
from shapecheck.testing.batched_arrays import front_axes, in_batch
from shapecheck.testing.cases.case import Runs
from shapecheck.testing.cases.choice import Choice, Sizes
from shapecheck.testing.cases.fills import fill, given_pieces
from shapecheck.testing.cases.strategies import MOST_SEEDS, drawn_sizes
from shapecheck.testing.part_runs import BUDGET, OF_A_RUN

if TYPE_CHECKING:
    from shapecheck.spec import Spec

ENTRIES_DRAWN = 48
"""Arrays with no more entries than this together are drawn entry by entry, too."""
WHOLE, SINGLY = ("zeros", "ones", "grid", "negative"), "entries"
"""Kinds of numbers, the simplest first."""
GRID, REACH = 16, 32


@record(eq=False)
class Example:
    """Sizes, the arrays of all inputs, weights and buffers by name, and the run of the spec on them."""

    sizes: Sizes
    arrays: Mapping[str, Array]
    run: Run

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} = {value}" for name, value in self.sizes.items())
        arrays = "".join(f"\n  {name} = {_written(array)}" for name, array in self.arrays.items())
        return f"at {sizes or 'no free sizes'}{arrays}"


def sizes(spec: Spec, *, block: str | None = None) -> st.SearchStrategy[Sizes]:
    """Sizes that a spec admits, `{"p": 1, "d": 2, "T": 3}`, small enough to be run in no time.

    `block`: the sizes of a block of the spec, on its own.
    """
    choice = choice_of(spec, block)
    return drawn_sizes(choice, choice.width())


def arrays(
    spec: Spec, at: Mapping[str, int] | None = None, *, block: str | None = None, batch: int | tuple[int, ...] = ()
) -> st.SearchStrategy[dict[str, Array]]:
    """An array for every input, weight and buffer, by name: at sizes that are drawn, or at the sizes `at`.

    Names are those under which `spec.run` takes them: members that differ in shape have a name each, `W[1]`.
    With `batch`, a number or several, the inputs have these axes in front: a batch of runs.
    """
    return runs_with_arrays(spec, at, block, batch).map(lambda example: dict(example.arrays))


def runs(
    spec: Spec, at: Mapping[str, int] | None = None, *, block: str | None = None, batch: int | tuple[int, ...] = ()
) -> st.SearchStrategy[Run]:
    """Runs of the spec on drawn arrays: `run.sizes`, `run.arrays["h"]`, `run.value("h[1]")`; with `batch`, of many."""
    return runs_with_arrays(spec, at, block, batch).map(lambda example: example.run)


def runs_with_arrays(
    spec: Spec, at: Mapping[str, int] | None, block: str | None, batch: int | tuple[int, ...] = ()
) -> st.SearchStrategy[Example]:
    """Sizes, arrays and runs together."""
    choice, front = choice_of(spec, block), front_axes(batch)
    runner = Runs(choice.shapes, MEMORY_LIMIT)
    where = drawn_sizes(choice, choice.width()) if at is None else st.just(dict(at))

    @st.composite
    def strategy(draw: st.DrawFn) -> Example:
        chosen = draw(where)
        plan = runner.plan(chosen)
        given = draw(in_batch(_numbers(choice.shapes, plan.setting), choice.shapes, front))
        try:
            return Example(chosen, given, plan.run(given))
        except ExecutionError:
            reject()

    return strategy()


@lru_cache(maxsize=16)
def _choice(shapes: Shapes) -> Choice:
    return Choice(shapes, BUDGET * OF_A_RUN)


def choice_of(spec: Spec, block: str | None) -> Choice:
    """The examples of a spec; raises `SpecError` for one with mistakes, `KeyError` for an unknown block."""
    whole = spec.shapes
    if block is None:
        return _choice(whole)
    shapes, diagnostics = derive_block(spec.source, block)
    if shapes is None or shapes.failed:
        raise ValueError("\n\n".join(render(item, spec.source) for item in diagnostics))
    return _choice(shapes)


def _numbers(shapes: Shapes, setting: Any) -> st.SearchStrategy[dict[str, Array]]:
    """Arrays at the sizes of a plan.  The first draws are the same at all sizes, so that these can shrink."""
    pieces = list(given_pieces(shapes, setting.layout))
    small = sum(prod(piece.shape) for _, piece in pieces) <= ENTRIES_DRAWN
    singly = {piece.path: _entries(family, piece, setting.env) for family, piece in pieces} if small else {}

    @st.composite
    def strategy(draw: st.DrawFn) -> dict[str, Array]:
        kind, seed = draw(st.sampled_from((*WHOLE, SINGLY))), draw(st.integers(0, MOST_SEEDS))
        if kind == SINGLY and small:
            return draw(st.fixed_dictionaries(singly))
        return fill(shapes, setting.layout, setting.env, "grid" if kind == SINGLY else kind, seed)

    return strategy()


def _entries(family: Family, piece: Piece, env: Mapping[str, int]) -> st.SearchStrategy[Array]:
    """An array entry by entry: multiples of 1/16, or whole numbers where these are declared."""
    limits = limits_of(family.entries, env)
    low, high, scale, kind = -REACH, REACH, GRID, "float64"
    if limits is not None:
        scale, kind = (GRID, "float64") if limits.real else (1, "int64")
        low, high = (edge(end * scale) for edge, end in zip((ceil, floor), limits.drawn))
    if low > high:
        return st.just(np.full(piece.shape, float(low) / scale))
    numbers = st.lists(st.integers(low, high), min_size=prod(piece.shape), max_size=prod(piece.shape))
    return numbers.map(lambda found: _array(found, scale, kind, piece.shape))


def _array(numbers: list[int], scale: int, kind: str, shape: tuple[int, ...]) -> Array:
    values = np.array(numbers, dtype=kind)
    return (values if scale == 1 else values / scale).reshape(shape)


def _written(array: Array) -> str:
    return repr(array.tolist()) if array.size <= ENTRIES_DRAWN else f"an array of {' x '.join(map(str, array.shape))}"
