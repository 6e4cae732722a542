"""Maxima, minima and powers in normal form, and putting sizes for symbols.

    max(a, b) = b + Positive(a - b)        Positive(-e)  = Positive(e) - e     (leading coefficient above 0)
    min(a, b) = a - Positive(a - b)        Positive(g*e) = g * Positive(e)     (g a positive integer)
    b^(e + c) = b^c * b^e                  b^(2e) = (b^e)^2                    (c an integer, b at least 1)
    b^(e - f) = floor(b^e / b^f)           6^e = 2^e * 3^e

An exponent is the caller's duty to be at least 0; so a product of powers needs no rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import comb

from shapecheck.sizes.algebra.atoms import Atom, Floor, Member, Positive, Power, SizeFamily, Symbol, Total, member_atom
from shapecheck.sizes.algebra.division import content
from shapecheck.sizes.algebra.monomials import MOST_FACTORS, Monomial, TooLargeToWrite
from shapecheck.sizes.algebra.numerals import numeral
from shapecheck.sizes.algebra.size import (
    ONE,
    Inadmissible,
    Size,
    as_size,
    compound,
    from_terms,
    integer,
    leading,
    of_atom,
    symbol,
)

LONGEST_NUMBER = 2**16  # bits of a power of numbers that is written out
MOST_EXPANDED_TERMS = 2_000
LARGEST_FACTORED_BASE = 10**12


def positive(size: Size) -> Size:
    """The size where it is positive, else 0."""
    if size.constant is not None:
        return integer(max(size.constant, 0))
    if size.terms[leading(size)] < 0:
        return size + positive(-size)
    common = content(size)
    primitive = from_terms({monomial: value // common for monomial, value in size.terms.items()})
    return compound(Positive, primitive) * common


def maximum(left: Size | int, right: Size | int) -> Size:
    """The greater of two sizes."""
    return as_size(left).greater_of(right)


def minimum(left: Size | int, right: Size | int) -> Size:
    """The smaller of two sizes."""
    return as_size(left) - positive(as_size(left) - right)


def power(base: Size | int, exponent: Size | int) -> Size:
    """`base ^ exponent` for a base of at least 1 and an exponent of at least 0; `ValueError` for constants beyond."""
    base, exponent = as_size(base), as_size(exponent)
    if base.constant is not None and base.constant < 1:
        raise Inadmissible(f"the base of a power is {numeral(base.constant)}, but bases are at least 1")
    if exponent.constant is not None:
        return _expanded(base, exponent.constant)
    above, below = ONE, ONE
    for monomial, coefficient in exponent.terms.items():
        factor = _expanded(_power_of_monomial(base, monomial), abs(coefficient))
        above, below = (above * factor, below) if coefficient > 0 else (above, below * factor)
    return above // below


def _expanded(base: Size, exponent: int) -> Size:
    if exponent < 0:
        raise Inadmissible(f"the exponent {numeral(exponent)} is below 0")
    if not _is_short(base, exponent):
        raise TooLargeToWrite("the power has too many digits or terms to be written out")
    return base**exponent


def _is_short(base: Size, exponent: int) -> bool:
    """Whether the power has few digits and few terms."""
    if base.constant is not None:
        return (abs(base.constant) - 1).bit_length() * exponent <= LONGEST_NUMBER
    degree = max(map(len, base.terms)) * exponent
    return degree <= MOST_FACTORS and comb(len(base.terms) - 1 + exponent, exponent) <= MOST_EXPANDED_TERMS


def _power_of_monomial(base: Size, monomial: Monomial) -> Size:
    """`base ^ monomial`; a constant or monomial base is split into its factors."""
    if not monomial or base is ONE:
        return base
    exponent = from_terms({monomial: 1})
    if len(base.terms) > 1:
        return compound(Power, base, exponent)
    ((factors, coefficient),) = base.terms.items()
    result = ONE
    for prime in _prime_factors(coefficient):
        result = result * compound(Power, integer(prime), exponent)
    for atom in factors:
        result = result * compound(Power, of_atom(atom), exponent)
    return result


def _prime_factors(number: int) -> Iterator[int]:
    """The prime factors with repetition; a number too large to factor counts as prime."""
    candidate = 2
    while candidate * candidate <= number <= LARGEST_FACTORED_BASE:
        while number % candidate == 0:
            yield candidate
            number //= candidate
        candidate += 1
    if number > 1:
        yield number


def member(family: SizeFamily, subscripts: tuple[Size, ...]) -> Size:
    """The member of a size family at these subscripts; at numbers it is the size of that name, `n[2]`."""
    numbers = [part.constant for part in subscripts]
    known = [number for number in numbers if number is not None]
    if len(known) == len(numbers):
        return symbol(family.member_name(known))
    return of_atom(member_atom(family, subscripts))


def rebuilt(atom: Atom, parts: tuple[Size, ...]) -> Size:
    """An atom of the same kind on other parts, in normal form."""
    if parts == atom.parts:
        return of_atom(atom)
    if isinstance(atom, Floor):
        return parts[0] // parts[1]
    if isinstance(atom, Positive):
        return positive(parts[0])
    if isinstance(atom, Member):
        return member(atom.family, parts)
    if isinstance(atom, Total):
        return Size.totalled(parts[0], atom.bound, parts[1])
    return power(parts[0], parts[1])


def substitute(size: Size, mapping: Mapping[str, Size]) -> Size:
    """The size with sizes put for symbols, all at the same time."""
    images: dict[Atom, Size] = {}

    def image(atom: Atom) -> Size:
        if atom not in images:
            if isinstance(atom, Symbol):
                images[atom] = mapping[atom.name] if atom.name in mapping else of_atom(atom)
            elif isinstance(atom, Member):
                found = member(atom.family, tuple(replaced(part) for part in atom.parts))
                images[atom] = known_member(found, mapping)
            else:
                images[atom] = rebuilt(atom, tuple(replaced(part) for part in atom.parts))
                if isinstance(atom, Total):  # where it was written out, members at numbers have come up
                    images[atom] = substitute(images[atom], _of_members(mapping))
        return images[atom]

    def replaced(part: Size) -> Size:
        return part if part.names.isdisjoint(mapping) else part.map_atoms(image)

    return replaced(size)


def _of_members(mapping: Mapping[str, Size]) -> dict[str, Size]:
    """The sizes that are put for members of size families, which have names like `n[2]`."""
    return {name: size for name, size in mapping.items() if name.endswith("]")}


def known_member(size: Size, mapping: Mapping[str, Size]) -> Size:
    """The size itself, or what is put for it where it is a member at numbers, which has a name."""
    ((atom,),) = size.terms
    return mapping.get(atom.name, size) if isinstance(atom, Symbol) else size


def replace_atom(size: Size, old: Atom, new: Size) -> Size:
    """The size with `new` put for an atom wherever it occurs, nested occurrences included."""
    images: dict[Atom, Size] = {old: new}

    def image(atom: Atom) -> Size:
        if atom not in images:
            images[atom] = rebuilt(atom, tuple(replaced(part) for part in atom.parts))
        return images[atom]

    def replaced(part: Size) -> Size:
        return part.map_atoms(image) if old.names <= part.names else part

    return replaced(size)


def nested_atoms(size: Size) -> Iterator[Atom]:
    """All atoms of a size, those nested in others before them, each once."""
    seen: set[Atom] = set()

    def walk(part: Size) -> Iterator[Atom]:
        for atom in part.atoms:
            if atom not in seen:
                seen.add(atom)
                for inner in atom.parts:
                    yield from walk(inner)
                yield atom

    yield from walk(size)
