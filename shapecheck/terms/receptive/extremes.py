"""The least and the greatest value of a size whose variables run over ranges; `Unclear` where they are unknown."""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.infer.model import Interval
from shapecheck.sizes import (
    ZERO,
    Context,
    Floor,
    Positive,
    Proved,
    Relation,
    Size,
    Symbol,
    decide,
    exact_divide,
    integer,
    symbol,
)
from shapecheck.sizes.algebra.atoms import Power
from shapecheck.sizes.algebra.size import of_atom

Span = tuple[Size, Size]


Box = tuple[Span, ...]
Boxes = Mapping[str, Box]
"""The first and the last entry that is read of each input, axis by axis."""


class Unclear(Exception):
    """The field is not a box, or its ends are unknown."""


def around(one: Box, other: Box, context: Context) -> Box:
    return tuple(
        (extreme(left[0], right[0], context, least=True), extreme(left[1], right[1], context, least=False))
        for left, right in zip(one, other)
    )


def extreme(one: Size, other: Size, context: Context, *, least: bool) -> Size:
    """The smaller or the larger of two sizes, where it is known which that is."""
    if one is other:
        return one
    if isinstance(decide(context, Relation("<=", one, other)), Proved):
        return one if least else other
    if isinstance(decide(context, Relation("<=", other, one)), Proved):
        return other if least else one
    raise Unclear


def end_of(size: Size, ranges: Mapping[str, Interval], context: Context, *, least: bool, again: bool = False) -> Size:
    """The least or greatest value of a size that rises or falls in each variable, which is reached at an end.

    Inner variables are put in first; with `again` the ends are over other variables, that have the same names.
    """
    if again:
        apart = {name: f"{name}'" for name in ranges if name in size.names}
        moved = size.substitute({name: symbol(other) for name, other in apart.items()})
        return end_of(moved, {other: ranges[name] for name, other in apart.items()}, context, least=least)
    for name in reversed(list(ranges)):
        if name in size.names:
            size = _put(size, name, ranges[name], context, least)
    return size


def _put(size: Size, name: str, interval: Interval, context: Context, least: bool) -> Size:
    """The least or greatest value over one variable; remainders take all values over a long enough range."""
    if interval.low is interval.high:
        return size.substitute({name: interval.low})
    remainder = _remainder(size, name)
    if remainder is None:
        return size.substitute({name: interval.low if _rises(size, name, context) == least else interval.high})
    factor, dividend, divisor, rest = remainder
    ends = (dividend.substitute({name: end}) for end in (interval.high, interval.low))
    last, first = ends if _rises(dividend, name, context) else reversed(tuple(ends))
    if factor < 1 or not isinstance(decide(context, Relation(">=", last - first + 1, divisor)), Proved):
        raise Unclear
    return rest + (ZERO if least else (divisor - 1) * factor)


def _remainder(size: Size, name: str) -> tuple[int, Size, Size, Size] | None:
    """`size` as `factor * (dividend % divisor) + rest`, with the variable in the dividend alone; steps of one there."""
    for atom in size.atoms:
        if not isinstance(atom, Floor) or name not in atom.names:
            continue
        for inner in (symbol(name), *(of_atom(other) for other in size.atoms if isinstance(other, Floor))):
            factor = size.terms.get(next(iter(inner.terms)), 0)
            parts = size.linear_in_atom(atom)
            if factor < 1 or parts is None or name not in inner.names or of_atom(atom) is inner:
                continue
            divisor = exact_divide(-parts[0], integer(factor))
            if divisor is None or divisor.names & {name} or inner // divisor is not of_atom(atom):
                continue
            rest = size - factor * (inner - divisor * of_atom(atom))
            if name not in rest.names:
                return factor, inner, divisor, rest
    return None


def _rises(size: Size, name: str, context: Context) -> bool:
    """Whether a size never falls in a variable (True) or never rises (False)."""
    signs: set[bool] = set()
    for monomial, coefficient in size.terms.items():
        inside = [atom for atom in monomial if name in atom.names]
        if not inside:
            continue
        others = [atom for atom in monomial if atom is not inside[0]]
        if len(inside) > 1 or not all(map(_is_no_less_than_0, others)):
            raise Unclear
        signs.add(_atom_rises(inside[0], name, context) == (coefficient > 0))
    if len(signs) != 1:
        raise Unclear
    return signs.pop()


def _is_no_less_than_0(atom: object) -> bool:
    """Whether an atom is at least 0 whatever its variables are: a size, a power, or a quotient of such."""
    match atom:
        case Symbol():
            return atom.name[0] not in ".?"
        case Power() | Positive():
            return True
        case Floor():
            terms = atom.parts[0].terms.items()
            return all(factor > 0 and all(map(_is_no_less_than_0, inner)) for inner, factor in terms)
        case _:
            return False


def _atom_rises(atom: object, name: str, context: Context) -> bool:
    match atom:
        case Floor():
            numerator, divisor = atom.parts
            if name in divisor.names:
                raise Unclear
            return _rises(numerator, name, context)
        case Positive():
            return _rises(atom.parts[0], name, context)
        case Power():
            base, exponent = atom.parts
            if name in base.names:
                raise Unclear
            return _rises(exponent, name, context)
        case Symbol():
            return True
        case _:
            raise Unclear
