"""Ways to take a question apart: it holds just where all its parts hold.

In: a question.  Out: its parts, each with what the names of the whole are in its own names; or None where this way does
not apply.  Nothing here decides anything.

    p and q                          p;  q
    p or q                           p, where q is false
    under (f or g)                   under f;  under g
    e == 0                           e >= 0;  e <= 0
    e != 0                           e == 0 contradicts the facts
    under e != 0                     under e >= 1;  under e <= -1
    .. max(e, 0) ..                  .. e .. under e >= 0;  .. 0 .. under e <= -1
    n in a product, low <= n <= high each value of n
    n in a product, and n // m       n = m*q + r for each r
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import lcm
from typing import TypeAlias

from shapecheck.record import record
from shapecheck.sizes.algebra.atoms import Atom, Floor, Positive, Power
from shapecheck.sizes.algebra.compounds import nested_atoms, replace_atom
from shapecheck.sizes.algebra.monomials import TooLargeToWrite
from shapecheck.sizes.algebra.size import ZERO, Inadmissible, Size, integer, symbol
from shapecheck.sizes.questions.formula import FALSE, And, Formula, Or, Relation, relations, without_not
from shapecheck.sizes.questions.question import Question

MOST_VALUES = 24
MOST_CASES = 16
LARGEST_MODULUS = 24


@record
class SplitPart:
    """A question, and what the names that it lacks are in its own."""

    question: Question
    values: Mapping[str, Size]


Split: TypeAlias = Callable[[Question], list[SplitPart] | None]


def by_goal(question: Question) -> list[SplitPart] | None:
    """A conjunction part by part; of a disjunction one part, where the others are false."""
    goal = question.goal
    if isinstance(goal, And) and goal.parts:
        return [_about(question, (), part) for part in goal.parts]
    if isinstance(goal, Or) and goal.parts:
        return [_about(question, tuple(without_not(part.negated()) for part in goal.parts[1:]), goal.parts[0])]
    return None


def by_fact(question: Question) -> list[SplitPart] | None:
    """The parts of a fact that is a disjunction."""
    for fact in question.facts:
        if isinstance(fact, Or) and 0 < len(fact.parts) <= MOST_CASES:
            others = _without(question, fact)
            return [_about(others, (part,), question.goal) for part in fact.parts]
    return None


def by_sign_of_difference(question: Question) -> list[SplitPart] | None:
    """An equation as two inequalities; what is to be unequal as an equation that contradicts the facts."""
    goal = question.goal
    if isinstance(goal, Relation) and goal.operator == "==":
        return [_about(question, (), Relation(operator, goal.left, goal.right)) for operator in (">=", "<=")]
    if isinstance(goal, Relation) and goal.operator == "!=":
        return [_about(question, (goal.negated(),), FALSE)]
    for fact in question.facts:
        if isinstance(fact, Relation) and fact.operator == "!=":
            others = _without(question, fact)
            cases = [Relation(operator, fact.left, fact.right) for operator in (">", "<")]
            return [_about(others, (case,), question.goal) for case in cases]
    return None


def by_maximum(question: Question) -> list[SplitPart] | None:
    """The two cases of an innermost maximum."""
    atom = next((atom for atom in _all_atoms(question) if isinstance(atom, Positive)), None)
    if atom is None:
        return None
    inner = atom.parts[0]
    return _substituted([
        lambda: _with_atom(question, atom, inner, Relation(">=", inner, ZERO)),
        lambda: _with_atom(question, atom, ZERO, Relation("<=", inner, integer(-1))),
    ])  # fmt: skip


def by_values(question: Question) -> list[SplitPart] | None:
    """All values of a name in products that has only a few."""
    few = [
        (int(high) - int(low), name)
        for name in bent_names(question)
        for low, high in [question.bounds[name]]
        if isinstance(low, int) and isinstance(high, int)
    ]
    if not few or min(few)[0] >= MOST_VALUES:
        return None
    name = min(few)[1]
    low, high = question.bounds[name]
    return values_from(question, name, int(low), int(high))


def values_from(question: Question, name: str, low: int, high: int) -> list[SplitPart] | None:
    """The question for each of these values of a name."""
    return _substituted(
        [
            lambda value=value: _with_value(question, {name: integer(value)})  # type: ignore[misc]
            for value in range(low, high + 1)
        ]
    )


def by_remainders(question: Question) -> list[SplitPart] | None:
    """A name in products that is also divided by a number, by its remainders."""
    bent = bent_names(question)
    moduli: dict[str, int] = {}
    for atom in _all_atoms(question):
        divisor = atom.parts[1].constant if isinstance(atom, Floor) else None
        for name in atom.names & bent if divisor else ():
            moduli[name] = lcm(moduli.get(name, 1), divisor or 1)
    if not moduli:
        return None
    name = min(moduli, key=lambda name: (moduli[name], name))
    if moduli[name] > LARGEST_MODULUS or question.context.lower(name) is None:
        return None
    modulus, quotient = moduli[name], f"%{name}%"
    low = int(question.context.lower(name) or 0)
    return _substituted([
        lambda left=left: _with_value(  # type: ignore[misc]
            Question(question.context.with_lower(quotient, -((left - low) // modulus)), *_rest(question)),
            {name: symbol(quotient) * modulus + left})
        for left in range(modulus)
    ])  # fmt: skip


def _rest(question: Question) -> tuple[tuple[str, ...], tuple[Formula, ...], Formula]:
    return question.names, question.facts, question.goal


def bent_names(question: Question) -> frozenset[str]:
    """The names in products, divisors and powers: with values for them the question is quasi-affine."""
    found: set[str] = set()
    sizes = [relation.difference for formula in (question.goal, *question.facts) for relation in relations(formula)]
    for size in (*sizes, *(part for atom in _all_atoms(question) for part in atom.parts)):
        for monomial in size.terms:
            if len(monomial) > 1:
                found.update(*(atom.names for atom in monomial))
            for atom in monomial:
                if isinstance(atom, Power):
                    found |= atom.names
                elif isinstance(atom, Floor):
                    found |= atom.parts[1].names
    return frozenset(found)


def _all_atoms(question: Question) -> Iterator[Atom]:
    """All atoms, those nested in others before them."""
    for formula in (question.goal, *question.facts):
        for relation in relations(formula):
            yield from nested_atoms(relation.difference)


def _without(question: Question, fact: Formula) -> Question:
    return question.under(*(other for other in question.facts if other is not fact))


def _about(question: Question, more: tuple[Formula, ...], goal: Formula) -> SplitPart:
    return SplitPart(question.with_facts(*more, goal=goal), {})


def _substituted(makers: list[Callable[[], SplitPart]]) -> list[SplitPart] | None:
    """The parts that are made; those whose divisors get below 1 have no admissible point and are left out."""
    parts: list[SplitPart] = []
    for make in makers:
        try:
            parts.append(make())
        except Inadmissible:
            continue
        except TooLargeToWrite:
            return None
    return parts


def _with_value(question: Question, values: Mapping[str, Size]) -> SplitPart:
    return SplitPart(question.with_values(values), values)


def _with_atom(question: Question, atom: Atom, value: Size, fact: Formula) -> SplitPart:
    def change(formula: Formula) -> Formula:
        if isinstance(formula, Relation):
            return Relation(formula.operator, replace_atom(formula.difference, atom, value), ZERO)
        assert isinstance(formula, And | Or), "questions have no `Not`"
        return type(formula)(tuple(map(change, formula.parts)))

    changed = question.replaced({}, change)
    return SplitPart(changed.with_facts(fact, goal=changed.goal), {})
