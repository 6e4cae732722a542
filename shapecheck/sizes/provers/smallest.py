"""From some counterexample to the smallest one: by the sum of the sizes, then in the order of the names.

In: a question and a point where it fails.  Out: a refutation; by the smallest point, where the smaller ones are few
enough to be seen.  Else each size is made as small as the others let it be, and the method says so.
"""

from __future__ import annotations

from shapecheck.sizes.questions.points import Point, refuted, truth
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.questions.verdicts import Refuted

ROUNDS = 3
METHOD = "search"
METHOD_OF_LARGE = "search of large sizes"


def refuted_by_smallest(question: Question, witness: Point) -> Refuted:
    """A refutation by the smallest point where the goal fails, as far as that can be found out."""
    if any(question.context.lower(name) is None for name in question.names):
        return refuted(question, witness, METHOD)
    from shapecheck.sizes.questions.grid import search_sums

    for _ in range(ROUNDS):
        found = search_sums(question, sum(witness.values()))
        if found is not None:
            return refuted(question, witness if found.witness is None else found.witness, METHOD)
        lowered = _lowered(question, witness)
        if lowered == witness:
            break
        witness = lowered
    return refuted(question, witness, METHOD_OF_LARGE)


def _lowered(question: Question, witness: Point) -> Point:
    """The point with each size, the largest first, as small as bisection finds it."""
    point = dict(witness)
    for name in sorted(question.names, key=lambda name: -witness[name]):
        low = int(question.bounds[name][0])
        while low < point[name]:
            middle = (low + point[name]) // 2
            if _fails(question, {**point, name: middle}):
                point[name] = middle
            else:
                low = middle + 1
    return point


def _fails(question: Question, point: Point) -> bool:
    return truth(question.goal, point) is False and all(truth(fact, point) for fact in question.facts)
