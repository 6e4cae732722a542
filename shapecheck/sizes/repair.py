"""Conditions on the sizes that make a false statement true.

In: a context and a formula that does not follow from it.  Out: a short condition that can be pasted after `assume`,
proved sufficient before it is shown, and marked `weakest` only if it is also proved necessary.  Candidates come from:

    1. the statement itself, its terms tidied and factors that are never 0 taken out: `2p*(p + d) == 4p*p` is `d == p`,
       or without its quotient: `(H - k) // s >= 1` is `H >= k + s`
    2. templates (`v % m == r`, `v >= w`, `v == w`, `v >= c`, `p % m == r` for the quotients p // m of the statement),
       those first that hold at most of the small points where the statement does
    3. comparisons that hold at just the small points where the statement does, proved exactly
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from itertools import islice, permutations

from shapecheck.record import record
from shapecheck.sizes.algebra.atoms import Floor, Power, Symbol
from shapecheck.sizes.algebra.compounds import nested_atoms
from shapecheck.sizes.algebra.division import exact_divide
from shapecheck.sizes.algebra.point_values import TooLarge
from shapecheck.sizes.algebra.size import ONE, Size, as_size, integer, symbol
from shapecheck.sizes.algebra.weight import largest_number, weight
from shapecheck.sizes.choose import smallest
from shapecheck.sizes.decide import decide
from shapecheck.sizes.proofs.goals import without_a_quotient
from shapecheck.sizes.proofs.signs import nonnegative
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import And, Every, Formula, Operator, Relation, relations
from shapecheck.sizes.questions.memberless import family_atoms, with_families
from shapecheck.sizes.questions.points import Enumeration, Point, truth
from shapecheck.sizes.questions.question import Question, constraint
from shapecheck.sizes.questions.tidy import tidied
from shapecheck.sizes.questions.verdicts import Proved
from shapecheck.sizes.writing.show import common_factor

SAMPLE_BUDGET = 600
MOST_TRIED = 6
LARGEST_MODULUS = 16
LARGEST_CONSTANT = 12
LARGEST_NUMBER = 10**18
HEAVIEST = 150


@record
class Repair:
    """A condition that suffices; `weakest` if it is necessary too."""

    formula: Formula
    weakest: bool

    @property
    def text(self) -> str:
        """The condition to write after `assume`."""
        return str(self.formula)


@lru_cache(maxsize=1024)
def repair(context: Context, formula: Formula) -> Repair | None:
    """A condition under which the formula holds, or None if no short one was found."""
    if not all(name.isidentifier() for name in formula.names) or not _is_short(formula):
        return None
    if with_families(context, formula) is not None:
        if isinstance(formula, Every) or family_atoms((formula,)):
            return None  # no condition on all members is looked for
        facts = (fact for fact in context.facts if not isinstance(fact, Every) and not family_atoms((fact,)))
        context = replace(context, facts=tuple(facts), families=())
    formula = _without_factor(context, formula)
    one_way: Repair | None = None
    for candidate in _candidates(context, formula):
        found = verified(context, formula, candidate)
        if found is not None and found.weakest:
            return found
        one_way = one_way or found
    return one_way


def _is_short(formula: Formula) -> bool:
    """Whether a condition is short enough for a repair; deciding longer ones takes long."""
    return all(
        weight(relation.difference) <= HEAVIEST and largest_number(relation.difference) <= LARGEST_NUMBER
        for relation in relations(formula)
    )


def verified(context: Context, formula: Formula, condition: Formula) -> Repair | None:
    """The condition as a repair, if it is proved to be one and not to rule everything out."""
    if not isinstance(decide(context.assuming(condition), formula), Proved):
        return None
    if not smallest(context.assuming(condition), condition.names):
        return None
    necessary = isinstance(decide(context.assuming(formula), condition), Proved)
    return Repair(condition, necessary)


def _candidates(context: Context, formula: Formula) -> Iterator[Formula]:
    """Conditions to verify, the most promising ones first."""
    restated = _restated(context, formula) or _without_quotient(context, formula)
    if restated is not None:
        yield restated
    question = Question.about(context, formula)
    yield from islice(_fitting_templates(question), MOST_TRIED)
    if question.is_affine:
        from shapecheck.sizes.engines import weakest_condition

        exact = weakest_condition(question)
        if exact is not None:
            yield tidied(_without_evident(context, exact))


def _without_evident(context: Context, condition: Formula) -> Formula:
    """A conjunction without the parts that hold for all sizes, as `H % 4 >= 0` does."""
    if not isinstance(condition, And):
        return condition
    parts = tuple(part for part in condition.parts if not isinstance(decide(context, part), Proved))
    return parts[0] if len(parts) == 1 else And(parts)


def _restated(context: Context, formula: Formula) -> Formula | None:
    """The statement itself where it is short: linear in sizes and powers."""
    if not isinstance(formula, Relation):
        return None
    monomials = [monomial for monomial in formula.difference.terms if monomial]
    if any(len(monomial) > 1 or not isinstance(monomial[0], Symbol | Power) for monomial in monomials):
        return None
    return tidied(Relation(formula.operator, formula.difference, integer(0)))


def _without_factor(context: Context, formula: Formula) -> Formula:
    """The same statement without a factor that is at least 1: `H // 2 == 1` for `N*(H // 2) == N`."""
    if not isinstance(formula, Relation) or not formula.difference.terms:
        return formula
    factor = common_factor(formula.difference)
    rest = exact_divide(formula.difference, factor)
    if factor is ONE or rest is None or not nonnegative(factor - 1, Question.about(context, formula).bounds):
        return formula
    return Relation(formula.operator, rest, integer(0))


def _without_quotient(context: Context, formula: Formula) -> Formula | None:
    """`H >= k + s` for `(H - k) // s >= 1`: the statement without its only quotient, where it is short then."""
    kind, size = constraint(formula) if isinstance(formula, Relation) else ("", integer(0))
    fewer = without_a_quotient(size) if kind == ">=" else None
    if fewer is None or any(not isinstance(atom, Symbol) for atom in fewer[0].atoms):
        return None
    return tidied(Relation(">=", fewer[0], integer(0)))


# Templates


def _fitting_templates(question: Question) -> Iterator[Formula]:
    """Templates that never hold at a small point where the goal fails; those that miss fewest good points first."""
    good, bad = _sample(question)
    scored = []
    for place, template in enumerate(_templates(question)):
        covered = sum(truth(template, point) is True for point in good)
        if covered and not any(truth(template, point) for point in bad):
            scored.append((-covered, place, template))
    return (template for *_, template in sorted(scored, key=lambda item: item[:2]))


def _sample(question: Question) -> tuple[list[Point], list[Point]]:
    """Small admissible points where the goal holds, and where it fails."""
    good: list[Point] = []
    bad: list[Point] = []
    with suppress(TooLarge):
        for point in Enumeration(question, SAMPLE_BUDGET).points():
            holds = truth(question.goal, point)
            if holds is not None:
                (good if holds else bad).append(dict(point))
    return good, bad


def _templates(question: Question) -> Iterator[Formula]:
    names = [name for name in question.names if name in question.goal.names]
    divisors = _divisors(question.goal)
    for name in names:
        size = symbol(name)
        for modulus in divisors:
            yield from (_compare("==", size % modulus, left) for left in range(modulus))
        yield from (_compare(">=", size, least) for least in range(2, LARGEST_CONSTANT))
        yield from (_compare("==", size, value) for value in range(1, LARGEST_CONSTANT))
    for left, right in permutations(map(symbol, names), 2):
        if str(left) < str(right):
            yield _compare("==", left, right)
        yield _compare(">=", left, right)
        yield _compare(">", left, right)
        yield _compare("==", left % right, 0)
    yield from _remainders(question.goal)


def _remainders(goal: Formula) -> Iterator[Formula]:
    """The possible remainders of the quotients in the statement."""
    for relation in relations(goal):
        for atom in nested_atoms(relation.difference):
            if isinstance(atom, Floor):
                numerator, divisor = atom.parts
                modulus = divisor.constant
                yield from (
                    _compare("==", numerator % divisor, left)
                    for left in range(modulus if modulus and modulus <= LARGEST_MODULUS else 1)
                )


def _compare(operator: Operator, left: Size, right: Size | int) -> Relation:
    return Relation(operator, left, as_size(right))


def _divisors(goal: Formula) -> list[int]:
    """The small constants that the statement divides by."""
    atoms = [atom for relation in relations(goal) for atom in nested_atoms(relation.difference)]
    constants = {atom.parts[1].constant for atom in atoms if isinstance(atom, Floor)}
    return sorted(value for value in constants if value is not None and value <= LARGEST_MODULUS)
