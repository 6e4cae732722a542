"""Questions about families of sizes at fixed lengths, where every member is a size with a name: `n[0]`, `n[1]`, `n[2]`.

In: a context and formulas in which members, and sums over them, may stand.  Out: for each choice of the sizes and
indices that lengths and subscripts depend on, the smallest first, the context and the formulas without families; a
formula that speaks of a member which does not exist there makes no sense at this choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from shapecheck.record import record
from shapecheck.sizes.algebra.atoms import Member, SizeFamily, Total
from shapecheck.sizes.algebra.point_values import TooLarge, Undefined
from shapecheck.sizes.questions.context import UNBOUNDED_PREFIXES, Context
from shapecheck.sizes.questions.formula import FALSE, And, Every, Formula, Not, Or
from shapecheck.sizes.questions.memberless import family_atoms, numbers_of
from shapecheck.sizes.questions.points import Enumeration
from shapecheck.sizes.questions.question import Question

MOST_CHOICES = 60
"""Most choices of lengths and subscripts that are looked at."""
MOST_TRIED = 2_000
MOST_MEMBERS = 64
"""Most sizes in all families together."""


@record
class Instance:
    """A question at a choice of lengths and subscripts: `members` are the names of all members there."""

    point: Mapping[str, int]
    context: Context
    formula: Formula
    members: tuple[str, ...]


@record(frozen=False)
class Instances:
    """The instances of a question; `complete` once all of them have been handed out and none was left out."""

    context: Context
    formula: Formula
    complete: bool = False

    def __iter__(self) -> Iterator[Instance]:
        names = self.context.in_order(_fixed_names(self.context, self.formula))
        facts = tuple(fact for fact in self.context.facts if fact.names <= set(names) and not isinstance(fact, Every))
        facts = tuple(fact for fact in facts if not family_atoms((fact,)))
        base = replace(self.context.with_facts(facts), families=())
        enumeration = Enumeration(Question(base, names, base.facts, FALSE), MOST_TRIED)
        whole, count = True, 0
        for point in enumeration.points():
            count += 1
            if count > MOST_CHOICES:
                return
            try:
                found = _at(self.context, self.formula, dict(point))
            except (Undefined, TooLarge):
                whole = False
                continue
            if found is not None:
                yield found
        self.complete = whole and enumeration.exact and enumeration.tried < MOST_TRIED


def _fixed_names(context: Context, formula: Formula) -> set[str]:
    """The sizes and indices that lengths of families, ranges of facts and subscripts depend on."""
    every = (*context.facts, formula)
    found = {name for family in context.families for ends in family.ranges for end in ends for name in end.names}
    bound = {name for fact in every if isinstance(fact, Every) for name, _, _ in fact.ranges}
    for fact in every:
        if isinstance(fact, Every):
            found |= {name for _, low, high in fact.ranges for end in (low, high) for name in end.names}
    for atom in family_atoms(every):
        if isinstance(atom, Member):
            found |= {name for part in atom.parts for name in part.names}
        elif isinstance(atom, Total):
            found |= atom.parts[1].names
    return {name for name in found - bound if not name.startswith(".#")}


def _at(context: Context, formula: Formula, point: dict[str, int]) -> Instance | None:
    """The question at a choice; None where it makes no sense there."""
    names = tuple(name for family in context.families for name in members(family, point))
    known = set(names)
    parts = [_written_out(fact, point) for fact in (*context.facts, formula)]
    mentioned = {name for part in parts for name in part.names}
    if any(numbers_of(name, context.families) and name not in known for name in mentioned):
        return None
    least = {name: family.least for family in context.families for name in members(family, point)}
    order = (*context.order, *(name for name in names if name not in context.order))
    plain = Context(tuple(parts[:-1]), {**least, **context.lowers}, order)
    return Instance(point, plain, parts[-1], names)


def members(family: SizeFamily, sizes: Mapping[str, int]) -> Sequence[str]:
    """The names of a family's members at some sizes, in order; `TooLarge` where they are too many."""
    ranges = [range(low.evaluate(sizes), high.evaluate(sizes) + 1) for low, high in family.ranges]
    count = 1
    for numbers in ranges:
        count *= len(numbers)
    if count > MOST_MEMBERS:
        raise TooLarge("a family has too many sizes")
    return [family.member_name(numbers) for numbers in product(*ranges)]


def _written_out(formula: Formula, point: Mapping[str, int]) -> Formula:
    """The formula with values put in, and a part for each member of a range."""
    match formula:
        case Every():
            return formula.substitute(point).written_out({})
        case And(parts) | Or(parts):
            return type(formula)(tuple(_written_out(part, point) for part in parts))
        case Not(part):
            return Not(_written_out(part, point))
        case _:
            return formula.substitute(point)


def total(point: Mapping[str, int]) -> int:
    """The sum of the sizes in a point."""
    return sum(value for name, value in point.items() if not name.startswith(UNBOUNDED_PREFIXES))
