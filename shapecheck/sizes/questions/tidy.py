"""Comparisons as people write them: `H >= M + 3`, not `H - M - 3 >= 0`.

In: a comparison.  Out: an equivalent one, without the common integer factor, its terms moved so that no side
starts with a minus where that can be had; a quotient or remainder stays with the terms it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd

from shapecheck.sizes.algebra.atoms import Floor, Power, Symbol
from shapecheck.sizes.algebra.size import Size, from_terms, integer, of_atom
from shapecheck.sizes.questions.formula import Every, Formula, Not, Operator, Relation
from shapecheck.sizes.questions.question import constraint
from shapecheck.sizes.writing.show import show

MIRRORED: Mapping[Operator, Operator] = {"==": "==", "!=": "!=", "<=": ">=", ">=": "<=", "<": ">", ">": "<"}


def tidied(formula: Formula) -> Formula:
    """The formula with each comparison put the way people write it."""
    if isinstance(formula, Relation):
        return tidied_relation(formula)
    if isinstance(formula, Not):
        return tidied(formula.part.negated())
    if isinstance(formula, Every):
        return Every(formula.ranges, tidied(formula.part), formula.some)
    return type(formula)(tuple(tidied(part) for part in formula.parts))


def plain_condition(relation: Relation) -> Relation:
    """The equivalent comparison with the shortest text: `H % 4 == 0` for `H == 4(H // 4)`, else as it is."""
    tidy = tidied_relation(relation)
    return tidy if len(str(tidy)) <= len(str(relation)) else relation


def tidied_relation(relation: Relation) -> Relation:
    """The comparison with the larger part of its terms on the left."""
    kind, size = constraint(relation)
    size = _without_common_factor(kind, size)
    if all(isinstance(atom, Symbol | Power) for atom in size.atoms):
        left, right = _by_sign(size)
    else:
        left, right = _as_remainder(size) or (size - size.terms.get((), 0), integer(-size.terms.get((), 0)))
    if left.constant is not None:
        return Relation(MIRRORED[kind], right, left)
    operator: Operator = kind
    if show(left).startswith("-"):
        operator, left, right = MIRRORED[kind], -left, -right
    if operator in ("==", "!="):
        left, right = _of_the_name(left, right)
    return Relation(operator, left, right)


def _of_the_name(left: Size, right: Size) -> tuple[Size, Size]:
    """`H % 16` and 12 for `(H + 4) % 16` and 0: the remainder of a name instead of a sum."""
    quotients = [atom for atom in left.atoms if isinstance(atom, Floor)]
    remainder = right.constant
    if len(quotients) != 1 or remainder is None:
        return left, right
    numerator, divisor = quotients[0].parts
    modulus = divisor.constant
    if modulus is None or not 0 <= remainder < modulus:
        return left, right
    constant = numerator.terms.get((), 0)
    name = numerator - constant
    if not constant or len(name.terms) != 1 or left is not numerator % modulus:
        return left, right
    return name % modulus, integer((remainder - constant) % modulus)


def _as_remainder(size: Size) -> tuple[Size, Size] | None:
    """Two sides whose difference this is, the left one a remainder or its negative, the right one constant."""
    for atom in size.atoms:
        if isinstance(atom, Floor):
            numerator, divisor = atom.parts
            remainder = numerator - divisor * of_atom(atom)
            for left in (remainder, -remainder):
                if (left - size).constant is not None:
                    return left, left - size
    return None


def _by_sign(size: Size) -> tuple[Size, Size]:
    """Positive terms on the left, negative ones on the right; a constant on the right if a name is on the left."""
    positive = {monomial: value for monomial, value in size.terms.items() if value > 0}
    if any(positive):
        positive.pop((), None)
    left = from_terms(positive)
    return left, left - size


def _without_common_factor(kind: str, size: Size) -> Size:
    """`g*e + c >= 0` as `e + floor(c / g) >= 0`; equations only if g divides c."""
    constant = size.terms.get((), 0)
    common = gcd(*(value for monomial, value in size.terms.items() if monomial))
    if common <= 1 or (kind != ">=" and constant % common):
        return size
    return (size - constant) // common + constant // common
