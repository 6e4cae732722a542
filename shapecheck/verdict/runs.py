"""Runs of a spec: at its tests' sizes and data, and at small sizes that the tool picks.

A run is made once for each setting and shared by all claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.model import Claim, Test
from shapecheck.graph.nodes import Apply, Data, Node, Number, SizeValue
from shapecheck.infer.model import Shapes
from shapecheck.ops.base import concrete
from shapecheck.record import record
from shapecheck.sizes import Formula, smallest

if TYPE_CHECKING:
    import numpy as np

    from shapecheck.execute import Run

PICKS = 3
"""Settings that the tool picks where no test meets a claim's conditions (the language's rule)."""
LARGEST_PICK = 1 << 28
"""Bytes that a run at sizes of the tool's own choice may take: picks are for looking, not for waiting."""


@record
class Case:
    """One setting to run at: a test's, or one that the tool picked (`name` None)."""

    sizes: Mapping[str, int]
    name: str | None = None
    data: Mapping[str, Node] = field(default_factory=dict)
    seed: int = 0

    @property
    def key(self) -> tuple[object, ...]:
        return (self.name, tuple(sorted(self.sizes.items())), self.seed)


@record(frozen=False)
class Runner:
    """Runs cases, each once."""

    shapes: Shapes
    memory_limit: int
    confirmed: int = 0
    settings: list[Mapping[str, int]] = field(default_factory=list)
    problems: dict[tuple[object, ...], Diagnostic] = field(default_factory=dict)
    _runs: dict[tuple[object, ...], Run | None] = field(default_factory=dict)

    def cases(self) -> list[Case]:
        """The tests, as cases."""
        return [test_case(test) for test in self.shapes.graph.tests if admitted(self.shapes, test.sizes)]

    def picks(self, count: int = PICKS, condition: Formula | None = None) -> list[Case]:
        """Small admissible settings, with pairwise distinct sizes first where there are any."""
        graph = self.shapes.graph
        context = graph.context if condition is None else graph.context.assuming(condition)
        distinct = smallest(context, graph.free_sizes, distinct=True, count=1)
        plain = smallest(context, graph.free_sizes, count=count)
        chosen = [*distinct, *(sizes for sizes in plain if sizes not in distinct)]
        return [Case(sizes) for sizes in chosen[:count]]

    def run(self, case: Case) -> Run | None:
        """The run of a case; None where it stopped, then `problems` says why."""
        if case.key not in self._runs:
            self._runs[case.key] = self._run(case)
        return self._runs[case.key]

    def _run(self, case: Case) -> Run | None:
        from shapecheck.execute import run
        from shapecheck.execute.errors import ExecutionError

        limit = self.memory_limit if case.name is not None else min(self.memory_limit, LARGEST_PICK)
        try:
            result = run(self.shapes, case.sizes, given_arrays(case), seed=case.seed, memory_limit=limit)
        except ExecutionError as error:
            self.problems[case.key] = error.diagnostic
            return None
        self.confirmed += result.confirmed
        self.settings.append(case.sizes)
        return result


def test_case(test: Test) -> Case:
    """A test as a case to run."""
    return Case(test.sizes, test.name, test.data)


def given_arrays(case: Case) -> dict[str, np.ndarray]:
    """The data that a test gives, by name."""
    return {name: literal_array(node, case.sizes) for name, node in case.data.items()}


def literal_array(node: Node, sizes: Mapping[str, int]) -> np.ndarray:
    """Data made of literals and ops (`[1, 2; 3, 4]`, `full(2 x p, 3)`) as an array, integers as int64."""
    import numpy as np

    match node:
        case Number(value):
            return np.asarray(value)
        case SizeValue(size):
            return np.asarray(size.evaluate(sizes))
        case Data(shape, values):
            kind = np.int64 if all(isinstance(value, int) for value in values) else np.float64
            return np.array(values, dtype=kind).reshape(shape)
        case Apply(op, arguments, parameters):
            arrays = [literal_array(argument, sizes) for argument in arguments]
            return op.kernel(concrete(parameters, sizes), arrays, [array.ndim for array in arrays])
        case _:
            raise AssertionError("the builder lets only literals and ops into a test's data")


def admitted(shapes: Shapes, sizes: Mapping[str, int]) -> bool:
    """Whether the spec allows these sizes."""
    return violated(shapes, sizes) is None


def violated(shapes: Shapes, sizes: Mapping[str, int]) -> str | None:
    """The bound or assumption that these sizes violate, as text; None if they are allowed."""
    for name, least in shapes.graph.least_at(sizes).items():
        if sizes[name] < least:
            return f"{name} >= {least}"
    for assumption in shapes.graph.assumptions:
        if not assumption.formula.holds(sizes):
            return assumption.text
    return None


def meets(claim: Claim, sizes: Mapping[str, int]) -> bool:
    """Whether a claim is about these sizes at all."""
    return claim.condition is None or claim.condition.holds(sizes)
