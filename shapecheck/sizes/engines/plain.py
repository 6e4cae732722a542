"""The engine that is everywhere: formulas as cases of rows, each case decided by the Omega test.

In: a question and formulas.  Out: an engine.  Each quotient `floor(a / m)` becomes a new number q with
`0 <= a - m*q <= m - 1`, each maximum `max(a, 0)` a number that is a where a >= 0, else 0.  What is said by `or`, by
`!=` and by a maximum is tried case by case, and the rows known so far are tested before the next one is opened: where
they cannot hold together, none of the cases has to be looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_
from typing import TypeAlias

from shapecheck.record import record
from shapecheck.sizes.algebra.atoms import Atom, Floor, Symbol
from shapecheck.sizes.algebra.size import Size
from shapecheck.sizes.engines.engine import Work
from shapecheck.sizes.engines.omega import satisfiable
from shapecheck.sizes.engines.rows import Row, combined, lowered, opposite
from shapecheck.sizes.questions.formula import And, Formula, Or, Relation, without_not
from shapecheck.sizes.questions.question import Question, constraint
from shapecheck.sizes.work import OutOfWork

MOST_WORK = 200_000
MOST_NUMBERS = 150

Choice: TypeAlias = "tuple[Conjunction, ...]"
"""Conjunctions one of which has to hold."""


@record
class Conjunction:
    """Rows that are 0, rows that are at least 0, and choices: all of them hold."""

    equations: tuple[Row, ...] = ()
    rows: tuple[Row, ...] = ()
    choices: tuple[Choice, ...] = ()

    def __and__(self, other: Conjunction) -> Conjunction:
        choices = self.choices + other.choices
        return Conjunction(self.equations + other.equations, self.rows + other.rows, choices)


class Plain:
    """The formulas as one conjunction."""

    method = "integer sets"

    def __init__(self, question: Question, formulas: Sequence[Formula], work: Work | None = None) -> None:
        self._work = work or Work(MOST_WORK)
        self._symbols = {name: number for number, name in enumerate(question.names)}
        self._atoms: dict[Atom, int] = {}
        lows = [(number, low) for name, number in self._symbols.items() if (low := question.lowers[name]) is not None]
        self._defined = Conjunction(rows=tuple(({number: 1}, -low) for number, low in lows))
        self._known = self._all(map(without_not, formulas))

    def satisfiable(self, *more: Relation) -> bool:
        """Whether there are integers that satisfy the formulas and these."""
        extra = self._all(more)
        return self._search(self._defined & self._known & extra)

    def _search(self, known: Conjunction) -> bool:
        """Whether one of the cases holds somewhere; the choice between the fewest is made first."""
        if not satisfiable(known.equations, known.rows, self._work):
            return False
        if not known.choices:
            return True
        choice = min(known.choices, key=len)
        rest = tuple(other for other in known.choices if other is not choice)
        return any(self._search(Conjunction(known.equations, known.rows, rest) & case) for case in choice)

    # Formulas as rows

    def _all(self, formulas: Iterable[Formula]) -> Conjunction:
        return reduce(and_, map(self._conjunction, formulas), Conjunction())

    def _conjunction(self, formula: Formula) -> Conjunction:
        if isinstance(formula, And):
            return self._all(formula.parts)
        if isinstance(formula, Or):
            return Conjunction(choices=(tuple(self._conjunction(part) for part in formula.parts),))
        assert isinstance(formula, Relation), "no part is negated"
        kind, size = constraint(formula)
        row = self._row(size)
        if kind == "==":
            return Conjunction(equations=(row,))
        return _at_least(row) if kind == ">=" else _not_zero(row)

    def _row(self, size: Size) -> Row:
        """The linear size; monomials of it are single atoms."""
        coefficients: dict[int, int] = {}
        for monomial, count in size.terms.items():
            if monomial:
                coefficients[self._number(monomial[0])] = count
        return coefficients, size.terms.get((), 0)

    def _number(self, atom: Atom) -> int:
        if isinstance(atom, Symbol):
            return self._symbols[atom.name]
        if atom not in self._atoms:
            inner = self._row(atom.parts[0])
            number = self._atoms[atom] = len(self._symbols) + len(self._atoms)
            if number > MOST_NUMBERS:
                raise OutOfWork
            self._defined &= _definition(number, atom, inner)
        return self._atoms[atom]


def _at_least(row: Row) -> Conjunction:
    return Conjunction(rows=(row,))


def _not_zero(row: Row) -> Conjunction:
    return Conjunction(choices=((_at_least(lowered(row, 1)), _at_least(lowered(opposite(row), 1))),))


def _definition(number: int, atom: Atom, inner: Row) -> Conjunction:
    """The number is the value of the atom."""
    if isinstance(atom, Floor):
        return _quotient(number, inner, atom.parts[1].constant or 1)
    return _positive(number, inner)


def _quotient(number: int, numerator: Row, divisor: int) -> Conjunction:
    """The number is the numerator divided by the divisor, rounded down."""
    rest = combined(numerator, 1, ({number: 1}, 0), -divisor)
    return Conjunction(rows=(rest, lowered(opposite(rest), 1 - divisor)))


def _positive(number: int, inner: Row) -> Conjunction:
    """The number that is the inner one if it is at least 0, else 0."""
    same = combined(inner, 1, ({number: 1}, 0), -1)
    inside = Conjunction(equations=(same,), rows=(inner,))
    outside = Conjunction(equations=(({number: 1}, 0),), rows=(lowered(opposite(inner), 1),))
    return Conjunction(choices=((inside, outside),))
