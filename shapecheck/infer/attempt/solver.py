"""Unknown sizes, solved exactly.

An unknown is a symbol `?n`.  Equations are linear in the unknowns with coefficients in the ring of declared sizes; one
that can be solved for an unknown (coefficient 1, -1, or dividing exactly) sets it, one between declared sizes alone is
decided, anything else waits until more is known.  Every step keeps its blame, so that messages can say where a size
came from.
"""

from __future__ import annotations

from dataclasses import field

from shapecheck.record import record
from shapecheck.sizes import (
    Context,
    Decision,
    Formula,
    Refuted,
    Relation,
    Size,
    decide,
    exact_divide,
    integer,
    is_proved,
    symbol,
)
from shapecheck.source import Span


@record
class Blame:
    """The place and the reason of a demand: `why` completes "this needs ..."."""

    span: Span
    why: str
    backwards: bool = False
    """Whether it comes from a block that says which shapes it takes or gives; messages show where the size is from."""


@record
class Wanted:
    """A relation between declared sizes that must hold, under the conditions of the branches around it."""

    relation: Relation
    blame: Blame
    facts: tuple[Formula, ...] = ()
    decision: Decision | None = None
    evident: bool = False
    """Not worth telling where the signs of its terms show that it holds (an axis of length p + d has an entry)."""


class Unequal(Exception):
    """Two declared sizes that must be equal and are not; caught where the operands are known."""

    def __init__(self, left: Size, right: Size, decision: Refuted, origins: tuple[Blame, ...]) -> None:
        super().__init__()
        self.left, self.right, self.decision, self.origins = left, right, decision, origins


@record(frozen=False)
class Solver:
    """The state of one attempt to solve for all unknown sizes."""

    context: Context
    solution: dict[str, Size] = field(default_factory=dict)
    origins: dict[str, Blame] = field(default_factory=dict)
    wanted: list[Wanted] = field(default_factory=list)
    around: tuple[Formula, ...] = ()
    """The facts about the indices of the equation at hand; only where sizes depend on them."""
    _later: list[tuple[Size, Size, Blame, tuple[Formula, ...]]] = field(default_factory=list)
    _count: int = 0

    def unknown(self) -> Size:
        """A fresh unknown size."""
        self._count += 1
        return symbol(f"?{self._count}")

    def normal(self, size: Size) -> Size:
        """The size with everything put in that is known by now."""
        while not self.solution.keys().isdisjoint(size.names):
            size = size.substitute({name: self.solution[name] for name in size.names if name in self.solution})
        return size

    def unknowns(self, size: Size) -> list[str]:
        """The unknowns in a normal size, oldest first."""
        return sorted((name for name in size.names if name[0] == "?"), key=lambda name: (len(name), name))

    def want(self, relation: Relation, blame: Blame, facts: tuple[Formula, ...] = ()) -> None:
        """A requirement other than an equality: decided at the end, when all sizes are known."""
        self.wanted.append(Wanted(relation, blame, (*facts, *self.around)))

    def take_as_given(self, relation: Relation) -> None:
        """From here on the relation is assumed; where no sizes meet it, nothing more is found to fail."""
        self.context = self.context.assuming(relation)

    def equate(self, left: Size, right: Size, blame: Blame, facts: tuple[Formula, ...] = ()) -> None:
        """Make two sizes equal; raises `Unequal` when they are declared and differ for some sizes."""
        if left is right:
            return
        left, right = self.normal(left), self.normal(right)
        difference = left - right
        if difference.constant == 0:
            return
        unknown = self.unknowns(difference)
        if not unknown:
            self._compare(left, right, blame, facts)
        elif not any(self._solve(name, difference, blame) for name in unknown):
            self._later.append((left, right, blame, (*facts, *self.around)))

    def _compare(self, left: Size, right: Size, blame: Blame, facts: tuple[Formula, ...]) -> None:
        relation = Relation("==", left, right)
        facts = (*facts, *self.around)
        decision = decide(self.context.assuming(*facts), relation)
        if isinstance(decision, Refuted):
            raise Unequal(left, right, decision, ())
        self.wanted.append(Wanted(relation, blame, facts, decision))

    def _solve(self, name: str, difference: Size, blame: Blame) -> bool:
        """Solve `difference == 0` for the unknown `name`, if that is exact."""
        linear = difference.linear_in(name)
        if linear is None or any(other[0] == "?" for other in linear[0].names):
            return False
        coefficient, rest = linear
        quotient = exact_divide(-rest, coefficient)
        factor = coefficient.constant
        if quotient is None and factor and not any(other[0] == "?" for other in rest.names):
            numerator = -rest if factor > 0 else rest
            quotient = numerator // abs(factor)
            self.want(Relation("==", numerator % abs(factor), integer(0)), blame)
        if quotient is None:
            return False
        self.solution[name] = quotient
        self.origins[name] = blame
        return True

    def retry(self) -> bool:
        """Look again at what could not be solved yet; whether anything could be now."""
        waiting, self._later = self._later, []
        for left, right, blame, facts in waiting:
            self.equate(left, right, blame, facts)
        return len(self._later) < len(waiting)

    @property
    def waits(self) -> bool:
        """Whether there are equations that could not be solved yet."""
        return bool(self._later)

    def proved(self, relation: Relation, facts: tuple[Formula, ...] = ()) -> bool:
        """Whether a relation between known sizes holds for all admitted sizes."""
        return is_proved(self.context.assuming(*facts, *self.around), relation)
