"""The scalar product `dot(a, b)` of two vectors: the sum over i of `a[i] * b[i]`, n multiply-accumulates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops.arrays import product_sum
from shapecheck.ops.base import Misfit, Op, Result, Shape
from shapecheck.ops.shape_rules import Unknown, axes_text, bounds, equal, new_shape
from shapecheck.ops.term_types import Call, Reduction, Term
from shapecheck.sizes import Size

if TYPE_CHECKING:
    from shapecheck.ops.adjoint import Algebra, Shares, Value
    from shapecheck.ops.arrays import Array


class Dot(Op):
    """`dot(left, right)`."""

    name = "dot"
    arity = 2
    rule = "two vectors of one length give one number"

    def shape(self, parameters: Any, operands: Sequence[Shape]) -> Result | Misfit:
        odd = next((shape for shape in operands if len(shape) != 1), None)
        if odd is not None:
            return Misfit(f"`dot` takes two vectors, and here is {axes_text(len(odd))}", "for matrices write `A @ B`")
        return Result((), equal(operands[0][0], operands[1][0], "two vectors of one length in `dot`", (0, 1), (0, 0)))

    def ranks(
        self,
        parameters: Any,
        operands: Sequence[Shape | None],
        result: Shape | None,
        patience: int,
        unknown: Unknown,
    ) -> Sequence[Shape | None]:
        return [new_shape(1, unknown) if shape is None else None for shape in operands]

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        import numpy as np

        left, right = arrays
        return np.asarray(product_sum(np.vecdot, left.shape[-1], left, right))

    def define(
        self,
        parameters: Any,
        shapes: Sequence[Shape],
        operands: Sequence[Callable[[Sequence[Size]], Term]],
        position: Sequence[Size],
    ) -> Term:
        bound, at = bounds("i", shapes[0])
        return Reduction("sum", bound, Call("*", (operands[0](at), operands[1](at))))

    def adjoint(
        self, algebra: Algebra, parameters: Any, operands: Sequence[Value], result: Value, given: Value
    ) -> Shares:
        """Each vector gets the other one, times what is given."""
        left, right = operands
        return [algebra.times(given, right), algebra.times(given, left)]

    def macs(self, parameters: Any, operands: Sequence[Shape], result: Shape) -> Size:
        return operands[0][0]


DOT = Dot()
