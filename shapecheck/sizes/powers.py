"""Powers whose exponents are known to be at least 1: `2 * (2^k // 2)` is `2^k`.

`2^(k - 1)` is kept as `2^k // 2`, since k may be 0.  Where it is not, both are one size, and it is written with the
fewest quotients: every such name is counted from its least value, and back.
"""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.sizes.algebra import ZERO, Atom, Floor, Positive, Power, Size, integer, of_atom, symbol
from shapecheck.sizes.atoms import nested_atoms, power, rebuilt
from shapecheck.sizes.context import Context
from shapecheck.sizes.formula import Relation


def with_plain_powers(size: Size, context: Context) -> Size:
    """An equal size in which powers are divided by their base only where that cannot be avoided."""
    steps = {name: low for name in _exponents(size) if (low := _least(name, context)) >= 1}
    if not steps or not any(isinstance(atom, Floor) for atom in nested_atoms(size)):
        return size
    counted = size.substitute({name: symbol(name) + low for name, low in steps.items()})
    return _back(counted, steps)


def _exponents(size: Size) -> set[str]:
    return {name for atom in nested_atoms(size) if isinstance(atom, Power) for name in atom.parts[1].names}


def _least(name: str, context: Context) -> int:
    """The least value of a name, from its declaration or from a fact that bounds it by a number."""
    bounds = (
        fact.right.constant or 0
        for fact in context.facts
        if isinstance(fact, Relation) and fact.operator == ">=" and fact.left is symbol(name)
    )
    return max((context.lower(name) or 0, *bounds))


def _back(size: Size, steps: Mapping[str, int]) -> Size:
    """The size in the names themselves, given in names counted from their least values."""
    own = {name: symbol(name) - low for name, low in steps.items()}
    total = ZERO
    for monomial, coefficient in size.terms.items():
        term = integer(coefficient)
        for atom in sorted(monomial, key=lambda atom: isinstance(atom, Power)):
            term = _lowered(term, atom, steps) if _is_counted(atom, steps) else term * _rebuilt(atom, own, steps)
        total = total + term
    return total


def _rebuilt(atom: Atom, own: Mapping[str, Size], steps: Mapping[str, int]) -> Size:
    if isinstance(atom, Floor | Positive):
        return rebuilt(atom, tuple(_back(part, steps) for part in atom.parts))
    return of_atom(atom).substitute(own)


def _is_counted(atom: Atom, steps: Mapping[str, int]) -> bool:
    """Whether an atom is a number to the power of one of the names."""
    return isinstance(atom, Power) and atom.parts[0].constant is not None and any(
        atom.parts[1] is symbol(name) for name in steps
    )


def _lowered(term: Size, atom: Atom, steps: Mapping[str, int]) -> Size:
    """`term * base^(name - low)`, the base taken out of the term as often as it divides it."""
    base, exponent = atom.parts
    number = base.constant
    assert number is not None
    left = steps[next(iter(exponent.names))]
    while left and all(count % number == 0 for count in term.terms.values()):
        term, left = term // base, left - 1
    return term * (power(base, exponent) // base**left)
