"""Sums of sizes over an index, in closed form.

In: a body, an index, first and last value.  Out: a size equal to the sum for all ranges with `high >= low - 1`
(an empty range gives 0), or None where no closed form is known.

Powers by Faulhaber's formula: with B the Bernoulli numbers (B_1 = +1/2),

    1^k + .. + n^k = 1/(k+1) * sum[j in 0..k] binomial(k+1, j) * B_j * n^(k+1-j)

which is a polynomial identity in n, so that the sum from `low` is the difference of two values; the common
denominator divides it exactly.  Geometric sums: b^low + .. + b^high = (b^(high+1) - b^low) / (b - 1).  A quotient
that always divides, as those of earlier sums do, is a polynomial (see `whole`).  Where a sum is not closed as it
stands its index is counted from 0: the terms 2^(i - 1), i = 1.., are floor(2^i / 2) in normal form, but 2^j for
i = j + 1.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb, lcm
from typing import TYPE_CHECKING

from shapecheck.sizes.algebra.atoms import Atom, Power
from shapecheck.sizes.algebra.compounds import power
from shapecheck.sizes.algebra.monomials import Monomial
from shapecheck.sizes.algebra.size import ONE, ZERO, Size, as_size, from_terms, symbol
from shapecheck.sizes.algebra.whole import without_whole_quotients

if TYPE_CHECKING:
    from fractions import Fraction

HIGHEST_DEGREE = 12


def summation(body: Size, name: str, low: Size | int, high: Size | int) -> Size | None:
    """The sum of the body for `name = low..high`, or None if it has no closed form that is known here."""
    low, high = as_size(low), as_size(high)
    try:
        total = _closed(body, name, low, high)
        if total is None and low.terms and name not in low.names:
            total = _closed(body.substitute({name: symbol(name) + low}), name, ZERO, high - low)
    except ValueError:  # an exponent is below 0, or a power would get too large to write out
        return None
    return total


def _closed(body: Size, name: str, low: Size, high: Size) -> Size | None:
    """The sum, if the body is made of powers of the index and of powers of numbers to the index."""
    body, denominator = without_whole_quotients(body, name)
    by_degree: dict[int, Size] = {}
    geometric = ZERO
    for monomial, coefficient in body.terms.items():
        degree, others = _split(monomial, name)
        rest = from_terms({others: coefficient})
        if name not in rest.names:
            by_degree[degree] = by_degree.get(degree, ZERO) + rest
            continue
        term = None if degree else _geometric(others, coefficient, name, low, high)
        if term is None:
            return None
        geometric = geometric + term
    if max(by_degree, default=0) > HIGHEST_DEGREE:
        return None
    multiple, common = _polynomial(by_degree, low, high)
    return (multiple + geometric * common) // (common * denominator)


def _split(monomial: Monomial, name: str) -> tuple[int, Monomial]:
    """The degree in the bare index, and the other factors."""
    others = tuple(atom for atom in monomial if atom.parts or atom.names != {name})
    return len(monomial) - len(others), others


def _polynomial(by_degree: dict[int, Size], low: Size, high: Size) -> tuple[Size, int]:
    """The sum of a polynomial in the index, as a numerator and a denominator."""
    formulas = {degree: _power_sum(degree) for degree in by_degree}
    common = lcm(*(fraction.denominator for formula in formulas.values() for fraction in formula))
    total = ZERO
    for degree, factor in by_degree.items():
        for exponent, fraction in enumerate(formulas[degree]):
            weight = int(fraction * common)
            if weight:
                total = total + factor * weight * (high**exponent - (low - 1) ** exponent)
    return total, common


@lru_cache(maxsize=HIGHEST_DEGREE + 1)
def _power_sum(degree: int) -> tuple[Fraction, ...]:
    """The coefficients of `1^degree + .. + n^degree` as a polynomial in n, constant first."""
    from fractions import Fraction

    coefficients = [Fraction(0)] * (degree + 2)
    for index, bernoulli in enumerate(_bernoulli(degree)):
        coefficients[degree + 1 - index] = Fraction(comb(degree + 1, index), degree + 1) * bernoulli
    return tuple(coefficients)


def _bernoulli(last: int) -> list[Fraction]:
    """The Bernoulli numbers B_0..B_last with B_1 = 1/2 (Akiyama and Tanigawa's table)."""
    from fractions import Fraction

    numbers, row = [], []
    for index in range(last + 1):
        row.append(Fraction(1, index + 1))
        for place in range(index, 0, -1):
            row[place - 1] = place * (row[place - 1] - row[place])
        numbers.append(row[0])
    return numbers


def _geometric(factors: Monomial, coefficient: int, name: str, low: Size, high: Size) -> Size | None:
    """The sum of `coefficient * ratio^name * rest`, where the ratio is a number."""
    ratio = 1
    rest: list[Atom] = []
    for atom in factors:
        if name not in atom.names:
            rest.append(atom)
            continue
        number = _ratio(atom, name)
        if number is None:
            return None
        ratio *= number
    if ratio == 1:
        return None
    ends = power(ratio, high + 1) - power(ratio, low)
    return from_terms({tuple(rest): coefficient}) * (ends // (ratio - 1))


def _ratio(atom: Atom, name: str) -> int | None:
    """The number b of an atom `b ^ name`."""
    if not isinstance(atom, Power) or atom.parts[1].linear_in(name) != (ONE, ZERO):
        return None
    return atom.parts[0].constant
