"""Maxima, minima and quotients that what is assumed settles: `max(H - M, 0)` is `H - M` where `H >= M`.

In: a size and a context.  Out: the size without them, and the equations that say so, each of which was proved.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from shapecheck.record import record
from shapecheck.sizes.algebra.atoms import Atom, Floor, Positive
from shapecheck.sizes.algebra.compounds import rebuilt
from shapecheck.sizes.algebra.point_values import Undefined
from shapecheck.sizes.algebra.size import ZERO, Size, integer, of_atom
from shapecheck.sizes.choose import smallest
from shapecheck.sizes.decide import decide
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import And, Relation
from shapecheck.sizes.questions.verdicts import Proved
from shapecheck.sizes.work import is_used_up

FEW = 3
"""Points at which a form is tried before it is proved."""


@record(frozen=False)
class Bounds:
    """Settles the atoms of sizes in one context; `proved` are the equations that were needed."""

    context: Context
    proved: list[Relation]

    def settled(self, size: Size) -> Size:
        """The size without the maxima and quotients that are settled, from the inside out."""
        return size.map_atoms(self._atom) if any(atom.parts for atom in size.atoms) else size

    def _atom(self, atom: Atom) -> Size:
        if not atom.parts:
            return of_atom(atom)
        made = rebuilt(atom, tuple(map(self.settled, atom.parts)))
        (first, *others) = made.atoms or [atom]
        if others or made is not of_atom(first):
            return made
        for value, condition in _guesses(first):
            equation = Relation("==", made, value)
            if holds_at(self.context, equation) and _holds(self.context, condition):
                self.proved.append(equation)
                return value
        return made


def settled(size: Size, context: Context) -> Size:
    """The size without the maxima and quotients that the context settles."""
    return Bounds(context, []).settled(size)


def _guesses(atom: Atom) -> Iterator[tuple[Size, Relation | And]]:
    """The possible values of an atom, each with its condition."""
    if isinstance(atom, Positive):
        (size,) = atom.parts
        yield size, Relation(">=", size, ZERO)
        yield ZERO, Relation("<=", size, ZERO)
    elif isinstance(atom, Floor) and atom.parts[1].constant is None:
        numerator, divisor = atom.parts
        for number in (0, -1, 1):
            low, high = divisor * number, divisor * (number + 1)
            yield integer(number), And((Relation(">=", numerator, low), Relation("<", numerator, high)))


def _holds(context: Context, condition: Relation | And) -> bool:
    return not is_used_up() and isinstance(decide(context, condition), Proved)


def holds_at(context: Context, relation: Relation) -> bool:
    """Whether it holds at a few small admissible sizes, so that it is worth a proof."""
    return all(_is_true(relation, dict(point)) for point in _points(context, relation.names))


def _is_true(relation: Relation, point: dict[str, int]) -> bool:
    try:
        return relation.holds(point)
    except Undefined:
        return True


@lru_cache(maxsize=512)
def _points(context: Context, names: frozenset[str]) -> tuple[tuple[tuple[str, int], ...], ...]:
    found = smallest(context, context.in_order(names), distinct=True, count=FEW)
    return tuple(tuple(point.items()) for point in found)
