"""All runs of one part of a spec: chosen settings, then drawn ones, and the smallest case for what fails.

In: a part as it was judged, `Amounts`.  Out: an `Outcome`: what failed, and what was covered.  How much is run follows
from `Amounts` and from estimates of cost alone, not from a clock: the same on every machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from time import perf_counter

from shapecheck.checked import Part
from shapecheck.graph.model import Claim
from shapecheck.record import record
from shapecheck.sizes import smallest
from shapecheck.testing.cases.amounts import SPECIAL, Amounts
from shapecheck.testing.cases.case import Case
from shapecheck.testing.cases.choice import Choice, Sizes
from shapecheck.testing.cases.coverage_goals import Goal
from shapecheck.testing.cases.fills import DRAWN, KINDS
from shapecheck.testing.properties import errors
from shapecheck.testing.properties.claim_checks import Claims
from shapecheck.testing.properties.subject import Failure, Subject

BUDGET = 1e9
"""Estimated nanoseconds that the runs of one part may take together; the smallest setting is run in any case."""
OF_A_RUN = 1 / 16
"""The part of it that one run may take."""
STEPS = 60_000
"""The steps of the naive evaluator for all runs of a part together; `LEAST_STEPS` are the least for one run."""
LEAST_STEPS = 2_000
MOST_FAILURES = 5
SMALLER_TRIED = 60
SEEDS_TRIED = 3


@record(frozen=False)
class Outcome:
    """The outcome: `missed` are goals that no affordable setting meets; `too_large` says why nothing was run."""

    part: Part
    failures: list[Failure] = field(default_factory=list)
    settings: list[Mapping[str, int]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    goals: tuple[Goal, ...] = ()
    claims: Claims | None = None
    too_large: str | None = None
    few: bool = False
    """Whether only the smallest sizes could be afforded."""

    @property
    def missed(self) -> tuple[Goal, ...]:
        """The goals that no setting has met."""
        return tuple(goal for goal in self.goals if not any(goal.met(sizes) for sizes in self.settings))

    @property
    def left_out(self) -> Mapping[Claim, str]:
        """The claims that no run has evaluated, and why not."""
        return {} if self.claims is None else self.claims.left_out


Progress = Callable[[int, int], None]


def test_part(part: Part, amounts: Amounts, progress: Progress | None = None) -> Outcome:
    """Run one part of a spec in many cases; stops after a few different failures."""
    outcome = Outcome(part)
    if not part.shapes.graph.families:
        return outcome
    return _Campaign(part, amounts, outcome, progress).run()


@record(frozen=False)
class _Campaign:
    part: Part
    amounts: Amounts
    outcome: Outcome
    progress: Progress | None
    choice: Choice = field(init=False)
    subject: Subject = field(init=False)
    spent: float = 0.0
    done: int = 0

    def __post_init__(self) -> None:
        self.choice = Choice(self.part.shapes, BUDGET * OF_A_RUN)
        self.subject = Subject(self.part, self.amounts.memory_limit)

    def run(self) -> Outcome:
        outcome, choice = self.outcome, self.choice
        outcome.goals, outcome.seen, outcome.claims = choice.goals, self.subject.seen, self.subject.claims
        if choice.least is None:
            outcome.too_large = "no sizes are known that it admits"
            return outcome
        refused = self.subject.refused(choice.least)
        if refused is not None:
            outcome.too_large = refused
            return outcome
        self._refutations()
        width = choice.width()
        outcome.few = width == 1 and bool(choice.names)
        count = self.amounts.max_examples
        self.subject.steps = max(LEAST_STEPS, STEPS // (1 if width == 1 else max(1, count)))
        for number, sizes in enumerate(choice.settings(count)):
            special = () if self.part.shapes.graph.assumed else (SPECIAL[number % len(SPECIAL)],)
            for kind in ("grid", *special):
                if self.done < count:
                    self._try(Case(sizes, kind, self.amounts.seed + number))
                if self._is_over():
                    return outcome
        if width > 1 or not choice.names:
            self._draw(width, count - self.done)
        return outcome

    # ---- cases ---------------------------------------------------------------------------------

    def _try(self, case: Case) -> None:
        self.outcome.settings.append(case.sizes)
        self.outcome.kinds[case.kind] += 1
        self.spent += self.choice.cost.of(self.part.shapes.environment(case.sizes))
        started = perf_counter()
        failure = self.subject.failure(case, self.done)
        self._note(failure or self._late(case, perf_counter() - started))
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, max(self.done, self.amounts.max_examples))

    def _late(self, case: Case, seconds: float) -> Failure | None:
        """A run that takes longer than the profile allows."""
        most = self.amounts.deadline
        if most is None or seconds <= most.total_seconds():
            return None
        return Failure("values", errors.late(seconds, most.total_seconds(), case), case)

    def _note(self, failure: Failure | None) -> None:
        if failure is not None and not any(failure.same(other) for other in self.outcome.failures):
            late = failure.diagnostic.code == "deadline"
            self.outcome.failures.append(failure if late else self._smallest(failure))

    def _is_over(self) -> bool:
        failed = len(self.outcome.failures)
        return failed >= (1 if self.amounts.stop_at_first else MOST_FAILURES) or self.spent > BUDGET

    def _draw(self, width: int, count: int) -> None:
        """Cases drawn by Hypothesis."""
        from shapecheck.testing.cases.strategies import drawn_cases

        if count > 0:
            drawn_cases(self.choice, width, count, self.amounts, self._drawn)

    def _drawn(self, case: Case) -> bool:
        """Run a drawn case; whether that was the last."""
        if not self._is_over():
            self._try(case)
        return self._is_over()

    # ---- refutations ---------------------------------------------------------------------------

    def _refutations(self) -> None:
        """Checks that refuted claims fail at their sizes: claims about values for one of a few seeds."""
        for verdict in self.subject.claims.refuted():
            sizes = self.choice.admissible.least(verdict.counterexample)
            if sizes is None or self.choice.cost.of(self.part.shapes.environment(sizes)) > BUDGET:
                continue
            cases = [Case(sizes, "grid", seed) for seed in range(SEEDS_TRIED + 1)]
            found = self._fails_in_one(verdict.claim, cases)
            self.subject.seen["refutations"] += found is not None
            if found is False:
                told = errors.holds_at_witness(verdict.claim, cases[0])
                self.outcome.failures.append(Failure("claims", told, cases[0], verdict.claim))

    def _fails_in_one(self, claim: Claim, cases: Sequence[Case]) -> bool | None:
        """Whether a claim fails in one of some cases; None where it does not, and one of them says nothing of it."""
        found: bool | None = False
        for case in cases:
            fails = self.subject.fails(claim, case)
            if fails:
                return True
            found = None if fails is None else found
        return found

    # ---- the smallest case ---------------------------------------------------------------------

    def _smallest(self, failure: Failure) -> Failure:
        """The same failure at the smallest sizes, and with the simplest numbers, of those that were tried."""
        counted = Counter(self.subject.seen)
        found = next((other for case in self._smaller(failure.case) if failure.same(other := self._again(case))), None)
        self.subject.seen.clear()
        self.subject.seen.update(counted)
        return failure if found is None else found

    def _again(self, case: Case) -> Failure | None:
        return self.subject.failure(case, self.done)

    def _smaller(self, case: Case) -> Iterator[Case]:
        """Simpler cases, the simplest first, up to the one that is known to fail."""
        spent = 0.0
        for sizes in self._smaller_sizes(case.sizes):
            cost = self.choice.cost.of(self.part.shapes.environment(sizes))
            for kind in KINDS:
                for seed in range(SEEDS_TRIED) if kind in DRAWN else (0,):
                    spent += cost
                    if spent > BUDGET:
                        return
                    yield Case(sizes, kind, seed)

    def _smaller_sizes(self, sizes: Mapping[str, int]) -> Iterator[Sizes]:
        names = self.choice.names
        for point in smallest(self.choice.context, names, count=SMALLER_TRIED) if names else [{}]:
            own = self.choice.own(point)
            if sum(own.values()) > sum(sizes.values()):
                break
            if own != sizes:
                yield own
        yield dict(sizes)
