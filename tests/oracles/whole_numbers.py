"""What statements about sizes mean, twice: in Python's integers at a point, and in z3's for all points.

Comes in: a statement as the author wrote it (the syntax tree), or as the product keeps it (a formula over `Size`).
Goes out: whether it holds at a point, or a z3 expression.  Nothing of the product's algebra takes part: a quotient, a
remainder, a maximum is read here once more, from the language's text.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shapecheck.record import record
from shapecheck.sizes import And, Formula, Not, Or, Relation, Size
from shapecheck.sizes.algebra.atoms import Atom, Floor, Positive, Power, Symbol
from shapecheck.syntax import tree

from .engines import engine

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip


class Undefined(ArithmeticError):
    """A division by less than 1 or that leaves a rest, or a negative power: nothing is said of such a point."""


class NotSizes(LookupError):
    """The statement is about more than sizes."""


class Python:
    """Integers at one point."""

    def __init__(self, point: Mapping[str, int]) -> None:
        self.point = point

    def name(self, name: str) -> int:
        """A size by its name."""
        if name not in self.point:
            raise NotSizes(name)
        return self.point[name]

    def floor(self, numerator: int, divisor: int) -> int:
        """The quotient rounded down."""
        if divisor < 1:
            raise Undefined
        return numerator // divisor

    def exact(self, numerator: int, divisor: int) -> int:
        """The quotient of a division that leaves no rest."""
        if divisor < 1 or numerator % divisor:
            raise Undefined
        return numerator // divisor

    def power(self, base: int, exponent: int) -> int:
        """A power."""
        if exponent < 0:
            raise Undefined
        if abs(base) > 1 and exponent > 5000:
            raise NotSizes("a power too large to be written")
        return int(base**exponent)

    def greater(self, one: int, other: int) -> int:
        """The maximum of two."""
        return max(one, other)

    def all(self, parts: Sequence[bool]) -> bool:
        """A conjunction; all parts have been evaluated, so that an undefined one has raised."""
        return all(parts)

    def any(self, parts: Sequence[bool]) -> bool:
        """A disjunction."""
        return any(parts)

    def negation(self, part: bool) -> bool:
        """A negation."""
        return not part


class Z3:
    """z3's integers; `sides` collects under which conditions everything that was built has a value.

    A power with a symbolic exponent is a new unknown of which only little is said: what z3 then finds must be tried.
    """

    def __init__(self) -> None:
        self.z3 = engine("z3")
        self.names: dict[str, Any] = {}
        self.sides: list[Any] = []
        self._powers: dict[tuple[str, str], Any] = {}

    def name(self, name: str) -> Any:
        """A size by its name."""
        return self.names.setdefault(name, self.z3.Int(name))

    def floor(self, numerator: Any, divisor: Any) -> Any:
        """The quotient rounded down; by a symbol it is told by its remainder, which z3 understands better."""
        if isinstance(divisor, int):
            if divisor < 1:
                raise Undefined
            return numerator // divisor if isinstance(numerator, int) else numerator / divisor
        return self._quotient(numerator, divisor, True)

    def exact(self, numerator: Any, divisor: Any) -> Any:
        """The quotient of a division that leaves no rest."""
        return self._quotient(numerator, divisor, False)

    def _quotient(self, numerator: Any, divisor: Any, rounds: bool) -> Any:
        quotient = self.z3.FreshInt("q")
        rest = numerator - quotient * divisor
        self.sides += [divisor >= 1, *([rest >= 0, rest < divisor] if rounds else [rest == 0])]
        return quotient

    def power(self, base: Any, exponent: Any) -> Any:
        """A power."""
        if isinstance(exponent, int):
            if exponent < 0:
                raise Undefined
            return math.prod([base] * exponent)
        known = self._powers.setdefault((str(base), str(exponent)), self.z3.FreshInt("p"))
        self.sides += [exponent >= 0, base >= 1, known >= 1]
        if isinstance(base, int) and base > 1:
            self.sides += [known > exponent, self.z3.Or(exponent == 0, known % base == 0)]
        return known

    def greater(self, one: Any, other: Any) -> Any:
        """The maximum of two."""
        if isinstance(one, int) and isinstance(other, int):
            return max(one, other)
        return self.z3.If(one >= other, one, other)

    def all(self, parts: Sequence[Any]) -> Any:
        """A conjunction."""
        return self.z3.And(*parts)

    def any(self, parts: Sequence[Any]) -> Any:
        """A disjunction."""
        return self.z3.Or(*parts)

    def negation(self, part: Any) -> Any:
        """A negation."""
        return self.z3.Not(part)


@record
class Written:
    """Reads statements as they are written; `derived` are the declared sizes that stand for others."""

    numbers: Any
    derived: Mapping[str, tree.Expression]

    def size(self, node: tree.Expression) -> Any:
        """The value of a size."""
        match node:
            case tree.Integer(value):
                return value
            case tree.Name(name) if name in self.derived:
                return self.size(self.derived[name])
            case tree.Name(name):
                return self.numbers.name(name)
            case tree.Coefficient(factor, operand):
                return factor * self.size(operand)
            case tree.Minus(operand):
                return -self.size(operand)
            case tree.Binary(sign, left, right):
                return self._binary(sign, self.size(left), self.size(right))
            case tree.Call(tree.Name(name), arguments):
                return self._call(name, [argument.value for argument in arguments])
            case _:
                raise NotSizes(type(node).__name__)

    def _binary(self, sign: str, left: Any, right: Any) -> Any:
        numbers = self.numbers
        match sign:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "//":
                return numbers.floor(left, right)
            case "%":
                return left - numbers.floor(left, right) * right
            case "/":
                return numbers.exact(left, right)
            case "^":
                return numbers.power(left, right)
            case _:
                raise NotSizes(sign)

    def _call(self, name: str, arguments: Sequence[tree.Expression]) -> Any:
        match name, arguments:
            case "ceil", [tree.Binary("/", left, right)]:
                return -self.numbers.floor(-self.size(left), self.size(right))
            case "floor", [tree.Binary("/", left, right)]:
                return self.numbers.floor(self.size(left), self.size(right))
            case (("ceil" | "floor"), [only]):
                return self.size(only)
            case "abs", [only]:
                value = self.size(only)
                return self.numbers.greater(value, -value)
            case (("max" | "min"), [first, *rest]):
                sign = 1 if name == "max" else -1
                found = sign * self.size(first)
                for one in rest:
                    found = self.numbers.greater(found, sign * self.size(one))
                return sign * found
            case _:
                raise NotSizes(name)

    def holds(self, node: tree.Expression) -> Any:
        """The truth of a condition."""
        match node:
            case tree.Comparison(operands, signs):
                values = [self.size(operand) for operand in operands]
                if not set(signs) <= set(COMPARISONS):
                    raise NotSizes(", ".join(signs))
                return self.numbers.all(
                    [COMPARISONS[sign](one, other) for sign, one, other in zip(signs, values, values[1:])]
                )
            case tree.Logic(word, left, right):
                parts = [self.holds(left), self.holds(right)]
                return self.numbers.all(parts) if word == "and" else self.numbers.any(parts)
            case tree.Not(operand):
                return self.numbers.negation(self.holds(operand))
            case _:
                raise NotSizes(type(node).__name__)


@record
class Kept:
    """Reads the product's own formulas: polynomials in symbols, quotients, positive parts and powers."""

    numbers: Any

    def size(self, size: Size) -> Any:
        """The value of a size."""
        total: Any = 0
        for monomial, coefficient in size.terms.items():
            total = total + math.prod([self._atom(atom) for atom in monomial], start=coefficient)
        return total

    def _atom(self, atom: Atom) -> Any:
        parts = [self.size(part) for part in atom.parts]
        match atom:
            case Symbol():
                return self.numbers.name(atom.name)
            case Floor():
                return self.numbers.floor(*parts)
            case Positive():
                return self.numbers.greater(parts[0], 0)
            case Power():
                return self.numbers.power(*parts)
            case _:
                raise NotSizes(type(atom).__name__)

    def holds(self, formula: Formula) -> Any:
        """The truth of a formula."""
        match formula:
            case Relation(sign, left, right):
                return COMPARISONS[sign](self.size(left), self.size(right))
            case And(parts):
                return self.numbers.all([self.holds(part) for part in parts])
            case Or(parts):
                return self.numbers.any([self.holds(part) for part in parts])
            case Not(part):
                return self.numbers.negation(self.holds(part))
