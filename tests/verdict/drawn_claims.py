"""Random claims with guards, branches and quotients, as text and as a function of the numbers in them.

The function is the independent truth: it evaluates the claim by Python's own arithmetic on fractions, from left to
right, takes only the branch that is chosen, and raises `Undefined` where a value is needed that is not there.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

At = Mapping[str, Any]
COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
LIMIT = 200
"""The largest exponent that is evaluated."""


class Undefined(Exception):
    """A value that is needed is not defined."""


@dataclass
class Drawn:
    """A piece of a claim: how it is written, and what it is at given numbers."""

    text: str
    at: Callable[[At], Any]


def _quotient(sign: str) -> Callable[[Fraction, Fraction], Fraction]:
    def compute(left: Fraction, right: Fraction) -> Fraction:
        if right == 0 or (sign != "/" and right < 0):
            raise Undefined
        floor = Fraction(left // right)
        return {"/": left / right, "//": floor, "%": left - floor * right}[sign]

    return compute


def _power(_: Fraction, exponent: Fraction) -> Fraction:
    if not 0 <= exponent <= LIMIT:
        raise Undefined
    return Fraction(2) ** int(exponent)


class Draws:
    """Draws claims; `atoms` are what they are made of, `division` is `/` or `//` and `%`."""

    def __init__(self, seed: int, atoms: list[Drawn], quotients: list[str]) -> None:
        self.random = random.Random(seed)
        self.atoms = atoms
        self.quotients = quotients

    def value(self, depth: int) -> Drawn:
        """A number."""
        kind = self.random.random()
        if depth == 0 or kind < 0.25:
            return self.random.choice([*self.atoms, *self.atoms, _constant(self.random.randint(0, 4))])
        if kind < 0.6:
            sign = self.random.choice("+-*")
            return self._infix(sign, {"+": operator.add, "-": operator.sub, "*": operator.mul}[sign], depth)
        if kind < 0.8:
            sign = self.random.choice(self.quotients)
            return self._infix(sign, _quotient(sign), depth)
        if kind < 0.9:
            name = self.random.choice(["min", "max"])
            left, right = self.value(depth - 1), self.value(depth - 1)
            pick = {"min": min, "max": max}[name]
            return Drawn(f"{name}({left.text}, {right.text})", lambda at: pick(left.at(at), right.at(at)))
        if kind < 0.97 or "/" in self.quotients:
            return self._chosen(depth)
        exponent = self.value(depth - 1)
        return Drawn(f"2^({exponent.text})", lambda at: _power(Fraction(2), exponent.at(at)))

    def truth(self, depth: int) -> Drawn:
        """A condition."""
        kind = self.random.random()
        if depth == 0 or kind < 0.5:
            return self.comparison(1)
        left, right = self.truth(depth - 1), self.truth(depth - 1)
        if kind < 0.7:
            return Drawn(f"({left.text} and {right.text})", lambda at: left.at(at) and right.at(at))
        if kind < 0.9:
            return Drawn(f"({left.text} or {right.text})", lambda at: left.at(at) or right.at(at))
        return Drawn(f"not ({left.text})", lambda at: not left.at(at))

    def comparison(self, depth: int) -> Drawn:
        """Two numbers compared."""
        sign = self.random.choice(list(COMPARISONS))
        left, right = self.value(depth), self.value(depth)
        return Drawn(f"{left.text} {sign} {right.text}", lambda at: COMPARISONS[sign](left.at(at), right.at(at)))

    def _infix(self, sign: str, compute: Callable[[Any, Any], Any], depth: int) -> Drawn:
        left, right = self.value(depth - 1), self.value(depth - 1)
        return Drawn(f"({left.text} {sign} {right.text})", lambda at: compute(left.at(at), right.at(at)))

    def _chosen(self, depth: int) -> Drawn:
        test, then, otherwise = self.truth(1), self.value(depth - 1), self.value(depth - 1)
        text = f"(if {test.text} then {then.text} else {otherwise.text})"
        return Drawn(text, lambda at: then.at(at) if test.at(at) else otherwise.at(at))


def atom(text: str, at: Callable[[At], int]) -> Drawn:
    """A name or an entry."""
    return Drawn(text, lambda place: Fraction(at(place)))


def _constant(number: int) -> Drawn:
    return Drawn(str(number), lambda at: Fraction(number))
