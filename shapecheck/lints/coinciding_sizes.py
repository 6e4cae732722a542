"""A claim that holds only because two sizes of the tests are the same.

In: a spec, the verdicts on its claims and the runs that they rest on.  Out: a warning for a claim that was tried only
where two sizes coincide, and that fails, or has no meaning, at sizes that were evaluated and at which they differ.  It
is the coincidence that makes it hold if it holds at those same sizes once the two are made equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from shapecheck.diagnostics.model import Diagnostic, Label, Level
from shapecheck.graph.model import Claim, Test, ValueClaim
from shapecheck.graph.nodes import Read
from shapecheck.graph.reads import sizes_in
from shapecheck.infer.model import Shapes
from shapecheck.lints.again import derived, judged_again
from shapecheck.lints.lint_wording import allow, joined
from shapecheck.lints.model import Subject
from shapecheck.record import record
from shapecheck.sizes import Context, Relation, smallest, symbol
from shapecheck.verdict.confirm import tried
from shapecheck.verdict.model import Verdict, Word
from shapecheck.verdict.runs import Case, Runner, admitted, meets
from shapecheck.verdict.supports import supports

CODE = "coinciding-sizes"
MOST_PAIRS = 6
SETTINGS_TRIED = 2
SEEDS = (0, 1)
LONGEST_TEXT = 60

Pair = tuple[str, str]
_Look = Callable[[Claim, "Pair", Runner, Subject], "_Failure | None"]


@record
class _Failure:
    """Sizes at which a claim fails, and what was seen there."""

    sizes: Mapping[str, int]
    seen: tuple[str, ...]


def coinciding_sizes(subject: Subject) -> Iterator[Diagnostic]:
    """Claims outside tests that runs speak for, and claims inside."""
    for verdict in subject.verdicts:
        if verdict.word is Word.TESTED and verdict.test is None and verdict.ok:
            yield from _of_all_tests(verdict, subject)
    yield from _inside_tests(subject)


def _pairs(claim: Claim, shapes: Shapes, settings: Sequence[Mapping[str, int]]) -> list[Pair]:
    """The sizes that a claim depends on and that are the same in all settings, two by two."""
    names = [name for name in shapes.graph.free_sizes if name in _names(claim, shapes)]
    same = [(one, other) for one, other in combinations(names, 2) if all(at[one] == at[other] for at in settings)]
    return same[:MOST_PAIRS] if settings else []


def _names(claim: Claim, shapes: Shapes) -> set[str]:
    """The sizes that a claim's values, ranges and condition mention, definitions looked through."""
    found = set() if claim.condition is None else set(claim.condition.names)
    for index in claim.indices:
        found |= {name for end in (index.low, index.high) if end is not None for name in end.names}
    for node in supports(claim, shapes):
        found |= sizes_in(node)
        if isinstance(node, Read):
            found |= {name for cell in shapes.cells[node.family] for size in cell.shape for name in size.names}
            found |= {name for part in shapes.axes[node.family] for name in part.extent.names}
    return found


# ---- claims about all sizes ----------------------------------------------------------------------


def _of_all_tests(verdict: Verdict, subject: Subject) -> Iterator[Diagnostic]:
    claim, runner = verdict.claim, Runner(subject.shapes, subject.runner.memory_limit)
    cases = [case for case in runner.cases() if meets(claim, case.sizes)]
    for pair in _pairs(claim, subject.shapes, [case.sizes for case in cases]):
        failure = _failure(claim, subject.shapes, runner, pair)
        if failure is not None:
            names = joined([case.name or "" for case in cases])
            where = f"held in the test{'s' if len(cases) > 1 else ''} {names}, where {_equal(pair)}"
            yield _message(claim, pair, failure, where)
            return


def _failure(claim: Claim, shapes: Shapes, runner: Runner, pair: Pair) -> _Failure | None:
    """The smallest sizes tried, the two made different, at which a claim about values fails because of that."""
    if not isinstance(claim.body, ValueClaim) or claim not in shapes.claims:
        return None
    for sizes in _different(claim, shapes, pair):
        for seed in SEEDS:
            evidence = tried(claim, shapes.claims[claim], runner, Case(sizes, seed=seed))
            if evidence is not None and evidence.failure is not None:
                return _Failure(sizes, evidence.failure) if _holds_if_equal(claim, runner, sizes, pair) else None
    return None


def _different(claim: Claim, shapes: Shapes, pair: Pair) -> list[dict[str, int]]:
    """A few small settings in which the two sizes differ, and all others too where they may."""
    context = _apart(shapes.graph.context, claim, pair)
    free = shapes.graph.free_sizes
    plain = smallest(context, free, count=SETTINGS_TRIED)
    return [*plain, *(sizes for sizes in smallest(context, free, distinct=True) if sizes not in plain)]


def _apart(context: Context, claim: Claim, pair: Pair) -> Context:
    condition = () if claim.condition is None else (claim.condition,)
    return context.assuming(*condition, Relation("!=", symbol(pair[0]), symbol(pair[1])))


def _holds_if_equal(claim: Claim, runner: Runner, sizes: Mapping[str, int], pair: Pair) -> bool:
    """Whether the claim holds at the same sizes with the one, and with the other, in the place of both."""
    runs = 0
    for kept, changed in (pair, pair[::-1]):
        equal = {**sizes, changed: sizes[kept]}
        if not admitted(runner.shapes, equal) or not meets(claim, equal):
            continue
        for seed in SEEDS:
            evidence = tried(claim, runner.shapes.claims[claim], runner, Case(equal, seed=seed))
            runs += evidence is not None
            if evidence is not None and evidence.failure is not None:
                return False
    return runs > 0


# ---- claims inside of tests ----------------------------------------------------------------------


def _inside_tests(subject: Subject) -> Iterator[Diagnostic]:
    """Claims inside of tests, judged as if they stood outside."""
    graph = subject.applied.graph
    held = {verdict.claim.span for verdict in subject.verdicts if verdict.test is not None and _holds(verdict)}
    tests = [test for test in graph.tests if test.claims and len(set(test.sizes.values())) < len(test.sizes)]
    if not tests or not subject.is_small:
        return
    moved = replace(graph, claims=tuple(claim for test in tests for claim in test.claims), tests=())
    outside = derived(subject, moved)
    runner = Runner(outside, subject.runner.memory_limit)
    for test in tests:
        for claim in outside.graph.claims:
            if claim.span in held and any(claim.span == own.span for own in test.claims) and not outside.failed:
                yield from _of_one_test(claim, test, runner, subject)


def _holds(verdict: Verdict) -> bool:
    return verdict.word in (Word.PROVED, Word.TESTED)


def _of_one_test(claim: Claim, test: Test, runner: Runner, subject: Subject) -> Iterator[Diagnostic]:
    """The first pair of sizes whose coincidence in the test is what a claim in it rests on."""
    shapes = runner.shapes
    if claim in shapes.problems:
        look: _Look = _without_meaning
    else:
        look = _of_values if isinstance(claim.body, ValueClaim) else _of_sizes
    pairs = _pairs(claim, shapes, [test.sizes]) if look is not _of_sizes else _all_pairs(test)
    if look is _of_values and test.data:
        return
    for pair in pairs[:MOST_PAIRS]:
        failure = look(claim, pair, runner, subject)
        if failure is not None:
            where = f"holds in the test {test.name}, where {_equal(pair)} = {test.sizes[pair[0]]}"
            yield _message(claim, pair, failure, where)
            return


def _all_pairs(test: Test) -> list[Pair]:
    return [pair for pair in combinations(test.sizes, 2) if test.sizes[pair[0]] == test.sizes[pair[1]]]


def _of_values(claim: Claim, pair: Pair, runner: Runner, _: Subject) -> _Failure | None:
    return _failure(claim, runner.shapes, runner, pair)


def _of_sizes(claim: Claim, pair: Pair, runner: Runner, _: Subject) -> _Failure | None:
    """A claim about sizes or a shape: proved where the two are equal, refuted where they differ."""
    shapes = runner.shapes
    equal = judged_again(claim, shapes, shapes.graph.context.assuming(_same(pair)))
    apart = judged_again(claim, shapes, _apart(shapes.graph.context, claim, pair))
    if equal is None or apart is None or equal.word is not Word.PROVED or apart.word is not Word.REFUTED:
        return None
    differ = {apart.counterexample.get(name) for name in pair}
    return _Failure(apart.counterexample, apart.detail) if len(differ) == 2 and None not in differ else None


def _without_meaning(claim: Claim, pair: Pair, runner: Runner, subject: Subject) -> _Failure | None:
    """A claim that is ill-formed where the two differ, and well-formed where they are equal."""
    problem, graph = runner.shapes.problems[claim], runner.shapes.graph
    differ = {problem.sizes.get(name) for name in pair}
    if len(differ) < 2 or None in differ:
        return None
    base = (runner.shapes.origin or runner.shapes).graph
    equal = derived(subject, replace(base, context=graph.context.assuming(_same(pair))))
    same = [item for item in equal.problems if item.span == claim.span]
    return None if equal.failed or same else _Failure(problem.sizes, (problem.title,))


def _same(pair: Pair) -> Relation:
    return Relation("==", symbol(pair[0]), symbol(pair[1]))


# ---- the message ---------------------------------------------------------------------------------


def _equal(pair: Pair) -> str:
    return f"{pair[0]} = {pair[1]}"


def _message(claim: Claim, pair: Pair, failure: _Failure, where: str) -> Diagnostic:
    text = " ".join(claim.text.split())
    quoted = text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
    way = f"try it where {pair[0]} and {pair[1]} differ, or say `when {pair[0]} == {pair[1]}`"
    return Diagnostic(
        CODE,
        f"the claim `{quoted}` holds only because {_equal(pair)} where it is tried",
        (Label(claim.span, where),),
        tuple(f"where they differ: {line}" for line in failure.seen),
        f"{way}; {allow(CODE)}",
        sizes=failure.sizes,
        level=Level.WARNING,
    )
