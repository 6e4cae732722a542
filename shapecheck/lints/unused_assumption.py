"""An assumption without which nothing changes: no shape, no requirement, no verdict.

In: a spec that has been checked.  Out: a warning for each assumption that nothing needs.  Most are needed by an
requirement or by a claim on sizes, which is found at once; where that is not seen, everything is derived and judged
again without the assumption, and what is only tested is tried at sizes that it rules out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from shapecheck.diagnostics.model import Diagnostic, Label, Level
from shapecheck.graph.block_definitions import Definition
from shapecheck.graph.model import Assumption, Claim, Graph, SizeClaim
from shapecheck.infer.model import Requirement, Shapes
from shapecheck.lints.again import derived, judged_again
from shapecheck.lints.lint_wording import allow
from shapecheck.lints.model import Subject
from shapecheck.sizes import Context, Proved, decide, is_used_up, smallest
from shapecheck.sizes.algebra.weight import weight
from shapecheck.sizes.questions.formula import relations
from shapecheck.verdict.confirm import tried
from shapecheck.verdict.judge import judge
from shapecheck.verdict.model import Verdict, Word
from shapecheck.verdict.runs import Case, Runner
from shapecheck.verdict.setting import Setting
from shapecheck.verdict.size_claims import size_claim

CODE = "unused-assumption"
HEAVIEST = 500
"""Most work for this lint: it leaves out one assumption at a time, and is skipped where that takes long."""
LARGEST_SIZE = 64
"""Largest size at which a run tries whether an assumption is needed."""


def unused_assumption(subject: Subject) -> Iterator[Diagnostic]:
    """The author's assumptions that nothing needs."""
    graph = subject.shapes.graph
    assumptions = _written(graph)
    if len(assumptions) * sum(map(_weight, assumptions)) > HEAVIEST:
        return
    for assumption in assumptions:
        if is_used_up():
            return
        if _is_about_defaults(assumption, subject.block):
            continue
        context = _without(graph, assumption)
        if isinstance(decide(context, assumption.formula), Proved):
            yield _message(assumption, "it follows from the other assumptions and bounds")
        elif not _needed_at_once(subject, context) and _same_without(subject, assumption, context):
            yield _message(assumption, "without it every shape, every requirement and every verdict is the same")


def _weight(assumption: Assumption) -> int:
    return sum(weight(relation.difference) for relation in relations(assumption.formula))


def _written(graph: Graph) -> list[Assumption]:
    """The assumptions that stand in the text; a block on its own has others too, which its equations need."""
    return [item for item in graph.assumptions if " ".join(graph.source[item.span].split()) == item.text]


def _is_about_defaults(assumption: Assumption, block: Definition | None) -> bool:
    """Whether it mentions a parameter that has its default where the block is looked at on its own."""
    words = set(re.findall(r"\w+", assumption.text))
    return block is not None and any(item.default is not None and item.name in words for item in block.parameters)


def _without(graph: Graph, assumption: Assumption) -> Context:
    facts = tuple(item.formula for item in graph.assumptions if item is not assumption)
    return graph.context.with_facts(facts)


def _needed_at_once(subject: Subject, context: Context) -> bool:
    """Whether a requirement, or a claim on sizes or shapes, is seen to be decided otherwise."""
    shapes = subject.shapes
    relations = {item.relation: item for item in shapes.requirements if isinstance(item.decision, Proved)}
    if any(not isinstance(decide(context.assuming(*item.facts), item.relation), Proved) for item in relations.values()):
        return True
    claims = [verdict.claim for verdict in subject.verdicts if verdict.test is None]
    if any(_owes_more(claim, context) for claim in claims):
        return True
    return any(
        _outcome(verdict) != _outcome(again)
        for verdict in subject.verdicts
        if verdict.test is None and (again := judged_again(verdict.claim, shapes, context)) is not None
    )


def _owes_more(claim: Claim, context: Context) -> bool:
    """Whether a division in the claim is no longer known to divide."""
    known = context if claim.condition is None else context.assuming(claim.condition)
    return any(not isinstance(decide(known.assuming(*owed.facts), owed.relation), Proved) for owed in claim.all_debts)


def _same_without(subject: Subject, assumption: Assumption, context: Context) -> bool:
    """Whether all results stay the same; False where that would take long to find out."""
    shapes = subject.shapes
    if not subject.is_small:
        return False
    again = derived(subject, _graph_without(subject.applied.graph, assumption))
    if again.failed or _state(again) != _state(shapes):
        return False
    outcome = judge(again, Runner(again, subject.runner.memory_limit))
    if outcome.diagnostics or [*map(_outcome, outcome.verdicts)] != [*map(_outcome, subject.verdicts)]:
        return False
    return all(_holds_outside(verdict, assumption, again, context, subject) for verdict in outcome.verdicts)


def _graph_without(graph: Graph, assumption: Assumption) -> Graph:
    kept = tuple(item for item in _written(graph) if item.span != assumption.span)
    facts = tuple(item.formula for item in kept)
    return replace(graph, assumptions=kept, context=graph.context.with_facts(facts))


def _state(shapes: Shapes) -> tuple[object, ...]:
    """The facts about a spec that an assumption may change."""
    graph = shapes.graph
    return (
        {name: {(cell.region, cell.shape) for cell in cells} for name, cells in shapes.cells.items()},
        {_owed(item) for item in shapes.requirements if not isinstance(item.decision, Proved)},
        [(item.code, item.span) for item in shapes.diagnostics],
        {item.formula for item in graph.assumptions} - {item.formula for item in _written(graph)},
        len(shapes.problems),
    )


def _owed(requirement: Requirement) -> tuple[object, ...]:
    return (requirement.relation, requirement.span, type(requirement.decision))


def _outcome(verdict: Verdict) -> tuple[Word, dict[str, int]]:
    """The verdict and its smallest counterexample, which is what the reader sees of it."""
    return verdict.word, dict(verdict.counterexample)


def _holds_outside(
    verdict: Verdict, assumption: Assumption, shapes: Shapes, context: Context, subject: Subject
) -> bool:
    """Whether a claim that is only tested holds at the smallest sizes that the assumption rules out."""
    if verdict.word is not Word.TESTED or verdict.test is not None:
        return True
    claim = verdict.claim
    outside = context.assuming(assumption.formula.negated(), *(() if claim.condition is None else (claim.condition,)))
    runner = Runner(shapes, subject.runner.memory_limit)
    for sizes in smallest(outside, shapes.graph.free_sizes, distinct=True):
        if max(sizes.values(), default=0) > LARGEST_SIZE:
            return False
        if not _holds_at(claim, sizes, shapes, runner):
            return False
    return True


def _holds_at(claim: Claim, sizes: dict[str, int], shapes: Shapes, runner: Runner) -> bool:
    """Whether a claim holds at some sizes: computed, or of values, in a run."""
    if isinstance(claim.body, SizeClaim):
        return size_claim(claim, Setting(shapes, sizes)).word is Word.PROVED
    evidence = tried(claim, shapes.claims[claim], runner, Case(sizes))
    return evidence is not None and evidence.failure is None


def _message(assumption: Assumption, why: str) -> Diagnostic:
    return Diagnostic(
        CODE,
        f"nothing needs the assumption {assumption.text}",
        (Label(assumption.span, why),),
        help=f"leave it out; {allow(CODE)}",
        level=Level.WARNING,
    )
