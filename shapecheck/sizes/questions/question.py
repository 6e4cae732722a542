"""A question about sizes, cut down to what matters for it.

In: a context and a formula.  Out: the facts connected with the formula, as constraints `size >= 0`, `size == 0` or
`size != 0` where they are single comparisons, and the names that occur.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cached_property
from typing import Literal

from shapecheck.record import record
from shapecheck.sizes.algebra.size import Size, integer
from shapecheck.sizes.algebra.weight import largest_number, weight
from shapecheck.sizes.questions.bounds import Bounds, bounds_of
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import Formula, Relation, relations, without_not

LARGEST_NUMBER = 10**18

Kind = Literal[">=", "==", "!="]


@record(slots=False)
class Question:
    """Does `goal` hold at all points of `names` that satisfy `facts` and the least values in `context`?"""

    context: Context = field(repr=False)
    names: tuple[str, ...]
    facts: tuple[Formula, ...]
    goal: Formula

    @staticmethod
    def about(context: Context, goal: Formula) -> Question:
        """The question with the facts that are connected with the goal."""
        names, facts = context.relevant(goal.names)
        return Question(context, names, facts, without_not(goal))

    def under(self, *facts: Formula) -> Question:
        """The same question under other facts."""
        return Question(self.context, self.names, facts, self.goal)

    def with_facts(self, *facts: Formula, goal: Formula) -> Question:
        """Another question about the same names, with these facts as well."""
        return Question(self.context, self.names, Context(self.facts + facts).facts, goal)

    def with_least(self, name: str, low: int) -> Question:
        """The same question, where a name has at least this value."""
        return Question(self.context.with_lower(name, low), self.names, self.facts, self.goal)

    def replaced(self, values: Mapping[str, Size], change: Callable[[Formula], Formula]) -> Question:
        """The question after a change that eliminates names, for which values are put: their least values are facts."""
        ends = [
            Relation(">=", value, integer(low))
            for name, value in values.items()
            if (low := self.context.lower(name)) is not None
        ]
        facts = Context((*map(change, self.facts), *ends)).facts
        new = frozenset[str]().union(*(value.names for value in values.values()))
        left = [name for name in self.names if name not in values]
        return Question(self.context, (*left, *sorted(new.difference(left))), facts, change(self.goal))

    def with_values(self, values: Mapping[str, Size]) -> Question:
        """The question with sizes put for names."""
        return self.replaced(values, lambda formula: formula.substitute(values))

    @cached_property
    def constraints(self) -> tuple[tuple[Kind, Size], ...]:
        """The facts that are single comparisons."""
        return tuple(constraint(fact) for fact in self.facts if isinstance(fact, Relation))

    @cached_property
    def inequalities(self) -> tuple[Size, ...]:
        """Sizes that are at least 0 by the facts."""
        return inequalities(self.constraints)

    @property
    def lowers(self) -> dict[str, int | None]:
        """The least value of each name that occurs."""
        return {name: self.context.lower(name) for name in self.names}

    @cached_property
    def bounds(self) -> Bounds:
        """Intervals for the names that follow from least values and facts."""
        return bounds_of(self.lowers, self.inequalities)

    @property
    def is_void(self) -> bool:
        """Whether a fact is false for all sizes, so that no point is admissible."""
        return any(not fact.names for fact in self.facts)

    @cached_property
    def is_affine(self) -> bool:
        """Whether goal and facts are all quasi-affine."""
        every = [relation for formula in (self.goal, *self.facts) for relation in relations(formula)]
        return all(relation.difference.is_affine for relation in every)


def constraint(relation: Relation) -> tuple[Kind, Size]:
    """The comparison with 0 that says the same."""
    difference = relation.difference
    match relation.operator:
        case "==":
            return "==", difference
        case "!=":
            return "!=", difference
        case ">=":
            return ">=", difference
        case "<=":
            return ">=", -difference
        case ">":
            return ">=", difference - 1
        case "<":
            return ">=", -difference - 1


def inequalities(constraints: tuple[tuple[Kind, Size], ...]) -> tuple[Size, ...]:
    """All sizes that the constraints require to be at least 0; an equality gives two."""
    result: list[Size] = []
    for kind, size in constraints:
        if kind != "!=":
            result.append(size)
        if kind == "==":
            result.append(-size)
    return tuple(result)


def is_heavy(question: Question, most: int) -> bool:
    """Whether the question is too large for work that looks at it many times; `most` is a weight."""
    return weight_of(question) > most or any(largest_number(size) > LARGEST_NUMBER for size in _sizes(question))


def weight_of(question: Question) -> int:
    """The weight of all sizes in goal and facts."""
    return sum(map(weight, _sizes(question)))


def _sizes(question: Question) -> list[Size]:
    return [relation.difference for part in (question.goal, *question.facts) for relation in relations(part)]
