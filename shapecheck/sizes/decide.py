"""Deciding statements about sizes: the cheapest sound method first.

In: a context and a formula.  Out: a `Decision`.  A proof holds at every admissible point; a refutation comes with a
point that was evaluated; whatever runs out of its limits says nothing.  Memoised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from shapecheck.sizes.algebra import Size
from shapecheck.sizes.bounds import bounds_of, is_empty
from shapecheck.sizes.context import Context
from shapecheck.sizes.equalities import Constraint, solve_equalities
from shapecheck.sizes.formula import FALSE, And, Formula, Or, Relation
from shapecheck.sizes.points import Search, search, truth
from shapecheck.sizes.polynomials import prove
from shapecheck.sizes.question import Kind, Question, constraint, inequalities
from shapecheck.sizes.signs import holds_by_sign
from shapecheck.sizes.verdicts import Decision, Proved, Refuted, Tested, Undecided, Unknown

FEW_POINTS = 100
MANY_POINTS = 600
MOST_CASES = 8
NO_SIZES = "no sizes meet the assumptions"


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
    """The first answer that a method gives."""
    if question.is_void:
        return Proved(NO_SIZES)
    if not question.names:
        return _of_constants(question)
    for method, proves in PROOFS:
        if proved(question, proves):
            return Proved(method)
    quick = search(question, FEW_POINTS if question.is_affine else MANY_POINTS)
    if quick.witness is not None and (quick.exact or not question.is_affine):
        return _refuted(question, quick.witness, "search")
    if quick.exhausted:
        return Proved("all cases")
    return _by_sets(question) or _by_cases(question) or _by_many_points(question, quick)


def _by_sets(question: Question) -> Decision | None:
    """The exact answer for a quasi-affine question."""
    if not question.is_affine:
        return None
    from shapecheck.sizes.integer_sets import by_integer_sets

    return by_integer_sets(question)


def _by_cases(question: Question) -> Proved | None:
    """A proof by cases and substitution, for each case of a fact that is a disjunction."""
    methods: list[str] = []

    def proves(part: Question, relation: Relation) -> bool:
        kind, size = constraint(relation)
        method = prove(kind, solve_equalities(size, part.constraints, part.lowers))
        methods.extend([method] if method else [])
        return method is not None

    cases = [_with_facts(question, case) for case in fact_cases(question.facts)]
    if cases and all(proved(case, proves) for case in cases):
        return Proved(max(methods, default=NO_SIZES))
    return None


def _by_many_points(question: Question, quick: Search) -> Decision:
    """What a larger search says, where proofs have failed."""
    from shapecheck.sizes.grid import search_grid

    found = quick if quick.witness is not None else search_grid(question) or quick
    if found.witness is not None:
        return _refuted(question, found.witness, "search")
    if found.admissible:
        return Tested(found.admissible)
    return Unknown("no admissible sizes were found to try")


def _of_constants(question: Question) -> Decision:
    holds = truth(question.goal, {})
    if holds is None:
        return Unknown("it divides by something below 1")
    return Proved("normal form") if holds else Refuted({}, "normal form")


def _refuted(question: Question, witness: dict[str, int], method: str) -> Refuted:
    assert truth(question.goal, witness) is False, "a witness must fail"
    assert all(truth(fact, witness) for fact in question.facts), "a witness must be admissible"
    return Refuted(witness, method)


# Proofs of single comparisons, and how they combine

Prover = Callable[[Question, Relation], bool]


def proved(question: Question, proves: Prover) -> bool:
    """Whether the goal follows, its comparisons proved by the given method."""
    goal = question.goal
    if isinstance(goal, Relation):
        return proves(question, goal)
    if isinstance(goal, And):
        return all(proved(_with_goal(question, part), proves) for part in goal.parts)
    if isinstance(goal, Or):
        return any(proved(_with_goal(question, part, _denied(goal, part)), proves) for part in goal.parts)
    return False


def _denied(goal: Or, kept: Formula) -> tuple[Formula, ...]:
    return tuple(part.negated() for part in goal.parts if part is not kept)


def _with_goal(question: Question, goal: Formula, assumed: tuple[Formula, ...] = ()) -> Question:
    facts = Context(question.facts + assumed).facts
    return Question(question.context, question.names, facts, goal)


def _with_facts(question: Question, facts: tuple[Formula, ...]) -> Question:
    return Question(question.context, question.names, facts, question.goal)


def fact_cases(facts: tuple[Formula, ...]) -> list[tuple[Formula, ...]]:
    """Lists of facts, disjunctions replaced by one of their parts, such that one list holds where the facts do.

    Disjunctions beyond a few are left as they are.
    """
    cases: list[tuple[Formula, ...]] = [()]
    for fact in facts:
        parts = fact.parts if isinstance(fact, Or) else (fact,)
        if len(cases) * len(parts) > MOST_CASES:
            parts = (fact,)
        cases = [Context((*case, part)).facts for case in cases for part in parts]
    return cases


def _by_normal_form(question: Question, relation: Relation) -> bool:
    return relation.difference.constant is not None and truth(relation, {}) is True


def _by_signs(question: Question, relation: Relation) -> bool:
    kind, size = constraint(relation)
    return is_empty(question.bounds) or holds_by_sign(kind, size, question.inequalities, question.bounds)


def _by_equations(question: Question, relation: Relation) -> bool:
    kind, size = constraint(relation)
    if not any(fact_kind == "==" for fact_kind, _ in question.constraints):
        return False
    if kind == "==" and any(of == "==" and _is_multiple(size, fact) for of, fact in question.constraints):
        return True
    problem = solve_equalities(size, question.constraints, question.lowers)
    return problem.impossible or follows_by_sign(kind, problem.goal, problem.constraints, problem.lowers)


def _is_multiple(size: Size, fact: Size) -> bool:
    """Whether the size is the fact times an integer, so that it is 0 where the fact is."""
    factors = {size.terms.get(atoms, 0) // count for atoms, count in fact.terms.items()}
    return len(factors) == 1 and size is fact * factors.pop()


def follows_by_sign(
    kind: Kind, size: Size, constraints: tuple[Constraint, ...], lowers: Mapping[str, int | None]
) -> bool:
    """Whether `size kind 0` follows from the constraints by signs."""
    facts = inequalities(constraints)
    bounds = bounds_of(lowers, facts)
    return is_empty(bounds) or holds_by_sign(kind, size, facts, bounds)


PROOFS: tuple[tuple[str, Prover], ...] = (
    ("normal form", _by_normal_form),
    ("signs", _by_signs),
    ("assumed equations", _by_equations),
)


@lru_cache(maxsize=4096)
def consistent(context: Context, names: tuple[str, ...] = ()) -> dict[str, int] | Undecided | None:
    """The smallest sizes that meet all facts, None if there are provably none."""
    every = frozenset(names).union(*(fact.names for fact in context.facts))
    question = Question(context, context.in_order(every), context.facts, FALSE)
    decision = _answer(question)
    if isinstance(decision, Refuted):
        return dict(decision.witness)
    return None if isinstance(decision, Proved) else Undecided("no admissible sizes were found")
