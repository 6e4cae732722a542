"""Powers whose exponents are known to be at least 1: `2 * (2^k // 2)` is `2^k`.

`2^(k - 1)` is kept as `2^k // 2`, since k may be 0.  Where it is not, both are one size, and it is written with the
fewest quotients: every such name is counted from its least value, and back.
"""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.sizes.algebra.atoms import Atom, Floor, Positive, Power
from shapecheck.sizes.algebra.compounds import nested_atoms, power, rebuilt
from shapecheck.sizes.algebra.size import ZERO, Size, integer, of_atom, symbol
from shapecheck.sizes.questions.bounds import EVERYTHING
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import Relation
from shapecheck.sizes.questions.question import Question

LARGEST_STEP = 8
"""Exponents are lessened by no more; `2^(k - 9)` stays as it is."""


def with_plain_powers(size: Size, context: Context) -> Size:
    """An equal size with as few powers as possible divided by their base."""
    steps = _steps(size, context)
    if not steps or not any(isinstance(atom, Floor) for atom in nested_atoms(size)):
        return size
    counted = size.substitute({name: symbol(name) + low for name, low in steps.items()})
    return _back(counted, steps)


def _steps(size: Size, context: Context) -> dict[str, int]:
    """The least values of the names in exponents, as far as they are above 0; a large one counts as a small one."""
    names = {name for atom in nested_atoms(size) if isinstance(atom, Power) for name in atom.parts[1].names}
    if not names:
        return {}
    bounds = Question.about(context, Relation("==", size, ZERO)).bounds
    lows = {name: bounds.get(name, EVERYTHING)[0] for name in names}
    return {name: min(low, LARGEST_STEP) for name, low in lows.items() if isinstance(low, int) and low >= 1}


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
    return (
        isinstance(atom, Power)
        and atom.parts[0].constant is not None
        and any(atom.parts[1] is symbol(name) for name in steps)
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
