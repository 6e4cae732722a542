"""Every claim of a spec, judged.

Claims outside tests speak of all sizes; those inside a test of its case.  Where a requirement is not decided, nothing
that holds is more than tested; where the shapes could not be derived, every claim is an error, and the message that
says why has been given already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field, replace

from shapecheck.diagnostics.model import Diagnostic, Label
from shapecheck.graph.model import Claim, ShapeClaim, SizeClaim, Test
from shapecheck.infer.model import Instance, Shapes
from shapecheck.record import record
from shapecheck.sizes import Proved
from shapecheck.verdict.model import Verdict, Word
from shapecheck.verdict.runs import Case, Runner, test_case, violated
from shapecheck.verdict.setting import Setting, debt, makes_sense, vacuous
from shapecheck.verdict.shape_claims import shape_claim
from shapecheck.verdict.size_claims import size_claim
from shapecheck.verdict.value_claims import value_claim

RESTS_ON_ERROR = "rests on an error above"


@record(frozen=False)
class Judgement:
    """All verdicts of a spec, and the mistakes found while judging."""

    verdicts: list[Verdict] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


Progress = Callable[[int, int], None]


def judge(shapes: Shapes, runner: Runner, progress: Progress | None = None) -> Judgement:
    """Verdicts for all claims, in the order of the text; every test is run.

    `progress` is told how many claims and tests are done, and of how many.
    """
    total = len(shapes.graph.claims) + len(shapes.graph.tests)
    result = Judgement()
    for done, _ in enumerate(judging(shapes, runner, result), 1):
        if progress is not None and done <= total:
            progress(done, total)
    result.verdicts.sort(key=lambda verdict: verdict.claim.span)
    return result


def judging(shapes: Shapes, runner: Runner, result: Judgement) -> Iterator[None]:
    """Judges one claim or test at a time; the findings so far are in `result`."""
    everywhere = Setting(shapes, {})
    for claim in shapes.graph.claims:
        result.verdicts.append(_judge(claim, everywhere, runner, None, result))
        yield
    for test in shapes.graph.tests:
        _test(test, shapes, runner, result)
        yield
    if not shapes.failed and not shapes.graph.tests and not shapes.applies:
        _look(runner, result)
        yield


def _test(test: Test, shapes: Shapes, runner: Runner, result: Judgement) -> None:
    broken = violated(shapes, test.sizes)
    if broken is not None:
        sizes = ", ".join(f"{name} = {value}" for name, value in test.sizes.items())
        result.diagnostics.append(
            Diagnostic(
                "bad-test",
                f"the test {test.name} has sizes that the spec does not allow",
                (Label(test.span, f"violates {broken}"),),
                (f"with {sizes}",),
            )
        )
        return
    case = test_case(test)
    if not shapes.failed:
        _run(case, runner, result, test)
    setting = Setting(shapes, test.sizes, test.name)
    for claim in test.claims:
        result.verdicts.append(_judge(claim, setting, runner, case, result))


def _run(case: Case, runner: Runner, result: Judgement, test: Test | None) -> None:
    """Run a case once; what stops it is a finding, at the test if it has no place of its own."""
    if runner.run(case) is None:
        problem = runner.problems[case.key]
        result.diagnostics.append(problem if test is None else _in_test(problem, test, runner.shapes))


def _in_test(problem: Diagnostic, test: Test, shapes: Shapes) -> Diagnostic:
    """The problem with a place in the test: at the data that do not fit, else at its header if it has no other."""
    declared = {shapes.graph.families[name].span: node.span for name, node in test.data.items()}
    if problem.span in declared:
        rest = tuple(replace(label, primary=False) for label in problem.labels)
        return replace(problem, labels=(Label(declared[problem.span], "given here"), *rest))
    return problem if problem.span is not None else replace(problem, labels=(Label(test.span, "in this test"),))


def _look(runner: Runner, result: Judgement) -> None:
    """Runs a spec without tests at the smallest sizes that tell its axes apart."""
    for case in runner.picks(count=1):
        if runner.run(case) is None and runner.problems[case.key].code != "too-much-memory":
            result.diagnostics.append(runner.problems[case.key])


def _judge(claim: Claim, setting: Setting, runner: Runner, case: Case | None, result: Judgement) -> Verdict:
    shapes = setting.shapes
    if shapes.failed:
        return Verdict(claim, Word.ERROR, RESTS_ON_ERROR, test=setting.test)
    if claim in shapes.problems:
        result.diagnostics.append(shapes.problems[claim])
        return Verdict(claim, Word.ERROR, RESTS_ON_ERROR, test=setting.test)
    if case is not None and case.key in runner.problems and not isinstance(claim.body, SizeClaim | ShapeClaim):
        return Verdict(claim, Word.ERROR, RESTS_ON_ERROR, test=setting.test)
    verdict = vacuous(claim, setting) or debt(claim, setting) or _decide(claim, setting, runner, case, result)
    return _no_more_than_tested(verdict, setting)


def _decide(claim: Claim, setting: Setting, runner: Runner, case: Case | None, result: Judgement) -> Verdict:
    instances = setting.shapes.claims[claim]
    if isinstance(claim.body, SizeClaim):
        return size_claim(claim, setting)
    if isinstance(claim.body, ShapeClaim):
        verdict = shape_claim(claim, instances, setting)
        if claim.body.entries is None or verdict.word is not Word.PROVED:
            return verdict
    return _of_values(claim, instances, setting, runner, case, result)


def _of_values(
    claim: Claim,
    instances: tuple[Instance, ...],
    setting: Setting,
    runner: Runner,
    case: Case | None,
    result: Judgement,
) -> Verdict:
    """The verdict on a claim about values; a value of its own that does not exist (`0 / 0`) is reported."""
    from shapecheck.execute.errors import ExecutionError

    try:
        return value_claim(claim, instances, setting, runner, case)
    except ExecutionError as error:
        problem = error.diagnostic
        if problem.code == "too-much-memory":
            return Verdict(claim, Word.UNKNOWN, problem.title, test=setting.test)
        if problem.span is None:
            problem = replace(problem, labels=(Label(claim.span, "in this claim"),))
        result.diagnostics.append(problem)
        return Verdict(claim, Word.ERROR, RESTS_ON_ERROR, test=setting.test)


def _no_more_than_tested(verdict: Verdict, setting: Setting) -> Verdict:
    """The verdict, at most `tested` where it rests on a requirement that is not decided."""
    if verdict.word is not Word.PROVED:
        return verdict
    decided = all(isinstance(item.decision, Proved) for item in setting.shapes.requirements)
    if decided and verdict.claim not in setting.shapes.doubtful and makes_sense(verdict.claim, setting):
        return verdict
    return replace(verdict, word=Word.TESTED, method=f"{verdict.method}; rests on a requirement that is not decided")
