"""The ring of sizes: integer polynomials over atoms, canonical and interned on construction.

In: names, integers and other sizes.  Out: `Size`, of which there is one object per value of the normal form, so that
`==` and hashing are identity.  Assumed: one thread builds sizes at a time.

The kinds of atom are `Symbol`, `Floor`, `Positive`, `Power`, `Member` and `Total`.  How a quotient, a maximum, a power
or a sum becomes a polynomial in such atoms is said elsewhere; here an atom is an opaque indeterminate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from weakref import WeakValueDictionary

from shapecheck.sizes.algebra.atoms import Atom, Floor, Positive, Symbol, atom_key, digest_of, interned, symbol_atom
from shapecheck.sizes.algebra.monomials import Monomial, Terms, add_terms, monomial_order, multiplied


class Inadmissible(ValueError):
    """A size would divide by a constant below 1, or have a constant base below 1 or exponent below 0."""


_sizes: WeakValueDictionary[frozenset[tuple[Monomial, int]], Size] = WeakValueDictionary()


def compound(kind: type[Atom], *parts: Size) -> Size:
    """The size that is a single atom of that kind; the parts must already be in the normal form of the kind."""
    return of_atom(interned(kind, parts))


def from_terms(terms: Terms) -> Size:
    """The size with these terms; no coefficient may be 0 and each monomial must be sorted."""
    identity = frozenset(terms.items())
    found = _sizes.get(identity)
    if found is None:
        found = object.__new__(Size)
        found.terms = terms
        found._names = found._digest = found._affine = None
        _sizes[identity] = found
    return found


def _restored_size(pairs: tuple[tuple[Monomial, int], ...]) -> Size:
    return from_terms(dict(pairs))


class Size:
    """A polynomial over the integers in atoms.  Build it with `symbol`, `integer` and the operators.

    `==` is identity: compare with `integer(3)`, never with `3`.  `//` and `%` take divisors of at least 1: a constant
    one below that raises `Inadmissible`, a `ValueError`; for a symbolic one the caller owes the requirement.  Products
    of absurdly many terms or factors raise `TooLargeToWrite`, a `ValueError`.
    """

    __slots__ = ("__weakref__", "_affine", "_digest", "_names", "terms")

    # Written elsewhere in terms of the ring, and given to it by `sizes.operators`.
    divided: ClassVar[Callable[[Size, Size], Size]]
    positive_part: ClassVar[Callable[[Size], Size]]
    substituted: ClassVar[Callable[[Size, Mapping[str, Size]], Size]]
    evaluated: ClassVar[Callable[[Size, Mapping[str, Any]], Any]]
    shown: ClassVar[Callable[[Size], str]]
    totalled: ClassVar[Callable[[Size, str, Size], Size]]

    terms: Terms
    _names: frozenset[str] | None
    _digest: str | None
    _affine: bool | None

    # The ring

    def __add__(self, other: Size | int) -> Size:
        other = as_size(other)
        if len(self.terms) < len(other.terms):
            self, other = other, self
        return self._plus(other, 1)

    __radd__ = __add__

    def _plus(self, other: Size, factor: int) -> Size:
        """`self + factor * other`."""
        if not other.terms:
            return self
        terms = dict(self.terms)
        add_terms(terms, other.terms, factor)
        return from_terms(terms)

    def __neg__(self) -> Size:
        return from_terms({monomial: -coefficient for monomial, coefficient in self.terms.items()})

    def __sub__(self, other: Size | int) -> Size:
        return self._plus(as_size(other), -1)

    def __rsub__(self, other: Size | int) -> Size:
        return -self + other

    def __mul__(self, other: Size | int) -> Size:
        return from_terms(multiplied(self.terms, as_size(other).terms))

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Size:
        if exponent < 0:
            raise ValueError("a size has no negative power")
        result, square = ONE, self
        while exponent:
            if exponent & 1:
                result = result * square
            exponent >>= 1
            square = square * square if exponent else square
        return result

    def __floordiv__(self, divisor: Size | int) -> Size:
        return self.divided(as_size(divisor))

    def __rfloordiv__(self, numerator: int) -> Size:
        return as_size(numerator) // self

    def __mod__(self, divisor: Size | int) -> Size:
        return self - (self // divisor) * divisor

    def __rmod__(self, numerator: int) -> Size:
        return as_size(numerator) % self

    def greater_of(self, other: Size | int) -> Size:
        """The maximum of both."""
        other = as_size(other)
        return other + (self - other).positive_part() if type(other) is Size else other.greater_of(self)

    # Views

    @property
    def constant(self) -> int | None:
        """The value of a size without symbols, else None."""
        if not self.terms:
            return 0
        return self.terms.get((), None) if len(self.terms) == 1 else None

    @property
    def names(self) -> frozenset[str]:
        """All symbols in the size, nested ones included."""
        if self._names is None:
            self._names = frozenset().union(*(atom.names for monomial in self.terms for atom in monomial))
        return self._names

    @property
    def atoms(self) -> list[Atom]:
        """The different atoms of the polynomial (not those nested in them), in the order of their keys."""
        return sorted({atom for monomial in self.terms for atom in monomial}, key=atom_key)

    @property
    def digest(self) -> str:
        """A text that stands for the value of the normal form, the same in every run."""
        if self._digest is None:
            lines = sorted(
                f"{coefficient:x}:" + "".join(f"{len(atom.key)}:{atom.key}" for atom in monomial)
                for monomial, coefficient in self.terms.items()
            )
            self._digest = digest_of(";".join(lines))
        return self._digest

    @property
    def is_affine(self) -> bool:
        """Whether this is linear up to floors by constants and `Positive`, at every depth."""
        if self._affine is None:
            self._affine = all(
                not monomial or (len(monomial) == 1 and _is_affine_atom(monomial[0])) for monomial in self.terms
            )
        return self._affine

    def coefficient(self, name: str) -> int:
        """The integer in front of the bare symbol."""
        return self.terms.get((symbol_atom(name),), 0)

    def linear_in(self, name: str) -> tuple[Size, Size] | None:
        """`(coefficient, rest)` if this is `coefficient * name + rest` without `name` in either, else None."""
        if name not in self.names:
            return ZERO, self
        parts = self.linear_in_atom(symbol_atom(name))
        return None if parts is None or name in parts[0].names or name in parts[1].names else parts

    def linear_in_atom(self, atom: Atom) -> tuple[Size, Size] | None:
        """`(coefficient, rest)` if the degree in the atom is at most 1; the atom may still be nested in either."""
        factor: Terms = {}
        rest: Terms = {}
        for monomial, coefficient in self.terms.items():
            count = monomial.count(atom)
            if count > 1:
                return None
            if count:
                factor[tuple(other for other in monomial if other is not atom)] = coefficient
            else:
                rest[monomial] = coefficient
        return from_terms(factor), from_terms(rest)

    def substitute(self, mapping: Mapping[str, Size | int]) -> Size:
        """The size with sizes put for symbols, all at the same time."""
        if self.names.isdisjoint(mapping):
            return self
        return self.substituted({name: as_size(value) for name, value in mapping.items()})

    def map_atoms(self, image: Callable[[Atom], Size]) -> Size:
        """The size with an image put for each of its own atoms."""
        total: Terms = {}
        for monomial, coefficient in self.terms.items():
            product: Terms = {(): 1}
            for atom in monomial:
                product = multiplied(product, image(atom).terms)
            add_terms(total, product, coefficient)
        return from_terms(total)

    def evaluate(self, env: Mapping[str, Any]) -> Any:
        """The value at integers (or equally shaped integer arrays); `Undefined` where a divisor is below 1."""
        return self.evaluated(env)

    def __str__(self) -> str:
        return self.shown()

    def __repr__(self) -> str:
        return f"<Size {self}>"

    def __reduce__(self) -> tuple[Callable[..., Size], tuple[object, ...]]:
        return _restored_size, (tuple(self.terms.items()),)


def _is_affine_atom(atom: Atom) -> bool:
    if isinstance(atom, Floor):
        return atom.parts[1].constant is not None and atom.parts[0].is_affine
    return isinstance(atom, Symbol) or (isinstance(atom, Positive) and atom.parts[0].is_affine)


def leading(size: Size) -> Monomial:
    """The greatest monomial of a size that is not 0."""
    return max(size.terms, key=monomial_order)


def symbol(name: str) -> Size:
    """The size of that name."""
    return from_terms({(symbol_atom(name),): 1})


def integer(value: int) -> Size:
    """A constant size."""
    return from_terms({(): value} if value else {})


def as_size(value: Size | int) -> Size:
    """The size itself, or the constant."""
    return value if isinstance(value, Size) else integer(int(value))


def of_atom(atom: Atom) -> Size:
    """The atom as a size."""
    return from_terms({(atom,): 1})


ZERO = integer(0)
ONE = integer(1)
