"""Counterexamples with one or two large sizes, as `m^3 >= a // 3` has at m = 5, a = 378.

In: a question whose names all have least values.  Out: a refutation by the smallest point, as far as smaller ones could
be searched; or None.  The candidates are points whose sizes are near powers of 2 and of 10, and from each of them, for
each name in turn, the places where a comparison that is linear in the name changes its truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from shapecheck.sizes.algebra import Power, Size
from shapecheck.sizes.atoms import nested_atoms
from shapecheck.sizes.evaluation import TooLarge, Undefined, evaluate
from shapecheck.sizes.formula import relations
from shapecheck.sizes.points import Point, refuted
from shapecheck.sizes.provers.smallest import smallest_failing
from shapecheck.sizes.question import Question
from shapecheck.sizes.verdicts import Refuted
from shapecheck.sizes.weight import largest_number, weight

HEAVIEST = 300
MOST_NAMES = 6
MOST_CANDIDATES = 6_000
LARGEST_EXPONENT_TRIED = 40
LARGEST_NUMBER = 10**18


def by_large_points(question: Question) -> Refuted | None:
    """A counterexample among points with large sizes."""
    witness = large_point(question)
    return None if witness is None else refuted(question, smallest_failing(question, witness), "search")


def large_point(question: Question) -> Point | None:
    """Some admissible point with large sizes where the goal fails."""
    if not 1 <= len(question.names) <= MOST_NAMES or is_heavy(question):
        return None
    if any(question.context.lower(name) is None for name in question.names):
        return None
    from shapecheck.sizes.grid import search_among

    for points in _candidates(question):
        found = search_among(question, points)
        if found is not None and found.witness is not None:
            return found.witness
    return None


def is_heavy(question: Question) -> bool:
    """Whether the question is too large to be asked at many points."""
    every = [relation for formula in (question.goal, *question.facts) for relation in relations(formula)]
    sizes = [relation.difference for relation in every]
    return sum(map(weight, sizes)) > HEAVIEST or any(largest_number(size) > LARGEST_NUMBER for size in sizes)


def _candidates(question: Question) -> Iterator[Any]:
    """Arrays of points, as columns, sorted by sum: spread ones, and those where a comparison changes its truth."""
    import numpy

    axes = [_values(question, name) for name in question.names]
    spread = numpy.array(numpy.meshgrid(*axes, indexing="ij"), dtype=object).reshape(len(axes), -1)
    yield _by_sum(spread)
    moved = [points for name, size in _changing(question) for points in _changes(question, spread, name, size)]
    for points in moved:
        yield _by_sum(points)


def _by_sum(points: Any) -> Any:
    return points[:, points.sum(axis=0).argsort(kind="stable")]


def _values(question: Question, name: str) -> Any:
    """Values of a name within its interval: the first ones, and some near powers of 2 and of 10."""
    low, high = question.bounds[name]
    count = int(MOST_CANDIDATES ** (1 / len(question.names)))
    steps = _steps(count, name in _exponents(question))
    values = [int(low) + step for step in steps if int(low) + step <= high]
    if isinstance(high, int):
        values += [value for value in range(high - 2, high + 1) if value >= low]
    return sorted(set(values)) or [int(low)]


@cache
def _steps(count: int, is_exponent: bool) -> tuple[int, ...]:
    """So many distances from the least value: small ones one by one, large ones by powers."""
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


def _changes(question: Question, spread: Any, name: str, size: Size) -> Iterator[Any]:
    """The points with the name moved to where the size is nearest to 0, one more, and one less."""
    parts = size.linear_in(name)
    assert parts is not None, "chosen so"
    place = question.names.index(name)
    env = {other: spread[number] for number, other in enumerate(question.names)}
    try:
        factor, rest = (evaluate(part, env, []) + 0 * spread[0] for part in parts)
    except (TooLarge, Undefined):
        return
    usable = factor != 0
    if not usable.any():
        return
    where = -rest[usable] // factor[usable]
    low, high = question.bounds[name]
    for off in (0, 1, -1):
        points = spread[:, usable].copy()
        points[place] = where + off
        inside = (points[place] >= low) & (points[place] <= high)
        if inside.any():
            yield points[:, inside.astype(bool)]
