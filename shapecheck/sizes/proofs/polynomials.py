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
    c*base^e                    base^e >= 1 + (base - 1)*e (Bernoulli), and a term more of the binomial theorem
    at most quadratic           completed squares
    -c*a*b                      two cases: a = b + t, and b = a + 1 + t with t >= 0

Splitting an inner floor rewrites the outer ones, so that nested floors are covered to any depth.  `fuel` bounds the
number of steps.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import inf

from shapecheck.sizes.algebra.atoms import Atom, Floor, Positive
from shapecheck.sizes.algebra.size import ZERO, Size, integer, symbol
from shapecheck.sizes.algebra.weight import weight
from shapecheck.sizes.proofs.equalities import Reduced
from shapecheck.sizes.proofs.goals import (
    MOST_TERMS,
    Goal,
    innermost,
    is_polynomial,
    least_quotient,
    primitive,
    rivals,
    solved,
    unit_name,
    usable_facts,
    without_a_pair_of_quotients,
    without_a_quotient,
    without_powers,
)
from shapecheck.sizes.proofs.signs import contradictory, nonnegative, nonnegative_given
from shapecheck.sizes.proofs.squares import nonnegative_by_squares
from shapecheck.sizes.questions.bounds import Bounds, is_empty, tightened
from shapecheck.sizes.questions.question import Kind, inequalities

FUEL = 200  # steps; one with many terms or facts counts more than once
CONTRADICTION_FUEL = 30
SPLIT_FUEL = 12  # steps for one small value
SIGN_SHARE = 8  # the sign of a maximum's part may use up this part of the steps left
FACT_SHARE = 3  # a fact may use up this part of the steps left
WEIGHT_OF_A_STEP = 60
MOST_REMAINDERS = 16
MOST_RESIDUE_CASES = 64
LARGEST_SPLIT_VALUE = 6


def prove(kind: Kind, problem: Reduced, fuel: int = FUEL) -> str | None:
    """The method by which `problem.goal kind 0` is proved within this many steps, or None."""
    facts = inequalities(problem.constraints)
    bounds: Bounds = {name: (-inf if low is None else low, inf) for name, low in problem.lowers.items()}
    for alternative in _alternatives(kind, problem.goal):
        prover = _Prover(fuel)
        if all(prover.holds_or_contradicts(Goal(size, facts, bounds)) for size in alternative):
            return "residue classes" if prover.used_residues else "polynomial bounds"
    return None


def _alternatives(kind: Kind, size: Size) -> list[tuple[Size, ...]]:
    """Lists of sizes; all of one list being at least 0 suffices."""
    if kind == ">=":
        return [(size,)]
    return [(size, -size)] if kind == "==" else [(size - 1,), (-size - 1,)]


class _Prover:
    """Counts the steps, makes new names, and remembers whether residues were split."""

    def __init__(self, fuel: int) -> None:
        self.fuel = self.first_fuel = fuel
        self.made = 0
        self.used_residues = False

    def fresh(self) -> str:
        self.made += 1
        return f"%%{self.made}"

    def holds_or_contradicts(self, goal: Goal) -> bool:
        """Whether the goal was proved, directly or by assuming that it does not hold."""
        if self.holds(goal):
            return True
        self.fuel = min(CONTRADICTION_FUEL, self.first_fuel)
        return bool(goal.facts) and self.holds(goal.with_size(goal.size, -goal.size - 1))

    def holds(self, goal: Goal) -> bool:
        """Whether the goal was proved."""
        self.fuel -= 1 + len(goal.facts) // 4 + sum(map(weight, (goal.size, *goal.facts))) // WEIGHT_OF_A_STEP
        goal = replace(goal, bounds=tightened(goal.bounds, goal.facts))
        goal = goal.with_size(primitive(goal.size, goal.bounds))
        if self._is_evident(goal):
            return True
        if self.fuel <= 0 or len(goal.size.terms) > MOST_TERMS:
            return False
        less = without_a_pair_of_quotients(goal.size)
        if less is not None and self._within(self.fuel // FACT_SHARE, replace(goal, size=less)):
            return True
        fewer = without_a_quotient(goal.size)
        if fewer is not None and self._within(self.fuel // FACT_SHARE, goal.with_size(*fewer)):
            return True
        atom = innermost(goal)
        if atom is None:
            return self._by_polynomial(goal)
        if isinstance(atom, Positive):
            return self._by_sign_of(atom, goal)
        return self._by_quotient(atom, goal)

    def _is_evident(self, goal: Goal) -> bool:
        return (
            is_empty(goal.bounds)
            or nonnegative_given(goal.size, goal.facts, goal.bounds)
            or contradictory(goal.facts, goal.bounds)
        )

    def _by_sign_of(self, atom: Atom, goal: Goal) -> bool:
        inner = atom.parts[0]
        if any(isinstance(part, Floor) for part in inner.atoms):
            for sign, value in ((inner, inner), (-inner, ZERO)):
                if self._within(self.fuel // SIGN_SHARE, goal.with_size(sign)):
                    return self.holds(goal.replace(atom, value))
        if not nonnegative(-inner - 1, goal.bounds) and not self.holds(goal.replace(atom, inner, inner)):
            return False
        return nonnegative(inner, goal.bounds) or self.holds(goal.replace(atom, ZERO, -inner - 1))

    # Quotients

    def _by_quotient(self, atom: Atom, goal: Goal) -> bool:
        numerator, divisor = atom.parts
        known = goal.facts, goal.bounds
        if nonnegative_given(numerator, *known) and nonnegative_given(divisor - 1 - numerator, *known):
            return self.holds(goal.replace(atom, ZERO))
        name = unit_name(numerator, divisor)
        modulus = divisor.constant
        if modulus is None:
            return self._by_symbolic_quotient(atom, name, goal)
        if name is not None and modulus <= MOST_REMAINDERS:
            return self._by_remainders(numerator, modulus, name, goal)
        names = sorted(numerator.names)
        if modulus ** len(names) <= MOST_RESIDUE_CASES and is_polynomial(numerator):
            return self._by_residues(names, modulus, goal)
        return self._by_symbolic_quotient(atom, name, goal)

    def _by_remainders(self, numerator: Size, modulus: int, name: str, goal: Goal) -> bool:
        self.used_residues = True
        quotient = self.fresh()
        ends = (least_quotient(numerator, integer(modulus), goal), inf)
        return all(
            self.holds(
                goal.substitute({name: solved(numerator, name, symbol(quotient) * modulus + left)}, {quotient: ends})
            )
            for left in range(modulus)
        )

    def _by_residues(self, names: list[str], modulus: int, goal: Goal) -> bool:
        self.used_residues = True
        quotients = {name: self.fresh() for name in names}
        ends = dict.fromkeys(quotients.values(), (-inf, inf))
        for residues in product(range(modulus), repeat=len(names)):
            pairs = zip(names, residues, strict=True)
            values = {name: symbol(quotients[name]) * modulus + left for name, left in pairs}
            if not self.holds(goal.substitute(values, ends)):
                return False
        return True

    def _by_symbolic_quotient(self, atom: Atom, name: str | None, goal: Goal) -> bool:
        numerator, divisor = atom.parts
        quotient = self.fresh()
        whole = symbol(quotient)
        ends = {quotient: (least_quotient(numerator, divisor, goal), inf)}
        if name is None:
            low, high = numerator - divisor * whole, divisor * whole + divisor - 1 - numerator
            return self.holds(goal.replace(atom, whole, low, high).substitute({}, ends))
        remainder = self.fresh()
        left = symbol(remainder)
        value = solved(numerator, name, divisor * whole + left)
        return self.holds(
            goal.replace(atom, whole, divisor - 1 - left).substitute({name: value}, {**ends, remainder: (0, inf)})
        )

    # Polynomials without quotients

    def _by_polynomial(self, goal: Goal) -> bool:
        if nonnegative_by_squares(goal.size, goal.bounds):
            return True
        less = without_powers(goal.size)
        if less is not None and self._within(self.fuel // FACT_SHARE, replace(goal, size=less)):
            return True
        return (
            self._by_a_fact(goal)
            or self._by_greatest_values(goal)
            or self._by_least_values(goal)
            or self._by_order(goal)
        )

    def _by_greatest_values(self, goal: Goal) -> bool:
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

    def _by_order(self, goal: Goal) -> bool:
        """Two names whose product counts against the goal: one of them is the larger."""
        pair = rivals(goal.size)
        if pair is None or self.fuel <= 0:
            return False
        (one, other), more = pair, self.fresh()
        cases = ({one: symbol(other) + symbol(more)}, {other: symbol(one) + 1 + symbol(more)})
        return all(self.holds(goal.substitute(case, {more: (0, inf)})) for case in cases)

    def _by_a_fact(self, goal: Goal) -> bool:
        for fact, name in usable_facts(goal):
            if self.fuel <= 0:
                return False
            more = self.fresh()
            others = tuple(other for other in goal.facts if other is not fact)
            value = solved(fact, name, symbol(more))
            tried = replace(goal, facts=others).substitute({name: value}, {more: (0, inf)})
            if self._within(self.fuel // FACT_SHARE, tried):
                return True
        return False

    def _by_least_values(self, goal: Goal) -> bool:
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

    def _within(self, fuel: int, goal: Goal) -> bool:
        """Whether the goal is proved with at most this much of the fuel."""
        kept = max(self.fuel - fuel, 0)
        self.fuel -= kept
        result = self.holds(goal)
        self.fuel += kept
        return result
