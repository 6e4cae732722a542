"""Quotients of sizes in normal form.

In: a numerator and a divisor that is at least 1 (a constant is checked, a symbolic one is the caller's duty).
Out: an integer polynomial plus at most one `Floor` atom.

The rules, each an identity of integers for divisors of at least 1:

    floor((a*d + b) / d)          = a + floor(b / d)              remainders get coefficients in [0, leading(d))
    floor(g*a / (g*d))            = floor(a / d)                  g an integer or a monomial
    floor((g*a + c) / (g*m))      = floor((a + floor(c/g)) / m)   g, c, m integers
    floor((floor(a/b) + y) / m)   = floor((a + b*y) / (b*m))
    floor(-1 / d)                 = -1
"""

from __future__ import annotations

from math import gcd

from shapecheck.sizes.algebra.atoms import Atom, Floor
from shapecheck.sizes.algebra.monomials import Monomial, Terms, monomial_order, without
from shapecheck.sizes.algebra.numerals import numeral
from shapecheck.sizes.algebra.size import (
    ONE,
    ZERO,
    Inadmissible,
    Size,
    as_size,
    compound,
    from_terms,
    integer,
    leading,
    of_atom,
)

REDUCTION_STEPS = 64
MERGED_DIVISOR_DEGREE = 16
MERGED_DIVISOR_TERMS = 16
MERGED_DIVISOR_NUMBER = 2**1024


def ceil_divide(numerator: Size | int, divisor: Size | int) -> Size:
    """The quotient rounded up: `floor((numerator - 1) / divisor) + 1`."""
    return (as_size(numerator) - 1) // divisor + 1


def floor_divide(numerator: Size, divisor: Size) -> Size:
    """The quotient rounded down."""
    modulus = divisor.constant
    if modulus is None:
        return _by_symbolic(numerator, divisor)
    if modulus < 1:
        raise Inadmissible(f"a size is divided by {numeral(modulus)}, but divisors are at least 1")
    return _by_constant(numerator, modulus)


def _by_constant(numerator: Size, modulus: int) -> Size:
    whole: Terms = {}
    rest: Terms = {}
    common = modulus
    for monomial, coefficient in numerator.terms.items():
        quotient, remainder = divmod(coefficient, modulus)
        if quotient:
            whole[monomial] = quotient
        if remainder:
            rest[monomial] = remainder
            common = gcd(common, remainder) if monomial else common
    offset = rest.pop((), 0)
    if not rest:
        return from_terms(whole)
    rest = {monomial: coefficient // common for monomial, coefficient in rest.items()}
    if offset // common:
        rest[()] = offset // common
    return from_terms(whole) + _merged(from_terms(rest), integer(modulus // common))


def _by_symbolic(numerator: Size, divisor: Size) -> Size:
    whole, rest = _reduced(numerator, divisor)
    rest, divisor = cancelled(rest, divisor)
    if not rest.terms:
        return whole
    if divisor.constant is not None:
        return whole + floor_divide(rest, divisor)
    if rest.constant == -1:
        return whole - 1
    return whole + _merged(rest, divisor)


def _reduced(numerator: Size, divisor: Size) -> tuple[Size, Size]:
    """`(whole, rest)` with `numerator == whole * divisor + rest`."""
    lead = leading(divisor)
    factor = divisor.terms[lead]
    whole = ZERO
    for _ in range(REDUCTION_STEPS):
        step = _reduction_step(numerator, lead, factor)
        if step is None:
            break
        whole, numerator = whole + step, numerator - step * divisor
    return whole, numerator


def _reduction_step(numerator: Size, lead: Monomial, factor: int) -> Size | None:
    for monomial in sorted(numerator.terms, key=monomial_order, reverse=True):
        cofactor = without(monomial, lead)
        if cofactor is not None and (multiple := numerator.terms[monomial] // factor):
            return from_terms({cofactor: multiple})
    return None


def cancelled(numerator: Size, divisor: Size) -> tuple[Size, Size]:
    """Both without the integer and the monomial that they have in common."""
    if not numerator.terms:
        return numerator, divisor
    number = gcd(content(numerator), content(divisor))
    monomial = common_monomial([*numerator.terms, *divisor.terms])
    if number == 1 and not monomial:
        return numerator, divisor
    return _shortened(numerator, number, monomial), _shortened(divisor, number, monomial)


def _shortened(size: Size, number: int, factor: Monomial) -> Size:
    return from_terms({without(monomial, factor) or (): value // number for monomial, value in size.terms.items()})


def content(size: Size) -> int:
    """The greatest common divisor of the coefficients; 0 for the size 0."""
    return gcd(*size.terms.values())


def common_monomial(monomials: list[Monomial]) -> Monomial:
    """The greatest monomial that divides all of the given ones, which are at least one."""
    common = list(monomials[0])
    for monomial in monomials[1:]:
        rest = list(monomial)
        kept = []
        for atom in common:
            if atom in rest:
                rest.remove(atom)
                kept.append(atom)
        common = kept
    return tuple(common)


def _merged(numerator: Size, divisor: Size) -> Size:
    """The floor of a reduced quotient, a floor with coefficient 1 in the numerator merged into it."""
    if divisor is ONE:
        return numerator
    inner = _unit_floor(numerator)
    if inner is not None:
        product = inner.parts[1] * divisor
        if _is_moderate(product):
            rest = numerator - of_atom(inner)
            return floor_divide(inner.parts[0] + inner.parts[1] * rest, product)
    return compound(Floor, numerator, divisor)


def _unit_floor(size: Size) -> Atom | None:
    """The first floor that stands in the polynomial with coefficient 1."""
    floors = [
        monomial[0]
        for monomial, coefficient in size.terms.items()
        if coefficient == 1 and len(monomial) == 1 and isinstance(monomial[0], Floor)
    ]
    return min(floors, key=lambda atom: atom.key, default=None)


def _is_moderate(divisor: Size) -> bool:
    """Merging stops where divisors get so large that the numbers cost more than the nesting does."""
    return len(divisor.terms) <= MERGED_DIVISOR_TERMS and all(
        len(monomial) <= MERGED_DIVISOR_DEGREE and coefficient <= MERGED_DIVISOR_NUMBER
        for monomial, coefficient in divisor.terms.items()
    )


def exact_divide(numerator: Size | int, divisor: Size | int) -> Size | None:
    """The polynomial quotient where the division leaves no remainder over the integers, else None."""
    numerator, divisor = as_size(numerator), as_size(divisor)
    if not divisor.terms:
        return None
    lead = leading(divisor)
    factor = divisor.terms[lead]
    quotient = ZERO
    for _ in range(REDUCTION_STEPS):
        if not numerator.terms:
            return quotient
        first = leading(numerator)
        cofactor = without(first, lead)
        if cofactor is None or numerator.terms[first] % factor:
            return None
        step = from_terms({cofactor: numerator.terms[first] // factor})
        quotient, numerator = quotient + step, numerator - step * divisor
    return None
