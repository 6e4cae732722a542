"""The indeterminates of sizes: symbols, quotients, positive parts, powers, members of size families and their sums.

In: a name, or a kind and the sizes that the atom is built from, in the normal form of the kind (`division` and
`compounds` see to that).  Out: the one atom of these parts, so that `==` and hashing are identity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakValueDictionary

from shapecheck.record import record
from shapecheck.sizes.algebra.numerals import numeral

if TYPE_CHECKING:
    from shapecheck.sizes.algebra.size import Size


class Atom:
    """An indeterminate of the polynomials; interned, so equality is identity.

    `parts` are the sizes it is built from (none for a symbol); `key` orders atoms the same way in every run.
    """

    __slots__ = ("__weakref__", "_names", "key", "parts")

    kind: ClassVar[str] = ""
    key: str
    parts: tuple[Size, ...]
    _names: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """All symbols in the atom, nested ones included."""
        return self._names

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(str, self.parts))})"

    def __reduce__(self) -> tuple[Callable[..., Atom], tuple[object, ...]]:
        return interned, (type(self), self.parts)


class Symbol(Atom):
    """A size or an index variable by its name."""

    __slots__ = ("name",)
    kind = "symbol"
    name: str

    def __repr__(self) -> str:
        return f"Symbol({self.name!r})"

    def __reduce__(self) -> tuple[Callable[..., Atom], tuple[object, ...]]:
        return symbol_atom, (self.name,)


class Floor(Atom):
    """`parts = (numerator, divisor)`: the floor of their quotient; the divisor is at least 1."""

    __slots__ = ()
    kind = "floor"


class Positive(Atom):
    """`parts = (size,)`: the size where it is positive, else 0."""

    __slots__ = ()
    kind = "positive"


class Power(Atom):
    """`parts = (base, exponent)`: base at least 1, exponent one monomial with coefficient 1 and at least 0."""

    __slots__ = ()
    kind = "power"


@record
class SizeFamily:
    """The sizes `n[l in low..high]`: a range and a label for each index, and the least value of every member."""

    name: str
    ranges: tuple[tuple[Size, Size], ...]
    labels: tuple[str, ...]
    least: int = 1

    def member_name(self, numbers: Iterable[int]) -> str:
        """The name of the size that is the member at these numbers: `n[2]`."""
        return f"{self.name}[{', '.join(map(numeral, numbers))}]"


class Member(Atom):
    """`parts` are the subscripts, not all of them numbers: a member of a size family."""

    __slots__ = ("family",)
    kind = "member"
    family: SizeFamily

    def __reduce__(self) -> tuple[Callable[..., Atom], tuple[object, ...]]:
        return member_atom, (self.family, self.parts)


class Total(Atom):
    """`parts = (body, last)`: the sum of the body for `bound` in 0..last; 0 where last is below 0."""

    __slots__ = ("bound",)
    kind = "total"
    bound: str

    def __reduce__(self) -> tuple[Callable[..., Atom], tuple[object, ...]]:
        return total_atom, (*self.parts, self.bound)


_symbols: WeakValueDictionary[str, Symbol] = WeakValueDictionary()
_compounds: WeakValueDictionary[tuple[type[Atom], tuple[Size, ...]], Atom] = WeakValueDictionary()
_members: WeakValueDictionary[tuple[SizeFamily, tuple[Size, ...]], Member] = WeakValueDictionary()
_totals: WeakValueDictionary[tuple[Size, Size, str], Total] = WeakValueDictionary()


def symbol_atom(name: str) -> Symbol:
    """The symbol of that name."""
    found = _symbols.get(name)
    if found is None:
        found = object.__new__(Symbol)
        found.name, found.key, found.parts, found._names = name, "0" + name, (), frozenset((name,))
        _symbols[name] = found
    return found


def interned(kind: type[Atom], parts: tuple[Size, ...]) -> Atom:
    """The atom of that kind with these parts."""
    found = _compounds.get((kind, parts))
    if found is None:
        found = object.__new__(kind)
        found.parts = parts
        found.key = "1" + digest_of(kind.kind + ",".join(part.digest for part in parts))
        found._names = frozenset().union(*(part.names for part in parts))
        _compounds[(kind, parts)] = found
    return found


def member_atom(family: SizeFamily, subscripts: tuple[Size, ...]) -> Member:
    """The member of a family at these subscripts."""
    found = _members.get((family, subscripts))
    if found is None:
        found = object.__new__(Member)
        found.family, found.parts = family, subscripts
        ranges = (end.digest for ends in family.ranges for end in ends)
        places = ",".join(part.digest for part in subscripts)
        found.key = "1" + digest_of(f"member {family.name}({','.join(ranges)};{family.least}) at {places}")
        found._names = frozenset().union(*(part.names for part in subscripts))
        _members[family, subscripts] = found
    return found


def any_members() -> bool:
    """Whether a member of a size family, or a sum over members, is in use anywhere."""
    return bool(_members or _totals)


def total_atom(body: Size, last: Size, bound: str) -> Total:
    """The sum of a body for the bound index in 0..last."""
    found = _totals.get((body, last, bound))
    if found is None:
        found = object.__new__(Total)
        found.parts, found.bound = (body, last), bound
        found.key = "1" + digest_of(f"total {bound} {body.digest},{last.digest}")
        found._names = (body.names - {bound}) | last.names
        _totals[body, last, bound] = found
    return found


def digest_of(text: str) -> str:
    """A short text that stands for a long one, the same in every run."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def atom_key(atom: Atom) -> str:
    """The key by which atoms are ordered."""
    return atom.key
