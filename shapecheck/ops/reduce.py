"""One number of a whole tensor: `max(x) min(x) sum(x) mean(x)`, over all axes; integers stay so but under `mean`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops.arrays import exactly, magnitude, promote
from shapecheck.ops.base import Misfit, Op, Result, Shape
from shapecheck.ops.fill import number
from shapecheck.ops.shape_rules import bounds, product
from shapecheck.ops.term_types import Call, Reduction, Term
from shapecheck.record import record
from shapecheck.sizes import Size

if TYPE_CHECKING:
    from shapecheck.ops.adjoint import Algebra, Shares, Value
    from shapecheck.ops.arrays import Array


@record(slots=False)
class WholeReduction(Op):
    """`name` is one of `max min sum mean`."""

    name: str
    takes: bool = False
    averages: bool = False
    rule = "all entries give one number"

    @property
    def adjoint_in_index_form(self) -> bool:  # type: ignore[override]
        """For extremes, the defining equation says which entry it is."""
        return self.takes

    @property
    def exact(self) -> bool:
        """The mean divides."""
        return not self.averages

    def shape(self, parameters: Any, operands: Sequence[Shape]) -> Result | Misfit:
        return Result(())

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        import numpy as np

        (array,) = promote(arrays)
        axes = tuple(range(array.ndim - ranks[0], array.ndim))
        with np.errstate(all="ignore"):
            if self.name in ("max", "min"):
                return np.asarray(getattr(np, self.name)(array, axis=axes))
            total = _total(array, axes)
            return total if self.name == "sum" else np.asarray(total / _count(array, axes))

    def adjoint(
        self, algebra: Algebra, parameters: Any, operands: Sequence[Value], result: Value, given: Value
    ) -> Shares:
        """A sum hands on what is given, a mean its part of it."""
        (operand,) = operands
        if self.name == "sum":
            return [given]
        assert self.name == "mean", "extremes have an adjoint in index form"
        return [algebra.over(given, algebra.extent(product(algebra.shape(operand))))]

    def define(
        self,
        parameters: Any,
        shapes: Sequence[Shape],
        operands: Sequence[Callable[[Sequence[Size]], Term]],
        position: Sequence[Size],
    ) -> Term:
        (shape,), (operand,) = shapes, operands
        if not shape:
            return operand(())
        bound, at = bounds([f"i{axis}" for axis in range(len(shape))], shape)
        reduced = Reduction("sum" if self.name == "mean" else self.name, bound, operand(at))
        return Call("/", (reduced, number(product(shape)))) if self.name == "mean" else reduced


def _count(array: Array, axes: tuple[int, ...]) -> int:
    count = 1
    for axis in axes:
        count *= array.shape[axis]
    return count


def _total(array: Array, axes: tuple[int, ...]) -> Array:
    import numpy as np

    if array.dtype.kind == "f":
        return np.asarray(array.sum(axis=axes))
    return np.asarray(exactly(lambda entries: entries.sum(axis=axes), magnitude(array) * _count(array, axes), (array,)))


REDUCTIONS: tuple[Op, ...] = (
    WholeReduction("max", takes=True),
    WholeReduction("min", takes=True),
    WholeReduction("sum"),
    WholeReduction("mean", averages=True),
)
