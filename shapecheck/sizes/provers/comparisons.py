"""Cheap proofs of single comparisons, and how proofs of comparisons make proofs of formulas.

In: a question.  Out: `Proved`, or None.  A conjunction is proved part by part; of a disjunction one part is proved,
where the others are assumed to be false.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from shapecheck.sizes.algebra.size import Size
from shapecheck.sizes.proofs.equalities import Constraint, solve_equalities
from shapecheck.sizes.proofs.signs import holds_by_sign
from shapecheck.sizes.questions.bounds import bounds_of, is_empty
from shapecheck.sizes.questions.formula import And, Formula, Or, Relation
from shapecheck.sizes.questions.points import truth
from shapecheck.sizes.questions.question import Kind, Question, constraint, inequalities
from shapecheck.sizes.questions.verdicts import Proved

Proves: TypeAlias = Callable[[Question, Relation], bool]


def by_normal_form(question: Question) -> Proved | None:
    """Both sides are the same polynomial, or differ by a constant."""
    return Proved("normal form") if proved(question, _same_form) else None


def by_signs(question: Question) -> Proved | None:
    """Counted from its least values no term is negative, where one fact may be used."""
    return Proved("signs") if proved(question, _signs) else None


def by_equations(question: Question) -> Proved | None:
    """Assumed equations are solved and put in; then by signs."""
    return Proved("assumed equations") if proved(question, _equations) else None


def proved(question: Question, proves: Proves) -> bool:
    """Whether the goal follows, its comparisons proved by the given method."""
    goal = question.goal
    if isinstance(goal, Relation):
        return proves(question, goal)
    if isinstance(goal, And):
        return all(proved(replace(question, goal=part), proves) for part in goal.parts)
    if isinstance(goal, Or):
        return any(proved(question.with_facts(*_denied(goal, part), goal=part), proves) for part in goal.parts)
    return False


def _denied(goal: Or, kept: Formula) -> tuple[Formula, ...]:
    return tuple(part.negated() for part in goal.parts if part is not kept)


def _same_form(question: Question, relation: Relation) -> bool:
    return relation.difference.constant is not None and truth(relation, {}) is True


def _signs(question: Question, relation: Relation) -> bool:
    kind, size = constraint(relation)
    return is_empty(question.bounds) or holds_by_sign(kind, size, question.inequalities, question.bounds)


def _equations(question: Question, relation: Relation) -> bool:
    kind, size = constraint(relation)
    if not any(fact_kind == "==" for fact_kind, _ in question.constraints):
        return False
    if kind == "==" and any(of == "==" and _is_multiple(size, fact) for of, fact in question.constraints):
        return True
    problem = solve_equalities(size, question.constraints, question.lowers)
    return problem.impossible or _follows_by_sign(kind, problem.goal, problem.constraints, problem.lowers)


def _is_multiple(size: Size, fact: Size) -> bool:
    """Whether the size is the fact times an integer, so that it is 0 where the fact is."""
    factors = {size.terms.get(atoms, 0) // count for atoms, count in fact.terms.items()}
    return len(factors) == 1 and size is fact * factors.pop()


def _follows_by_sign(
    kind: Kind, size: Size, constraints: tuple[Constraint, ...], lowers: Mapping[str, int | None]
) -> bool:
    """Whether `size kind 0` follows from the constraints by signs."""
    facts = inequalities(constraints)
    bounds = bounds_of(lowers, facts)
    return is_empty(bounds) or holds_by_sign(kind, size, facts, bounds)
