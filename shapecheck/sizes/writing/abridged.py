"""Sizes that are too large to be written, with `…` for the parts that lie too deep.

In: a size.  Out: the size itself, or one in which unknown integers stand for parts, all of which are written `…`.

Sizes share their parts, so one that is quick to build may be endless to read: thirty nested
`(a + a // 3 + m) // 2 + 1` have a text of some gigabytes.  Parts are written down to the greatest depth at which the
text has at most `MOST_WRITTEN` terms and atoms, so that it is the same on every machine.
"""

from __future__ import annotations

from shapecheck.sizes.algebra.atoms import Atom, Symbol
from shapecheck.sizes.algebra.compounds import rebuilt
from shapecheck.sizes.algebra.size import Size, of_atom, symbol
from shapecheck.sizes.algebra.weight import weight

MOST_WRITTEN = 1000
"""Terms and atoms in one text."""


def abridged(size: Size) -> Size:
    """The size with `…` for its deepest parts where it is too large to be written."""
    if weight(size) <= MOST_WRITTEN:
        return size
    depth = 1
    while _Depth(depth + 1).weight(size) <= MOST_WRITTEN:
        depth += 1
    return Cut().size(size, depth)


class _Depth:
    """Counts terms and atoms of sizes up to some depth, each part as often as it would be written."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.known: dict[tuple[Atom, int], int] = {}

    def weight(self, size: Size, around: int = 0) -> int:
        """The weight of a size with this many atoms around it."""
        return sum(1 + sum(self._of(atom, around) for atom in monomial) for monomial in size.terms)

    def _of(self, atom: Atom, around: int) -> int:
        if around == self.depth:
            return 1
        key = (atom, around)
        if key not in self.known:
            self.known[key] = 1 + sum(self.weight(part, around + 1) for part in atom.parts)
        return self.known[key]


class Cut:
    """Puts unknown integers in the place of the parts below some depth, the same one for the same part."""

    def __init__(self) -> None:
        self.marks: dict[Atom, Size] = {}
        self.known: dict[tuple[Atom, int], Size] = {}

    def size(self, size: Size, depth: int) -> Size:
        """The size with its atoms down to this depth."""
        return size.map_atoms(lambda atom: self._of(atom, depth))

    def _of(self, atom: Atom, depth: int) -> Size:
        if isinstance(atom, Symbol):
            return of_atom(atom)
        if depth == 0:
            return self.marks.setdefault(atom, symbol(f".…'{len(self.marks):06}"))
        key = (atom, depth)
        if key not in self.known:
            self.known[key] = rebuilt(atom, tuple(self.size(part, depth - 1) for part in atom.parts))
        return self.known[key]
