"""The length of a size when it is written out: parts that occur twice count twice.

Sizes share their parts, so one that is quick to build may be endless to read: each `max(a, b)` mentions b twice.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from shapecheck.sizes.algebra.atoms import Atom
from shapecheck.sizes.algebra.compounds import nested_atoms
from shapecheck.sizes.algebra.size import Size

_known: WeakKeyDictionary[Atom, int] = WeakKeyDictionary()


def weight(size: Size) -> int:
    """The number of terms and of atoms in them, to the bottom."""
    return sum(1 + sum(map(_of_atom, monomial)) for monomial in size.terms)


def largest_number(size: Size) -> int:
    """The largest coefficient in a size, to the bottom."""
    within = (part for atom in nested_atoms(size) for part in atom.parts)
    return max((abs(count) for part in (size, *within) for count in part.terms.values()), default=0)


def _of_atom(atom: Atom) -> int:
    found = _known.get(atom)
    if found is None:
        found = _known[atom] = 1 + sum(map(weight, atom.parts))
    return found
