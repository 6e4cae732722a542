"""The pipeline of a check: text -> tree -> graph -> shapes -> verdicts and runs -> lints -> report.

`stages.derive` goes from the text to the shapes.  The file itself and each block with claims of its own are then
examined: claims judged, tests run.  Lints come last, and only where nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shapecheck.budgets import MEMORY_LIMIT, SPEC_QUESTIONS
from shapecheck.checked import Finding, Lints, Part, Report
from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.block_definitions import Definition
from shapecheck.infer.counting import counts
from shapecheck.infer.model import Shapes
from shapecheck.infer.rederive import rederived
from shapecheck.lints import Subject, lints
from shapecheck.record import record
from shapecheck.sizes import allowance, naming_order
from shapecheck.source import Source
from shapecheck.stages import block_with_claims, derive, errors, ordered
from shapecheck.verdict.judge import Judgement, Progress, judge, judging
from shapecheck.verdict.model import Word
from shapecheck.verdict.runs import Runner


@allowance(SPEC_QUESTIONS)
def check(
    source: Source,
    *,
    strict: bool = False,
    memory_limit: int = MEMORY_LIMIT,
    progress: Progress | None = None,
    twice: bool = False,
    lint: Lints = "warnings",
) -> Report:
    """Derives shapes, judges claims, runs tests.  `memory_limit` is in bytes; `lint` says which lints are reported.

    With `twice` all shapes are derived again by SymPy, and both derivations compared.
    """
    shapes, diagnostics = derive(source, only_claims=True)
    if shapes is None:
        return Report(source, None, (), diagnostics, strict=strict)
    examined = [_examined(shapes, None, memory_limit, progress)]
    for definition in shapes.graph.blocks:
        inside, wrong = block_with_claims(definition, shapes.graph)
        diagnostics += wrong
        if inside is not None:
            examined.append(_examined(inside, definition, memory_limit, progress))
    wrong_on_the_way = tuple(item for part in examined for item in part.judgement.diagnostics)
    if lint != "none" and not errors((*diagnostics, *wrong_on_the_way)):
        diagnostics += tuple(lints(source, [part.subject(lint) for part in examined]))
    second = rederived([part.runner.shapes for part in examined]) if twice else None
    if second is not None:
        diagnostics += second.diagnostics
    report = _report(source, examined, ordered((*diagnostics, *wrong_on_the_way)))
    report = replace(report, strict=strict, second=second)
    return report if shapes.failed else replace(report, params=counts.params(shapes), macs=counts.macs(shapes))


@record(eq=False)
class _Examined:
    """The file's own equations, or a block on its own: claims judged, tests run."""

    definition: Definition | None
    runner: Runner
    judgement: Judgement

    def subject(self, lint: Lints) -> Subject:
        """The subject of the lints."""
        return Subject(self.runner, tuple(self.judgement.verdicts), self.definition, remarks=lint == "all")

    @property
    def part(self) -> Part:
        """The shapes and the verdicts, for the report."""
        name = "" if self.definition is None else self.definition.name
        return Part(name, self.runner.shapes, tuple(self.judgement.verdicts))


def _examined(shapes: Shapes, definition: Definition | None, memory_limit: int, progress: Progress | None) -> _Examined:
    runner = Runner(shapes, memory_limit)
    with naming_order(shapes.graph.dims):
        return _Examined(definition, runner, judge(shapes, runner, progress))


def _report(source: Source, examined: list[_Examined], diagnostics: tuple[Diagnostic, ...]) -> Report:
    parts = tuple(item.part for item in examined)
    runners = [item.runner for item in examined]
    return Report(
        source,
        parts[0].shapes,
        tuple(verdict for part in parts for verdict in part.verdicts),
        diagnostics,
        tuple(dict(sizes) for runner in runners for sizes in runner.settings),
        sum(runner.confirmed for runner in runners),
        parts=parts,
    )


# ---- one finding after the other ---------------------------------------------------------------


def findings(source: Source, memory_limit: int = MEMORY_LIMIT) -> Iterator[Finding | None]:
    """Yields the findings of `check`, one after the other, and None for each step without a finding."""
    shapes, diagnostics = derive(source)
    yield from _in_shapes(diagnostics)
    if shapes is None or shapes.failed:
        return
    yield from _in_claims(shapes, memory_limit)
    for definition in shapes.graph.blocks:
        inside, wrong = block_with_claims(definition, shapes.graph)
        yield from _in_shapes(wrong)
        if inside is not None:
            yield from _in_claims(inside, memory_limit)


def _in_shapes(diagnostics: tuple[Diagnostic, ...]) -> Iterator[Finding]:
    return (Finding("shapes", diagnostic) for diagnostic in errors(diagnostics))


def _in_claims(shapes: Shapes, memory_limit: int) -> Iterator[Finding | None]:
    """Yields the findings in the claims and tests of the file, or of a block."""
    result = Judgement()
    steps = judging(shapes, Runner(shapes, memory_limit), result)
    while True:
        with naming_order(shapes.graph.dims):
            if next(steps, "no more") == "no more":
                return
        yield None
        if not any(verdict.word is Word.ERROR and verdict.test for verdict in result.verdicts):
            yield from (Finding("claims", verdict) for verdict in result.verdicts if not verdict.ok)
        yield from (Finding("runs", problem) for problem in errors(tuple(result.diagnostics)))
        result.diagnostics.clear()
        result.verdicts.clear()
