"""Proofs about polynomials with floors, maxima and symbolic divisors, by cases and substitution.

In: a question with a single comparison.  Out: whether it was proved, and by what kind of cases; nothing is
refuted here.
Each step replaces a goal `size >= 0` by goals that imply it:

    Positive(e)                 two cases: e >= 0, and e <= -1
    floor(p / m), m a number    p = m*q + r for each remainder r; a name of p is eliminated, or, where none has
                                coefficient 1, every name of p is split into its residues modulo m
    floor(p / d)                p = d*q + r with 0 <= r <= d - 1; a name of p is eliminated
    a fact c*v + rest >= 0      v = c * (t - rest) with t >= 0; the bounds of v become facts
    a small least value         v = least, and v >= least + 1
    a greatest value            v = greatest - t with t >= 0
    rest + floor(a/d) >= 0      a + d*rest >= 0, and for a quotient that counts against it: d*rest + d - 1 - a >= 0
    c*floor(a/d) - floor(b/d)   floor(a/d) >= floor(b/d) + floor((a - b)/d)
    c*base^e                    base^e >= 1 + (base - 1)*e (Bernoulli)
    -c*a*b                      two cases: a = b + t, and b = a + 1 + t with t >= 0

Splitting an inner floor rewrites the outer ones, so that nested floors are covered to any depth.  `fuel` bounds the
number of steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from math import inf

from shapecheck.record import record
from shapecheck.sizes.algebra import (
    ZERO,
    Atom,
    Floor,
    Inadmissible,
    Positive,
    Power,
    Size,
    Symbol,
    from_terms,
    integer,
    symbol,
    without,
)
from shapecheck.sizes.algebra import of_atom as _of_atom
from shapecheck.sizes.atoms import nested_atoms, replace_atom
from shapecheck.sizes.bounds import Bounds, Interval, is_empty, tightened
from shapecheck.sizes.division import common_monomial
from shapecheck.sizes.equalities import Reduced
from shapecheck.sizes.question import Kind, inequalities
from shapecheck.sizes.signs import contradictory, nonnegative, nonnegative_given
from shapecheck.sizes.weight import weight

FUEL = 200  # steps; one with many terms or facts counts more than once
CONTRADICTION_FUEL = 30
SPLIT_FUEL = 12  # steps for one small value
SIGN_SHARE = 8  # the sign of a maximum's part may use up this part of the steps left
FACT_SHARE = 3  # a fact may use up this part of the steps left
MOST_TERMS = 120
WEIGHT_OF_A_STEP = 60
MOST_REMAINDERS = 16
MOST_RESIDUE_CASES = 64
LARGEST_SPLIT_VALUE = 6


def prove(kind: Kind, problem: Reduced) -> str | None:
    """The method by which `problem.goal kind 0` is proved, or None."""
    facts = inequalities(problem.constraints)
    bounds: Bounds = {name: (-inf if low is None else low, inf) for name, low in problem.lowers.items()}
    for alternative in _alternatives(kind, problem.goal):
        prover = _Prover(FUEL)
        if all(prover.holds_or_contradicts(_Goal(size, facts, bounds)) for size in alternative):
            return "residue classes" if prover.used_residues else "polynomial bounds"
    return None


def _alternatives(kind: Kind, size: Size) -> list[tuple[Size, ...]]:
    """Lists of sizes; all of one list being at least 0 suffices."""
    if kind == ">=":
        return [(size,)]
    return [(size, -size)] if kind == "==" else [(size - 1,), (-size - 1,)]


@record(slots=False)
class _Goal:
    """`size >= 0` is to follow from `facts >= 0` and the intervals."""

    size: Size
    facts: tuple[Size, ...]
    bounds: Mapping[str, Interval]

    def substitute(self, mapping: Mapping[str, Size], intervals: Mapping[str, Interval]) -> _Goal:
        """The goal with some names eliminated, whose bounds become facts, and new names with their intervals."""
        facts: list[Size] = []
        for name, value in mapping.items():
            low, high = self.bounds.get(name, (-inf, inf))
            facts += [value - low] if isinstance(low, int) else []
            facts += [high - value] if isinstance(high, int) else []
        bounds = {name: ends for name, ends in self.bounds.items() if name not in mapping}
        return self.mapped(lambda size: size.substitute(mapping), facts, {**bounds, **intervals})

    def replace(self, atom: Atom, new: Size, *facts: Size) -> _Goal:
        """The goal with a size put for an atom, and more facts."""
        return self.mapped(lambda size: replace_atom(size, atom, new), facts, self.bounds)

    def with_size(self, size: Size, *facts: Size) -> _Goal:
        """Another size to be proved at least 0, and more facts."""
        return replace(self, size=size, facts=tuple(dict.fromkeys((*self.facts, *facts))))

    def mapped(
        self, change: Callable[[Size], Size], more: Iterable[Size], bounds: Mapping[str, Interval]
    ) -> _Goal:
        """The goal with every size changed; nothing is left to prove where that makes a divisor 0 or less."""
        try:
            facts = [*map(change, self.facts), *more]
            size = change(self.size)
        except Inadmissible:
            return _Goal(ZERO, (), {})
        except ValueError:  # a power would get too large to write out: give up
            return _Goal(integer(-1), (), {})
        kept = (fact for fact in facts if fact.constant is None or fact.constant < 0)
        return _Goal(size, tuple(dict.fromkeys(kept)), bounds)


class _Prover:
    """Counts the steps, makes new names, and remembers whether residues were split."""

    def __init__(self, fuel: int) -> None:
        self.fuel = fuel
        self.made = 0
        self.used_residues = False

    def fresh(self) -> str:
        self.made += 1
        return f"%%{self.made}"

    def holds_or_contradicts(self, goal: _Goal) -> bool:
        """Whether the goal was proved, directly or by assuming that it does not hold."""
        if self.holds(goal):
            return True
        self.fuel = CONTRADICTION_FUEL
        return bool(goal.facts) and self.holds(goal.with_size(goal.size, -goal.size - 1))

    def holds(self, goal: _Goal) -> bool:
        """Whether the goal was proved."""
        self.fuel -= 1 + len(goal.facts) // 4 + sum(map(weight, (goal.size, *goal.facts))) // WEIGHT_OF_A_STEP
        goal = replace(goal, bounds=tightened(goal.bounds, goal.facts))
        goal = goal.with_size(_primitive(goal.size, goal.bounds))
        if self._is_evident(goal):
            return True
        if self.fuel <= 0 or len(goal.size.terms) > MOST_TERMS:
            return False
        less = _without_a_pair_of_quotients(goal.size)
        if less is not None and self._within(self.fuel // FACT_SHARE, replace(goal, size=less)):
            return True
        fewer = without_a_quotient(goal.size)
        if fewer is not None and self._within(self.fuel // FACT_SHARE, goal.with_size(*fewer)):
            return True
        atom = _innermost(goal)
        if atom is None:
            return self._by_polynomial(goal)
        if isinstance(atom, Positive):
            return self._by_sign_of(atom, goal)
        return self._by_quotient(atom, goal)

    def _is_evident(self, goal: _Goal) -> bool:
        return (
            is_empty(goal.bounds)
            or nonnegative_given(goal.size, goal.facts, goal.bounds)
            or contradictory(goal.facts, goal.bounds)
        )

    def _by_sign_of(self, atom: Atom, goal: _Goal) -> bool:
        inner = atom.parts[0]
        if any(isinstance(part, Floor) for part in inner.atoms):
            for sign, value in ((inner, inner), (-inner, ZERO)):
                if self._within(self.fuel // SIGN_SHARE, goal.with_size(sign)):
                    return self.holds(goal.replace(atom, value))
        if not nonnegative(-inner - 1, goal.bounds) and not self.holds(goal.replace(atom, inner, inner)):
            return False
        return nonnegative(inner, goal.bounds) or self.holds(goal.replace(atom, ZERO, -inner - 1))

    # Quotients

    def _by_quotient(self, atom: Atom, goal: _Goal) -> bool:
        numerator, divisor = atom.parts
        known = goal.facts, goal.bounds
        if nonnegative_given(numerator, *known) and nonnegative_given(divisor - 1 - numerator, *known):
            return self.holds(goal.replace(atom, ZERO))
        name = _unit_name(numerator, divisor)
        modulus = divisor.constant
        if modulus is None:
            return self._by_symbolic_quotient(atom, name, goal)
        if name is not None and modulus <= MOST_REMAINDERS:
            return self._by_remainders(numerator, modulus, name, goal)
        names = sorted(numerator.names)
        if modulus ** len(names) <= MOST_RESIDUE_CASES and _is_polynomial(numerator):
            return self._by_residues(names, modulus, goal)
        return self._by_symbolic_quotient(atom, name, goal)

    def _by_remainders(self, numerator: Size, modulus: int, name: str, goal: _Goal) -> bool:
        self.used_residues = True
        quotient = self.fresh()
        ends = (_least_quotient(numerator, integer(modulus), goal), inf)
        return all(
            self.holds(
                goal.substitute({name: _solved(numerator, name, symbol(quotient) * modulus + left)}, {quotient: ends})
            )
            for left in range(modulus)
        )

    def _by_residues(self, names: list[str], modulus: int, goal: _Goal) -> bool:
        self.used_residues = True
        quotients = {name: self.fresh() for name in names}
        ends = dict.fromkeys(quotients.values(), (-inf, inf))
        for residues in product(range(modulus), repeat=len(names)):
            pairs = zip(names, residues, strict=True)
            values = {name: symbol(quotients[name]) * modulus + left for name, left in pairs}
            if not self.holds(goal.substitute(values, ends)):
                return False
        return True

    def _by_symbolic_quotient(self, atom: Atom, name: str | None, goal: _Goal) -> bool:
        numerator, divisor = atom.parts
        quotient = self.fresh()
        whole = symbol(quotient)
        ends = {quotient: (_least_quotient(numerator, divisor, goal), inf)}
        if name is None:
            low, high = numerator - divisor * whole, divisor * whole + divisor - 1 - numerator
            return self.holds(goal.replace(atom, whole, low, high).substitute({}, ends))
        remainder = self.fresh()
        left = symbol(remainder)
        value = _solved(numerator, name, divisor * whole + left)
        return self.holds(
            goal.replace(atom, whole, divisor - 1 - left).substitute({name: value}, {**ends, remainder: (0, inf)})
        )

    # Polynomials without quotients

    def _by_polynomial(self, goal: _Goal) -> bool:
        less = _without_powers(goal.size)
        if less is not None and self._within(self.fuel // FACT_SHARE, replace(goal, size=less)):
            return True
        return (
            self._by_a_fact(goal)
            or self._by_greatest_values(goal)
            or self._by_least_values(goal)
            or self._by_order(goal)
        )

    def _by_greatest_values(self, goal: _Goal) -> bool:
        for name in sorted(goal.size.names):
            low, high = goal.bounds.get(name, (-inf, inf))
            if not isinstance(high, int) or self.fuel <= 0:
                continue
            below = self.fresh()
            most = high - low if isinstance(low, int) else inf
            bounds = {other: ends for other, ends in goal.bounds.items() if other != name}
            moved = replace(goal, bounds=bounds).substitute({name: high - symbol(below)}, {below: (0, most)})
            if self._within(self.fuel // FACT_SHARE, replace(moved, bounds={**moved.bounds, below: (0, inf)})):
                return True
        return False

    def _by_order(self, goal: _Goal) -> bool:
        """Two names whose product counts against the goal: one of them is the larger."""
        pair = _rivals(goal.size)
        if pair is None or self.fuel <= 0:
            return False
        (one, other), more = pair, self.fresh()
        cases = ({one: symbol(other) + symbol(more)}, {other: symbol(one) + 1 + symbol(more)})
        return all(self.holds(goal.substitute(case, {more: (0, inf)})) for case in cases)

    def _by_a_fact(self, goal: _Goal) -> bool:
        for fact, name in _usable_facts(goal):
            if self.fuel <= 0:
                return False
            more = self.fresh()
            others = tuple(other for other in goal.facts if other is not fact)
            value = _solved(fact, name, symbol(more))
            tried = replace(goal, facts=others).substitute({name: value}, {more: (0, inf)})
            if self._within(self.fuel // FACT_SHARE, tried):
                return True
        return False

    def _by_least_values(self, goal: _Goal) -> bool:
        for name in sorted(goal.size.names):
            low = goal.bounds.get(name, (-inf, inf))[0]
            if not isinstance(low, int) or low > LARGEST_SPLIT_VALUE or self.fuel <= 0:
                continue
            if not self._within(SPLIT_FUEL, goal.substitute({name: integer(low)}, {})):
                continue
            high = goal.bounds[name][1]
            if self.holds(replace(goal, bounds={**goal.bounds, name: (low + 1, high)})):
                return True
        return False

    def _within(self, fuel: int, goal: _Goal) -> bool:
        """Whether the goal is proved with at most so much of the fuel."""
        kept = max(self.fuel - fuel, 0)
        self.fuel -= kept
        result = self.holds(goal)
        self.fuel += kept
        return result


def _primitive(size: Size, bounds: Mapping[str, Interval]) -> Size:
    """The size without the names, at least 1, that all its terms have in common; its sign is the same."""
    shared = tuple(
        atom
        for atom in (common_monomial(list(size.terms)) if size.terms else ())
        if isinstance(atom, Symbol) and bounds.get(atom.name, (-inf, inf))[0] >= 1
    )
    if not shared:
        return size
    return from_terms({without(monomial, shared) or (): count for monomial, count in size.terms.items()})


def _without_a_pair_of_quotients(size: Size) -> Size | None:
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


def _without_powers(size: Size) -> Size | None:
    """A size that is no larger: powers that count for it are at least 1 + (base - 1) * exponent."""
    for atoms, count in size.terms.items():
        if count > 0 and len(atoms) == 1 and isinstance(atoms[0], Power):
            base, exponent = atoms[0].parts
            return size + count * (1 + (base - 1) * exponent - _of_atom(atoms[0]))
    return None


def _rivals(size: Size) -> tuple[str, str] | None:
    """Two names in a product with a negative coefficient, each of which also counts for the size by itself."""
    for atoms, count in size.terms.items():
        names = list(dict.fromkeys(atom.name for atom in atoms if isinstance(atom, Symbol)))
        if count < 0 and len(names) == 2 and len(names) <= len(atoms):
            return names[0], names[1]
    return None


def _innermost(goal: _Goal) -> Atom | None:
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


def _unit_name(numerator: Size, divisor: Size) -> str | None:
    """A name that is linear in the numerator with coefficient 1 or -1, and not in the divisor."""
    for name in sorted(numerator.names - divisor.names):
        parts = numerator.linear_in(name)
        if parts is not None and parts[0].constant in (1, -1):
            return name
    return None


def _solved(size: Size, name: str, value: Size) -> Size:
    """What the name is if the size, in which it has coefficient 1 or -1, has that value."""
    parts = size.linear_in(name)
    assert parts is not None, "the name was chosen to be linear"
    return (value - parts[1]) * parts[0]


def _is_polynomial(size: Size) -> bool:
    return all(isinstance(atom, Symbol) for atom in size.atoms)


def _least_quotient(numerator: Size, divisor: Size, goal: _Goal) -> int | float:
    if nonnegative_given(numerator - divisor, goal.facts, goal.bounds):
        return 1
    return 0 if nonnegative_given(numerator, goal.facts, goal.bounds) else -inf


def _usable_facts(goal: _Goal) -> Iterator[tuple[Size, str]]:
    """Facts that say more than the intervals do, short ones first, with a name of the goal to eliminate."""
    for fact in sorted(goal.facts, key=lambda fact: (len(fact.terms), fact.digest)):
        if nonnegative(fact, goal.bounds):
            continue
        for name in sorted(fact.names & goal.size.names):
            parts = fact.linear_in(name)
            if parts is not None and parts[0].constant in (1, -1):
                yield fact, name
