"""Functions of values as polynomials: constants are folded exactly, all else becomes opaque factors.

In and out: polynomials, and `Fraction`s where a value is a number.  A function whose value at a number is not a
rational number stays a factor.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt

from shapecheck.sizes import ONE, ZERO, Relation, Size
from shapecheck.terms.equality.polynomial import (
    INFINITY,
    NOTHING,
    UNIT,
    Addend,
    Atom,
    Factor,
    GiveUp,
    Polynomial,
    TooLarge,
    as_number,
    as_size,
    number,
    of_factor,
    of_size,
)
from shapecheck.terms.equality.prover import normal
from shapecheck.terms.equality.ring import EXPONENTIAL, exponentials, multiply, reduced, scale, subtract

COMPARISONS = ("==", "!=", "<=", ">=", "<", ">")
LARGEST_EXPONENT = 8
"""Powers up to this are written out as products."""

_AT_ZERO = {"tanh": 0, "sin": 0, "cos": 1, "erf": 0}


def times(left: Polynomial, right: Polynomial) -> Polynomial:
    """The product, written out; where that is too large, the product of the two as opaque factors."""
    try:
        return multiply(left, right)
    except TooLarge:
        return multiply(_group(left), _group(right))


def _group(polynomial: Polynomial) -> Polynomial:
    return polynomial if len(polynomial) == 1 else of_factor(Atom(("group",), (polynomial,)))


def product_of(polynomials: Sequence[Polynomial]) -> Polynomial:
    """The product of all."""
    result = UNIT
    for polynomial in polynomials:
        result = times(result, polynomial)
    return result


def complement(polynomial: Polynomial) -> Polynomial:
    """One less the value."""
    return subtract(UNIT, polynomial)


def either(truths: Sequence[Polynomial]) -> Polynomial:
    """Whether one of these truth values, 0 or 1, is 1."""
    return complement(product_of([complement(truth) for truth in truths]))


def quotient(left: Polynomial, right: Polynomial) -> Polynomial:
    """One value over another."""
    value = as_number(right)
    if value is not None:
        if not value:
            raise GiveUp("a quotient by 0")
        return scale(left, 1 / value)
    return times(left, inverse(right))


def inverse(polynomial: Polynomial) -> Polynomial:
    """One over the value; of a single product, the number and what its sum does not bind are inverted by themselves."""
    first = polynomial[0]
    constant = first.coefficient.constant
    if len(polynomial) > 1 or constant is None:
        return of_factor(Atom(("call", "inverse"), (polynomial,)))
    outside = [factor for factor in first.factors if factor.names.isdisjoint(first.bounds)]
    inside = tuple(factor for factor in first.factors if factor not in outside)
    rest = Addend(ONE, bounds=first.bounds, domain=first.domain, factors=inside)
    left = () if rest == Addend(ONE) else (Atom(("call", "inverse"), ((rest,),)),)
    factors = (*left, *(inverted for factor in outside for inverted in _inverse_factors(factor)))
    return scale((Addend(ONE, factors=reduced(factors)),), Fraction(first.divisor, constant))


def _inverse_factors(factor: Factor) -> tuple[Factor, ...]:
    """One over a factor; one over exp(x) is exp(-x)."""
    if isinstance(factor, Atom) and factor.head == EXPONENTIAL:
        (exponent,) = factor.arguments
        if not isinstance(exponent, Size):
            return exponentials(scale(exponent, Fraction(-1)))
    return (Atom(("call", "inverse"), (of_factor(factor),)),)


def power(base: Polynomial, exponent: Polynomial) -> Polynomial:
    """One value to the power of another; small whole exponents are written out."""
    value = as_number(exponent)
    if value is not None and value.denominator == 1 and 0 <= value <= LARGEST_EXPONENT:
        return product_of([base] * int(value))
    return of_factor(Atom(("call", "^"), (base, exponent)))


def relation_value(relation: Relation) -> Polynomial:
    """1 where the relation of sizes holds, else 0."""
    tidy = normal(relation)
    if tidy.operator == "!=":
        return complement(relation_value(Relation("==", tidy.left, ZERO)))
    if tidy.difference.constant is not None:
        return UNIT if tidy.holds({}) else NOTHING
    return (Addend(ONE, domain=(tidy,)),)


def comparison(operator: str, left: Polynomial, right: Polynomial) -> Polynomial:
    """1 where the comparison of values holds, else 0: by way of `difference <= 0` and `difference == 0`."""
    if operator == "!=":
        return complement(comparison("==", left, right))
    if operator in (">=", ">"):
        return comparison("<=" if operator == ">=" else "<", right, left)
    if operator == "<":
        return complement(comparison("<=", right, left))
    difference = subtract(left, right)
    size = as_size(difference)
    if size is not None:
        return relation_value(Relation("==" if operator == "==" else "<=", size, ZERO))
    value = as_number(difference)
    if value is not None:
        return UNIT if (value == 0 if operator == "==" else value <= 0) else NOTHING
    return of_factor(Atom(("truth", operator), (difference,)))


def truth(polynomial: Polynomial) -> Polynomial:
    """1 where a value that may be no truth value is not 0, else 0."""
    value = as_number(polynomial)
    if value is not None:
        return UNIT if value else NOTHING
    return of_factor(Atom(("truth", "nonzero"), (polynomial,)))


def extremum(operator: str, arguments: Sequence[Polynomial]) -> Polynomial:
    """The `max` or `min` of some values: nested ones opened, equal ones and numbers joined."""
    best = max if operator == "max" else min
    numbers: list[Fraction] = []
    others: list[Polynomial] = []
    worst = scale(of_factor(INFINITY), Fraction(-1 if operator == "max" else 1))
    for argument in arguments:
        for part in _opened(operator, argument):
            value = as_number(part)
            if value is not None:
                numbers.append(value)
            elif part != worst and part not in others:
                others.append(part)
    parts = [*others, *([number(best(numbers))] if numbers else [])]
    if not parts:
        return worst
    return parts[0] if len(parts) == 1 else of_factor(Atom(("call", operator), tuple(parts)))


def _opened(operator: str, argument: Polynomial) -> Sequence[Polynomial]:
    """The arguments of a value that is itself such an extremum, else the value alone."""
    factors = argument[0].factors if len(argument) == 1 else ()
    if len(factors) == 1 and argument == of_factor(factors[0]):
        (factor,) = factors
        if isinstance(factor, Atom) and factor.head == ("call", operator):
            return [part for part in factor.arguments if not isinstance(part, Size)]
    return (argument,)


def function_value(name: str, arguments: Sequence[Polynomial]) -> Polynomial:
    """Any other function of values."""
    values = [as_number(argument) for argument in arguments]
    if name == "exp":
        return (Addend(ONE, factors=exponentials(arguments[0])),)
    if len(arguments) == 1 and values[0] is not None:
        known = _at_number(name, values[0])
        if known is not None:
            return number(known)
    if name in ("//", "%"):
        whole = _whole_quotient(name, arguments)
        if whole is not None:
            return whole
    return of_factor(Atom(("call", name), tuple(arguments)))


def _at_number(name: str, value: Fraction) -> Fraction | None:
    if name == "abs":
        return abs(value)
    if name == "sqrt" and value >= 0:
        root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
        return root if root * root == value else None
    if name == "log" and value == 1:
        return Fraction(0)
    return Fraction(_AT_ZERO[name]) if value == 0 and name in _AT_ZERO else None


def _whole_quotient(name: str, arguments: Sequence[Polynomial]) -> Polynomial | None:
    """`//` and `%` of sizes, where the divisor is a number of at least 1."""
    left, right = (as_size(argument) for argument in arguments)
    if left is None or right is None or right.constant is None or right.constant < 1:
        return None
    return of_size(left // right if name == "//" else left % right)
