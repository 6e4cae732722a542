"""Small points: the quick search for an admissible point where a formula fails, in plain Python.

In: a question.  Out: the first admissible point where its goal fails, in the order of the sum of the sizes, then of the
values by name.  Names without a least value (indices) run over the interval that the facts leave for them at a given
choice of the sizes; where they leave none, over a few values around it, and the search is not complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, count, islice
from math import inf

from shapecheck.record import record
from shapecheck.sizes.algebra.point_values import TooLarge, Undefined
from shapecheck.sizes.algebra.size import Size
from shapecheck.sizes.questions.bounds import End, is_empty, plus
from shapecheck.sizes.questions.formula import Formula
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.questions.verdicts import Refuted

Point = dict[str, int]
WINDOW = 6
LONGEST_RANGE = 400


@record(frozen=False)
class Search:
    """The result of a search: `admissible` points; `exhausted` if these are all; `exact` if no index was cut off."""

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
    try:
        _scan(question, enumeration, result)
    except TooLarge:
        enumeration.exact = False
    result.tried, result.exact = enumeration.tried, enumeration.exact
    result.exhausted = result.witness is None and enumeration.exact and enumeration.tried < budget
    return result


def _scan(question: Question, enumeration: Enumeration, result: Search) -> None:
    for point in enumeration.points():
        holds = truth(question.goal, point)
        if holds is not None:
            result.admissible += 1
        if holds is False:
            result.witness = dict(point)
            return


def truth(formula: Formula, point: Point) -> bool | None:
    """Whether the formula holds at the point, None where it is not defined."""
    try:
        return formula.holds(point)
    except Undefined:
        return None


def refuted(question: Question, witness: Point, method: str) -> Refuted:
    """The refutation by a point, which is evaluated once more."""
    assert truth(question.goal, witness) is False, "a witness must fail"
    assert all(truth(fact, witness) for fact in question.facts), "a witness must be admissible"
    return Refuted(witness, method)


class Enumeration:
    """The admissible points of a question, smallest first; `tried` counts the values tried.

    With `distinct`, only points whose sizes differ from each other.
    """

    def __init__(self, question: Question, budget: int, distinct: bool = False) -> None:
        self.question, self.budget, self.distinct = question, budget, distinct
        self.tried, self.exact = 0, True
        lower = question.context.lower
        self.sized = [name for name in question.names if lower(name) is not None]
        self.free = _in_order_of_dependence(question, self.sized)
        self.limits = {name: _limits(question, name) for name in self.free}
        ends = [question.bounds[name] for name in self.sized]
        self.lows = [int(low) for low, _ in ends]
        self.highs = [high for _, high in ends]
        self.sums_of_lows = [int(end) for end in _sums_from_each_place(self.lows)]
        self.sums_of_highs = _sums_from_each_place(self.highs)
        places = {name: place for place, name in enumerate(self.sized)}
        self.early: list[list[Formula]] = [[] for _ in self.sized]
        self.late: list[Formula] = []
        for fact in question.facts:
            known = [places.get(name, -1) for name in fact.names]
            (self.early[max(known)] if known and min(known) >= 0 else self.late).append(fact)

    def points(self) -> Iterator[Point]:
        """All admissible points within the budget, or until numbers get too large; the same dictionary each time."""
        try:
            yield from self._all_points()
        except TooLarge:
            self.exact = False

    def _all_points(self) -> Iterator[Point]:
        total, most = self._sum_of_lows(0, {}), self.sums_of_highs[0]
        while total <= most and self.tried < self.budget:
            yield from self._points_of_sum(total)
            total += 1
            self.tried += 1  # a sum that no sizes make up costs as well: there may be no end of them
            if not self.sized:
                break

    def _points_of_sum(self, left: int) -> Iterator[Point]:
        """The points whose sizes have this sum: depth first, but without recursion, as there may be many sizes."""
        point: Point = {}
        levels = [iter(self._sized_values(0, left, point))] if self.sized else []
        if not self.sized:
            yield from self._free_points(point, 0)
        while levels:
            place, name = len(levels) - 1, self.sized[len(levels) - 1]
            left += point.pop(name, 0)
            value = next(levels[-1], None)
            if value is None:
                levels.pop()
                continue
            self.tried += 1
            if self.tried > self.budget:
                return
            if self.distinct and value in point.values():
                continue
            point[name], left = value, left - value
            if not all(truth(fact, point) for fact in self.early[place]):
                continue
            if place + 1 == len(self.sized):
                yield from self._free_points(point, 0)
            elif not self.distinct or left >= self._sum_of_lows(place + 1, point):
                levels.append(iter(self._sized_values(place + 1, left, point)))

    def _sized_values(self, place: int, total: int, point: Point) -> range:
        """The values that leave a sum that the sizes after this one can make up."""
        rest_low, rest_high = self._sum_of_lows(place + 1, point), self.sums_of_highs[place + 1]
        low = self.lows[place] if isinstance(rest_high, float) else max(self.lows[place], total - rest_high)
        high = min(self.highs[place], total - rest_low)
        return range(low, int(high) + 1)

    def _sum_of_lows(self, place: int, point: Point) -> int:
        """A lower bound of the sum of the sizes from this one on."""
        lows = self.lows[place:] if self.distinct else ()
        if not lows:
            return self.sums_of_lows[place]
        taken = set(point.values())
        unused = (value for value in count(min(lows)) if value not in taken)
        return max(self.sums_of_lows[place], sum(islice(unused, len(lows))))

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
        for coefficient, rest in self.limits[name]:
            low, high = _narrowed(coefficient, rest, point, low, high)
        if isinstance(low, int) and isinstance(high, int):
            self.exact = self.exact and high - low <= LONGEST_RANGE
            return iter(range(low, min(high, low + LONGEST_RANGE) + 1))
        self.exact = False
        if isinstance(low, int):
            return iter(range(low, low + WINDOW))
        if isinstance(high, int):
            return iter(range(high, high - WINDOW, -1))
        return iter([0, 1, -1, 2, -2, 3, -3][:WINDOW])


def _sums_from_each_place(ends: Sequence[End]) -> list[End]:
    """The sums of all ends from each place on, and 0 after the last one."""
    start: End = 0
    return list(accumulate(reversed(ends), plus, initial=start))[::-1]


def _limits(question: Question, name: str) -> list[tuple[int, Size]]:
    """The bounds of a name: pairs of a number and a size without the name, `number * name + size >= 0`."""
    found = []
    for size in question.inequalities:
        coefficient = size.coefficient(name)
        parts = size.linear_in(name) if coefficient else None
        if parts is not None and parts[0].constant is not None:
            found.append((coefficient, parts[1]))
    return found


def _narrowed(coefficient: int, rest: Size, point: Point, low: End, high: End) -> tuple[End, End]:
    """The interval of a name after `coefficient * name + rest >= 0`, where all names in the rest have values."""
    try:
        value = rest.evaluate(point)
    except (KeyError, Undefined, TooLarge):
        return low, high
    if coefficient > 0:
        return max(low, -(value // coefficient)), high
    return low, min(high, value // -coefficient)


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
    """The number of ends of a name's interval that can be computed from the known names."""
    signs = set()
    for size in question.inequalities:
        coefficient = size.coefficient(name)
        if coefficient and size.names <= known | {name}:
            signs.add(coefficient > 0)
    return len(signs)
