"""Deciding statements about sizes: the cheapest sound method first.

In: a context and a formula.  Out: a `Decision`.  A proof holds at every admissible point; a refutation comes with a
point that was evaluated; whatever runs out of its limits says nothing.  Answers are remembered.  A question is granted
the same work whenever it is asked; where the allowance for all of them is used up, it is granted less.
"""

from __future__ import annotations

from shapecheck.sizes.provers import PROVERS
from shapecheck.sizes.provers.asking import asked
from shapecheck.sizes.provers.small_points import tested
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import FALSE, Formula
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.questions.verdicts import NO_SIZES, Decision, Proved, Refuted, Undecided, Unknown
from shapecheck.sizes.work import granted, is_used_up, remembered

MOST_WORK = 70_000
"""Steps for one question, about half a second; the specs of the project need at most half of them."""
BRIEFLY = 4_000
"""Steps for one question where the allowance is used up."""


def decide(context: Context, formula: Formula) -> Decision:
    """Whether the formula holds at all points that the context admits."""
    return _decided(context, formula, BRIEFLY if is_used_up() else MOST_WORK)


@remembered(16384)
def _decided(context: Context, formula: Formula, steps: int) -> Decision:
    question = Question.about(context, formula)
    decision = _answer(question, steps)
    if isinstance(decision, Refuted):
        others = tuple(fact for fact in context.facts if fact not in question.facts)
        if others and consistent(Context(others, context.lowers)) is None:
            return Proved(NO_SIZES)
    return decision


def forget() -> None:
    """Forgets all answers, as in a new process."""
    _decided.forget()
    _consistent.forget()


def _answer(question: Question, steps: int) -> Decision:
    """The first answer that a prover gives; all provers together get this many steps."""
    with granted(steps):
        for prover in PROVERS:
            answer = asked(prover, question)
            if answer is not None:
                return answer
            if not question.names:
                return Unknown("it divides by something below 1")
    return tested(question)


def consistent(context: Context, names: tuple[str, ...] = ()) -> dict[str, int] | Undecided | None:
    """The smallest sizes that meet all facts, None if there are provably none."""
    return _consistent(context, names, BRIEFLY if is_used_up() else MOST_WORK)


@remembered(4096)
def _consistent(context: Context, names: tuple[str, ...], steps: int) -> dict[str, int] | Undecided | None:
    every = frozenset(names).union(*(fact.names for fact in context.facts))
    question = Question(context, context.in_order(every), context.facts, FALSE)
    decision = _answer(question, steps)
    if isinstance(decision, Refuted):
        return dict(decision.witness)
    return None if isinstance(decision, Proved) else Undecided("no admissible sizes were found")
