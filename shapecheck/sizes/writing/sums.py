"""Sums over members of size families, as people write them.

In: a size in normal form, in which the sum counts from 0 and terms at its ends are subtracted.  Out: its index, both
ends and body, `sum[l in 1..L] n[l]*n[l-1]`, and what is left of the size.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.record import record
from shapecheck.sizes.algebra.atoms import Member, Total, symbol_atom
from shapecheck.sizes.algebra.compounds import nested_atoms
from shapecheck.sizes.algebra.size import ONE, ZERO, Size, symbol

LETTERS = ("l", "k", "i", "j", "m", "q", "r")
MOST_TAKEN = 64


@record
class ToldSum:
    """`factor * sum[index in low..high] body + rest`."""

    factor: Size
    index: str
    low: Size
    high: Size
    body: Size
    rest: Size


def told_sum(size: Size, atom: Total) -> ToldSum:
    """The parts of a size in which the sum stands, at most once in a product."""
    body, parts = atom.parts[0], size.linear_in_atom(atom)
    factor, rest = (ONE, ZERO) if parts is None else parts
    low, high, rest = _shortened(factor, rest, atom)
    shift = max(_offsets(body, atom.bound), default=0)
    index = _index(size, body)
    body = body.substitute({atom.bound: symbol(f".{index}") - shift})
    return ToldSum(factor, index, low + shift, high + shift, body, rest)


def _shortened(factor: Size, rest: Size, atom: Total) -> tuple[Size, Size, Size]:
    """Both ends of the range, shorter by the terms at its ends that the rest subtracts, and what is left of that."""
    (body, last), low = atom.parts, ZERO
    high = last
    for _ in range(MOST_TAKEN):
        at_low, at_high = (factor * body.substitute({atom.bound: end}) for end in (low, high))
        if _contains(rest, -at_low):
            low, rest = low + 1, rest + at_low
        elif _contains(rest, -at_high):
            high, rest = high - 1, rest + at_high
        else:
            break
    return low, high, rest


def _contains(size: Size, part: Size) -> bool:
    """Whether all terms of the part are among those of the size."""
    return bool(part.terms) and all(size.terms.get(monomial) == count for monomial, count in part.terms.items())


def _offsets(body: Size, bound: str) -> Iterator[int]:
    """The numbers added to the index in subscripts; none where the index stands for itself, too."""
    for atom in () if symbol_atom(bound) in body.atoms else body.atoms:
        for part in atom.parts if isinstance(atom, Member) else ():
            linear = part.linear_in(bound)
            if linear is not None and linear[0] is ONE and linear[1].constant is not None:
                yield linear[1].constant


def _index(size: Size, body: Size) -> str:
    """A name for the index: the one of the family's declaration, else a letter that is free."""
    members = [one for one in nested_atoms(body) if isinstance(one, Member)]
    wanted = [label for one in members for label in one.family.labels]
    taken = {name.removeprefix(".") for name in size.names | body.names}
    families = {one.family.name for one in members}
    return next((name for name in (*wanted, *LETTERS) if name not in taken | families), "index")
