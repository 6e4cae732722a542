"""Quadratic sizes that are nowhere negative, shown by completing squares: `(2W - b)^2 + 3b >= 0`.

In: a size of degree at most 2 in its atoms, and the least values of names.  Out: whether it is certainly at least 0.
Exact, with fractions.  A size is an integer, so that more than -1 is enough.  A product that counts for the size, of
names that are not negative, may be left out: of the rest a sum of squares is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from shapecheck.sizes.algebra.atoms import Atom
from shapecheck.sizes.algebra.monomials import Monomial
from shapecheck.sizes.algebra.size import Size
from shapecheck.sizes.proofs.signs import Counting
from shapecheck.sizes.questions.bounds import Interval

MOST_VARIABLES = 8
SLACK = Fraction(63, 64)

Matrix = list[list[Fraction]]


def nonnegative_by_squares(size: Size, bounds: Mapping[str, Interval]) -> bool:
    """Whether the size, at most quadratic, is a sum of squares and of what is not negative."""
    if not _is_quadratic(size):
        return False
    counting = Counting(size.names, bounds)
    moved = size.substitute(counting.steps) if counting.steps else size
    if not _is_quadratic(moved):
        return False
    return _is_sum_of_squares(moved.terms) or _is_sum_of_squares(
        {monomial: count for monomial, count in moved.terms.items() if not _helps(monomial, count, counting)}
    )


def _helps(monomial: Monomial, count: int, counting: Counting) -> bool:
    """Whether a term is a product that is never negative, and no square."""
    is_square = len(set(monomial)) < len(monomial)
    return bool(monomial) and count > 0 and not is_square and counting.no_factor_negative(monomial)


def _is_quadratic(size: Size) -> bool:
    degrees = set(map(len, size.terms))
    atoms = {atom for monomial in size.terms for atom in monomial}
    return max(degrees, default=0) == 2 and len(atoms) <= MOST_VARIABLES


def _is_sum_of_squares(terms: Mapping[Monomial, int]) -> bool:
    """Whether the quadratic form, with one more variable for what is linear, is positive semidefinite."""
    atoms: list[Atom] = list(dict.fromkeys(atom for monomial in terms for atom in monomial))
    place = {atom: number for number, atom in enumerate(atoms)}
    last = len(atoms)
    matrix = [[Fraction(0)] * (last + 1) for _ in range(last + 1)]
    for monomial, count in terms.items():
        row, column = [*(place[atom] for atom in monomial), last, last][:2]
        matrix[row][column] += Fraction(count, 2)
        matrix[column][row] += Fraction(count, 2)
    matrix[last][last] += SLACK
    return _is_semidefinite(matrix)


def _is_semidefinite(matrix: Matrix) -> bool:
    """Whether no vector gives a negative value: symmetric elimination."""
    rows = [row[:] for row in matrix]
    for step, row in enumerate(rows):
        pivot = row[step]
        if pivot < 0 or (pivot == 0 and any(row[step + 1 :])):
            return False
        for below in rows[step + 1 :] if pivot else ():
            factor = below[step] / pivot
            below[step:] = [one - factor * other for one, other in zip(below[step:], row[step:], strict=True)]
    return True
