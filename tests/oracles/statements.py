"""Statements about sizes that z3 may disprove, and that a point may refute.

Comes in: facts and a goal, as written or as the product keeps them.  Goes out: a counterexample that was tried in plain
integers, or what z3 says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shapecheck.record import record
from shapecheck.sizes import Formula
from shapecheck.syntax import tree

from .whole_numbers import Z3, Kept, Python, Undefined, Written

EFFORT = 100_000
"""What z3 may spend on a question, in its own steps."""


@record
class Statement:
    """`facts` imply `goal`, at all points where both have a value and each name is at least its least value.

    `holds` tells the truth of a part in given numbers.
    """

    facts: tuple[Any, ...]
    goal: Any
    holds: Callable[[Any, Any], Any]
    least: Callable[[str], int | None]

    def fails_at(self, point: Mapping[str, int]) -> bool:
        """Whether the point is admitted and the goal does not hold there, in plain integers."""
        numbers = Python(point)
        try:
            facts, goal = [self.holds(numbers, fact) for fact in self.facts], self.holds(numbers, self.goal)
        except Undefined:
            return False
        lows = [(self.least(name), value) for name, value in point.items()]
        return all(facts) and all(low is None or value >= low for low, value in lows) and not goal

    def names_of(self, part: Any) -> frozenset[str]:
        """The names written in a fact or in the goal."""
        numbers = Z3()
        self.holds(numbers, part)
        return frozenset(numbers.names)

    def names(self) -> frozenset[str]:
        """All names written."""
        return frozenset().union(*map(self.names_of, (*self.facts, self.goal)))

    def is_possible_with(self, witness: Mapping[str, int]) -> bool:
        """Whether z3 finds nothing against all facts at some values of the names that a witness leaves out."""
        numbers = Z3()
        solver = self._solver(numbers, [self.holds(numbers, fact) for fact in self.facts])
        solver.add(*[numbers.name(name) == value for name, value in witness.items()])
        return str(solver.check()) != "unsat"

    def _solver(self, numbers: Z3, statements: Sequence[Any], effort: int = EFFORT) -> Any:
        solver = numbers.z3.Solver()
        solver.set("rlimit", effort, "timeout", 4000, "random_seed", 1)
        bounds = [(variable, self.least(name)) for name, variable in numbers.names.items()]
        solver.add(*statements, *numbers.sides, *[variable >= low for variable, low in bounds if low is not None])
        return solver

    def counterexample(self, effort: int = EFFORT) -> Mapping[str, int] | str:
        """A point at which it fails, `unsat` where z3 proves that there is none, `unknown` where it gives up.

        What z3 finds is tried in plain integers, so that only a true counterexample comes out.
        """
        numbers = Z3()
        try:
            facts, goal = [self.holds(numbers, fact) for fact in self.facts], self.holds(numbers, self.goal)
        except Undefined:
            return "unsat"
        solver = self._solver(numbers, [*facts, numbers.negation(goal)], effort)
        answer = str(solver.check())
        if answer != "sat":
            return answer
        model = solver.model()
        point = {
            name: model.eval(variable, model_completion=True).as_long() for name, variable in numbers.names.items()
        }
        return point if self.fails_at(point) else "unknown"


def written(
    facts: Sequence[tree.Expression],
    goal: tree.Expression,
    derived: Mapping[str, tree.Expression],
    least: Mapping[str, int],
) -> Statement:
    """A statement in the author's words."""
    return Statement(
        tuple(facts),
        goal,
        lambda numbers, node: Written(numbers, derived).holds(node),
        lambda name: least.get(name, 1),
    )


def kept(facts: Sequence[Formula], goal: Formula, least: Callable[[str], int | None]) -> Statement:
    """A statement as the product keeps it."""
    return Statement(tuple(facts), goal, lambda numbers, formula: Kept(numbers).holds(formula), least)
