"""Statements about sizes: comparisons, and their combinations by and, or, not.

In: sizes.  Out: frozen values that can be evaluated, negated and substituted in.  A combination of no parts is
`TRUE = And(())` or `FALSE = Or(())`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from shapecheck.record import record
from shapecheck.sizes.algebra.size import Size, integer

Operator = Literal["==", "!=", "<=", ">=", "<", ">"]
OPPOSITE: Mapping[Operator, Operator] = {"==": "!=", "!=": "==", "<=": ">", ">": "<=", ">=": "<", "<": ">="}


@record
class Relation:
    """A comparison of two sizes."""

    operator: Operator
    left: Size
    right: Size
    _difference: Size | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def difference(self) -> Size:
        """`left - right`, worked out when it is first asked for."""
        if self._difference is None:
            object.__setattr__(self, "_difference", self.left - self.right)
        assert self._difference is not None
        return self._difference

    @property
    def names(self) -> frozenset[str]:
        """The symbols on which the truth depends; those that cancel do not count."""
        return self.difference.names

    def holds(self, env: Mapping[str, int]) -> bool:
        """Whether it is true at a point; `Undefined` where a side has no value."""
        return compare(self.operator, self.difference.evaluate(env))

    def negated(self) -> Relation:
        """The comparison that holds where this one does not."""
        return Relation(OPPOSITE[self.operator], self.left, self.right)

    def substitute(self, mapping: Mapping[str, Size | int]) -> Relation:
        """With sizes put for symbols."""
        left, right = self.left.substitute(mapping), self.right.substitute(mapping)
        return self if left is self.left and right is self.right else Relation(self.operator, left, right)

    def __str__(self) -> str:
        return f"{self.left} {self.operator} {self.right}"


@record
class And:
    """All parts hold."""

    parts: tuple[Formula, ...]

    @property
    def names(self) -> frozenset[str]:
        """The symbols of all parts."""
        return frozenset().union(*(part.names for part in self.parts))

    def holds(self, env: Mapping[str, int]) -> bool:
        """Whether it is true at a point; `Undefined` where any part is."""
        return all([part.holds(env) for part in self.parts])  # noqa: C419 - every part is evaluated

    def negated(self) -> Or:
        """The statement that holds where this one does not."""
        return Or(tuple(part.negated() for part in self.parts))

    def substitute(self, mapping: Mapping[str, Size | int]) -> And:
        """With sizes put for symbols."""
        return And(tuple(part.substitute(mapping) for part in self.parts))

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.parts) or "true"


@record
class Or:
    """At least one part holds."""

    parts: tuple[Formula, ...]

    @property
    def names(self) -> frozenset[str]:
        """The symbols of all parts."""
        return frozenset().union(*(part.names for part in self.parts))

    def holds(self, env: Mapping[str, int]) -> bool:
        """Whether it is true at a point; `Undefined` where any part is."""
        return any([part.holds(env) for part in self.parts])  # noqa: C419 - every part is evaluated

    def negated(self) -> And:
        """The statement that holds where this one does not."""
        return And(tuple(part.negated() for part in self.parts))

    def substitute(self, mapping: Mapping[str, Size | int]) -> Or:
        """With sizes put for symbols."""
        return Or(tuple(part.substitute(mapping) for part in self.parts))

    def __str__(self) -> str:
        return " or ".join(f"({part})" if isinstance(part, And) else str(part) for part in self.parts) or "false"


@record
class Not:
    """The part does not hold."""

    part: Formula

    @property
    def names(self) -> frozenset[str]:
        """The symbols of the part."""
        return self.part.names

    def holds(self, env: Mapping[str, int]) -> bool:
        """Whether it is true at a point."""
        return not self.part.holds(env)

    def negated(self) -> Formula:
        """The part itself."""
        return self.part

    def substitute(self, mapping: Mapping[str, Size | int]) -> Not:
        """With sizes put for symbols."""
        return Not(self.part.substitute(mapping))

    def __str__(self) -> str:
        return f"not ({self.part})"


Ranges: TypeAlias = "tuple[tuple[str, Size, Size], ...]"


_OWN_NUMBER = re.compile(r"(?<=\w)'\d+")
"""The number behind an index that tells it from others of its name."""


@record
class Every:
    """The part holds for all values of indices in ranges (`symbol, low, high`); with `some` for at least one.

    A range may mention the indices before it.  It is an assumption about size families, and no part of other formulas
    but of their negation.
    """

    ranges: Ranges
    part: Formula
    some: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The symbols of the ranges and of the part, without the indices."""
        ends = (end.names for _, low, high in self.ranges for end in (low, high))
        return self.part.names.union(*ends) - {symbol for symbol, _, _ in self.ranges}

    def holds(self, env: Mapping[str, int]) -> bool:
        """Whether it is true at a point; `Undefined` where the part is at some values of the indices."""
        truths = [self.part.holds({**env, **at}) for at in self.points(env)]
        return any(truths) if self.some else all(truths)

    def points(self, env: Mapping[str, int]) -> list[dict[str, int]]:
        """The values of the indices at a point."""
        found: list[dict[str, int]] = [{}]
        for symbol, low, high in self.ranges:
            found = [
                {**at, symbol: value}
                for at in found
                for value in range(low.evaluate({**env, **at}), high.evaluate({**env, **at}) + 1)
            ]
        return found

    def negated(self) -> Every:
        """The statement that holds where this one does not."""
        return Every(self.ranges, self.part.negated(), not self.some)

    def substitute(self, mapping: Mapping[str, Size | int]) -> Every:
        """With sizes put for symbols other than the indices."""
        ranges = tuple((name, low.substitute(mapping), high.substitute(mapping)) for name, low, high in self.ranges)
        return Every(ranges, self.part.substitute(mapping), self.some)

    def written_out(self, env: Mapping[str, int]) -> Formula:
        """The formula at sizes that fix the ranges: a part for each value of the indices."""
        parts = tuple(self.part.substitute(at) for at in self.points(env))
        return Or(parts) if self.some else And(parts)

    def __str__(self) -> str:
        ends = (f"{name.removeprefix('.')} in {low}..{high}" for name, low, high in self.ranges)
        text = f"{self.part} for {'some ' if self.some else ''}{', '.join(ends)}"
        return _OWN_NUMBER.sub("", text)


Formula: TypeAlias = "Relation | And | Or | Not | Every"

TRUE = And(())
FALSE = Or(())


def compare(operator: Operator, difference: int) -> bool:
    """Whether `left operator right` holds, given `left - right`; element by element on arrays."""
    match operator:
        case "==":
            return difference == 0
        case "!=":
            return difference != 0
        case "<=":
            return difference <= 0
        case ">=":
            return difference >= 0
        case "<":
            return difference < 0
        case ">":
            return difference > 0


def without_not(formula: Formula) -> Formula:
    """An equivalent formula of `And`, `Or` and relations."""
    if isinstance(formula, Not):
        return without_not(formula.part.negated())
    if isinstance(formula, (And, Or)):
        return type(formula)(tuple(without_not(part) for part in formula.parts))
    return formula


def conjuncts(formula: Formula) -> tuple[Formula, ...]:
    """The parts that must all hold, nested conjunctions opened; none of them is a `Not` or an `And`."""
    formula = without_not(formula)
    if isinstance(formula, And):
        return tuple(inner for part in formula.parts for inner in conjuncts(part))
    return (formula,)


def relations(formula: Formula) -> tuple[Relation, ...]:
    """All comparisons in a formula."""
    if isinstance(formula, Relation):
        return (formula,)
    if isinstance(formula, (Not, Every)):
        return relations(formula.part)
    return tuple(relation for part in formula.parts for relation in relations(part))


def equal(left: Size, right: Size) -> Relation:
    """`left == right`."""
    return Relation("==", left, right)


def at_least(left: Size, right: Size | int) -> Relation:
    """`left >= right`."""
    return Relation(">=", left, right if isinstance(right, Size) else integer(right))
