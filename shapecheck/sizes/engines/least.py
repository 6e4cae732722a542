"""The least members of sets, by asking an engine again and again whether there is one within given bounds.

In: an engine, which knows the set, and its question.  Out: the smallest point, or the least values of a name.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.sizes.algebra.size import ZERO, Size, as_size, symbol
from shapecheck.sizes.engines.engine import Engine
from shapecheck.sizes.questions.formula import Relation
from shapecheck.sizes.questions.points import Point
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.work import OutOfWork

FARTHEST_VALUE = 1 << 15
"""Distance from the least value of a name in which further ones are looked for."""


def least(engine: Engine, given: Sequence[Relation], size: Size, low: int, high: int | None = None) -> int | None:
    """The least value that the size has at points where the given holds, from `low` on, or None up to `high`.

    Without `high` there has to be one.
    """
    width, end = 1, low
    while not engine.satisfiable(*given, *_between(size, low, end)):
        if high is not None and end >= high:
            return None
        width *= max(width, 4)
        low = end + 1
        end = low + width if high is None else min(low + width, high)
    while low < end:
        middle = (low + end) // 2
        if engine.satisfiable(*given, *_between(size, low, middle)):
            end = middle
        else:
            low = middle + 1
    return low


def _between(size: Size, low: int, high: int) -> tuple[Relation, ...]:
    if low == high:
        return (_is(size, low),)
    return Relation(">=", size, as_size(low)), Relation("<=", size, as_size(high))


def _is(size: Size, value: int) -> Relation:
    return Relation("==", size, as_size(value))


def smallest_point(engine: Engine, question: Question) -> Point:
    """The member with the smallest sum of sizes, then the smallest sizes in order, then indices nearest to 0.

    There has to be one.
    """
    lows = _evident_lows(question)
    total = sum(map(symbol, lows), ZERO)
    sum_of_sizes = least(engine, (), total, sum(lows.values()))
    known = [_is(total, _found(sum_of_sizes))]
    point: Point = {}
    for name in sorted(question.names, key=lambda name: name not in lows):
        low = lows.get(name)
        value = _nearest_to_zero(engine, known, name) if low is None else least(engine, known, symbol(name), low)
        point[name] = _found(value)
        known.append(_is(symbol(name), point[name]))
    return {name: point[name] for name in question.names}


def _evident_lows(question: Question) -> dict[str, int]:
    """The least value of each size, raised by facts like `n >= 10^5000`, to which bisection would take long."""
    lows = {name: low for name, low in question.lowers.items() if low is not None}
    for size in question.inequalities:
        constant = size.terms.get((), 0)
        for name in size.names & lows.keys():
            factor = size.coefficient(name)
            if factor > 0 and size - constant is symbol(name) * factor:
                lows[name] = max(lows[name], -(constant // factor))
    return lows


def _found(value: int | None) -> int:
    if value is None:
        raise OutOfWork
    return value


def _nearest_to_zero(engine: Engine, known: Sequence[Relation], name: str) -> int:
    """The value of an index that is nearest to 0; of two the one above it."""
    index = symbol(name)
    if not engine.satisfiable(*known, Relation(">=", index, ZERO)):
        return -_found(least(engine, known, -index, 1))
    above = _found(least(engine, known, index, 0))
    below = least(engine, known, -index, 1, above - 1) if above > 1 else None
    return above if below is None else -below


def least_values(engine: Engine, name: str, low: int, count: int) -> tuple[int, ...]:
    """The least values that a size has, from `low` on: `count` of them or all there are within reach.

    They often come at equal distances: the next one is guessed by the last distance before it is searched for.
    """
    if not engine.satisfiable():
        return ()
    size = symbol(name)
    found = [_found(least(engine, (), size, low))]
    farthest, gap = found[0] + FARTHEST_VALUE, 1
    while len(found) < count:
        start = found[-1] + 1
        value = _guessed(engine, size, start, found[-1] + gap)
        if value is None:
            value = least(engine, (), size, start, farthest) if start <= farthest else None
        if value is None or value > farthest:
            break
        gap = value - found[-1]
        found.append(value)
    return tuple(found)


def _guessed(engine: Engine, size: Size, start: int, guess: int) -> int | None:
    """The guess, if it is the least value from the start on."""
    if not engine.satisfiable(_is(size, guess)):
        return None
    nothing_before = start == guess or not engine.satisfiable(*_between(size, start, guess - 1))
    return guess if nothing_before else None
