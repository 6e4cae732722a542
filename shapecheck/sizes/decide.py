"""Deciding statements about sizes: the cheapest sound method first.

In: a context and a formula.  Out: a `Decision`.  A proof holds at every admissible point; a refutation comes with a
point that was evaluated; whatever runs out of its limits says nothing.  Memoised.
"""

from __future__ import annotations

from functools import lru_cache

from shapecheck.sizes.context import Context
from shapecheck.sizes.formula import FALSE, Formula
from shapecheck.sizes.provers import PROVERS
from shapecheck.sizes.provers.asking import asked
from shapecheck.sizes.provers.small_points import tested
from shapecheck.sizes.question import Question
from shapecheck.sizes.verdicts import NO_SIZES, Decision, Proved, Refuted, Undecided, Unknown


@lru_cache(maxsize=16384)
def decide(context: Context, formula: Formula) -> Decision:
    """Whether the formula holds at all points that the context admits."""
    question = Question.about(context, formula)
    decision = _answer(question)
    if isinstance(decision, Refuted):
        others = tuple(fact for fact in context.facts if fact not in question.facts)
        if others and consistent(Context(others, context.lowers)) is None:
            return Proved(NO_SIZES)
    return decision


def _answer(question: Question) -> Decision:
    """The first answer that a prover gives."""
    for prover in PROVERS:
        answer = asked(prover, question)
        if answer is not None:
            return answer
        if not question.names:
            return Unknown("it divides by something below 1")
    return tested(question)


@lru_cache(maxsize=4096)
def consistent(context: Context, names: tuple[str, ...] = ()) -> dict[str, int] | Undecided | None:
    """The smallest sizes that meet all facts, None if there are provably none."""
    every = frozenset(names).union(*(fact.names for fact in context.facts))
    question = Question(context, context.in_order(every), context.facts, FALSE)
    decision = _answer(question)
    if isinstance(decision, Refuted):
        return dict(decision.witness)
    return None if isinstance(decision, Proved) else Undecided("no admissible sizes were found")
