"""Sizes that SymPy computes with: what the shape rules are read on for a second derivation.

In: a size.  Out: an `Expression`, which a shape rule takes for a size: its operators are SymPy's, none of the normal
forms of `algebra` takes part.  `agreement` says whether what a rule made of expressions is a given size.  SymPy is
imported on first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from shapecheck.sizes.algebra.point_values import Undefined
from shapecheck.sizes.algebra.size import Size, as_size
from shapecheck.sizes.algebra.weight import weight
from shapecheck.sizes.choose import smallest
from shapecheck.sizes.decide import decide
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import Relation
from shapecheck.sizes.questions.verdicts import Decision, Refuted, Unknown
from shapecheck.sizes.symbolic import from_sympy, named, to_sympy

HEAVIEST = 400
"""Largest size handed to SymPy, which may take minutes for larger ones."""


class Expression(Size):
    """A SymPy expression in the place of a size.

    It is a kind of `Size` so that operators with a size on the left come here as well; it has no terms, and what asks
    for them fails.  Two are equal if SymPy writes them alike.
    """

    __slots__ = ("expression",)

    expression: Any

    def __init__(self, expression: Any) -> None:
        self.expression = expression

    def __add__(self, other: Size | int) -> Expression:
        return Expression(self.expression + _operand(other))

    __radd__ = __add__

    def __neg__(self) -> Expression:
        return Expression(-self.expression)

    def __sub__(self, other: Size | int) -> Expression:
        return Expression(self.expression - _operand(other))

    def __rsub__(self, other: Size | int) -> Expression:
        return Expression(_operand(other) - self.expression)

    def __mul__(self, other: Size | int) -> Expression:
        return Expression(self.expression * _operand(other))

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Expression:
        return Expression(self.expression**exponent)

    def __floordiv__(self, divisor: Size | int) -> Expression:
        return _quotient(self.expression, _operand(divisor))

    def __rfloordiv__(self, numerator: Size | int) -> Expression:
        return _quotient(_operand(numerator), self.expression)

    def __mod__(self, divisor: Size | int) -> Expression:
        return self - self // divisor * divisor

    def __rmod__(self, numerator: Size | int) -> Expression:
        whole = numerator // self
        return -(whole * self) + numerator

    def greater_of(self, other: Size | int) -> Expression:
        """The maximum of both."""
        import sympy

        return Expression(sympy.Max(self.expression, _operand(other)))

    @property
    def constant(self) -> int | None:
        """The value of a number, else None."""
        return int(self.expression) if self.expression.is_Integer else None

    @property
    def names(self) -> frozenset[str]:
        """The names of all symbols; of a member of a size family those in its subscripts."""
        return frozenset().union(*(named(symbol.name).names for symbol in self.expression.free_symbols))

    def evaluate(self, env: Mapping[str, Any]) -> Any:
        """The value at integers, by the algebra."""
        return from_sympy(self.expression).evaluate(env)

    def value(self, env: Mapping[str, int]) -> int:
        """The value at integers, by SymPy; `Undefined` where something is divided by 0."""
        values = {symbol: named(symbol.name).evaluate(env) for symbol in self.expression.free_symbols}
        found = self.expression.subs(values)
        if not found.is_finite:
            raise Undefined(f"{self} at {dict(env)}")
        return int(found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Size) and bool(self.expression == _operand(other))

    def __hash__(self) -> int:
        return hash(self.expression)

    def __str__(self) -> str:
        return str(self.expression)


def _operand(value: Size | int) -> Any:
    return value.expression if isinstance(value, Expression) else to_sympy(as_size(value))


def _quotient(numerator: Any, divisor: Any) -> Expression:
    import sympy

    return Expression(sympy.floor(numerator / divisor))


def as_expression(size: Size, context: Context) -> Expression | None:
    """The size for SymPy to compute with; None if it is too large for that."""
    return None if weight(size) > HEAVIEST else Expression(to_sympy(size, context))


def agreement(expression: Size, size: Size, context: Context) -> Decision:
    """Whether SymPy's result is that size, for all sizes that the context admits.

    A mistake in the algebra might turn both into the same wrong size: SymPy evaluates its own at a few points.
    """
    decision = decided(Relation("==", expression, size), context)
    if isinstance(decision, Refuted) or not isinstance(expression, Expression):
        return decision
    for point in _points(context, expression.names | size.names):
        try:
            differs = expression.value(point) != size.evaluate(point)
        except Undefined:
            continue
        if differs:
            return Refuted(point, "evaluated by SymPy")
    return decision


@lru_cache(maxsize=1024)
def _points(context: Context, names: frozenset[str]) -> list[dict[str, int]]:
    """A few admissible points: the smallest ones, and some at which no two sizes are equal."""
    return smallest(context, names, count=4) + smallest(context, names, True, count=2)


def decided(relation: Relation, context: Context) -> Decision:
    """Whether a comparison between expressions or sizes holds for all sizes that the context admits.

    SymPy is not asked: its expressions are read back and compared in normal form, or the comparison is decided.
    """
    try:
        back = Relation(relation.operator, _read_back(relation.left), _read_back(relation.right))
    except ValueError as error:
        return Unknown(str(error))
    return decide(context, back)


def _read_back(size: Size) -> Size:
    return from_sympy(size.expression) if isinstance(size, Expression) else size
