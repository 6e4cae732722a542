"""Sizes to run at: few settings that cover much, the smallest that do, and windows to draw further ones from.

In: shapes.  Out: a `Choice`: what the spec admits, what a run may cost, which goals there are, and `settings` that
meet them: pairwise distinct sizes first, then whatever covers most of what is left.  Nothing is drawn at random here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.sizes import Admissible, Context, smallest
from shapecheck.testing.cases.cost import Cost
from shapecheck.testing.cases.coverage_goals import Goal, goals_of
from shapecheck.verdict.acceptance import needs

Sizes = dict[str, int]

WIDTHS = (12, 8, 6, 5, 4, 3, 2)
"""The widths of windows that random settings are drawn from; the widest that can be afforded is used."""
WINDOW = 40
"""The number of values of each size that are tried to meet a goal."""
DIRECT = 24
"""The most goals that are solved for one by one, after those that other settings meet."""


@record(frozen=False)
class Choice:
    """The settings of a spec that can be run within a limit of cost."""

    shapes: Shapes
    most: float
    cost: Cost = field(init=False)
    context: Context = field(init=False)
    admissible: Admissible = field(init=False)
    least: Sizes | None = field(init=False)
    goals: tuple[Goal, ...] = field(init=False)

    def __post_init__(self) -> None:
        graph = self.shapes.graph
        self.cost = Cost(self.shapes)
        self.context = graph.context.assuming(*needs(self.shapes))
        self.admissible = Admissible(self.context, graph.free_sizes)
        self.least = self._smallest()
        alone = {name: self.admissible.values({}, name, 1) for name in self.names}
        least = {name: values[0] for name, values in alone.items() if values}
        self.goals = goals_of(self.shapes, self.context, least) if self.least is not None else ()

    @property
    def names(self) -> tuple[str, ...]:
        """The free sizes."""
        return self.shapes.graph.free_sizes

    def width(self) -> int:
        """The width of the window for random settings; 1 where only the smallest is affordable."""
        return next((width for width in WIDTHS if self._affordable(self._corner(width))), 1)

    def settings(self, count: int) -> Iterator[Sizes]:
        """At most `count` settings, as long as each covers something new."""
        left = list(self.goals)
        for number, sizes in enumerate(self._chosen(left)):
            if number == count:
                return
            left[:] = [goal for goal in left if not goal.met(sizes)]
            yield sizes

    # ---- choosing ------------------------------------------------------------------------------

    def _chosen(self, left: list[Goal]) -> Iterator[Sizes]:
        if self.least is None:
            return
        distinct = smallest(self.context, self.names, distinct=True)
        first = self.own(distinct[0]) if distinct and self.names else self.least
        yield first if self._affordable(first) else self.least
        while left:
            sizes = self._greedy(left)
            if sizes is None or not self._affordable(sizes) or not any(goal.met(sizes) for goal in left):
                break
            yield self.own(sizes)
        for goal in left[:DIRECT]:
            found = smallest(self.context.assuming(goal.formula), self.names)
            if goal in left and found and self._affordable(self.own(found[0])):
                yield self.own(found[0])

    def own(self, point: Mapping[str, int]) -> Sizes:
        """A point for all free sizes, in their order; sizes that are left open are as small as possible."""
        known = {name: value for name, value in point.items() if name in self.shapes.graph.least_at(point)}
        return self.ordered(self.admissible.least(known) or dict(point))

    def ordered(self, point: Mapping[str, int]) -> Sizes:
        """A point in the order of declaration."""
        return {name: point[name] for name in self.shapes.graph.least_at(point)}

    def _smallest(self) -> Sizes | None:
        found = smallest(self.context, self.names)
        return None if not found and self.names else self.own(found[0] if found else {})

    def _affordable(self, sizes: Sizes | None) -> bool:
        return sizes is not None and self.cost.of(self.shapes.environment(sizes)) <= self.most

    def _greedy(self, left: Sequence[Goal]) -> Sizes | None:
        """Sizes chosen one after the other, each to meet most of the goals that are decided by then.

        Where a size is to coincide with a later one, 2 is better than 1.
        """
        point: Sizes = {}
        while (name := self.admissible.following(point)) is not None:
            asked = [goal for goal in left if name in goal.formula.names and goal.formula.names <= {*point, name}]
            twin = any(goal.kind == "equal" and name in goal.formula.names - point.keys() for goal in left)
            values = self.admissible.values(point, name, WINDOW if asked or twin else 1)
            if not values:
                return None
            worth = {value: _met(asked, {**point, name: value}) + (twin and value > 1) / 2 for value in values}
            point[name] = max(values, key=lambda value: (worth[value], -value))
        return point

    def _corner(self, width: int) -> Sizes | None:
        """Each size as large as a random setting of this width makes it."""
        point: Sizes = {}
        while (name := self.admissible.following(point)) is not None:
            values = self.admissible.values(point, name, width)
            if not values:
                return None
            point[name] = values[-1]
        return point


def _met(goals: Sequence[Goal], point: Sizes) -> int:
    return sum(goal.met(point) for goal in goals)
