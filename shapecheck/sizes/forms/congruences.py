"""Sizes solved for names by what is assumed: `H = 32q` where `H % 32 == 0`, with an integer q.

In: a context.  Out: rewritings, each of which is an identity at every admissible point: `Congruence`s, which bring in a
quotient, and `Equality`s, which put one size for another.  Congruences of one base are one (`H % 4 == 0, H % 6 == 0`
make `H = 12q`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from math import gcd
from typing import TypeAlias

from shapecheck.record import record
from shapecheck.sizes.algebra.atoms import Atom, Floor, Power, Symbol
from shapecheck.sizes.algebra.division import content
from shapecheck.sizes.algebra.size import ONE, Size, from_terms, symbol
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import Formula, Relation

MOST_EQUALITIES = 4
"""The number of equations that are put in one at a time."""
LARGEST_MODULUS = 10**6
"""Remainders modulo several numbers are joined while the product stays below this."""


@record
class Congruence:
    """`base == divisor * q` for an integer q, solved for a name in the base.

    The divisor is an integer times names and powers.
    """

    name: str
    base: Size
    divisor: Size
    facts: tuple[Formula, ...]

    @property
    def quotient(self) -> str:
        """The name of q, which nobody else uses."""
        return f"%{self.name}"

    @property
    def value(self) -> Size:
        """The size that the name is, in q."""
        return _solved(self.base, self.name, self.divisor * symbol(self.quotient))


@record
class Equality:
    """A name and the size that it is equal to."""

    name: str
    value: Size
    facts: tuple[Formula, ...]


Rewriting: TypeAlias = "Congruence | Equality"


def rewritings(context: Context, names: frozenset[str]) -> Iterator[tuple[Rewriting, ...]]:
    """Sets of rewritings for the names of a size, at most one for each name, to be put in one after the other."""
    congruences, equalities = _known(context)
    by_number = [item for item in congruences if item.divisor.constant is not None]
    by_name = [item for item in congruences if item.divisor.constant is None]
    orders: list[tuple[Rewriting, ...]] = [(*by_number, *by_name), (*by_name, *by_number)]
    chosen = (*((one,) for one in equalities[:MOST_EQUALITIES]), equalities)
    orders.extend((*some, *by_number, *by_name) for some in chosen)
    yield from (some for some in dict.fromkeys(_in_turn(items, names) for items in orders) if some)


def put_in(size: Size, some: Iterable[Rewriting]) -> Size:
    """The size with the rewritings put in."""
    for item in some:
        size = size.substitute({item.name: item.value})
    return size


@lru_cache(maxsize=512)
def _known(context: Context) -> tuple[tuple[Congruence, ...], tuple[Equality, ...]]:
    congruences: list[Congruence] = []
    equalities: list[Equality] = []
    for fact in context.facts:
        if isinstance(fact, Relation) and fact.operator == "==":
            found = _congruence(fact, context.order)
            equal = _equality(fact, context.order) if found is None else None
            congruences += [] if found is None else [found]
            equalities += [] if equal is None else [equal]
    return _joined(congruences), tuple(equalities)


def divides(fact: Formula) -> tuple[Size, Size] | None:
    """`(H, 32)` where the fact says that H is divisible by 32; None where it says something else."""
    found = _congruence(fact, ()) if isinstance(fact, Relation) and fact.operator == "==" else None
    if found is None:
        return None
    base = _with_least_remainder(found).base
    return (base, found.divisor) if () not in base.terms else None


def _congruence(fact: Relation, order: tuple[str, ...]) -> Congruence | None:
    """The fact as one, if a quotient stands in it with an integer times names in front."""
    size = fact.difference
    for atom in size.atoms:
        parts = size.linear_in_atom(atom) if isinstance(atom, Floor) else None
        if parts is None or len(parts[0].terms) != 1:
            continue
        factor, rest = parts
        ((letters, number),) = factor.terms.items()
        if not all(isinstance(letter, Symbol | Power) for letter in letters) or not rest.terms:
            continue
        shared = gcd(number, content(rest))
        sign = -1 if number > 0 else 1
        base = from_terms({monomial: sign * value // shared for monomial, value in rest.terms.items()})
        divisor = from_terms({letters: abs(number) // shared})
        name = _name_to_solve_for(base, divisor, order)
        if name is not None and divisor.constant != 1:
            return Congruence(name, base, divisor, (fact,))
    return None


def _equality(fact: Relation, order: tuple[str, ...]) -> Equality | None:
    size = fact.difference
    if any(not isinstance(atom, Symbol) for atom in size.atoms):
        return None
    name = _name_to_solve_for(size, ONE, order)
    return None if name is None else Equality(name, _solved(size, name, size * 0), (fact,))


def _name_to_solve_for(base: Size, divisor: Size, order: tuple[str, ...]) -> str | None:
    """The first name that stands in the base once, with 1 or -1 in front."""
    for name in Context(order=order).in_order(base.names - divisor.names):
        parts = base.linear_in(name)
        if parts is not None and parts[0].constant in (1, -1):
            return name
    return None


def _solved(base: Size, name: str, value: Size) -> Size:
    """The name, if the base is equal to the value."""
    parts = base.linear_in(name)
    assert parts is not None, "the name was chosen so"
    return parts[0] * (value - parts[1])


def _joined(found: Iterable[Congruence]) -> tuple[Congruence, ...]:
    """One for each base up to a constant, where the divisors are integers."""
    by_base: dict[tuple[str, Size, Size | None], Congruence] = {}
    for item in found:
        constant = item.base.terms.get((), 0)
        key = (item.name, item.base - constant, None if item.divisor.constant is not None else item.divisor)
        by_base[key] = _both(by_base[key], item) if key in by_base else _with_least_remainder(item)
    return tuple(by_base.values())


def _with_least_remainder(item: Congruence) -> Congruence:
    """The base with its constant between 1 - divisor and 0, as `H - 12`."""
    modulus, constant = item.divisor.constant, item.base.terms.get((), 0)
    return item if modulus is None else replace(item, base=item.base - constant - (-constant) % modulus)


def _both(one: Congruence, other: Congruence) -> Congruence:
    """Both congruences as one (Chinese remainders); the first where that is too large, or both exclude each other."""
    first, second = one.divisor.constant, other.divisor.constant
    if first is None or second is None:
        return one
    whole = first * second // gcd(first, second)
    if whole > LARGEST_MODULUS:
        return one
    constant = one.base.terms.get((), 0)
    rest = one.base - constant
    wanted = -other.base.terms.get((), 0) % second
    remainder = next((at for at in range(-constant, whole, first) if at % second == wanted), None)
    if remainder is None:
        return one
    return Congruence(one.name, rest - remainder, from_terms({(): whole}), (*one.facts, *other.facts))


def _in_turn(items: Iterable[Rewriting], names: frozenset[str]) -> tuple[Rewriting, ...]:
    """The first for each name that is in sight, such that what one brings in is put in after it."""
    first: dict[str, Rewriting] = {}
    for item in items:
        first.setdefault(item.name, item)
    wanted: dict[str, Rewriting] = {}
    open_names = set(names)
    while open_names:
        name = open_names.pop()
        if name in first and name not in wanted:
            wanted[name] = first[name]
            open_names |= _brought_in(first[name])
    left = [item for item in first.values() if item.name in wanted]
    ordered: list[Rewriting] = []
    while left:
        free = next((item for item in left if not any(item.name in _brought_in(other) for other in left)), None)
        if free is None:
            break
        left.remove(free)
        ordered.append(free)
    return tuple(ordered)


def _brought_in(item: Rewriting) -> frozenset[str]:
    """The names in what is put in, and in what it is put back as."""
    if isinstance(item, Equality):
        return item.value.names
    return (item.base.names | item.divisor.names) - {item.name}


def is_quotient_of(atom: Atom, some: Iterable[Congruence]) -> Congruence | None:
    """The congruence whose quotient this atom is."""
    return next((item for item in some if isinstance(atom, Symbol) and atom.name == item.quotient), None)
