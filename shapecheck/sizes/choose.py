"""Choosing sizes, and whether conditions can be met together.

In: a context.  Out: smallest admissible sizes to test with; and for many small questions (do two regions overlap?)
a fast answer that says no only when that is proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice

from shapecheck.sizes.algebra.size import ZERO
from shapecheck.sizes.decide import consistent, plainly
from shapecheck.sizes.proofs.equalities import solve_equalities
from shapecheck.sizes.proofs.signs import contradictory
from shapecheck.sizes.questions.bounds import bounds_of, is_empty
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import FALSE, TRUE, And, Formula
from shapecheck.sizes.questions.instances import Instances, total
from shapecheck.sizes.questions.memberless import with_families
from shapecheck.sizes.questions.points import Enumeration, Point
from shapecheck.sizes.questions.question import Question, inequalities
from shapecheck.sizes.questions.verdicts import Undecided

FIRST_POINTS = 5
MORE_POINTS = 80
TEST_SIZE_BUDGET = 20_000
LENGTHS_TRIED = 4
"""Choices of the lengths of families from which the smallest settings are taken."""


def possible(context: Context, formulas: Iterable[Formula]) -> bool:
    """Whether some admissible integers may satisfy all formulas; False only where it is proved that none do."""
    wanted = tuple(formulas)
    whole = with_families(context, And(wanted))
    if whole is None:
        return _possible(context, wanted)
    plain = plainly(whole, And(wanted))
    return _possible(plain.context, (plain.formula,))


@lru_cache(maxsize=16384)
def _possible(context: Context, formulas: tuple[Formula, ...]) -> bool:
    wanted = Context(formulas).facts
    names, facts = context.relevant(frozenset().union(*(formula.names for formula in wanted)))
    question = Question(context, names, Context(facts + wanted).facts, FALSE)
    if question.is_void:
        return False
    if _has_point(question, FIRST_POINTS):
        return True
    if _is_contradictory(question):
        return False
    return _has_point(question, MORE_POINTS) or not _is_proved_empty(question)


def _has_point(question: Question, budget: int) -> bool:
    return not is_empty(question.bounds) and any(True for _ in Enumeration(question, budget).points())


def _is_contradictory(question: Question) -> bool:
    """Whether signs, or signs after solving equations, show that the facts cannot hold together."""
    if is_empty(question.bounds) or contradictory(question.inequalities, question.bounds):
        return True
    if not any(kind == "==" for kind, _ in question.constraints):
        return False
    problem = solve_equalities(ZERO, question.constraints, question.lowers)
    facts = inequalities(problem.constraints)
    bounds = bounds_of(problem.lowers, facts)
    return problem.impossible or is_empty(bounds) or contradictory(facts, bounds)


def _is_proved_empty(question: Question) -> bool:
    if not question.is_affine:
        return False
    from shapecheck.sizes.engines import impossible

    return impossible(question)


def smallest(context: Context, names: Iterable[str], distinct: bool = False, count: int = 1) -> list[dict[str, int]]:
    """Up to `count` admissible settings of the names (and of those that the facts tie to them), smallest first.

    With `distinct`, settings in which all sizes differ, if there are any within reach; else any settings.
    """
    whole = with_families(context, TRUE)
    if whole is not None:
        return _of_families(whole, tuple(names), distinct, count)
    every, facts = context.relevant(names)
    question = Question(context, every, facts, FALSE)
    if question.is_void or is_empty(question.bounds):
        return []
    found = list(islice(_settings(question, distinct), count))
    if not found and distinct:
        found = list(islice(_settings(question, False), count))
    if not found:
        one = consistent(context.with_facts(facts), every)
        found = [one] if one is not None and not isinstance(one, Undecided) else []
    return found


def _of_families(context: Context, names: tuple[str, ...], distinct: bool, count: int) -> list[dict[str, int]]:
    """The same with all members of the families, the smallest of some lengths."""
    found: list[dict[str, int]] = []
    for instance in islice(Instances(context, TRUE), LENGTHS_TRIED):
        wanted = dict.fromkeys(name for name in (*names, *instance.members) if name not in instance.point)
        found += [{**instance.point, **rest} for rest in smallest(instance.context, wanted, distinct, count)]
    return sorted(found, key=lambda point: (distinct and not _differs(point), total(point)))[:count]


def _differs(point: Mapping[str, int]) -> bool:
    """Whether no two sizes are the same."""
    return len(set(point.values())) == len(point)


def _settings(question: Question, distinct: bool) -> Iterator[Point]:
    return (dict(point) for point in Enumeration(question, TEST_SIZE_BUDGET, distinct).points())
