"""Claims about values: proved on the defining equations, executed on literal data, or tried in runs.

`==` means equal numbers in every entry, which random inputs on the k/16 grid test without rounding as long as only sums
and products are taken; `~=` allows a relative error (`|a - b| <= e * max(1, |a|, |b|)`).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from shapecheck.graph.model import Claim, ValueClaim
from shapecheck.graph.nodes import Read
from shapecheck.infer.model import Instance
from shapecheck.record import record
from shapecheck.sizes import smallest
from shapecheck.verdict.compare import Rounded, compare
from shapecheck.verdict.model import Verdict, Word
from shapecheck.verdict.runs import Case, Runner, meets
from shapecheck.verdict.sizes import Setting
from shapecheck.verdict.supports import inexact, is_hazy, is_real, supports, varies

if TYPE_CHECKING:
    pass

SMALLER_TRIED = 40
"""How many settings, smallest first, are run to find smaller sizes that refute a claim."""
SEEDS_TRIED = 4
"""How often each is run: with the few numbers of a small run a false claim may hold by luck."""


@record
class Failure:
    """A run in which a claim fails: where, and the numbers."""

    case: Case
    detail: tuple[str, ...]


def value_claim(
    claim: Claim, instances: tuple[Instance, ...], setting: Setting, runner: Runner, case: Case | None
) -> Verdict:
    """A comparison of values.  `case`: the test that the claim stands in."""
    proof = _proof(claim, instances, setting)
    if proof is not None:
        return Verdict(claim, Word.PROVED, proof, test=setting.test)
    rounding = inexact(claim, setting.shapes)
    if rounding is not None and isinstance(claim.body, ValueClaim) and {"==", "!="} & {*claim.body.operators}:
        detail = (f"{rounding} rounds, and == and != compare exactly", "write ~= to allow for rounding")
        return Verdict(claim, Word.ERROR, "exact comparison of rounded numbers", detail=detail, test=setting.test)
    try:
        return _by_runs(claim, instances, setting, runner, case, rounding)
    except Rounded as rounded:
        detail = (rounded.place, "write ~= to allow for rounding")
        return Verdict(claim, Word.ERROR, "exact comparison of rounded numbers", detail=detail, test=setting.test)


def _proof(claim: Claim, instances: tuple[Instance, ...], setting: Setting) -> str | None:
    """How the claim is proved on the defining equations, in every box of its indices; None if it is not."""
    body = claim.body
    if not isinstance(body, ValueClaim) or not body.operators or set(body.operators) - {"==", "~="}:
        return None
    if any(
        isinstance(node, Read) and node.family in setting.shapes.unfounded for node in supports(claim, setting.shapes)
    ):
        return None
    from shapecheck.terms.claims import equal_values

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


# ---- runs --------------------------------------------------------------------------------------


def _by_runs(
    claim: Claim,
    instances: tuple[Instance, ...],
    setting: Setting,
    runner: Runner,
    case: Case | None,
    rounding: str | None,
) -> Verdict:
    cases = [case] if case is not None else [item for item in runner.cases() if meets(claim, item.sizes)]
    picked = not cases
    if picked:
        cases = runner.picks(condition=claim.condition)
    literal = not varies(claim, setting.shapes, case)
    if literal:
        cases = cases[:1]
    runs = 0
    for item in cases:
        failure, done = try_case(claim, instances, runner, item)
        runs += done
        if failure is not None:
            return _refuted(
                claim,
                instances,
                setting,
                runner,
                failure if literal or case else _smaller(claim, instances, runner, failure),
                literal,
            )
    if claim.expect == Word.REFUTED and case is None and not literal:
        failure = _search(claim, instances, runner, SMALLER_TRIED)
        if failure is not None:
            return _refuted(claim, instances, setting, runner, failure, literal)
    return _held(claim, setting, runs, cases, literal, rounding, picked)


def _held(
    claim: Claim, setting: Setting, runs: int, cases: list[Case], literal: bool, rounding: str | None, picked: bool
) -> Verdict:
    if runs == 0:
        return Verdict(claim, Word.UNKNOWN, "nothing could be run", test=setting.test)
    approximate = isinstance(claim.body, ValueClaim) and "~=" in claim.body.operators
    exact = not approximate and rounding is None and not any(map(is_real, supports(claim, setting.shapes)))
    if literal and exact:
        return Verdict(claim, Word.PROVED, "literal data, computed exactly", runs=runs, test=setting.test)
    if literal:
        return Verdict(claim, Word.TESTED, "literal data, computed with rounding", runs=runs, test=setting.test)
    names = "sizes picked by the tool" if picked else f"tests {', '.join(item.name for item in cases if item.name)}"
    detail = tuple(_written(item.sizes) for item in cases) if picked else ()
    return Verdict(claim, Word.TESTED, f"runs: {names}", runs=runs, detail=detail, test=setting.test)


def _refuted(
    claim: Claim, instances: tuple[Instance, ...], setting: Setting, runner: Runner, failure: Failure, literal: bool
) -> Verdict:
    method = "literal data, computed" if literal else f"a run with seed {failure.case.seed}"
    sizes = {} if literal else dict(failure.case.sizes)
    return Verdict(claim, Word.REFUTED, method, runs=1, counterexample=sizes, detail=failure.detail, test=setting.test)


def try_case(claim: Claim, instances: tuple[Instance, ...], runner: Runner, case: Case) -> tuple[Failure | None, int]:
    """The failure of a claim in one run, and whether there was a run."""
    run = runner.run(case)
    if run is None:
        return None, 0
    hazy = any(is_hazy(node) for node in supports(claim, runner.shapes))
    sizes = runner.shapes.environment(case.sizes)
    if runner.shapes.grows:
        instances = run.setting.shapes.claims.get(claim, instances)
    detail = compare(claim, instances, run, sizes, hazy)
    return (None if detail is None else Failure(case, detail)), 1


def _smaller(claim: Claim, instances: tuple[Instance, ...], runner: Runner, failure: Failure) -> Failure:
    """The smallest sizes that fail, of those tried in order up to the ones known to fail."""
    return _search(claim, instances, runner, SMALLER_TRIED, sum(failure.case.sizes.values())) or failure


def _search(
    claim: Claim, instances: tuple[Instance, ...], runner: Runner, count: int, below: int | None = None
) -> Failure | None:
    if not runner.shapes.graph.free_sizes:
        return None
    graph = runner.shapes.graph
    context = graph.context if claim.condition is None else graph.context.assuming(claim.condition)
    for sizes in smallest(context, graph.free_sizes, count=count):
        if below is not None and sum(sizes.values()) >= below:
            return None
        for seed in range(SEEDS_TRIED):
            found, _ = try_case(claim, instances, runner, Case(sizes, seed=seed))
            if found is not None:
                return found
    return None


def _written(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in sizes.items())
