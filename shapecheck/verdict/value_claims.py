"""Claims about values: proved on the defining equations, decided exactly on literal data, or tried in runs.

`proved` and `refuted` rest on terms or on the exact evaluation of the defining equations, never on a run: a run rounds,
and its kernels may be wrong.  It looks for counterexamples, which are then confirmed at the very numbers drawn.  `==`
means equal numbers in every entry; `~=` allows a relative error (`|a - b| <= e * max(1, |a|, |b|)`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from itertools import pairwise

from shapecheck.graph.model import Claim, ValueClaim
from shapecheck.graph.nodes import Read
from shapecheck.infer.model import Instance
from shapecheck.record import record
from shapecheck.sizes import smallest
from shapecheck.terms.scalars.exact import Meter
from shapecheck.verdict.confirm import Evidence, on_literals, tried
from shapecheck.verdict.exactly import WORK
from shapecheck.verdict.model import Verdict, Word
from shapecheck.verdict.runs import Case, Runner, meets
from shapecheck.verdict.setting import Setting
from shapecheck.verdict.supports import inexact, is_hazy, supports, varies

SMALLER_TRIED = 40
"""Number of settings, smallest first, that are run to find smaller sizes that refute a claim."""
SEEDS_TRIED = 4
"""Runs at each setting: with the few numbers of a small run a false claim may hold by luck."""
EQUAL = ("==", "~=", "<=", ">=")
"""Comparisons that hold of two values that are proved to be the same."""
EXACT = ("==", "!=")
"""Comparisons that make no sense of numbers that are rounded."""


@record
class Failure:
    """A case in which a claim fails for certain: where, and the numbers."""

    case: Case
    detail: tuple[str, ...]


@record(frozen=False)
class Inquiry:
    """One claim being judged on values: where, what runs it, and how much exact work is left for it."""

    claim: Claim
    instances: tuple[Instance, ...]
    setting: Setting
    runner: Runner
    case: Case | None
    meter: Meter = field(default_factory=lambda: Meter(WORK))

    @property
    def operators(self) -> set[str]:
        """The comparisons that the claim makes."""
        return {*self.claim.body.operators} if isinstance(self.claim.body, ValueClaim) else set()

    def verdict(self, word: Word, method: str, detail: tuple[str, ...] = (), runs: int = 0,
                sizes: Mapping[str, int] | None = None) -> Verdict:  # fmt: skip
        """A verdict on the claim."""
        return Verdict(self.claim, word, method, runs=runs, counterexample=dict(sizes or {}), detail=detail,
                       test=self.setting.test)  # fmt: skip


def value_claim(
    claim: Claim, instances: tuple[Instance, ...], setting: Setting, runner: Runner, case: Case | None
) -> Verdict:
    """A comparison of values.  `case`: the test that the claim stands in."""
    inquiry = Inquiry(claim, instances, setting, runner, case)
    expected = _without_proof(inquiry) if claim.expect == Word.REFUTED else None
    if expected is not None and expected.word is Word.REFUTED:
        return expected  # what its author expects to be false is seldom worth the search for a proof
    proof = _proof(claim, instances, setting)
    if proof is not None:
        return inquiry.verdict(Word.PROVED, proof)
    return expected or _without_proof(inquiry)


def _without_proof(inquiry: Inquiry) -> Verdict:
    """The verdict of literal data and of runs."""
    claim, shapes, case = inquiry.claim, inquiry.setting.shapes, inquiry.case
    literal = not varies(claim, shapes, case)
    rounding = inexact(claim, shapes, case, literal)
    if rounding is not None and {*EXACT} & inquiry.operators:
        return _rounded(inquiry, f"{rounding} rounds, and == and != compare exactly")
    cases, picked = _cases(inquiry)
    if literal:
        return _on_literals(inquiry, cases[0] if cases else Case({}))
    return _by_runs(inquiry, cases, picked)


def _rounded(inquiry: Inquiry, why: str) -> Verdict:
    return inquiry.verdict(Word.ERROR, "exact comparison of rounded numbers", (why, "write ~= to allow for rounding"))


def _proof(claim: Claim, instances: tuple[Instance, ...], setting: Setting) -> str | None:
    """The method that proves the claim on the defining equations, in every box of its indices; None if none does."""
    body = claim.body
    if not isinstance(body, ValueClaim) or not body.operators or set(body.operators) - {*EQUAL}:
        return None
    if any(
        isinstance(node, Read) and node.family in setting.shapes.unfounded for node in supports(claim, setting.shapes)
    ):
        return None
    from shapecheck.terms.equal_values import equal_values

    if setting.shapes.grows:  # the defining equations are unfolded for members of one shape only
        return None
    method = None
    for instance in instances:
        context = setting.context(claim)
        for left, right in pairwise(body.operands):
            method = equal_values(setting.shapes, instance, left, right, context)
            if method is None:
                return None
    return method


# ---- literal data ------------------------------------------------------------------------------


def _on_literals(inquiry: Inquiry, case: Case) -> Verdict:
    """Decided exactly in every entry; where that cannot be, what a run says is no more than tested."""
    found = on_literals(inquiry.claim, inquiry.instances, inquiry.setting.shapes, case)
    if found is not None and found.idle:
        return _idle(inquiry, Word.ERROR)
    if found is not None and found.holds is not None:
        method = f"literal data, computed {'exactly' if found.exact else 'in intervals'}"
        return inquiry.verdict(Word.PROVED if found.holds else Word.REFUTED, method, found.detail)
    evidence = _tried(inquiry, case)
    if evidence is None:
        return _not_run(inquiry, [case])
    why = found.why if found is not None else ""
    if evidence.note is not None and _hazy(inquiry, case):
        return _rounded(inquiry, evidence.note)
    if evidence.clear:
        return inquiry.verdict(Word.UNKNOWN, "literal data; a run differs, not confirmed", (evidence.note or "",), 1)
    detail = tuple(filter(None, (evidence.note or why,)))
    return inquiry.verdict(Word.TESTED, "literal data, computed up to rounding", detail, runs=1)


def _hazy(inquiry: Inquiry, case: Case | None) -> bool:
    """Whether reals such as 0.1 take part, so that a small difference decides nothing."""
    return any(map(is_hazy, supports(inquiry.claim, inquiry.setting.shapes, case)))


# ---- runs --------------------------------------------------------------------------------------


def _cases(inquiry: Inquiry) -> tuple[list[Case], bool]:
    """The cases in which the claim is tried, and whether their sizes were picked by the tool."""
    if inquiry.case is not None:
        return [inquiry.case], False
    found = [item for item in inquiry.runner.cases() if meets(inquiry.claim, item.sizes)]
    return (found, False) if found else (inquiry.runner.picks(condition=inquiry.claim.condition), True)


def _by_runs(inquiry: Inquiry, cases: list[Case], picked: bool) -> Verdict:
    runs, idle, doubt, clear = 0, False, None, None
    for item in cases:
        evidence = _comparing(inquiry, item)
        if evidence is None:
            continue
        if evidence.idle:
            idle = True
            continue
        runs += 1
        if evidence.failure is not None:
            return _refuted(inquiry, _smallest(inquiry, Failure(item, evidence.failure)))
        if evidence.note is not None and _hazy(inquiry, item):
            return _rounded(inquiry, evidence.note)
        doubt, clear = doubt or evidence.note, clear or (item if evidence.clear else None)
    failure = _searched(inquiry, clear)
    if failure is not None:
        return _refuted(inquiry, failure)
    if not runs:
        return _idle(inquiry, Word.UNKNOWN) if idle else _not_run(inquiry, cases)
    if clear is not None:
        return inquiry.verdict(Word.UNKNOWN, "a run differs, not confirmed", (doubt or "",), runs)
    return _tested(inquiry, cases, runs, picked, doubt)


def _searched(inquiry: Inquiry, clear: Case | None) -> Failure | None:
    """A failure at small sizes, looked for where one is expected, or where a run fails that is too large to confirm."""
    if inquiry.case is not None or not (clear is not None or inquiry.claim.expect == Word.REFUTED):
        return None
    return _search(inquiry, sum(clear.sizes.values()) if clear is not None else None)


def _smallest(inquiry: Inquiry, failure: Failure) -> Failure:
    """The smallest sizes that fail, of those tried in order up to the ones known to fail."""
    if inquiry.case is not None:
        return failure
    return _search(inquiry, sum(failure.case.sizes.values())) or failure


def _search(inquiry: Inquiry, below: int | None) -> Failure | None:
    for case in _small_cases(inquiry, below):
        evidence = _tried(inquiry, case)
        if evidence is not None and evidence.failure is not None:
            return Failure(case, evidence.failure)
    return None


def _small_cases(inquiry: Inquiry, below: int | None) -> Iterator[Case]:
    graph, condition = inquiry.runner.shapes.graph, inquiry.claim.condition
    context = graph.context if condition is None else graph.context.assuming(condition)
    for sizes in smallest(context, graph.free_sizes, count=SMALLER_TRIED) if graph.free_sizes else ():
        if below is not None and sum(sizes.values()) >= below:
            return
        for seed in range(SEEDS_TRIED):
            yield Case(sizes, seed=seed)


def _comparing(inquiry: Inquiry, case: Case) -> Evidence | None:
    """The evidence of a run; of one with other drawn numbers where the claim's `when` is false for all of these."""
    evidence = _tried(inquiry, case)
    for seed in range(case.seed + 1, case.seed + SEEDS_TRIED):
        if evidence is None or not evidence.idle:
            break
        evidence = _tried(inquiry, replace(case, seed=seed))
    return evidence


def _tried(inquiry: Inquiry, case: Case) -> Evidence | None:
    """The evidence of a run; None where there was no run."""
    return tried(inquiry.claim, inquiry.instances, inquiry.runner, case, inquiry.meter)


# ---- verdicts ----------------------------------------------------------------------------------


def _refuted(inquiry: Inquiry, failure: Failure) -> Verdict:
    method = f"a run with seed {failure.case.seed}, confirmed exactly"
    return inquiry.verdict(Word.REFUTED, method, failure.detail, 1, failure.case.sizes)


def _not_run(inquiry: Inquiry, cases: list[Case]) -> Verdict:
    """Unknown, and what stopped the runs."""
    problems = [inquiry.runner.problems[case.key].title for case in cases if case.key in inquiry.runner.problems]
    return inquiry.verdict(Word.UNKNOWN, "nothing could be run", tuple(dict.fromkeys(problems))[:1])


def _idle(inquiry: Inquiry, word: Word) -> Verdict:
    """The verdict on a claim that compared nothing when it was evaluated."""
    return inquiry.verdict(word, "vacuous: its `when` is false for all entries that were looked at")


def _tested(inquiry: Inquiry, cases: list[Case], runs: int, picked: bool, doubt: str | None) -> Verdict:
    names = "sizes picked by the tool" if picked else f"tests {', '.join(item.name for item in cases if item.name)}"
    method = f"runs: {names}{', up to rounding' if doubt is not None else ''}"
    detail = tuple(_written(item.sizes) for item in cases) if picked else ()
    return inquiry.verdict(Word.TESTED, method, (*detail, *filter(None, (doubt,))), runs)


def _written(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in sizes.items())
