"""Products of atoms, and sums of them: the terms of a polynomial.

In and out: a monomial is a sorted tuple of atoms, and terms are the coefficients by monomial, none of them 0.
"""

from __future__ import annotations

from shapecheck.sizes.algebra.atoms import Atom, atom_key
from shapecheck.sizes.work import spend

MOST_FACTORS = 500
MOST_PRODUCTS = 500_000

Monomial = tuple[Atom, ...]
Terms = dict[Monomial, int]


class TooLargeToWrite(ValueError):
    """A product or power has too many terms, factors or digits to be written out as a polynomial."""


def add_terms(terms: Terms, others: Terms, factor: int) -> None:
    """Add a multiple (not by 0) of other terms to terms, which are changed."""
    for monomial, coefficient in others.items():
        total = terms.get(monomial, 0) + factor * coefficient
        if total:
            terms[monomial] = total
        else:
            del terms[monomial]


def multiplied(left: Terms, right: Terms) -> Terms:
    """The terms of a product."""
    spend(len(left) * len(right))
    if len(left) * len(right) > MOST_PRODUCTS:
        raise TooLargeToWrite("a product of sizes has too many terms")
    few, many = sorted((left, right), key=len)
    terms: Terms = {}
    for other, value in few.items():
        add_terms(terms, {times(monomial, other): count for monomial, count in many.items()}, value)
    return terms


def times(left: Monomial, right: Monomial) -> Monomial:
    """The product of two monomials."""
    if not left:
        return right
    if not right:
        return left
    if len(left) + len(right) > MOST_FACTORS:
        raise TooLargeToWrite("a product of sizes has too many factors")
    return tuple(sorted(left + right, key=atom_key))


def without(monomial: Monomial, divisor: Monomial) -> Monomial | None:
    """The quotient of two monomials, or None if there is none."""
    rest = list(monomial)
    for atom in divisor:
        if atom not in rest:
            return None
        rest.remove(atom)
    return tuple(rest)


def monomial_order(monomial: Monomial) -> tuple[int, list[str]]:
    """A key of an order of monomials that multiplication respects: by degree, then by atoms."""
    return len(monomial), [atom.key for atom in monomial]
