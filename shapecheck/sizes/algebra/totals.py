"""Sums over an index in whose terms members of size families stand, in normal form.

In: a body, its index, and the last value; the first is 0, or given.  Out: a size equal to the sum wherever the range
runs upwards (`high >= low - 1`).  Terms without a member are summed as ever (`summation`), ranges of a known length are
written out.  Of the rest each monomial is a sum of its own, factors without the index in front of it:

    sum[l in 1..L] 2p * n[l]  =  2p * (Total(n[j], L) - n[0])

A sum is extended to the range that its families leave for the index where that takes a known number of terms, which
are subtracted, and its index is then counted from 0.  So sums that differ by the writing of their ranges are the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.sizes.algebra.atoms import Atom, Member, Symbol, Total, total_atom
from shapecheck.sizes.algebra.compounds import nested_atoms
from shapecheck.sizes.algebra.size import ONE, ZERO, Size, as_size, from_terms, of_atom, symbol
from shapecheck.sizes.algebra.summation import summation

LONGEST_WRITTEN_OUT = 64
"""Largest number of terms that are written out."""
BOUND = ".#"
"""The start of the names of bound indices; the number behind it counts the sums inside."""


def total(body: Size, name: str, last: Size) -> Size:
    """The sum of the body for the index in 0..last, of a body that has a sum; an atom where nothing else is known."""
    found = sum_over(body, name, ZERO, last)
    return _atom(body, name, ZERO, last) if found is None else found


def sum_over(body: Size, name: str, low: Size | int, high: Size | int) -> Size | None:
    """The sum of the body for the index in low..high; None if no form of it is known."""
    low, high = as_size(low), as_size(high)
    plain, others = {}, []
    for monomial, coefficient in body.terms.items():
        inside = tuple(atom for atom in monomial if name in atom.names)
        if any(_has_member(atom, name) for atom in inside):
            outside = tuple(atom for atom in monomial if name not in atom.names)
            others.append((from_terms({outside: coefficient}), from_terms({inside: 1})))
        else:
            plain[monomial] = coefficient
    result = summation(from_terms(plain), name, low, high) if plain else ZERO
    if result is None:
        result = _written_out(from_terms(plain), name, low, high)
    if result is None:
        return None
    for factor, term in others:
        result = result + factor * _sum_of(term, name, low, high)
    return result


def _has_member(atom: Atom, name: str) -> bool:
    return any(isinstance(one, Member | Total) and name in one.names for one in nested_atoms(of_atom(atom)))


def _sum_of(term: Size, name: str, low: Size, high: Size) -> Size:
    """The sum of one monomial."""
    written = _written_out(term, name, low, high)
    if written is not None:
        return written
    first, last = _widest(term, name, low, high)
    before = sum((term.substitute({name: first + at}) for at in range(_distance(first, low) or 0)), ZERO)
    behind = sum((term.substitute({name: last - at}) for at in range(_distance(high, last) or 0)), ZERO)
    return _atom(term, name, first, last) - before - behind


def _written_out(body: Size, name: str, low: Size, high: Size) -> Size | None:
    """The sum of the terms where they are few."""
    extent = (high - low + 1).constant
    if extent is None or extent > LONGEST_WRITTEN_OUT:
        return None
    return sum((body.substitute({name: low + number}) for number in range(extent)), ZERO)


def _widest(term: Size, name: str, low: Size, high: Size) -> tuple[Size, Size]:
    """The range to which a sum is extended: that of the families in it, where this is a known number of terms more."""
    first, last = low, high
    if all(isinstance(atom, Member | Symbol) for monomial in term.terms for atom in monomial):
        ends = list(_ends(term, name))
        lows = [size for size, _ in ends if _distance(size, low) is not None]
        highs = [size for _, size in ends if _distance(high, size) is not None]
        if ends and len(lows) == len(highs) == len(ends):
            first = min(lows, key=lambda size: _distance(size, low) or 0)
            last = min(highs, key=lambda size: _distance(high, size) or 0)
    return first, last


def _ends(term: Size, name: str) -> Iterator[tuple[Size, Size]]:
    """The range that each subscript `name + c` leaves for the index."""
    for atom in term.atoms:
        for size, (low, high) in zip(atom.parts, atom.family.ranges) if isinstance(atom, Member) else ():
            linear = size.linear_in(name)
            if linear is not None and linear[0] is ONE:
                yield low - linear[1], high - linear[1]


def _distance(low: Size, high: Size) -> int | None:
    """`high - low` where it is a small number of at least 0."""
    distance = (high - low).constant
    return distance if distance is not None and 0 <= distance <= LONGEST_WRITTEN_OUT else None


def _atom(term: Size, name: str, low: Size, high: Size) -> Size:
    """The sum as it stands, counted from 0."""
    inner = [atom for atom in nested_atoms(term) if isinstance(atom, Total)]
    bound = f"{BOUND}{max((int(atom.bound.removeprefix(BOUND)) for atom in inner), default=-1) + 1}"
    body = term.substitute({name: symbol(bound) + low})
    if len(body.terms) == 1:
        return of_atom(total_atom(body, high - low, bound))
    found = sum_over(body, bound, ZERO, high - low)
    return of_atom(total_atom(body, high - low, bound)) if found is None else found
