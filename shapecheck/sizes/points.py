"""Small points: the quick search for an admissible point where a formula fails, in plain Python.

In: a question.  Out: the first admissible point where its goal fails, in the order of the sum of the sizes, then of the
values by name.  Names without a least value (indices) run over the interval that the facts leave for them at a given
choice of the sizes; where they leave none, over a few values around it, and the search is not complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from shapecheck.sizes.algebra import Size
from shapecheck.sizes.bounds import End, is_empty
from shapecheck.sizes.evaluation import Undefined
from shapecheck.sizes.formula import Formula
from shapecheck.sizes.question import Question

Point = dict[str, int]
WINDOW = 6
LONGEST_RANGE = 400


@dataclass(slots=True)
class Search:
    """What a search saw: `admissible` points; `exhausted` if it saw all there are; `exact` if no index was cut off."""

    witness: Point | None = None
    admissible: int = 0
    tried: int = 0
    exhausted: bool = False
    exact: bool = True


def search(question: Question, budget: int) -> Search:
    """Look for the smallest admissible point where the goal fails, trying about `budget` points."""
    result = Search()
    if is_empty(question.bounds):
        result.exhausted = True
        return result
    enumeration = Enumeration(question, budget)
    for point in enumeration.points():
        holds = truth(question.goal, point)
        if holds is None:
            continue
        result.admissible += 1
        if not holds:
            result.witness = dict(point)
            break
    result.tried, result.exact = enumeration.tried, enumeration.exact
    result.exhausted = result.witness is None and enumeration.exact and enumeration.tried < budget
    return result


def truth(formula: Formula, point: Point) -> bool | None:
    """Whether the formula holds at the point, None where it is not defined."""
    try:
        return formula.holds(point)
    except Undefined:
        return None


class Enumeration:
    """The admissible points of a question, smallest first; `tried` counts candidates."""

    def __init__(self, question: Question, budget: int) -> None:
        self.question, self.budget = question, budget
        self.tried, self.exact = 0, True
        lower = question.context.lower
        self.sized = [name for name in question.names if lower(name) is not None]
        self.free = _in_order_of_dependence(question, self.sized)
        known = frozenset(self.sized)
        self.early = [fact for fact in question.facts if fact.names <= known]
        self.late = [fact for fact in question.facts if not fact.names <= known]

    def points(self) -> Iterator[Point]:
        """All admissible points within the budget; the same dictionary each time."""
        point: Point = {}
        for _ in self._sized_points(point):
            if all(truth(fact, point) for fact in self.early):
                yield from self._free_points(point, 0)

    def _sized_points(self, point: Point) -> Iterator[None]:
        ends = [self.question.bounds[name] for name in self.sized]
        lows = [int(low) for low, _ in ends]
        widths = [high - low for low, (_, high) in zip(lows, ends, strict=True)]
        total = 0
        while total <= sum(widths) and self.tried < self.budget:
            for excess in _compositions(total, widths):
                self.tried += 1
                if self.tried > self.budget:
                    return
                point.update((name, low + step) for name, low, step in zip(self.sized, lows, excess, strict=True))
                yield
            total += 1

    def _free_points(self, point: Point, position: int) -> Iterator[Point]:
        if position == len(self.free):
            if all(truth(fact, point) for fact in self.late):
                yield point
            return
        name = self.free[position]
        for value in self._values(name, point):
            self.tried += 1
            if self.tried > self.budget:
                return
            point[name] = value
            yield from self._free_points(point, position + 1)
        point.pop(name, None)

    def _values(self, name: str, point: Point) -> Iterator[int]:
        low, high = self.question.bounds.get(name, (-inf, inf))
        for size in self.question.inequalities:
            low, high = _narrowed(size, name, point, low, high)
        if isinstance(low, int) and isinstance(high, int):
            self.exact = self.exact and high - low <= LONGEST_RANGE
            return iter(range(low, min(high, low + LONGEST_RANGE) + 1))
        self.exact = False
        if isinstance(low, int):
            return iter(range(low, low + WINDOW))
        if isinstance(high, int):
            return iter(range(high, high - WINDOW, -1))
        return iter([0, 1, -1, 2, -2, 3, -3][:WINDOW])


def _narrowed(size: Size, name: str, point: Point, low: End, high: End) -> tuple[End, End]:
    """The interval of a name after `size >= 0`, where all other names in it have values."""
    coefficient = size.coefficient(name)
    if not coefficient or not all(other in point for other in size.names if other != name):
        return low, high
    parts = size.linear_in(name)
    if parts is None or parts[0].constant is None:
        return low, high
    try:
        rest = parts[1].evaluate(point)
    except Undefined:
        return low, high
    if coefficient > 0:
        return max(low, -(rest // coefficient)), high
    return low, min(high, rest // -coefficient)


def _in_order_of_dependence(question: Question, known_names: list[str]) -> list[str]:
    """The names without least value, each after those that its bounds mention, as far as possible."""
    known, order = set(known_names), []
    left = [name for name in question.names if name not in known]
    while left:
        name = max(left, key=lambda candidate: _ends_known(question, candidate, known))
        left.remove(name)
        order.append(name)
        known.add(name)
    return order


def _ends_known(question: Question, name: str, known: set[str]) -> int:
    """How many of the two ends of a name's interval can be computed from the known names."""
    signs = set()
    for size in question.inequalities:
        coefficient = size.coefficient(name)
        if coefficient and size.names <= known | {name}:
            signs.add(coefficient > 0)
    return len(signs)


def _compositions(total: int, widths: list[End]) -> Iterator[list[int]]:
    """All ways to write `total` as a sum of numbers from 0 to each width, in lexicographic order."""
    if not widths:
        if total == 0:
            yield []
        return
    first, rest = widths[0], widths[1:]
    room = sum(rest)
    for value in range(int(max(0, total - room)), int(min(first, total)) + 1):
        for tail in _compositions(total - value, rest):
            yield [value, *tail]
