"""Quotients that always divide: `T * (T + 1) // 2` is the polynomial T^2/2 + T/2.

In: sizes.  Out: the same values as an integer polynomial over one common denominator.

A polynomial of degree d_i in x_i has integer values at all integers if it has at the points 0..d_i of each x_i (its
coefficients in Newton's basis of binomials are differences of those values).  Atoms other than such quotients count
as variables: divisibility for all their values suffices.
"""

from __future__ import annotations

from itertools import product
from math import lcm, prod

from shapecheck.sizes.algebra.atoms import Atom, Floor
from shapecheck.sizes.algebra.size import ZERO, Size, from_terms, of_atom

MOST_POINTS = 2_000


def without_whole_quotients(size: Size, name: str) -> tuple[Size, int]:
    """`(numerator, denominator)` with the value of the size, quotients with that name that always divide taken out."""
    parts = [_term(monomial, coefficient, name) for monomial, coefficient in size.terms.items()]
    common = lcm(*(denominator for _, denominator in parts))
    return sum((numerator * (common // denominator) for numerator, denominator in parts), ZERO), common


def _term(monomial: tuple[Atom, ...], coefficient: int, name: str) -> tuple[Size, int]:
    numerator, denominator = from_terms({(): coefficient}), 1
    for atom in monomial:
        above, below = _as_fraction(atom, name) or (of_atom(atom), 1)
        numerator, denominator = numerator * above, denominator * below
    return numerator, denominator


def _as_fraction(atom: Atom, name: str) -> tuple[Size, int] | None:
    """Numerator and denominator of a quotient by a number that always divides."""
    if not isinstance(atom, Floor) or name not in atom.names:
        return None
    modulus = atom.parts[1].constant
    if modulus is None:
        return None
    numerator, denominator = without_whole_quotients(atom.parts[0], name)
    return (numerator, denominator * modulus) if always_divides(denominator * modulus, numerator) else None


def always_divides(divisor: int, size: Size) -> bool:
    """Whether the divisor divides the polynomial for all integers; False if too many would have to be tried."""
    atoms = size.atoms
    degrees = [max(monomial.count(atom) for monomial in size.terms) for atom in atoms]
    if prod(degree + 1 for degree in degrees) > MOST_POINTS:
        return False
    points = product(*(range(degree + 1) for degree in degrees))
    return all(_value(size, dict(zip(atoms, point, strict=True))) % divisor == 0 for point in points)


def _value(size: Size, values: dict[Atom, int]) -> int:
    return sum(coefficient * prod(values[atom] for atom in monomial) for monomial, coefficient in size.terms.items())
