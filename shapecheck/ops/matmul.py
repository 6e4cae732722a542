"""The matrix product `A @ x`: (a x b)(b) gives a, (a x b)(b x c) gives a x c.

The left operand is always a matrix.  Entry i (or i, j) is the sum over k of `A[i, k] * x[k]` (or `x[k, j]`); each entry
costs b multiply-accumulates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops.arrays import product_sum
from shapecheck.ops.base import Misfit, Numbering, Op, Result, Shape
from shapecheck.ops.shape_rules import Unknown, axes_text, bounds, equal, new_shape, product
from shapecheck.ops.term_types import Call, Reduction, Term
from shapecheck.sizes import Size

if TYPE_CHECKING:
    from shapecheck.ops.adjoint import Algebra, Shares, Value
    from shapecheck.ops.arrays import Array


class MatrixProduct(Op):
    """`left @ right`."""

    name = "@"
    arity = 2
    rule = "the product has the rows of its left side and the columns of its right side"
    outcome = "the product"
    infix = True
    of_matrices = True
    matrix_product = True
    fresh = True

    def numbering(self, parameters: Any, operands: Sequence[Numbering]) -> Numbering:
        """Rows count as the left operand's, columns as the right one's."""
        left, right = operands
        return [left[0] if left else None, *right[1:]]

    def shape(self, parameters: Any, operands: Sequence[Shape]) -> Result | Misfit:
        left, right = operands
        if len(left) != 2:
            product_name = "`dot(a, b)`" if len(left) == 1 == len(right) else "`.*` or `*`"
            return Misfit(
                f"`@` needs a matrix on its left, and here is {axes_text(len(left))}",
                f"write {product_name} if no matrix is meant" if len(left) < 2 else None,
            )
        if len(right) not in (1, 2):
            return Misfit(f"`@` needs a vector or a matrix on its right, and here is {axes_text(len(right))}")
        owed = equal(left[1], right[0], "as many columns on the left as there are rows on the right", (0, 1), (1, 0))
        return Result((left[0], *right[1:]), owed)

    def ranks(
        self,
        parameters: Any,
        operands: Sequence[Shape | None],
        result: Shape | None,
        patience: int,
        unknown: Unknown,
    ) -> Sequence[Shape | None]:
        left, right = operands
        right_rank = len(result) if result is not None and len(result) in (1, 2) else 2 if patience >= 1 else None
        return [
            new_shape(2, unknown) if left is None else None,
            new_shape(right_rank, unknown) if right is None and right_rank else None,
        ]

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        left, right = arrays
        if ranks[1] == 1:
            return product_sum(_matrix_vector, left.shape[-1], left, right)
        return product_sum(_matrix_matrix, left.shape[-1], left, right)

    def define(
        self,
        parameters: Any,
        shapes: Sequence[Shape],
        operands: Sequence[Callable[[Sequence[Size]], Term]],
        position: Sequence[Size],
    ) -> Term:
        left, right = operands
        bound, (k,) = bounds("k", shapes[0][1:])
        body = Call("*", (left((position[0], k)), right((k, *position[1:]))))
        return Reduction("sum", bound, body)

    def adjoint(
        self, algebra: Algebra, parameters: Any, operands: Sequence[Value], result: Value, given: Value
    ) -> Shares:
        """`G @ B.T` (`outer(g, x)` for a vector) and `A.T @ G`."""
        left, right = operands
        vector = len(algebra.shape(right)) == 1
        onto_left = algebra.outer(given, right) if vector else algebra.product(given, algebra.transposed(right))
        return [onto_left, algebra.product(algebra.transposed(left), given)]

    def macs(self, parameters: Any, operands: Sequence[Shape], result: Shape) -> Size:
        return product(result) * operands[0][1]


def _matrix_vector(left: Array, right: Array) -> Array:
    """`left` (batch.., a, b), `right` (batch.., b).

    One matrix over the last batch axis is one product with the vectors as rows: a matrix product instead of many
    matrix-vector products.
    """
    batch = left.ndim - 2
    if all(extent == 1 for extent in left.shape[:batch]):
        rows = right.reshape(-1, right.shape[-1]) @ left.reshape(left.shape[batch:]).T
        return rows.reshape(*right.shape[:-1], left.shape[-2])
    if left.shape[batch - 1] == 1:
        matrices = left.reshape(*left.shape[: batch - 1], *left.shape[batch:])
        return right @ matrices.swapaxes(-1, -2)
    return (left @ right[..., None])[..., 0]


def _matrix_matrix(left: Array, right: Array) -> Array:
    """`left` (batch.., a, b), `right` (batch.., b, c); one right matrix for all is one product."""
    if all(extent == 1 for extent in right.shape[:-2]) and left.ndim > 2:
        rows = left.reshape(-1, left.shape[-1]) @ right.reshape(right.shape[-2:])
        return rows.reshape(*left.shape[:-1], right.shape[-1])
    return left @ right


MATMUL = MatrixProduct()
