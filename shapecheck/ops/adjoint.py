"""The vocabulary in which an op says its adjoint: what arrives at its result, handed back to its operands.

For `y = op(x, ..)` and a number that depends on y, `given` is the derivative of that number in every entry of y.  The
adjoint gives the derivative in every entry of each operand, as far as it comes through this op: its *share*.  A share
is None where the result does not change with the operand (or only jumps), and may be a number for an operand of any
shape: the same in every entry.  A share with the shape of the result, for an operand that is a number, is summed up.

Ops stand below graphs, so that values are opaque here; `Algebra` makes them.  An op that says nothing has the adjoint
of its defining equation (`Op.define`), in index form.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from shapecheck.sizes import Size

Value = Any
"""A value of whoever asks; only an `Algebra` looks inside."""
Shares = Sequence[Value | None]


class Algebra(Protocol):
    """Makes values, and knows their shapes."""

    def number(self, value: int | float) -> Value:
        """A number."""

    def extent(self, size: Size) -> Value:
        """A size as a number."""

    def shape(self, value: Value) -> tuple[Size, ...]:
        """The shape of a value."""

    def apply(self, name: str, *operands: Value) -> Value:
        """The op of that name applied to values."""

    def times(self, left: Value, right: Value) -> Value:
        """The product, entry by entry."""

    def over(self, left: Value, right: Value) -> Value:
        """The quotient, entry by entry."""

    def minus(self, value: Value) -> Value:
        """The value with its sign turned."""

    def power(self, base: Value, exponent: int) -> Value:
        """The power, entry by entry."""

    def where(self, condition: Value, value: Value) -> Value:
        """The value where the condition holds, else 0."""

    def product(self, left: Value, right: Value) -> Value:
        """The matrix product."""

    def transposed(self, matrix: Value) -> Value:
        """The transposed matrix."""

    def outer(self, left: Value, right: Value) -> Value:
        """The matrix of all products of entries of two vectors."""

    def full(self, value: Value, shape: Sequence[Size]) -> Value:
        """A value of that shape: a number in every entry."""

    def reshaped(self, value: Value, shape: Sequence[Size]) -> Value:
        """The same entries under another shape."""

    def once(self, value: Value) -> Value:
        """The value under a name, for a formula that needs it twice."""

    def parts(self, value: Value, axis: int, extents: Sequence[Size]) -> Shares:
        """The pieces of those lengths along an axis, one after the other."""

    def entries(self, value: Value, count: int) -> Shares:
        """The members along the first axis."""
