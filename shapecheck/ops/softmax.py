"""`softmax(x)` along the last axis: `exp(x - max(x)) / sum(exp(x - max(x)))`, positive entries that sum to 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops.arrays import as_floats
from shapecheck.ops.base import Misfit, Numbering, Op, Result, Shape
from shapecheck.ops.shape_rules import Unknown, bounds, new_shape
from shapecheck.ops.term_types import Call, Reduction, Term
from shapecheck.sizes import Size

if TYPE_CHECKING:
    from shapecheck.ops.adjoint import Algebra, Shares, Value
    from shapecheck.ops.arrays import Array

Operand = Callable[[Sequence[Size]], Term]


class Softmax(Op):
    """All axes but the last are mapped over."""

    name = "softmax"
    rule = "the shape stays"
    limits = (0.0, 1.0)
    keeps_axes = True
    adjoint_reads_result = True
    maps_over = 1

    @property
    def exact(self) -> bool:
        """It divides."""
        return False

    @property
    def rational(self) -> bool:
        """It takes exponentials."""
        return False

    def numbering(self, parameters: Any, operands: Sequence[Numbering]) -> Numbering:
        """The numbering of the operand."""
        return operands[0]

    def shape(self, parameters: Any, operands: Sequence[Shape]) -> Result | Misfit:
        return Result(operands[0]) if operands[0] else Misfit("`softmax` needs at least one axis, and here is a scalar")

    def ranks(
        self,
        parameters: Any,
        operands: Sequence[Shape | None],
        result: Shape | None,
        patience: int,
        unknown: Unknown,
    ) -> Sequence[Shape | None]:
        return [new_shape(len(result), unknown) if operands[0] is None and result else None]

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        import numpy as np

        (array,) = as_floats(arrays)
        with np.errstate(all="ignore"):
            result: Array = np.subtract(array, array.max(axis=-1, keepdims=True))
            np.exp(result, out=result)
            result /= result.sum(axis=-1, keepdims=True)
        return result

    def adjoint(
        self, algebra: Algebra, parameters: Any, operands: Sequence[Value], result: Value, given: Value
    ) -> Shares:
        """`y .* (g - dot(g, y))`: what all entries get alike changes nothing."""
        given = algebra.once(given)
        return [algebra.times(result, algebra.apply("-", given, algebra.apply("dot", given, result)))]

    def define(
        self, parameters: Any, shapes: Sequence[Shape], operands: Sequence[Operand], position: Sequence[Size]
    ) -> Term:
        (read,) = operands
        last = shapes[0][-1:]

        def shifted(at: Size) -> Term:
            bound, (j,) = bounds("j", last)
            greatest = Reduction("max", bound, read((*position[:-1], j)))
            return Call("exp", (Call("-", (read((*position[:-1], at)), greatest)),))

        bound, (k,) = bounds("k", last)
        return Call("/", (shifted(position[-1]), Reduction("sum", bound, shifted(k))))


SOFTMAX = Softmax()
