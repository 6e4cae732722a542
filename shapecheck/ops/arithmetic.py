"""Arithmetic: `+ - .* ./ ^ // % max min` entry by entry, `*` and `/` with a scalar on one side, the sign `neg`.

Integers stay integers under all of them but `./`, `/` and a negative exponent; `//` and `%` round towards minus
infinity, so that the remainder has the sign of the divisor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from shapecheck.ops.arrays import as_floats, exactly, magnitude, promote
from shapecheck.ops.base import Misfit, Result, Shape
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.shape_rules import Unknown, new_shape

if TYPE_CHECKING:
    from shapecheck.ops.adjoint import Algebra, Shares, Value
    from shapecheck.ops.arrays import Array


def add(left: Array, right: Array) -> Array:
    """The sum, exact on integers."""
    left, right = promote((left, right))
    return _checked(lambda a, b: a + b, lambda a, b: a + b, left, right)


def subtract(left: Array, right: Array) -> Array:
    """The difference, exact on integers."""
    left, right = promote((left, right))
    return _checked(lambda a, b: a - b, lambda a, b: a + b, left, right)


def multiply(left: Array, right: Array) -> Array:
    """The product, exact on integers."""
    left, right = promote((left, right))
    return _checked(lambda a, b: a * b, lambda a, b: a * b, left, right)


def _checked(
    compute: Callable[[Array, Array], Array], bound: Callable[[int, int], int], left: Array, right: Array
) -> Array:
    if left.dtype.kind == "f":
        return compute(left, right)
    return exactly(compute, bound(magnitude(left), magnitude(right)), (left, right))


def divide(left: Array, right: Array) -> Array:
    """The real quotient."""
    left, right = as_floats((left, right))
    return left / right


def floor_divide(left: Array, right: Array) -> Array:
    """The quotient rounded down; NaN where integers are divided by 0."""
    left, right = _divisible(left, right)
    if left.dtype.kind == "f":
        return left // right
    return exactly(lambda a, b: a // b, magnitude(left), (left, right))


def remainder(left: Array, right: Array) -> Array:
    """The remainder of `floor_divide`."""
    left, right = _divisible(left, right)
    return left % right


def _divisible(left: Array, right: Array) -> list[Array]:
    import numpy as np

    left, right = promote((left, right))
    if left.dtype.kind == "f" or right.all():
        return [left, right]
    return [left.astype(np.float64), np.where(right == 0, np.nan, right)]


def power(base: Array, exponent: Array) -> Array:
    """The power; exact on integers where no exponent is negative."""
    base, exponent = promote((base, exponent))
    if base.dtype.kind == "f" or (exponent.size and int(exponent.min()) < 0):
        base, exponent = as_floats((base, exponent))
        return base**exponent
    greatest, times = magnitude(base), magnitude(exponent)
    if greatest > 1 and times > 63:
        return _long_power(base, exponent)
    return exactly(lambda a, b: a**b, greatest**times if greatest > 1 else 1, (base, exponent))


def _long_power(base: Array, exponent: Array) -> Array:
    """Exponents above 63 fit only over -1, 0 and 1, whose powers depend on whether the exponent is 0, odd or even."""
    import numpy as np

    small = np.abs(base) <= 1
    shortened = np.where(small & (exponent > 2), 2 - exponent % 2, exponent)
    return exactly(lambda a, b: a ** np.minimum(b, 64), GREATEST_POWER, (base, shortened))


GREATEST_POWER = 2**64
"""More than fits: `_long_power` always looks at the exact entries."""


def maximum(*arrays: Array) -> Array:
    """The greatest of the operands."""
    import numpy as np

    return reduce(np.maximum, promote(arrays))


def minimum(*arrays: Array) -> Array:
    """The least of the operands."""
    import numpy as np

    return reduce(np.minimum, promote(arrays))


def negate(array: Array) -> Array:
    """The operand with its sign turned."""
    (array,) = promote((array,))
    return -array if array.dtype.kind == "f" else exactly(lambda a: -a, magnitude(array), (array,))


class Scaling(Elementwise):
    """`*` and `/`, which need a scalar on at least one side so that nobody has to guess which product is meant."""

    def shape(self, parameters: Any, operands: Sequence[Shape]) -> Result | Misfit:
        if all(operands):
            entry = "." + self.name
            other = ", or `@` for the matrix product" if self.name == "*" else ""
            return Misfit(
                f"`{self.name}` needs a scalar on one side, and here are two tensors",
                f"write `{entry}` for entry by entry{other}",
            )
        return super().shape(parameters, operands)

    def ranks(
        self,
        parameters: Any,
        operands: Sequence[Shape | None],
        result: Shape | None,
        patience: int,
        unknown: Unknown,
    ) -> Sequence[Shape | None]:
        if any(operands):
            return [() if shape is None else None for shape in operands]
        if result is not None and (not result or sum(shape is None for shape in operands) == 1):
            return [new_shape(len(result), unknown) if shape is None else None for shape in operands]
        return [None] * len(operands)


# ---- adjoints -------------------------------------------------------------------------------------


def _sum_shares(a: Algebra, given: Value, operands: Sequence[Value], result: Value) -> Shares:
    return [given, given]


def _difference_shares(a: Algebra, given: Value, operands: Sequence[Value], result: Value) -> Shares:
    return [given, a.minus(given)]


def _product_shares(a: Algebra, given: Value, operands: Sequence[Value], result: Value) -> Shares:
    left, right = operands
    return [a.times(given, right), a.times(given, left)]


def _quotient_shares(a: Algebra, given: Value, operands: Sequence[Value], result: Value) -> Shares:
    left, right = operands
    return [a.over(given, right), a.minus(a.over(a.times(given, left), a.power(right, 2)))]


def _power_shares(a: Algebra, given: Value, operands: Sequence[Value], result: Value) -> Shares:
    base, exponent = operands
    whole = getattr(exponent, "value", None)
    if isinstance(whole, int):
        return [a.times(a.number(whole), a.times(given, a.power(base, whole - 1))), None]
    lower = a.apply("^", base, a.apply("-", exponent, a.number(1)))
    return [
        a.times(a.times(given, exponent), lower),
        a.times(a.times(given, a.apply("^", base, exponent)), a.apply("log", base)),
    ]


def _remainder_shares(a: Algebra, given: Value, operands: Sequence[Value], result: Value) -> Shares:
    return [given, a.minus(a.times(given, a.apply("//", *operands)))]


def _extreme_shares(better: str) -> Callable[[Algebra, Value, Sequence[Value], Value], Shares]:
    """The first operand that is best gets all: better than those before it, at least as good as those behind it."""

    def shares(a: Algebra, given: Value, operands: Sequence[Value], result: Value) -> Shares:
        found = []
        for place, operand in enumerate(operands):
            share = given
            for other in operands[place + 1 :]:
                share = a.where(a.apply(f"{better}=", operand, other), share)
            for other in operands[:place]:
                share = a.where(a.apply(better, operand, other), share)
            found.append(share)
        return found

    return shares


ADD = Elementwise("+", add, "+", 2, "add", shares=_sum_shares)
ARITHMETIC: tuple[Elementwise, ...] = (
    ADD,
    Elementwise("-", subtract, "-", 2, "subtract", shares=_difference_shares),
    Elementwise(".*", multiply, "*", 2, "multiply", shares=_product_shares),
    Elementwise("./", divide, "/", 2, "divide", shares=_quotient_shares),
    Scaling("*", multiply, "*", 2, "multiply", shares=_product_shares),
    Scaling("/", divide, "/", 2, "divide", shares=_quotient_shares),
    Elementwise("^", power, "^", 2, shares=_power_shares),
    Elementwise("//", floor_divide, "//", 2),
    Elementwise("%", remainder, "%", 2, shares=_remainder_shares),
    Elementwise("max", maximum, "max", None, "maximum", shares=_extreme_shares(">")),
    Elementwise("min", minimum, "min", None, "minimum", shares=_extreme_shares("<")),
    Elementwise("neg", negate, "neg", 1, "negative", shares=lambda a, given, operands, result: [a.minus(given)]),
)
