"""The claims of a spec in one run: those that were proved or tested hold, those that were refuted fail at their sizes.

In: shapes and verdicts, then a run.  Out: the claims that do not agree with their verdict, with the numbers.  Claims
about sizes are evaluated in integers; those about shapes are compared with the arrays; those about values with the
numbers of the run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from itertools import islice

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.execute import ExecutionError, Run
from shapecheck.graph.model import Claim, ShapeClaim, SizeClaim
from shapecheck.infer.model import Instance, Interval, Shapes
from shapecheck.record import record
from shapecheck.sizes import Formula, Undefined
from shapecheck.terms.scalars.exact import Meter
from shapecheck.testing.cases.case import Case
from shapecheck.testing.properties import errors
from shapecheck.verdict.confirm import Computed, in_every_entry, in_run, on_literals
from shapecheck.verdict.exactly import WORK, exactly
from shapecheck.verdict.model import Verdict, Word
from shapecheck.verdict.runs import Case as Judged
from shapecheck.verdict.runs import meets
from shapecheck.verdict.setting import Setting, ranges_of
from shapecheck.verdict.supports import varies

MOST_POINTS = 200
"""The most values of a claim's indices that are tried."""
EXPECTED_TO_HOLD = (Word.PROVED, Word.TESTED, Word.UNKNOWN)
EXACT = ("zeros", "ones", "grid", "negative")
"""Kinds of numbers for which a claim that was tested must hold: large ones may be rounded too much."""


class LeftOut(Exception):
    """A run says nothing of a claim, for the reason `why`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@record(frozen=False)
class Claims:
    """The claims of one part of a spec that are not about a test of it."""

    shapes: Shapes
    verdicts: tuple[Verdict, ...]
    evaluated: set[Claim] = field(default_factory=set)
    _left_out: dict[Claim, str] = field(default_factory=dict)
    _formulas: dict[Claim, Formula | None] = field(default_factory=dict)
    _computed: dict[Claim, Computed | None] = field(default_factory=dict)

    def word(self, claim: Claim) -> Word:
        """The verdict's word on a claim."""
        return next(verdict.word for verdict in self.verdicts if verdict.claim is claim)

    @property
    def left_out(self) -> dict[Claim, str]:
        """The claims that no run has evaluated, and why the last one did not."""
        return {claim: why for claim, why in self._left_out.items() if claim not in self.evaluated}

    def failing(self, run: Run, case: Case, seen: Counter[str]) -> Iterator[tuple[Claim, Diagnostic]]:
        """The claims that should hold in this run and do not."""
        for verdict in self.verdicts:
            claim = verdict.claim
            if verdict.word not in EXPECTED_TO_HOLD or verdict.test is not None or not _about(claim, case.sizes, run):
                continue
            if verdict.word is not Word.PROVED and case.kind not in EXACT:
                continue
            try:
                problem = self._problem(claim, run, case)
            except LeftOut as left_out:
                self._left_out[claim] = left_out.why
                continue
            self.evaluated.add(claim)
            seen["claims"] += 1
            if problem is not None:
                yield claim, problem

    def _problem(self, claim: Claim, run: Run, case: Case) -> Diagnostic | None:
        """The diagnostic for a claim that does not hold in a run, or has no value there."""
        word = self.word(claim)
        try:
            detail = self.detail(claim, run)
        except ExecutionError as error:
            title = error.diagnostic.title
            if case.kind not in EXACT:
                raise LeftOut(title) from error
            if word is Word.PROVED:
                return errors.claim_fails(claim, (title,), word, case)
            return errors.claim_without_value(error.diagnostic, case)
        return None if detail is None else errors.claim_fails(claim, detail, word, case)

    def refuted(self) -> Iterator[Verdict]:
        """The verdicts with sizes at which the claim should fail."""
        for verdict in self.verdicts:
            if verdict.word is Word.REFUTED and verdict.test is None and verdict.claim in self.shapes.claims:
                yield verdict

    def detail(self, claim: Claim, run: Run) -> tuple[str, ...] | None:
        """Why a claim fails in a run, with the numbers; None where it holds.

        Raises `ExecutionError` where it has no value in this run, `LeftOut` where the run says nothing of it.
        """
        env = run.setting.env
        if isinstance(claim.body, SizeClaim):
            return self._sizes(claim, env)
        instances = run.setting.shapes.claims.get(claim, self.shapes.claims[claim])
        if isinstance(claim.body, ShapeClaim):
            wrong = next(filter(None, (_shape(claim.body, instance, run) for instance in instances)), None)
            if wrong is not None or claim.body.entries is None:
                return wrong
        computed = self._on_literals(claim, instances)
        if computed is not None and computed.holds is not None:
            return None if computed.holds else computed.detail
        try:
            evidence = in_run(claim, instances, run, Judged(run.sizes))
        except ExecutionError as error:
            return self._without_rounding(claim, instances, run, error)
        return (evidence.note or "",) if evidence.clear else evidence.failure

    def _without_rounding(
        self, claim: Claim, instances: tuple[Instance, ...], run: Run, error: ExecutionError
    ) -> tuple[str, ...] | None:
        """The same with exact numbers, where those of the run became too large for floats or for 64 bits."""
        if error.diagnostic.code == "too-much-memory":
            raise LeftOut(error.diagnostic.title) from error
        exact = exactly(run.setting.shapes, Judged(run.sizes), run, Meter(WORK))
        assert exact is not None, "the run has written the shapes out"
        try:
            found = in_every_entry(claim, instances, exact)
        except ExecutionError:
            raise error from None
        if found.holds is None:
            raise LeftOut(f"{error.diagnostic.title}, and {found.why}")
        return None if found.holds else found.detail

    def _on_literals(self, claim: Claim, instances: tuple[Instance, ...]) -> Computed | None:
        """A claim on literal data, decided as it was judged; None for one that depends on sizes or drawn numbers."""
        if claim not in self._computed:
            literal = not varies(claim, self.shapes, None)
            least = Judged(self.shapes.graph.least_at(dict.fromkeys(self.shapes.graph.free_sizes, 1)))
            self._computed[claim] = on_literals(claim, instances, self.shapes, least) if literal else None
        return self._computed[claim]

    def _sizes(self, claim: Claim, env: Mapping[str, int]) -> tuple[str, ...] | None:
        if claim not in self._formulas:
            self._formulas[claim] = self._formula(claim)
        formula = self._formulas[claim]
        if formula is None:
            raise LeftOut("what it says of counts has no closed form")
        undefined = None
        for point in _points(ranges_of(claim.indices), env):
            if not formula.names <= point.keys():
                raise LeftOut("it speaks of more than sizes and indices")
            try:
                holds = formula.holds(point)
            except Undefined as error:
                undefined = error
                continue
            if not holds:
                labels = [f"{index.label} = {point[index.symbol]}" for index in claim.indices]
                return (f"at {', '.join(labels)}: the condition is false" if labels else "the condition is false",)
        if undefined is not None:
            raise LeftOut(f"its condition has no value: {undefined}")
        return None

    def _formula(self, claim: Claim) -> Formula | None:
        """The claim with what it says of counts and axes put in; None where that has no closed form."""
        assert isinstance(claim.body, SizeClaim)
        setting = replace(Setting(self.shapes, {}), ranges=ranges_of(claim.indices), condition=claim.condition)
        return None if setting.open_quantity(claim.body.formula) else setting.put(claim.body.formula)


def _about(claim: Claim, sizes: Mapping[str, int], run: Run) -> bool:
    """Whether the claim speaks of these sizes; one whose condition speaks of counts is left to the proof."""
    if claim.condition is not None and not claim.condition.names <= run.setting.env.keys():
        return False
    return meets(claim, run.setting.env)


def _shape(body: ShapeClaim, instance: Instance, run: Run) -> tuple[str, ...] | None:
    """The difference between the shape of the array that was computed and the claimed one; None if there is none."""
    array = run.evaluate(instance, body.value)
    own = array.shape[len(instance.ranges) :]
    if 0 in array.shape[: len(instance.ranges)]:
        return None
    for point in _points(instance.ranges, run.setting.env):
        claimed = tuple(size.evaluate(point) for size in body.sizes)
        if claimed != own:
            return (f"computed {_written(own)}, claimed {_written(claimed)}",)
    return None


def _points(ranges: Mapping[str, Interval], env: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """The first values of the indices, with the sizes."""

    def below(names: list[str], known: dict[str, int]) -> Iterator[dict[str, int]]:
        if not names:
            yield dict(known)
            return
        part = ranges[names[0]]
        for value in range(part.low.evaluate(known), part.high.evaluate(known) + 1):
            yield from below(names[1:], {**known, names[0]: value})

    return islice(below(list(ranges), dict(env)), MOST_POINTS)


def _written(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "scalar"
