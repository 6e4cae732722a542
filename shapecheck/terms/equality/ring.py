"""Adding, multiplying and substituting in polynomials (`polynomial`).

In and out: polynomials.  `GiveUp` where a result has too many addends, or where infinity would be cancelled or
multiplied.  Bound variables are renamed wherever they would clash.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import gcd, lcm

from shapecheck.sizes import ZERO, Size, symbol
from shapecheck.terms.equality.polynomial import (
    INFINITY,
    NOTHING,
    Addend,
    Atom,
    Factor,
    Fold,
    GiveUp,
    Polynomial,
    TooLarge,
    fresh_bound,
)

LARGEST_POLYNOMIAL = 150
"""The most addends in one polynomial; with more the attempt is given up."""


def add(polynomials: Iterable[Polynomial]) -> Polynomial:
    """The sum; addends that differ only in the number in front are joined."""
    totals: dict[Hashable, Addend] = {}
    for polynomial in polynomials:
        for addend in polynomial:
            key = (addend.bounds, frozenset(addend.domain), factor_key(addend.factors))
            found = totals.get(key)
            totals[key] = addend if found is None else _joined(found, addend)
            if found is not None and INFINITY in addend.factors:
                raise GiveUp("infinity less infinity")
    result = tuple(addend for addend in totals.values() if addend.coefficient is not ZERO)
    if len(result) > LARGEST_POLYNOMIAL:
        raise TooLarge("too many addends")
    return result


def factor_key(factors: Sequence[Factor]) -> Hashable:
    """A key that two products have in common if they differ in order alone."""
    counts: dict[Factor, int] = {}
    for factor in factors:
        counts[factor] = counts.get(factor, 0) + 1
    return frozenset(counts.items())


def _joined(left: Addend, right: Addend) -> Addend:
    coefficient, divisor = add_quotients((left.coefficient, left.divisor), (right.coefficient, right.divisor))
    return replace(left, coefficient=coefficient, divisor=divisor)


def add_quotients(left: tuple[Size, int], right: tuple[Size, int]) -> tuple[Size, int]:
    """The sum of two sizes over integers, in lowest terms."""
    divisor = lcm(left[1], right[1])
    return lowest(left[0] * (divisor // left[1]) + right[0] * (divisor // right[1]), divisor)


def lowest(coefficient: Size, divisor: int) -> tuple[Size, int]:
    """A quotient with its common factor cancelled."""
    if divisor == 1:
        return coefficient, 1
    common = gcd(divisor, *coefficient.terms.values())
    return (coefficient, divisor) if common == 1 else (coefficient // common, divisor // common)


def scale(polynomial: Polynomial, factor: Fraction) -> Polynomial:
    """The polynomial times a number."""
    if not factor:
        return NOTHING
    scaled = []
    for addend in polynomial:
        coefficient, divisor = lowest(addend.coefficient * factor.numerator, addend.divisor * factor.denominator)
        scaled.append(replace(addend, coefficient=coefficient, divisor=divisor))
    return tuple(scaled)


def subtract(left: Polynomial, right: Polynomial) -> Polynomial:
    """The difference; infinities on both sides cancel, since the two are compared, not computed."""
    kept = list(left)
    rest = []
    for addend in right:
        if INFINITY in addend.factors and addend in kept:
            kept.remove(addend)
        else:
            rest.append(addend)
    return add((tuple(kept), scale(tuple(rest), Fraction(-1))))


def multiply(left: Polynomial, right: Polynomial) -> Polynomial:
    """The product, written out."""
    if len(left) * len(right) > LARGEST_POLYNOMIAL:
        raise TooLarge("too many addends")
    return add((_product(one, other),) for one in left for other in right)


def _product(left: Addend, right: Addend) -> Addend:
    for one, other in ((left, right), (right, left)):
        if INFINITY in one.factors and (other.factors or other.bounds or other.coefficient.constant is None):
            raise GiveUp("a product with infinity")
    clash = set(left.bounds) & (set(right.bounds) | right.names) or set(right.bounds) & left.names
    if clash:
        right, left = renamed(right), renamed(left)
    coefficient, divisor = lowest(left.coefficient * right.coefficient, left.divisor * right.divisor)
    return Addend(
        coefficient,
        divisor,
        left.bounds + right.bounds,
        tuple(dict.fromkeys(left.domain + right.domain)),
        reduced(left.factors + right.factors),
    )


def reduced(factors: tuple[Factor, ...]) -> tuple[Factor, ...]:
    """The same product: a truth value, 0 or 1, is its own square, and exp(x) exp(y) = exp(x + y)."""
    kept: list[Factor] = []
    exponents: list[Polynomial] = []
    for factor in factors:
        if isinstance(factor, Atom) and factor.head == EXPONENTIAL and _exponent(factor) is not None:
            exponents.append(_exponent(factor) or NOTHING)
        elif factor.head[0] != "truth" or factor not in kept:
            kept.append(factor)
    if len(exponents) < 2:
        return factors if len(kept) + len(exponents) == len(factors) else (*kept, *exponentials(add(exponents)))
    return (*kept, *exponentials(add(exponents)))


EXPONENTIAL = ("call", "exp")


def exponentials(exponent: Polynomial) -> tuple[Factor, ...]:
    """exp of a sum as the product of exp of its addends; whole where the sum has an infinity in it."""
    if any(INFINITY in addend.factors for addend in exponent):
        return (Atom(EXPONENTIAL, (exponent,)),)
    return tuple(Atom(EXPONENTIAL, ((addend,),)) for addend in exponent)


def _exponent(factor: Atom) -> Polynomial | None:
    """The argument of an exponential, if it is finite."""
    (exponent,) = factor.arguments
    if isinstance(exponent, Size) or any(INFINITY in addend.factors for addend in exponent):
        return None
    return exponent


def renamed(addend: Addend) -> Addend:
    """The same with fresh bound variables."""
    names = [fresh_bound() for _ in addend.bounds]
    return open_addend(addend, dict(zip(addend.bounds, map(symbol, names))), tuple(names))


# ---- substitution ------------------------------------------------------------------------------------


def substitute(polynomial: Polynomial, mapping: Mapping[str, Size]) -> Polynomial:
    """Sizes put for free symbols, all at the same time and without capture."""
    return add((substitute_addend(addend, mapping),) for addend in polynomial) if mapping else polynomial


def substitute_addend(addend: Addend, mapping: Mapping[str, Size]) -> Addend:
    """An addend with sizes put for symbols (`substitute`)."""
    free = {name: size for name, size in mapping.items() if name in addend.names}
    if not free:
        return addend
    if any(not size.names.isdisjoint(addend.bounds) for size in free.values()):
        addend = renamed(addend)
    return open_addend(addend, free, addend.bounds)


def open_addend(addend: Addend, mapping: Mapping[str, Size], bounds: tuple[str, ...]) -> Addend:
    """The addend with its sum taken off, sizes put for symbols, and a sum over `bounds` put on again."""
    return Addend(
        addend.coefficient.substitute(mapping),
        addend.divisor,
        bounds,
        tuple(dict.fromkeys(relation.substitute(mapping) for relation in addend.domain)),
        reduced(tuple(substitute_factor(factor, mapping) for factor in addend.factors)),
    )


def substitute_factor(factor: Factor, mapping: Mapping[str, Size]) -> Factor:
    """A factor with sizes put for symbols (`substitute`)."""
    if factor.names.isdisjoint(mapping):
        return factor
    if isinstance(factor, Atom):
        return Atom(factor.head, tuple(_substitute_argument(argument, mapping) for argument in factor.arguments))
    free = {name: size for name, size in mapping.items() if name in factor.names}
    if any(not size.names.isdisjoint(factor.bounds) for size in free.values()):
        factor = renamed_fold(factor)
    return open_fold(factor, free, factor.bounds)


def renamed_fold(fold: Fold) -> Fold:
    """The same with fresh bound variables."""
    names = [fresh_bound() for _ in fold.bounds]
    return open_fold(fold, dict(zip(fold.bounds, map(symbol, names))), tuple(names))


def open_fold(fold: Fold, mapping: Mapping[str, Size], bounds: tuple[str, ...]) -> Fold:
    """The fold with other bounds, after sizes are put for symbols inside."""
    domain = tuple(dict.fromkeys(relation.substitute(mapping) for relation in fold.domain))
    return Fold(fold.operator, bounds, domain, substitute(fold.body, mapping))


def _substitute_argument(argument: Size | Polynomial, mapping: Mapping[str, Size]) -> Size | Polynomial:
    return argument.substitute(mapping) if isinstance(argument, Size) else substitute(argument, mapping)


def map_addends(polynomial: Polynomial, image: Callable[[Addend], Polynomial]) -> Polynomial:
    """The sum of the images of all addends."""
    return add(image(addend) for addend in polynomial)
