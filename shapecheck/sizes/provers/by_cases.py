"""Proofs by cases and substitution, in each case of a fact that is a disjunction."""

from __future__ import annotations

from shapecheck.sizes.proofs.equalities import solve_equalities
from shapecheck.sizes.proofs.polynomials import FUEL, prove
from shapecheck.sizes.provers.comparisons import proved
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import FALSE, Formula, Or, Relation, relations, without_not
from shapecheck.sizes.questions.question import Question, constraint, is_heavy
from shapecheck.sizes.questions.verdicts import NO_SIZES, Proved

SHORT_FUEL = 60  # nearly all proofs that are found need less
HEAVIEST = 100
MOST_CASES = 8
MOST_DENIED = 4
LIGHT = 40
"""In a question that weighs more a single fact is denied."""


def by_cases(question: Question) -> Proved | None:
    """A proof of every comparison by the polynomial prover, in every case of the facts, within few steps."""
    return by_short_cases(question, SHORT_FUEL)


def by_long_cases(question: Question) -> Proved | None:
    """The same within many steps, where each is cheap."""
    return None if is_heavy(question, HEAVIEST) else by_short_cases(question, FUEL)


def by_short_cases(question: Question, fuel: int) -> Proved | None:
    """The same, with this many steps for each comparison."""
    methods: list[str] = []

    def proves(part: Question, relation: Relation) -> bool:
        kind, size = constraint(relation)
        method = prove(kind, solve_equalities(size, part.constraints, part.lowers), fuel)
        methods.extend([method] if method else [])
        return method is not None

    cases = [question.under(*case) for case in _fact_cases(question.facts)]
    if cases and all(proved(case, proves) for case in cases):
        return Proved(max(methods, default=NO_SIZES))
    return None


def by_contradiction(question: Question) -> Proved | None:
    """A proof that no sizes meet the facts, where the goal is never true: one of them is refuted by the others."""
    return by_short_contradiction(question, SHORT_FUEL)


def by_short_contradiction(question: Question, fuel: int) -> Proved | None:
    """The same, with this many steps for each comparison."""
    if question.goal != FALSE:
        return None
    denied = 1 if is_heavy(question, LIGHT) else MOST_DENIED
    for fact in sorted(question.facts, key=_is_flat)[:denied]:
        others = tuple(other for other in question.facts if other is not fact)
        if by_short_cases(Question(question.context, question.names, others, without_not(fact.negated())), fuel):
            return Proved(NO_SIZES)
    return None


def _is_flat(fact: Formula) -> bool:
    return all(relation.difference.is_affine for relation in relations(fact))


def _fact_cases(facts: tuple[Formula, ...]) -> list[tuple[Formula, ...]]:
    """Lists of facts with one part in the place of each disjunction; if the facts hold, so does one of the lists.

    Disjunctions beyond a few are left as they are.
    """
    cases: list[tuple[Formula, ...]] = [()]
    for fact in facts:
        parts = fact.parts if isinstance(fact, Or) else (fact,)
        if len(cases) * len(parts) > MOST_CASES:
            parts = (fact,)
        cases = [Context((*case, part)).facts for case in cases for part in parts]
    return cases
