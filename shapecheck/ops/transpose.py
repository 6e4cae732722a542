"""The transposed matrix `A.T`: entry (i, j) is `A[j, i]`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops.base import AxisNames, Misfit, Numbering, Op, Result, Shape
from shapecheck.ops.shape_rules import Unknown, axes_text, new_shape
from shapecheck.ops.term_types import Term
from shapecheck.sizes import Size

if TYPE_CHECKING:
    from shapecheck.ops.adjoint import Algebra, Shares, Value
    from shapecheck.ops.arrays import Array


_OF_A_VECTOR = (
    "a vector is neither a row nor a column: leave `.T` out, and write dot(a, b) for a number, outer(a, b) for a matrix"
)


class Transpose(Op):
    """Two axes exchanged; there is no transpose of other ranks."""

    name = "transpose"
    rule = "rows and columns change places"
    outcome = "the transposed matrix"
    takes = True
    of_matrices = True

    def written(self, operands: Sequence[str]) -> str:
        """`A.T`; parentheses stand around an operand with an operator outside of all brackets."""
        (matrix,) = operands
        return f"({matrix}).T" if " " in re.sub(r"\[.*\]|\(.*\)", "", matrix) else f"{matrix}.T"

    def numbering(self, parameters: Any, operands: Sequence[Numbering]) -> Numbering:
        """Rows and columns change places."""
        (operand,) = operands
        rows, columns = (*operand, None, None)[:2]
        return [columns, rows]

    def axis_names(self, operands: Sequence[AxisNames]) -> AxisNames:
        """Rows and columns change places."""
        (operand,) = operands
        rows, columns = (*operand, None, None)[:2]
        return (columns, rows)

    def shape(self, parameters: Any, operands: Sequence[Shape]) -> Result | Misfit:
        (matrix,) = operands
        if len(matrix) != 2:
            why = f"`.T` needs two axes, and here is {axes_text(len(matrix))}"
            return Misfit(why, _OF_A_VECTOR if len(matrix) == 1 else None)
        return Result((matrix[1], matrix[0]))

    def ranks(
        self,
        parameters: Any,
        operands: Sequence[Shape | None],
        result: Shape | None,
        patience: int,
        unknown: Unknown,
    ) -> Sequence[Shape | None]:
        return [new_shape(2, unknown) if operands[0] is None else None]

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        return arrays[0].swapaxes(-1, -2)

    def adjoint(
        self, algebra: Algebra, parameters: Any, operands: Sequence[Value], result: Value, given: Value
    ) -> Shares:
        """Transposed back."""
        return [algebra.transposed(given)]

    def define(
        self,
        parameters: Any,
        shapes: Sequence[Shape],
        operands: Sequence[Callable[[Sequence[Size]], Term]],
        position: Sequence[Size],
    ) -> Term:
        return operands[0]((position[1], position[0]))


TRANSPOSE = Transpose()
