"""The weakest condition for a goal, fitted to points and then proved.

In: a question and an engine.  Out: a formula of at most three comparisons that, where the facts hold, holds at just
the points where the goal does; None where none was found within the limits.  The idea:

    1. take the smallest points where the facts hold, and mark those where the goal does
    2. form sizes that a condition may be about (names and their remainders, then differences, multiples of quotients,
       sums), and compare each with the numbers that the marked points suggest
    3. one comparison, two or three joined by `and`, or two joined by `or`, that hold at just the marked points
    4. ask the engine both ways; a point where goal and condition differ joins the others, and it is fitted again
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import combinations, islice
from math import lcm

from shapecheck.record import record
from shapecheck.sizes.algebra.atoms import Floor
from shapecheck.sizes.algebra.compounds import nested_atoms
from shapecheck.sizes.algebra.point_values import TooLarge
from shapecheck.sizes.algebra.size import Size, as_size, symbol
from shapecheck.sizes.engines.engine import Engine, Work
from shapecheck.sizes.engines.least import smallest_point
from shapecheck.sizes.questions.formula import FALSE, And, Formula, Or, Relation, relations
from shapecheck.sizes.questions.points import Enumeration, Point, truth
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.questions.tidy import tidied

MOST_ROUNDS = 6
MOST_POINTS = 300
POINTS_TRIED = 900
LARGEST_MODULUS = 64
MOST_VALUES = 16
MOST_IN_PAIRS = 200
MOST_IN_TRIPLES = 30
MULTIPLES = ((1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (3, 2), (2, 3))

Ask = Callable[[tuple[Formula, ...]], Engine]
"""An engine that knows some formulas."""


def weakest_condition(question: Question, ask: Ask, work: Work) -> Formula | None:
    """The condition under which the goal follows from the facts; the work is that of evaluating sizes at points."""
    points = _smallest_points(question)
    for _ in range(MOST_ROUNDS):
        condition = _fitted(question, points, work)
        if condition is None:
            return None
        wrong = _where_they_differ(question, condition, ask)
        if wrong is None:
            return condition
        points.append(wrong)
    return None


def _smallest_points(question: Question) -> list[Point]:
    points: list[Point] = []
    facts = Question(question.context, question.names, question.facts, FALSE)
    with suppress(TooLarge):
        points.extend(dict(point) for point in islice(Enumeration(facts, POINTS_TRIED).points(), MOST_POINTS))
    return points


def _where_they_differ(question: Question, condition: Formula, ask: Ask) -> Point | None:
    """A point where one of goal and condition holds and the other does not, None if there is none."""
    for given, goal in ((condition, question.goal), (question.goal, condition)):
        engine = ask((*question.facts, given, goal.negated()))
        if engine.satisfiable():
            return smallest_point(engine, question)
    return None


# Conditions that hold at the right points


@record
class _Fit:
    """A comparison, and the points where it holds, as bits."""

    formula: Relation
    where: int


def _fitted(question: Question, points: list[Point], work: Work) -> Formula | None:
    good = _bits(truth(question.goal, point) is True for point in points)
    every = (1 << len(points)) - 1
    if good in (0, every):
        return None
    pool: list[_Fit] = []
    for sizes in (_plain, _shifted, _pairs, _with_quotients, _sums):
        fresh = list(_comparisons(sizes(question), points, good, work))
        exact = [fit.formula for fit in fresh if fit.where == good]
        if exact:
            return min(exact, key=lambda relation: len(str(tidied(relation))))
        pool += fresh
        joint = _joint(pool, good, every)
        if joint is not None:
            return joint
    return None


def _bits(values: Iterable[bool]) -> int:
    return sum(1 << place for place, value in enumerate(values) if value)


def _joint(pool: list[_Fit], good: int, every: int) -> Formula | None:
    """Two or three comparisons that together hold at just the good points."""
    needed = _distinct((fit for fit in pool if not good & ~fit.where and fit.where != every), 1)
    enough = _distinct((fit for fit in pool if not fit.where & ~good and fit.where), -1)
    for one, other in combinations(needed, 2):
        if one.where & other.where == good:
            return And((one.formula, other.formula))
    for one, other in combinations(enough, 2):
        if one.where | other.where == good:
            return Or((one.formula, other.formula))
    for one, other, third in combinations(needed[:MOST_IN_TRIPLES], 3):
        if one.where & other.where & third.where == good:
            return And((one.formula, other.formula, third.formula))
    return None


def _distinct(fits: Iterable[_Fit], sign: int) -> list[_Fit]:
    """The first of those that hold at the same points, those at the fewest (sign 1) or at the most (-1) first."""
    first: dict[int, _Fit] = {}
    for fit in fits:
        first.setdefault(fit.where, fit)
    return sorted(first.values(), key=lambda fit: sign * fit.where.bit_count())[:MOST_IN_PAIRS]


def _comparisons(sizes: Iterable[Size], points: list[Point], good: int, work: Work) -> Iterator[_Fit]:
    """Each size compared with numbers that the points suggest: it is one of them, at least one, at most one."""
    for size in sizes:
        work.spend(len(points))
        values = [size.evaluate(point) for point in points]
        chosen = {value for place, value in enumerate(values) if good >> place & 1}
        bad = {value for place, value in enumerate(values) if not good >> place & 1}
        low, high = min(chosen), max(chosen)
        for value in sorted(chosen - bad)[:MOST_VALUES] if low < high else [low]:
            yield _Fit(Relation("==", size, as_size(value)), _bits(other == value for other in values))
        if low < high:
            yield from _bounds(size, values, (low, high), bad)


def _bounds(size: Size, values: list[int], ends: tuple[int, int], bad: set[int]) -> Iterator[_Fit]:
    """The size is at least, or at most, an end of its good values, or the number next to the last bad one."""
    low, high = ends
    for end in sorted({low, *({max(bad) + 1} if max(bad) < high else ())}):
        yield _Fit(Relation(">=", size, as_size(end)), _bits(value >= end for value in values))
    for end in sorted({high, *({min(bad) - 1} if min(bad) > low else ())}):
        yield _Fit(Relation("<=", size, as_size(end)), _bits(value <= end for value in values))


# What a condition may be about


def _names(question: Question) -> list[Size]:
    return [symbol(name) for name in question.names if name in question.goal.names]


def _quotients(question: Question) -> list[Floor]:
    every = [relation for formula in (question.goal, *question.facts) for relation in relations(formula)]
    atoms = (atom for relation in every for atom in nested_atoms(relation.difference))
    return list(dict.fromkeys(atom for atom in atoms if isinstance(atom, Floor)))


def _moduli(question: Question) -> list[int]:
    """The divisors of the question, and what all of them divide."""
    divisors = sorted({atom.parts[1].constant or 1 for atom in _quotients(question)})
    return [modulus for modulus in dict.fromkeys([*divisors, lcm(*divisors)]) if 1 < modulus <= LARGEST_MODULUS]


def _plain(question: Question) -> Iterator[Size]:
    """Names, their remainders, and what the quotients of the statement leave over."""
    for name in _names(question):
        yield name
        yield from (name % modulus for modulus in _moduli(question))
    yield from (atom.parts[0] % atom.parts[1] for atom in _quotients(question))


def _shifted(question: Question) -> Iterator[Size]:
    """Remainders of names that have been moved."""
    for name in _names(question):
        for modulus in _moduli(question):
            yield from ((name + shift) % modulus for shift in range(1, modulus))


def _pairs(question: Question) -> Iterator[Size]:
    """Differences of multiples of two names, and remainders of their sum and difference."""
    for left, right in combinations(_names(question), 2):
        yield from (left * times - right * factor for times, factor in MULTIPLES)
        yield from ((left + right * sign) % modulus for modulus in _moduli(question) for sign in (1, -1))


def _with_quotients(question: Question) -> Iterator[Size]:
    """Differences of names and of names rounded down to a multiple."""
    parts = _names(question)
    parts += [name // modulus * modulus for name in parts for modulus in _moduli(question)]
    yield from (left - right for left, right in combinations(parts, 2))


def _sums(question: Question) -> Iterator[Size]:
    """Sums of two names, and sums and differences of three."""
    names = _names(question)
    yield from (left + right for left, right in combinations(names, 2))
    for first, second, third in combinations(names, 3):
        yield from (first + second * sign + third * other for sign in (1, -1) for other in (1, -1))
