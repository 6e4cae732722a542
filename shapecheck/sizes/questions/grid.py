"""Many points at a time: the search for a failing point among some ten thousand smallest ones, with NumPy.

In: a question without free indices.  Out: its smallest admissible failing point, or how many admissible points there
were.  The points are all those whose sum exceeds the least sum by at most some number, in the order of the sum, then of
the values by name, so the first failure is the smallest.  Numbers that might leave 64 bits are computed as Python's.
NumPy is imported on first use.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb
from typing import Any

from shapecheck.sizes.algebra.point_values import TooLarge, evaluate, magnitude
from shapecheck.sizes.questions.formula import And, Formula, Or, Relation, compare, relations
from shapecheck.sizes.questions.points import Search
from shapecheck.sizes.questions.question import Question

MOST_POINTS = 20_000
LARGEST_SUM = 2_000
MOST_EXHAUSTED = 200_000
SAFE_MAGNITUDE = 2**61


def search_grid(question: Question) -> Search | None:
    """The result of the search, or None where some name has no least value or numbers get too large."""
    lows = [question.bounds[name][0] for name in question.names]
    if not all(isinstance(low, int) for low in lows):
        return None
    return search_among(question, _shifted(_simplex(len(lows), _largest_excess(len(lows))), lows))


def search_sums(question: Question, largest: int) -> Search | None:
    """The same, for all points whose sum is at most this; None also where these are too many."""
    lows = [question.bounds[name][0] for name in question.names]
    if not all(isinstance(low, int) for low in lows):
        return None
    excess = largest - sum(map(int, lows))
    if excess < 0:
        return Search(exhausted=True)
    if comb(excess + len(lows), len(lows)) > MOST_EXHAUSTED:
        return None
    return search_among(question, _shifted(_simplex(len(lows), excess), lows))


def search_among(question: Question, points: Any) -> Search | None:
    """The result of a search of these points, which are columns; the first failing one is the witness."""
    env = _env(question, points)
    try:
        defined, failing = _failures(question, env, points.shape[1])
    except TooLarge:
        return None
    result = Search(admissible=int(defined.sum()), tried=points.shape[1])
    if failing.any():
        place = int(failing.argmax())
        result.witness = {name: int(values[place]) for name, values in env.items()}
    return result


def _shifted(points: Any, lows: list[Any]) -> Any:
    """Points counted from the least values; as Python integers where these are large."""
    import numpy

    kind = "int64" if max(map(abs, lows), default=0) < SAFE_MAGNITUDE else "object"
    return points.astype(kind) + numpy.array(lows, dtype=kind).reshape(-1, 1)


def _failures(question: Question, env: dict[str, Any], count: int) -> tuple[Any, Any]:
    """The admissible points, and those of them at which the goal fails."""
    defined = _ones(count)
    for fact in question.facts:
        defined &= _holds(fact, env, defined)
    left = defined.nonzero()[0]
    if not len(left):
        return defined, defined
    still = _ones(len(left))
    holds = _holds(question.goal, {name: values[left] for name, values in env.items()}, still)
    defined[left], failing = still, ~_ones(count)
    failing[left] = ~holds & still
    return defined, failing


def _largest_excess(dimensions: int) -> int:
    """The largest excess over the least sum for which there are not too many points."""
    excess = 0
    while excess < LARGEST_SUM and comb(excess + 1 + dimensions, dimensions) <= MOST_POINTS:
        excess += 1
    return excess


@lru_cache(maxsize=32)
def _simplex(dimensions: int, excess: int) -> Any:
    """All points of non-negative integers with at most this sum, as columns, by sum and then lexicographically."""
    import numpy

    if dimensions == 1:
        return numpy.arange(excess + 1).reshape(1, -1)
    layers = [_layer(dimensions, total) for total in range(excess + 1)]
    return numpy.concatenate(layers, axis=1)


@lru_cache(maxsize=4096)
def _layer(dimensions: int, total: int) -> Any:
    """All points with exactly this sum, as columns in lexicographic order."""
    import numpy

    if dimensions == 0:
        return numpy.zeros((0, int(total == 0)), dtype=numpy.int64)
    if dimensions == 1:
        return numpy.array([[total]], dtype=numpy.int64)
    blocks = []
    for first in range(total + 1):
        rest = _layer(dimensions - 1, total - first)
        head = numpy.full((1, rest.shape[1]), first, dtype=numpy.int64)
        blocks.append(numpy.concatenate([head, rest], axis=0))
    return numpy.concatenate(blocks, axis=1)


def _env(question: Question, points: Any) -> dict[str, Any]:
    """The values of each name, as Python integers where 64 bits might not do."""
    largest = {name: int(abs(row).max()) for name, row in zip(question.names, points, strict=True)}
    every = [relation for formula in (question.goal, *question.facts) for relation in relations(formula)]
    bounds = [magnitude(relation.difference, largest) for relation in every]
    kind = "int64" if max([*bounds, *largest.values()], default=0) < SAFE_MAGNITUDE else "object"
    return {name: row.astype(kind) for name, row in zip(question.names, points, strict=True)}


def _ones(count: int) -> Any:
    import numpy

    return numpy.ones(count, dtype=bool)


def _holds(formula: Formula, env: dict[str, Any], defined: Any) -> Any:
    """The points at which the formula holds; those where it has no value are taken out of `defined`."""
    if isinstance(formula, Relation):
        return _relation_holds(formula, env, defined)
    if isinstance(formula, (And, Or)):
        result = _ones(len(defined)) if isinstance(formula, And) else ~_ones(len(defined))
        for part in formula.parts:
            holds = _holds(part, env, defined)
            result = result & holds if isinstance(formula, And) else result | holds
        return result
    return ~_holds(formula.part, env, defined)


def _relation_holds(relation: Relation, env: dict[str, Any], defined: Any) -> Any:
    undefined: list[Any] = []
    value = evaluate(relation.difference, env, undefined)
    for mark in undefined:
        defined &= ~mark.astype(bool)
    return (_ones(len(defined)) & compare(relation.operator, value)).astype(bool)
