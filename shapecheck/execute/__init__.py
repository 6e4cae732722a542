"""Running a spec at concrete sizes: `run`, or `compile` once and run the plan many times.

    Shapes + sizes -> planning -> plan -> runners -> Run

`plan.compile` checks the sizes, lets `planning` lay out and order the work, and lets `runners` make each step ready to
run: equations are compiled by `vectorised`, or evaluated member by member by `pointwise`; `precomputed` values are
computed before loops.  `Plan.run` fills in the `inputs`, runs all steps on one `State` (`run_state`) and gives
a `Run` (`run_result`).  Mistakes of the user are the exceptions in `errors`.  `files` reads and writes arrays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from shapecheck.budgets import MEMORY_LIMIT
from shapecheck.execute.batches import Batch
from shapecheck.execute.errors import ExecutionError, ShapeMismatch
from shapecheck.execute.plan import Kind, Plan, Progress, compile
from shapecheck.execute.run_result import Run
from shapecheck.infer.model import Shapes

__all__ = [
    "Batch",
    "ExecutionError",
    "Plan",
    "Run",
    "ShapeMismatch",
    "compile",
    "run",
]


def run(
    shapes: Shapes,
    sizes: Mapping[str, int],
    data: Mapping[str, object] | None = None,
    *,
    seed: int = 0,
    dtype: Kind = "float64",
    memory_limit: int = MEMORY_LIMIT,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
) -> Run:
    """Computes all families (or `only` some, with what they need) at these sizes.

    Inputs, weights and buffers that `data` leaves out are drawn from `seed`.  `progress` is called with the number of
    steps done and of all steps.  Inputs with further axes in front are a batch of runs, and the result is a `Batch`.
    Raises `ExecutionError` for a user's mistake, if possible before large arrays exist.
    """
    plan = compile(shapes, sizes, dtype, memory_limit=memory_limit, only=only)
    return plan.run(data, seed=seed, progress=progress)
