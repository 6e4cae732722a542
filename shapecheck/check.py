"""The way data takes: text -> tree -> graph -> shapes -> verdicts -> report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.graph.block_errors import unchecked
from shapecheck.graph.blocks import Definition
from shapecheck.graph.bodies import on_its_own
from shapecheck.graph.build import build
from shapecheck.graph.model import Graph
from shapecheck.infer.alone import alone
from shapecheck.infer.counting import counts
from shapecheck.infer.derive import infer
from shapecheck.infer.model import Shapes
from shapecheck.infer.rederive import Second, rederived
from shapecheck.inline.link import is_too_large, link
from shapecheck.lints import Subject, lints
from shapecheck.record import record
from shapecheck.sizes import Size, allowance, naming_order
from shapecheck.source import Source
from shapecheck.syntax import parse
from shapecheck.syntax.tree import Claim, Test
from shapecheck.verdict.judge import Judgement, Progress, judge, judging
from shapecheck.verdict.model import Verdict, Word
from shapecheck.verdict.runs import Runner

DEFAULT_MEMORY_LIMIT = 4 << 30
"""Bytes that one run may need; more is refused before anything is allocated."""
QUESTIONS = 80_000
"""Steps that all questions about the sizes of a spec may take; beyond them each is answered briefly, or left open."""
Lints = Literal["none", "warnings", "all"]
"""Which lints are told of: `all` adds what is mere information, as notes."""
_SAID_BY_MISTAKES = frozenset(
    {"unknown-size", "requirement-fails", "requirement-undecided", "missing-member", "never-defined"}
)
"""Messages that may only follow from a statement that could not be read."""


@record(eq=False)
class Part:
    """A part of a spec that stands on its own: the file's own equations (`name` is empty), or a block by its name."""

    name: str
    shapes: Shapes
    verdicts: tuple[Verdict, ...]


@record(eq=False)
class Finding:
    """Something that is wrong: with the shapes or before them, with a claim, or with a run."""

    stage: Literal["shapes", "claims", "runs"]
    what: Diagnostic | Verdict


@record(eq=False)
class Report:
    """All that is known of one spec.

    `shapes` is None when the text could not be read; `sizes_run` are the settings at which the spec was executed and
    `confirmed` the number of arrays whose shape was compared with the derived one there.
    """

    source: Source
    shapes: Shapes | None
    verdicts: tuple[Verdict, ...]
    diagnostics: tuple[Diagnostic, ...]
    sizes_run: tuple[dict[str, int], ...] = ()
    confirmed: int = 0
    params: Size | None = None
    macs: Size | None = None
    strict: bool = False
    second: Second | None = None
    """How a second derivation of all shapes went, where one was asked for."""
    parts: tuple[Part, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong: no errors, and every claim as expected."""
        return not self.has_errors and all(self.accepts(verdict) for verdict in self.verdicts)

    @property
    def has_errors(self) -> bool:
        return any(diagnostic.level == Level.ERROR for diagnostic in self.diagnostics)

    def accepts(self, verdict: Verdict) -> bool:
        """Whether a verdict is fine; when strict, a claim that is only tested must say `expect tested`."""
        if self.strict and verdict.word is Word.TESTED and verdict.claim.expect is None:
            return False
        return verdict.ok


@allowance(QUESTIONS)
def derive(source: Source, *, only_claims: bool = False) -> tuple[Shapes | None, tuple[Diagnostic, ...]]:
    """Shapes for all sizes, and what is wrong; no shapes where the text or its names cannot be read.

    With `only_claims` blocks stay as they are applied where all of them in place would be too much.
    """
    parsed = parse(source)
    if any(diagnostic.level == Level.ERROR for diagnostic in parsed.diagnostics):
        return None, _ordered(parsed.diagnostics)
    graph, mistakes = build(source, parsed.spec)
    with naming_order(graph.dims):
        shapes = infer(graph)
        shapes = shapes if only_claims and is_too_large(shapes) else link(shapes)
    found = (*parsed.diagnostics, *mistakes)
    if any(diagnostic.level == Level.ERROR for diagnostic in found):
        told = {item.span for item in found}
        certain = tuple(
            item for item in shapes.diagnostics if item.code not in _SAID_BY_MISTAKES and item.span not in told
        )
        return None, _ordered((*found, *certain))
    return shapes, _ordered((*found, *shapes.diagnostics))


@allowance(QUESTIONS)
def accepting(source: Source) -> tuple[Shapes | None, tuple[Diagnostic, ...]]:
    """Shapes for the sizes that meet all that the equations need; none where no sizes mend what is wrong."""
    parsed = parse(source)
    if any(diagnostic.level == Level.ERROR for diagnostic in parsed.diagnostics):
        return None, _ordered(parsed.diagnostics)
    graph, mistakes = build(source, parsed.spec)
    wrong = tuple(item for item in mistakes if item.level == Level.ERROR)
    if wrong:
        return None, _ordered(wrong)
    with naming_order(graph.dims):
        shapes = alone(graph)
    wrong = tuple(item for item in shapes.diagnostics if item.level == Level.ERROR)
    return (None, _ordered(wrong)) if wrong else (shapes, ())


def derive_block(source: Source, name: str) -> tuple[Shapes | None, tuple[Diagnostic, ...]]:
    """Shapes of a block on its own, for all sizes that meet what it needs; `KeyError` where there is none of the name.

    No shapes where the spec or the block cannot be read, or the block can only be looked at as it is applied.
    """
    shapes, diagnostics = derive(source)
    if shapes is None:
        return None, diagnostics
    definition = {item.name: item for item in shapes.graph.blocks}[name]
    found = _inside(definition, shapes.graph)
    return (None, (*diagnostics, unchecked(name, definition.span))) if found is None else found


@allowance(QUESTIONS)
def check(
    source: Source,
    *,
    strict: bool = False,
    memory_limit: int = DEFAULT_MEMORY_LIMIT,
    progress: Progress | None = None,
    twice: bool = False,
    lint: Lints = "warnings",
) -> Report:
    """Everything: shapes derived, claims judged, tests run.  `memory_limit` in bytes; `lint`: what is also told.

    With `twice` all shapes are derived again by SymPy, and both derivations compared.
    """
    shapes, diagnostics = derive(source, only_claims=True)
    if shapes is None:
        return Report(source, None, (), diagnostics, strict=strict)
    found = [_judged(shapes, memory_limit, progress)]
    derived = [shapes]
    subjects = [_subject(found[0], None, lint)]
    names = [""]
    for definition in shapes.graph.blocks:
        inside, wrong = _alone(definition, shapes.graph)
        diagnostics += wrong
        if inside is not None:
            derived.append(inside)
            found.append(_judged(inside, memory_limit, progress))
            subjects.append(_subject(found[-1], definition, lint))
            names.append(definition.name)
    verdicts = tuple(verdict for judgement, _ in found for verdict in judgement.verdicts)
    wrong_on_the_way = tuple(item for judgement, _ in found for item in judgement.diagnostics)
    if lint != "none" and not any(item.level == Level.ERROR for item in (*diagnostics, *wrong_on_the_way)):
        diagnostics += tuple(lints(source, subjects))
    second = rederived(derived) if twice else None
    if second is not None:
        diagnostics += second.diagnostics
    report = Report(
        source,
        shapes,
        verdicts,
        _ordered((*diagnostics, *wrong_on_the_way)),
        tuple(dict(sizes) for _, runner in found for sizes in runner.settings),
        sum(runner.confirmed for _, runner in found),
        strict=strict,
        second=second,
        parts=tuple(
            Part(name, runner.shapes, tuple(judgement.verdicts)) for name, (judgement, runner) in zip(names, found)
        ),
    )
    return report if shapes.failed else replace(report, params=counts.params(shapes), macs=counts.macs(shapes))


def findings(source: Source, memory_limit: int = DEFAULT_MEMORY_LIMIT) -> Iterator[Finding | None]:
    """Finds what `check` would find wrong, one thing after the other; yields None for a step that found nothing."""
    shapes, diagnostics = derive(source)
    yield from _errors(diagnostics)
    if shapes is None or shapes.failed:
        return
    yield from _findings(shapes, memory_limit)
    for definition in shapes.graph.blocks:
        inside, wrong = _alone(definition, shapes.graph)
        yield from _errors(wrong)
        if inside is not None:
            yield from _findings(inside, memory_limit)


def _findings(shapes: Shapes, memory_limit: int) -> Iterator[Finding | None]:
    """Finds what is wrong with the claims and the tests of the file, or of a block."""
    result = Judgement()
    steps = judging(shapes, Runner(shapes, memory_limit), result)
    while True:
        with naming_order(shapes.graph.dims):
            if next(steps, "no more") == "no more":
                return
        yield None
        if not any(verdict.word is Word.ERROR and verdict.test for verdict in result.verdicts):
            yield from (Finding("claims", verdict) for verdict in result.verdicts if not verdict.ok)
        yield from (Finding("runs", problem) for problem in result.diagnostics if problem.level == Level.ERROR)
        result.diagnostics.clear()
        result.verdicts.clear()


def _errors(diagnostics: Iterable[Diagnostic]) -> Iterator[Finding]:
    return (Finding("shapes", diagnostic) for diagnostic in diagnostics if diagnostic.level == Level.ERROR)


def _judged(shapes: Shapes, memory_limit: int, progress: Progress | None) -> tuple[Judgement, Runner]:
    runner = Runner(shapes, memory_limit)
    with naming_order(shapes.graph.dims):
        return judge(shapes, runner, progress), runner


def _subject(found: tuple[Judgement, Runner], definition: Definition | None, lint: Lints) -> Subject:
    return Subject(found[1], tuple(found[0].verdicts), definition, remarks=lint == "all")


def _alone(definition: Definition, root: Graph) -> tuple[Shapes | None, tuple[Diagnostic, ...]]:
    """A block's own claims and tests, once for all sizes; None where there are none."""
    asked = [item for item in definition.statements if isinstance(item, Claim | Test)]
    found = _inside(definition, root)
    if found is None:
        return None, tuple(unchecked(definition.name, item.span) for item in asked)
    shapes, wrong = found
    return (shapes if asked else None), wrong


def _inside(definition: Definition, root: Graph) -> tuple[Shapes | None, tuple[Diagnostic, ...]] | None:
    """The shapes of a block on its own; None where it can only be looked at as it is applied."""
    made = None if definition.is_function else on_its_own(definition, root)
    if made is None:
        return None
    graph, wrong = made
    if any(diagnostic.level == Level.ERROR for diagnostic in wrong):
        return None, wrong
    with naming_order(graph.dims):
        shapes = link(alone(graph))
    return shapes, (*wrong, *shapes.diagnostics)


def _ordered(diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """By place in the text; a message that has been given is not given again."""
    seen: dict[tuple[object, ...], Diagnostic] = {}
    for diagnostic in diagnostics:
        seen.setdefault((diagnostic.code, diagnostic.span, diagnostic.title), diagnostic)
    return tuple(sorted(seen.values(), key=lambda diagnostic: diagnostic.span.start if diagnostic.span else 0))
