"""`reshape(x, shape)`: the same entries in row-major order under another shape; owes equal numbers of entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops.base import Misfit, Op, Option, Owed, Result, Setting, Shape
from shapecheck.ops.fill import as_shape
from shapecheck.ops.shape_rules import product
from shapecheck.ops.terms import Term
from shapecheck.record import record
from shapecheck.sizes import ZERO, Relation, Size

if TYPE_CHECKING:
    from shapecheck.ops.arrays import Array


@record
class Form:
    """The new shape."""

    sizes: Shape


class Reshape(Op):
    """The number of axes may change, the number of entries may not."""

    name = "reshape"
    rule = "the shape that is written, with as many entries as before"
    options = (Option("shape"),)
    takes = True

    def parameters(self, settings: Mapping[str, Setting]) -> Form | Misfit:
        sizes = as_shape(settings["shape"])
        return Misfit("`reshape` needs a shape", "write it as in `reshape(x, n x m)`") if sizes is None else Form(sizes)

    def shape(self, parameters: Form, operands: Sequence[Shape]) -> Result | Misfit:
        before, after = product(operands[0]), product(parameters.sizes)
        if before == after:
            return Result(parameters.sizes)
        owed = Owed(Relation("==", before, after), "as many entries before as after `reshape`", (0,))
        return Result(parameters.sizes, (owed,))

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        (array,) = arrays
        return array.reshape(*array.shape[: array.ndim - ranks[0]], *parameters.sizes)

    def define(
        self,
        parameters: Form,
        shapes: Sequence[Shape],
        operands: Sequence[Callable[[Sequence[Size]], Term]],
        position: Sequence[Size],
    ) -> Term:
        return operands[0](_unravelled(_ravelled(position, parameters.sizes), shapes[0]))


def _ravelled(position: Sequence[Size], shape: Shape) -> Size:
    """The row-major number of an entry."""
    number = ZERO
    for at, size in zip(position, shape):
        number = number * size + at
    return number


def _unravelled(number: Size, shape: Shape) -> Shape:
    """The position of the entry of that number; the first axis needs no remainder."""
    steps = [product(shape[axis + 1 :]) for axis in range(len(shape))]
    return tuple(
        number // step if axis == 0 else (number // step) % size for axis, (step, size) in enumerate(zip(steps, shape))
    )


RESHAPE = Reshape()
