"""Goals of the polynomial prover, and what in a goal is to be looked at next.

In: a size that is to be at least 0, with what is known.  Out: the quotient to replace, the fact to use, the name to
eliminate; or a smaller size that it suffices to show.  Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from math import inf

from shapecheck.record import record
from shapecheck.sizes.algebra.atoms import Atom, Floor, Positive, Power, Symbol
from shapecheck.sizes.algebra.compounds import nested_atoms, replace_atom
from shapecheck.sizes.algebra.division import common_monomial
from shapecheck.sizes.algebra.monomials import without
from shapecheck.sizes.algebra.size import ZERO, Inadmissible, Size, from_terms, integer
from shapecheck.sizes.algebra.size import of_atom as _of_atom
from shapecheck.sizes.proofs.signs import nonnegative, nonnegative_given
from shapecheck.sizes.questions.bounds import Interval

MOST_TERMS = 120
"""Larger sizes are not looked at."""


@record(slots=False)
class Goal:
    """`size >= 0` is to follow from `facts >= 0` and the intervals."""

    size: Size
    facts: tuple[Size, ...]
    bounds: Mapping[str, Interval]

    def substitute(self, mapping: Mapping[str, Size], intervals: Mapping[str, Interval]) -> Goal:
        """The goal with some names eliminated, whose bounds become facts, and new names with their intervals."""
        facts: list[Size] = []
        for name, value in mapping.items():
            low, high = self.bounds.get(name, (-inf, inf))
            facts += [value - low] if isinstance(low, int) else []
            facts += [high - value] if isinstance(high, int) else []
        bounds = {name: ends for name, ends in self.bounds.items() if name not in mapping}
        return self.mapped(lambda size: size.substitute(mapping), facts, {**bounds, **intervals})

    def replace(self, atom: Atom, new: Size, *facts: Size) -> Goal:
        """The goal with a size put for an atom, and more facts."""
        return self.mapped(lambda size: replace_atom(size, atom, new), facts, self.bounds)

    def with_size(self, size: Size, *facts: Size) -> Goal:
        """Another size to be proved at least 0, and more facts."""
        return replace(self, size=size, facts=tuple(dict.fromkeys((*self.facts, *facts))))

    def mapped(self, change: Callable[[Size], Size], more: Iterable[Size], bounds: Mapping[str, Interval]) -> Goal:
        """The goal with every size changed; it is proved if a divisor becomes 0 or less."""
        try:
            facts = [*map(change, self.facts), *more]
            size = change(self.size)
        except Inadmissible:
            return Goal(ZERO, (), {})
        except ValueError:  # a power would get too large to write out: give up
            return Goal(integer(-1), (), {})
        kept = (fact for fact in facts if fact.constant is None or fact.constant < 0)
        return Goal(size, tuple(dict.fromkeys(kept)), bounds)


def primitive(size: Size, bounds: Mapping[str, Interval]) -> Size:
    """The size without the names, at least 1, that all its terms have in common; its sign is the same."""
    shared = tuple(
        atom
        for atom in (common_monomial(list(size.terms)) if size.terms else ())
        if isinstance(atom, Symbol) and bounds.get(atom.name, (-inf, inf))[0] >= 1
    )
    if not shared:
        return size
    return from_terms({without(monomial, shared) or (): count for monomial, count in size.terms.items()})


def without_a_pair_of_quotients(size: Size) -> Size | None:
    """A size that is no larger, where one quotient counts for it and one with the same divisor against it."""
    alone = {atoms[0]: count for atoms, count in size.terms.items() if len(atoms) == 1 and isinstance(atoms[0], Floor)}
    several = {atom for atoms in size.terms if len(atoms) > 1 for atom in atoms}
    for atom, count in alone.items():
        for other, against in alone.items():
            if count > 0 > against and atom.parts[1] is other.parts[1] and not {atom, other} & several:
                larger, smaller = _of_atom(atom), _of_atom(other)
                return size + count * (smaller + (atom.parts[0] - other.parts[0]) // atom.parts[1] - larger)
    return None


def without_a_quotient(size: Size) -> tuple[Size, ...] | None:
    """A size that is at least 0 just where this one is, without one quotient, and that its divisor is at least 1.

    rest + floor(a/b) >= 0 is a + b*rest >= 0, and rest - floor(a/b) >= 0 is b*rest + b - 1 - a >= 0.
    """
    for atoms, count in size.terms.items():
        if len(atoms) == 1 and count in (1, -1) and isinstance(atoms[0], Floor):
            numerator, divisor = atoms[0].parts
            rest = size - count * _of_atom(atoms[0])
            if atoms[0] in nested_atoms(rest) or len(rest.terms) * len(divisor.terms) > MOST_TERMS:
                continue
            whole = numerator + divisor * rest if count > 0 else divisor * rest + divisor - 1 - numerator
            return (whole, divisor - 1) if divisor.constant is None else (whole,)
    return None


def without_powers(size: Size) -> Size | None:
    """A size that is no larger: powers that count for it are at least 1 + (base - 1) * exponent."""
    for atoms, count in size.terms.items():
        if count > 0 and len(atoms) == 1 and isinstance(atoms[0], Power):
            base, exponent = atoms[0].parts
            return size + count * (1 + (base - 1) * exponent - _of_atom(atoms[0]))
    return None


def rivals(size: Size) -> tuple[str, str] | None:
    """Two names in a product with a negative coefficient."""
    for atoms, count in size.terms.items():
        names = list(dict.fromkeys(atom.name for atom in atoms if isinstance(atom, Symbol)))
        if count < 0 and len(names) == 2 and len(names) <= len(atoms):
            return names[0], names[1]
    return None


def innermost(goal: Goal) -> Atom | None:
    """A floor or maximum that contains no other, of the goal if it has one, else of a fact.

    Of several the one with the largest divisor: `n = 2m*q + r` turns `n // m` into `2q + r // m`, too, while
    `n = m*q + r` leaves `n // 2m` as it is.
    """
    for size in (goal.size, *goal.facts):
        found = [atom for atom in nested_atoms(size) if isinstance(atom, (Floor, Positive))]
        if found:
            inner = [atom for atom in found if not any(other in found for other in _below(atom))]
            return max(inner, key=_divisor_weight)
    return None


def _below(atom: Atom) -> Iterator[Atom]:
    return (inner for part in atom.parts for inner in nested_atoms(part))


def _divisor_weight(atom: Atom) -> int:
    return sum(map(abs, atom.parts[1].terms.values())) if isinstance(atom, Floor) else 0


def unit_name(numerator: Size, divisor: Size) -> str | None:
    """A name that is linear in the numerator with coefficient 1 or -1, and not in the divisor."""
    for name in sorted(numerator.names - divisor.names):
        parts = numerator.linear_in(name)
        if parts is not None and parts[0].constant in (1, -1):
            return name
    return None


def solved(size: Size, name: str, value: Size) -> Size:
    """The value of the name if the size, in which it has coefficient 1 or -1, has the given value."""
    parts = size.linear_in(name)
    assert parts is not None, "the name was chosen to be linear"
    return (value - parts[1]) * parts[0]


def is_polynomial(size: Size) -> bool:
    return all(isinstance(atom, Symbol) for atom in size.atoms)


def least_quotient(numerator: Size, divisor: Size, goal: Goal) -> int | float:
    if nonnegative_given(numerator - divisor, goal.facts, goal.bounds):
        return 1
    return 0 if nonnegative_given(numerator, goal.facts, goal.bounds) else -inf


def usable_facts(goal: Goal) -> Iterator[tuple[Size, str]]:
    """Facts that say more than the intervals do, short ones first, with a name of the goal to eliminate."""
    for fact in sorted(goal.facts, key=lambda fact: (len(fact.terms), fact.digest)):
        if nonnegative(fact, goal.bounds):
            continue
        for name in sorted(fact.names & goal.size.names):
            parts = fact.linear_in(name)
            if parts is not None and parts[0].constant in (1, -1):
                yield fact, name
