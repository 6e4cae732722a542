"""Questions about a single size: beyond some value the answer is proved, up to there every value is tried.

In: a question with one name, which has a least value.  Out: a proof, the smallest counterexample, or None.  A bound on
the roots of a polynomial is found in this way, as `b^2 != 72` holds from 9 on by signs.
"""

from __future__ import annotations

from shapecheck.sizes.algebra.atoms import Power
from shapecheck.sizes.algebra.compounds import nested_atoms
from shapecheck.sizes.provers.by_cases import by_short_cases, by_short_contradiction
from shapecheck.sizes.questions.formula import relations
from shapecheck.sizes.questions.points import refuted
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.questions.verdicts import Answer, Proved

FUEL = 40
FARTHEST = (2**17, 2**13, 2**10, 2**8, 2**6, 2**4, 2**2)
FARTHEST_EXPONENT = 2**10


def by_one_size(question: Question) -> Answer | None:
    """The answer by a proof for large values, and a trial of the others."""
    if len(question.names) != 1 or question.context.lower(question.names[0]) is None:
        return None
    low, high = question.bounds[question.names[0]]
    steps = [step for step in FARTHEST if step <= FARTHEST_EXPONENT or not _has_powers(question)]
    end = _proved_from(question, int(low), steps)
    if isinstance(high, int) and high - int(low) <= steps[0]:
        end = high + 1 if end is None else min(end, high + 1)
    return None if end is None else _tried(question, end - 1)


def _proved_from(question: Question, low: int, steps: list[int]) -> int | None:
    """A small value from which on the goal is proved, or no value is admissible."""
    found = None
    for step in steps:
        beyond = question.with_least(question.names[0], low + step)
        if by_short_cases(beyond, FUEL) is None and by_short_contradiction(beyond, FUEL) is None:
            break
        found = low + step
    return found


def _tried(question: Question, last: int) -> Answer | None:
    """The answer for all values up to the last one."""
    from shapecheck.sizes.questions.grid import search_sums

    found = search_sums(question, last)
    if found is None:
        return None
    return Proved("all cases") if found.witness is None else refuted(question, found.witness, "search")


def _has_powers(question: Question) -> bool:
    sizes = [relation.difference for formula in (question.goal, *question.facts) for relation in relations(formula)]
    return any(isinstance(atom, Power) for size in sizes for atom in nested_atoms(size))
