"""Questions that are taken apart until each part is settled.

In: a question.  Out: a proof, where all parts are proved; a refutation, where one part is refuted at a point that the
whole question admits; or None.  A name in products is also split at some value: beyond it the question is proved, and
up to there each value is put in.  `MOST_PARTS` limits the number of questions asked.
"""

from __future__ import annotations

from math import inf

from shapecheck.sizes.algebra.point_values import TooLarge
from shapecheck.sizes.provers.asking import Prover, asked
from shapecheck.sizes.provers.by_cases import by_short_cases, by_short_contradiction
from shapecheck.sizes.provers.comparisons import by_equations, by_signs
from shapecheck.sizes.provers.one_size import by_one_size
from shapecheck.sizes.provers.sets import by_sets
from shapecheck.sizes.provers.small_points import by_small_points
from shapecheck.sizes.provers.smallest import refuted_by_smallest
from shapecheck.sizes.provers.splits import (
    Split,
    SplitPart,
    bent_names,
    by_fact,
    by_goal,
    by_maximum,
    by_remainders,
    by_sign_of_difference,
    by_values,
    values_from,
)
from shapecheck.sizes.provers.without_sizes import by_constants
from shapecheck.sizes.questions.points import Point, refuted, truth
from shapecheck.sizes.questions.question import Question, is_heavy
from shapecheck.sizes.questions.verdicts import Answer, Proved, Refuted

MOST_PARTS = 120
HEAVIEST = 100
MOST_IN_PRODUCTS = 4
"""One large value says little where more names than these stand in products."""
FUEL = 30
STEPS = (16, 8, 4, 2, 1)
METHOD = "cases"

PROVERS: tuple[Prover, ...] = (
    by_constants,
    by_signs,
    by_equations,
    by_small_points,
    by_sets,
    lambda question: by_short_cases(question, FUEL),
    lambda question: by_short_contradiction(question, FUEL),
    by_one_size,
)
SPLITS: tuple[Split, ...] = (by_goal, by_fact, by_sign_of_difference, by_maximum, by_values, by_remainders)


def by_parts(question: Question) -> Answer | None:
    """The answer by settling all parts."""
    if is_heavy(question, HEAVIEST):
        return None
    answer = _Parts(MOST_PARTS).of(question)
    if isinstance(answer, Refuted):
        return refuted_by_smallest(question, dict(answer.witness))
    return answer


class _Parts:
    """Counts the questions that may still be asked."""

    def __init__(self, left: int) -> None:
        self.left = left

    def settled(self, question: Question) -> Answer | None:
        """The answer by a prover or by parts."""
        self.left -= 1
        for prover in PROVERS:
            answer = asked(prover, question)
            if answer is not None:
                return answer
        return self.of(question)

    def of(self, question: Question) -> Answer | None:
        """The answer by parts."""
        for split in SPLITS:
            parts = split(question)
            if parts is not None:
                return self.all_of(question, parts)
        return self._by_tail(question)

    def all_of(self, whole: Question, parts: list[SplitPart]) -> Answer | None:
        """A proof if all parts are proved, else a refutation if a part has one."""
        proved = True
        for part in parts:
            if self.left <= 0:
                return None
            answer = self.settled(part.question)
            witness = _of_whole(whole, part, answer) if isinstance(answer, Refuted) else None
            if witness is not None:
                return refuted(whole, witness, METHOD)
            proved = proved and isinstance(answer, Proved)
        return Proved(METHOD) if proved else None

    def _by_tail(self, question: Question) -> Answer | None:
        """A name in products beyond some value, and each value up to there."""
        names = sorted(bent_names(question))
        for name in names if len(names) <= MOST_IN_PRODUCTS else ():
            low = question.bounds[name][0]
            end = None if low == -inf or self.left <= 0 else self._tail(question, name, int(low))
            if end is not None:
                parts = values_from(question, name, int(low), end - 1)
                return None if parts is None else self.all_of(question, parts)
        return None

    def _tail(self, question: Question, name: str, low: int) -> int | None:
        """A small value from which on the question is proved."""
        found = None
        for step in STEPS:
            self.left -= 1
            beyond = question.with_least(name, low + step)
            if by_short_cases(beyond, FUEL) is None and by_short_contradiction(beyond, FUEL) is None:
                break
            found = low + step
        return found


def _of_whole(whole: Question, part: SplitPart, answer: Refuted) -> Point | None:
    """The point of the whole question that a point of a part is, if the whole fails there."""
    try:
        point = {
            name: part.values[name].evaluate(answer.witness) if name in part.values else answer.witness[name]
            for name in whole.names
        }
        fails = truth(whole.goal, point) is False and all(truth(fact, point) for fact in whole.facts)
    except TooLarge:
        return None
    return point if fails else None
