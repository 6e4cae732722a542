"""Values as polynomials: sums of products under conditions, the normal form that equality is decided on.

A value is a sum of *addends*

    coefficient / divisor * sum over all integers `bounds` of [domain] * factor * factor * ..

where `[domain]` is 1 where all relations of the domain hold and 0 elsewhere (Iverson's bracket); the ranges of the
bound variables are relations of the domain like any other.  Coefficients are sizes, so they may mention bound
variables.  Factors are opaque: entries, functions, maxima.

Values are treated as real numbers, and reads outside a tensor, quotients by 0 and the like as some number or other: an
identity that holds whatever these are holds for the values that are defined.  Reassociated float sums, which differ in
the last bit, count as equal, and `0 * x` is 0.  Infinity is a symbol: where it would be cancelled or multiplied,
`GiveUp` is raised.
"""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from itertools import count

from shapecheck.record import record, remembered
from shapecheck.sizes import ONE, ZERO, Relation, Size, integer


class GiveUp(Exception):
    """The normal form would be too large, or needs arithmetic with infinity."""


class TooLarge(GiveUp):
    """The normal form would be too large."""


@record(slots=False)
class Atom:
    """An opaque factor: what it is (`head`: kind and name), and what it depends on."""

    head: tuple[Hashable, ...]
    arguments: tuple[Size | Polynomial, ...] = ()

    @remembered
    def names(self) -> frozenset[str]:
        """The free symbols."""
        return frozenset().union(*(argument_names(argument) for argument in self.arguments))


@record(slots=False)
class Fold:
    """A big operator other than `sum`, over all `bounds` in the `domain`, which is not empty unless it is a product."""

    operator: str
    bounds: tuple[str, ...]
    domain: tuple[Relation, ...]
    body: Polynomial

    @remembered
    def names(self) -> frozenset[str]:
        """The free symbols."""
        inner = polynomial_names(self.body).union(*(relation.names for relation in self.domain))
        return inner - set(self.bounds)

    @property
    def head(self) -> tuple[Hashable, ...]:
        """A key that equal folds have in common; it does not hold the number of bounds."""
        return ("fold", self.operator)


Factor = Atom | Fold
INFINITY = Atom(("infinity",))


@record(slots=False)
class Addend:
    """One product under its sum; see the module."""

    coefficient: Size
    divisor: int = 1
    bounds: tuple[str, ...] = ()
    domain: tuple[Relation, ...] = ()
    factors: tuple[Factor, ...] = ()

    @remembered
    def body_names(self) -> frozenset[str]:
        """The symbols that the product depends on, the domain left out."""
        return self.coefficient.names.union(*(factor.names for factor in self.factors))

    @remembered
    def names(self) -> frozenset[str]:
        """The free symbols."""
        return self.body_names.union(*(relation.names for relation in self.domain)) - set(self.bounds)

    @property
    def is_number(self) -> bool:
        """Whether it is a size times a rational number everywhere."""
        return not (self.bounds or self.domain or self.factors)


Polynomial = tuple[Addend, ...]
NOTHING: Polynomial = ()
UNIT: Polynomial = (Addend(ONE),)

_numbers = count(1)


def fresh_bound() -> str:
    """A name that nothing else has."""
    return f"%{next(_numbers)}"


def argument_names(argument: Size | Polynomial) -> frozenset[str]:
    """The free symbols of an argument of an atom."""
    return argument.names if isinstance(argument, Size) else polynomial_names(argument)


def polynomial_names(polynomial: Polynomial) -> frozenset[str]:
    """The free symbols of a polynomial."""
    return frozenset().union(*(addend.names for addend in polynomial))


def number(value: int | Fraction) -> Polynomial:
    """A rational number."""
    exact = Fraction(value)
    return (Addend(integer(exact.numerator), exact.denominator),) if exact else NOTHING


def of_size(size: Size) -> Polynomial:
    """A size as a value."""
    return NOTHING if size is ZERO else (Addend(size),)


def of_factor(factor: Factor) -> Polynomial:
    """One factor alone."""
    return (Addend(ONE, factors=(factor,)),)


def as_number(polynomial: Polynomial) -> Fraction | None:
    """The value of a polynomial that is a rational number, else None."""
    if not polynomial:
        return Fraction(0)
    first = polynomial[0]
    constant = first.coefficient.constant
    if len(polynomial) > 1 or not first.is_number or constant is None:
        return None
    return Fraction(constant, first.divisor)


def as_size(polynomial: Polynomial) -> Size | None:
    """The size that a polynomial is, if it is one."""
    if not polynomial:
        return ZERO
    first = polynomial[0]
    return first.coefficient if len(polynomial) == 1 and first.is_number and first.divisor == 1 else None
