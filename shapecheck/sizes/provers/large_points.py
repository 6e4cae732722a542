"""Counterexamples with one or two large sizes, as `m^3 >= a // 3` has at m = 5, a = 378.

In: a question whose names all have least values.  Out: a refutation by the smallest point, as far as smaller ones could
be searched; or None.  The candidates are points whose sizes are near powers of 2 and of 10, and from each of them, for
each name in turn, the places where a comparison that is linear in the name changes its truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from shapecheck.sizes.algebra.atoms import Power
from shapecheck.sizes.algebra.compounds import nested_atoms
from shapecheck.sizes.algebra.point_values import TooLarge, Undefined, evaluate
from shapecheck.sizes.algebra.size import Size
from shapecheck.sizes.provers.smallest import refuted_by_smallest
from shapecheck.sizes.provers.splits import bent_names
from shapecheck.sizes.questions.formula import Relation, conjuncts, relations, without_not
from shapecheck.sizes.questions.points import Point
from shapecheck.sizes.questions.question import Question, constraint, is_heavy, weight_of
from shapecheck.sizes.questions.verdicts import Refuted

HEAVIEST = 200
MOST_NAMES = 6
MOST_WORK = 50_000  # points times the weight of the question
MOST_CANDIDATES = 3_000
MOST_CHANGES = 8
LONGEST_ROW = 1_500
LARGEST_EXPONENT_TRIED = 40


def by_large_points(question: Question) -> Refuted | None:
    """A counterexample among points with large sizes."""
    witness = large_point(question)
    return None if witness is None else refuted_by_smallest(question, witness)


def large_point(question: Question) -> Point | None:
    """Some admissible point with large sizes where the goal fails."""
    if not 1 <= len(question.names) <= MOST_NAMES or is_heavy(question, HEAVIEST):
        return None
    if any(question.context.lower(name) is None for name in question.names):
        return None
    from shapecheck.sizes.questions.grid import search_among

    for points in _candidates(question):
        found = search_among(question, points)
        if found is not None and found.witness is not None:
            return found.witness
    return None


def _candidates(question: Question) -> Iterator[Any]:
    """Arrays of points, as columns, sorted by sum: dense ones, spread ones, those where a comparison changes."""
    import numpy

    bent = bent_names(question)
    dense = _grid(
        question,
        [_dense(question, name, len(bent)) if name in bent else _least(question, name) for name in question.names],
    )
    yield _by_sum(_raised(question, dense, bent))
    spread = _grid(question, [_values(question, name) for name in question.names])
    yield _by_sum(spread)
    for name, size in islice(_changing(question), MOST_CHANGES):
        points = _changes(question, spread, name, size)
        if points:
            yield _by_sum(numpy.concatenate(points, axis=1))


def _grid(question: Question, axes: list[list[int]]) -> Any:
    import numpy

    return numpy.array(numpy.meshgrid(*axes, indexing="ij"), dtype=object).reshape(len(axes), -1)


def _most_candidates(question: Question) -> int:
    return min(MOST_CANDIDATES, MOST_WORK // max(1, weight_of(question)))


def _least(question: Question, name: str) -> list[int]:
    return [int(question.bounds[name][0])]


def _dense(question: Question, name: str, dimensions: int) -> list[int]:
    """The first values of a name within its interval."""
    low, high = question.bounds[name]
    count = min(int(_most_candidates(question) ** (1 / dimensions)), LONGEST_ROW)
    if name in _exponents(question):
        count = min(count, LARGEST_EXPONENT_TRIED)
    return [value for value in range(int(low), int(low) + count) if value <= high] or [int(low)]


def _raised(question: Question, points: Any, fixed: frozenset[str]) -> Any:
    """The points with each further name raised to the least value that the facts, and a false goal, ask for."""
    denied = without_not(question.goal.negated())
    wanted = [constraint(part) for part in (*question.facts, *conjuncts(denied)) if isinstance(part, Relation)]
    for name in [name for name in question.names if name not in fixed] * 2:
        for _, size in wanted:
            parts = size.linear_in(name)
            factor = None if parts is None else parts[0].constant
            if parts is None or factor is None or factor <= 0:
                continue
            row = question.names.index(name)
            try:
                ends = -(_at(question, parts[1], points) // factor)
            except (TooLarge, Undefined):
                continue
            points[row] = _greater(points[row], ends)
    return points


def _greater(one: Any, other: Any) -> Any:
    import numpy

    return numpy.maximum(one, other)


def _at(question: Question, size: Size, points: Any) -> Any:
    """The values of a size at points."""
    env = {name: points[number] for number, name in enumerate(question.names)}
    return evaluate(size, env, []) + 0 * points[0]


def _by_sum(points: Any) -> Any:
    return points[:, points.sum(axis=0).argsort(kind="stable")]


def _values(question: Question, name: str) -> Any:
    """Values of a name within its interval: the first ones, and some near powers of 2 and of 10."""
    low, high = question.bounds[name]
    count = int(_most_candidates(question) ** (1 / len(question.names)))
    steps = _steps(count, name in _exponents(question))
    values = [int(low) + step for step in steps if int(low) + step <= high]
    if isinstance(high, int):
        values += [value for value in range(high - 2, high + 1) if value >= low]
    return sorted(set(values)) or [int(low)]


@cache
def _steps(count: int, is_exponent: bool) -> tuple[int, ...]:
    """The distances from the least value that are tried: small ones one by one, large ones by powers."""
    if is_exponent:
        return tuple(range(min(count, LARGEST_EXPONENT_TRIED)))
    powers = [base**exponent for exponent in range(1, 31) for base in (2, 10) if base**exponent < 2**30]
    near = sorted({power + off for power in powers for off in (-2, -1, 0, 1)})
    small = set(range(max(count // 3, 3)))
    every = [step for step in near if step not in small and step > 0]
    kept = every[:: max(1, len(every) // max(1, count - len(small)))]
    return tuple(sorted(small.union(kept, [10**3, 10**6])))


def _exponents(question: Question) -> frozenset[str]:
    """The names that stand in exponents."""
    sizes = [relation.difference for formula in (question.goal, *question.facts) for relation in relations(formula)]
    found = [atom.parts[1].names for size in sizes for atom in nested_atoms(size) if isinstance(atom, Power)]
    return frozenset[str]().union(*found)


def _changing(question: Question) -> Iterator[tuple[str, Size]]:
    """Names, and differences of comparisons that are linear in them."""
    for formula in (question.goal, *question.facts):
        for relation in relations(formula):
            for name in sorted(relation.difference.names):
                if relation.difference.linear_in(name) is not None:
                    yield name, relation.difference


def _changes(question: Question, spread: Any, name: str, size: Size) -> list[Any]:
    """The points with the name moved to where the size is nearest to 0, one more, and one less."""
    parts = size.linear_in(name)
    assert parts is not None, "chosen so"
    try:
        factor, rest = (_at(question, part, spread) for part in parts)
    except (TooLarge, Undefined):
        return []
    usable = factor != 0
    where = -rest[usable] // factor[usable]
    low, high = question.bounds[name]
    found = []
    for off in (0, 1, -1):
        points = spread[:, usable].copy()
        points[question.names.index(name)] = where + off
        inside = (where + off >= low) & (where + off <= high)
        if inside.any():
            found.append(points[:, inside.astype(bool)])
    return found
