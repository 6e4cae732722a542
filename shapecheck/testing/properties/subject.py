"""Properties that hold of every run of every spec, so that a spec is its own test.

    shapes        every array has the shape that was derived for all sizes
    values        the fast run gives what the equations say, evaluated entry by entry
    requirements   what the equations need of the sizes, and what was proved of it, holds
    claims        what was proved or tested holds
    counts        the number of parameters is that of the entries of the weights

In: a part of a spec as it was judged, a case.  Out: the first `Failure`, or none, and the number of comparisons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field
from math import prod
from typing import TYPE_CHECKING

from shapecheck.checked import Part
from shapecheck.diagnostics.model import Diagnostic
from shapecheck.execute import ExecutionError, Run
from shapecheck.execute.planning.memory_layout import count
from shapecheck.graph.model import Claim
from shapecheck.infer.counting import counts
from shapecheck.record import record
from shapecheck.sizes import Proved, Size, Undefined
from shapecheck.testing.cases.case import Case, Runs
from shapecheck.testing.properties import errors
from shapecheck.testing.properties.claim_checks import Claims, LeftOut
from shapecheck.testing.properties.naive import ENTRIES_OF_A_MEMBER, Equations, compare_naively

if TYPE_CHECKING:
    from shapecheck.infer.model import Requirement

PROPERTIES = ("shapes", "values", "requirements", "claims", "counts")
"""In the order in which they are checked."""


@record
class Failure:
    """A property that does not hold in a case; `claim` is set where it is one claim that fails."""

    property: str
    diagnostic: Diagnostic
    case: Case
    claim: Claim | None = None

    def same(self, other: Failure | None) -> bool:
        """Whether another case fails for the same reason."""
        return (
            other is not None
            and (self.property, self.claim) == (other.property, other.claim)
            and (self.diagnostic.code, self.diagnostic.span) == (other.diagnostic.code, other.diagnostic.span)
        )


@record(frozen=False)
class Subject:
    """One part of a spec, and the properties that are checked in every run of it."""

    part: Part
    memory_limit: int
    steps: int = 4_000
    entries: int = ENTRIES_OF_A_MEMBER
    """The most steps of the naive evaluator, and entries of one member that it compares, in a run."""
    seen: Counter[str] = field(default_factory=Counter)
    """The number of comparisons by property; `not finite` counts runs on large numbers that left the reals."""
    runs: Runs = field(init=False)
    claims: Claims = field(init=False)
    _equations: Equations = field(init=False)
    _params: Size | None = field(init=False)

    def __post_init__(self) -> None:
        shapes = self.part.shapes
        self.runs, self.claims = Runs(shapes, self.memory_limit), Claims(shapes, self.part.verdicts)
        self._equations, self._params = Equations(shapes), counts.params(shapes)

    def failure(self, case: Case, turn: int = 0) -> Failure | None:
        """The first property that fails in this case; `turn` says which entries are compared where not all are."""
        try:
            run = self.runs.run(case)
        except ExecutionError as error:
            return self._stopped(error, case)
        except Exception as error:  # a shape that does not fit shows itself in many ways, all of them ours
            return Failure("shapes", errors.cannot_run(error, self.part.shapes, case), case)
        return next(self.failures(run, case, turn), None)

    def refused(self, sizes: Mapping[str, int]) -> str | None:
        """Why a run at these sizes is refused before it starts; None where it is not."""
        try:
            self.runs.plan(sizes)
        except ExecutionError as error:
            return error.diagnostic.title if error.diagnostic.code == "too-much-memory" else None
        except Exception:  # it is told of with the case
            return None
        return None

    def fails(self, claim: Claim, case: Case) -> bool | None:
        """Whether one claim fails in a case, as it does where a run stops; None where the case says nothing of it."""
        try:
            return self.claims.detail(claim, self.runs.run(case)) is not None
        except LeftOut:
            return None
        except ExecutionError as error:
            return None if error.diagnostic.code == "too-much-memory" else True

    def _stopped(self, error: ExecutionError, case: Case) -> Failure | None:
        """The failure of a run that stops; large numbers may overflow where real ones would not."""
        if case.kind == "large" and error.diagnostic.code in ("nan-made", "integer-overflow"):
            self.seen["not finite"] += 1
            return None
        return Failure("values", errors.stopped(error.diagnostic, case), case)

    def failures(self, run: Run, case: Case, turn: int = 0) -> Iterator[Failure]:
        """The failures of a run that has been made."""
        self.seen["runs"] += 1
        for diagnostic in self._shapes(run, case):
            yield Failure("shapes", diagnostic, case)
        equations = Equations(run.setting.shapes) if self.part.shapes.grows else self._equations
        found = compare_naively(equations, run, self.steps, turn, self.entries)
        self.seen["values"] += found.compared
        if found.wrong is not None:
            yield Failure("values", errors.disagreement(found.wrong, case), case)
        for requirement in self._unmet(run.setting.env):
            yield Failure("requirements", errors.unmet(requirement, case), case)
        for claim, diagnostic in self.claims.failing(run, case, self.seen):
            yield Failure("claims", diagnostic, case, claim)
        yield from self._counts(run, case)

    def _shapes(self, run: Run, case: Case) -> Iterator[Diagnostic]:
        """Every member's array against the derived shape, evaluated here once more."""
        env, layout = run.setting.env, run.setting.layout
        for name, cells in run.setting.shapes.cells.items():
            for cell in cells:
                derived = tuple(size.evaluate(env) for size in cell.shape)
                ends = [(part.low.evaluate(env), part.high.evaluate(env)) for part in cell.region]
                if any(low > high for low, high in ends) or min(derived, default=1) < 1:
                    continue
                slot = next((slot for slot in layout.by_family[name] if slot.cell == derived), None)
                array = None if slot is None else run.state.arrays[slot.number]
                if array is None:
                    continue
                assert slot is not None
                members = tuple(slice(low - at, high - at + 1) for (low, high), at in zip(ends, slot.lows))
                wanted = tuple(high - low + 1 for low, high in ends) + derived
                self.seen["shapes"] += 1
                if array[members].shape != wanted:
                    yield errors.wrong_shape(self.part.shapes.graph.families[name], wanted, array[members].shape, case)

    def _unmet(self, env: Mapping[str, int]) -> Iterator[Requirement]:
        for requirement in self.part.shapes.requirements:
            names = requirement.relation.names.union(*(fact.names for fact in requirement.facts))
            if not names <= env.keys():
                continue
            try:
                owed = all(fact.holds(env) for fact in requirement.facts)
                holds = not owed or requirement.relation.holds(env)
            except Undefined:
                holds = not isinstance(requirement.decision, Proved)
            self.seen["requirements"] += 1
            if not holds:
                yield requirement

    def _counts(self, run: Run, case: Case) -> Iterator[Failure]:
        if self._params is None:
            return
        counted = self._params.evaluate(run.setting.env)
        families = {goal for statement in run.statements for goal in errors.weights_read(statement, self.part.shapes)}
        regions = (region for name in families for region in run.setting.layout.regions.get(name, ()))
        found = sum(count(box) * prod(cell) for box, cell in regions)
        self.seen["counts"] += 1
        if counted != found:
            yield Failure("counts", errors.miscounted(counted, found, case), case)
