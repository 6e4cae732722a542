"""Goals for the sizes of a test: sizes that differ, sizes that coincide, least ones, residues of divisors.

In: shapes.  Out: `Goals`, which a setting meets or leaves open.  Divisors are those of all floors in the
derived shapes, in the ranges and in what is owed: a stride shows in the shape that it makes.  Equal sizes hide
transposed operands, sizes of 1 hide lost axes, even ones hide the side on which the odd entry is padded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.sizes import (
    And,
    Context,
    Floor,
    Formula,
    Proved,
    Relation,
    Size,
    Undefined,
    decide,
    integer,
    symbol,
)
from shapecheck.sizes.algebra.point_values import TooLarge
from shapecheck.sizes.algebra.size import from_terms
from shapecheck.sizes.questions.formula import relations

LARGEST_MODULUS = 64
"""A divisor beyond this has more residues than there are runs."""


@record
class Goal:
    """One thing to cover.  `kind`: distinct, least, equal or residue; `group` is what it is one of (`H mod 2`)."""

    kind: str
    group: str
    text: str
    formula: Formula

    def met(self, sizes: Mapping[str, int]) -> bool:
        """Whether these sizes cover it."""
        try:
            return self.formula.holds(sizes)
        except (Undefined, TooLarge):
            return False

    def admitted(self, context: Context) -> bool:
        """False only where it is proved that no admissible sizes cover it."""
        return not isinstance(decide(context, self.formula.negated()), Proved)


def goals_of(shapes: Shapes, context: Context, least: Mapping[str, int]) -> tuple[Goal, ...]:
    """All goals that some admissible sizes meet; `least` are the least values of the sizes."""
    names = shapes.graph.free_sizes
    equal = [_coincidence(one, other, context) for one, other in combinations(names, 2)]
    found = [*_distinct(names), *equal, *_least(least), *_residues(shapes)]
    return tuple(goal for goal in found if goal.admitted(context))


def _distinct(names: tuple[str, ...]) -> Iterator[Goal]:
    if len(names) > 1:
        pairs = combinations(map(symbol, names), 2)
        yield Goal("distinct", "distinct", "all distinct", And(tuple(Relation("!=", a, b) for a, b in pairs)))


def _coincidence(one: str, other: str, context: Context) -> Goal:
    """The goal that two sizes are equal, and more than 1 if possible: where all are 1, no mistake shows."""
    same = Relation("==", symbol(one), symbol(other))
    goal = Goal("equal", "equal", f"{one} = {other}", And((same, Relation(">=", symbol(one), integer(2)))))
    return goal if goal.admitted(context) else Goal("equal", "equal", f"{one} = {other}", same)


def _least(least: Mapping[str, int]) -> Iterator[Goal]:
    for name, value in least.items():
        yield Goal("least", "least", f"{name} = {value}", Relation("==", symbol(name), integer(value)))


# ---- residues ----------------------------------------------------------------------------------


def _residues(shapes: Shapes) -> Iterator[Goal]:
    quotients = dict.fromkeys(_quotients(_sizes(shapes)))
    constant = [(size, at) for size, divisor in quotients if (at := divisor.constant) is not None and size.names]
    for size, modulus in constant:
        if not any(other is size and larger % modulus == 0 and larger > modulus for other, larger in constant):
            yield from (_residue(size, modulus, rest) for rest in _rests(modulus))
    for size, divisor in quotients:
        if divisor.constant is None:
            group = f"{size} mod {divisor}"
            yield Goal("residue", group, f"{group} = 0", Relation("==", size % divisor, integer(0)))
            yield Goal("residue", group, f"{group} > 0", Relation(">", size % divisor, integer(0)))


def _residue(size: Size, modulus: int, rest: int) -> Goal:
    group = f"{size} mod {modulus}"
    return Goal("residue", group, f"{group} = {rest}", Relation("==", size % modulus, integer(rest)))


def _rests(modulus: int) -> Iterable[int]:
    return range(modulus) if modulus <= LARGEST_MODULUS else (0, 1, modulus - 1)


def _sizes(shapes: Shapes) -> Iterator[Size]:
    """The sizes in which divisors of the spec show."""
    for cells in shapes.cells.values():
        for cell in cells:
            yield from cell.shape
            yield from (part.extent for part in cell.region)
    for formula in (*shapes.graph.context.facts, *(item.relation for item in shapes.requirements)):
        yield from (relation.difference for relation in relations(formula))


def _quotients(sizes: Iterable[Size]) -> Iterator[tuple[Size, Size]]:
    """The dividend, as far as the remainder depends on it, and the divisor; indices are left out."""
    stack, seen = list(sizes), set[Size]()
    while stack:
        size = stack.pop()
        if size in seen:
            continue
        seen.add(size)
        for atom in dict.fromkeys(atom for monomial in size.terms for atom in monomial):
            stack.extend(atom.parts)
            if isinstance(atom, Floor) and not any(name[0] in ".?%" for name in atom.names):
                top, divisor = atom.parts
                yield _reduced(top, divisor.constant), divisor


def _reduced(size: Size, modulus: int | None) -> Size:
    """The size without its constant and without multiples of the modulus, which only shift or keep the residues."""
    if modulus is None:
        return size
    return from_terms({monomial: n % modulus for monomial, n in size.terms.items() if monomial and n % modulus})
