"""`reshape(x, shape)`: the same entries in row-major order under another shape; owes equal numbers of entries.

One axis may be written `_`: it gets the entries that are left; the product of the others has to divide their number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops.base import REST, Misfit, Op, Option, Owed, Result, Setting, Shape
from shapecheck.ops.fill import as_shape
from shapecheck.ops.shape_rules import product
from shapecheck.ops.term_types import Term
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Relation, Size

if TYPE_CHECKING:
    from shapecheck.ops.adjoint import Algebra, Shares, Value
    from shapecheck.ops.arrays import Array


@record
class Form:
    """The new shape; in the place of the axis `rest`, if there is one, stands a 1."""

    sizes: Shape
    rest: int | None = None

    def filled(self, before: Size) -> Shape:
        """The new shape of so many entries."""
        if self.rest is None:
            return self.sizes
        return (*self.sizes[: self.rest], before // product(self.sizes), *self.sizes[self.rest + 1 :])


class Reshape(Op):
    """The number of axes may change, the number of entries may not."""

    name = "reshape"
    rule = "the shape that is written, with as many entries as before"
    options = (Option("shape"),)
    takes = True
    fills_rest = True

    def parameters(self, settings: Mapping[str, Setting]) -> Form | Misfit:
        written = settings["shape"]
        places = [place for place, size in enumerate(written) if size == REST] if isinstance(written, tuple) else []
        if len(places) > 1:
            return Misfit("takes one `_`, since two of them may share what is left in many ways")
        if places and isinstance(written, tuple):
            written = tuple(ONE if size == REST else size for size in written)
        sizes = as_shape(written)
        if sizes is None:
            return Misfit("`reshape` needs a shape", "write it as in `reshape(x, n x m)`")
        if any(size.constant is not None and size.constant < 0 for size in sizes):
            return Misfit("a size below 0 stands in the shape", "write `_` for the entries that are left")
        return Form(sizes, *places)

    def shape(self, parameters: Form, operands: Sequence[Shape]) -> Result | Misfit:
        before, after = product(operands[0]), product(parameters.sizes)
        sizes = parameters.filled(before)
        if before == product(sizes):
            return Result(sizes)
        if parameters.rest is not None:
            why = "the axes beside `_` to divide the number of entries"
            owed = Owed(Relation("==", before % after, ZERO), why, (0,))
        else:
            owed = Owed(Relation("==", before, after), "as many entries before as after `reshape`", (0,))
        return Result(sizes, (owed,))

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        (array,) = arrays
        sizes = [-1 if axis == parameters.rest else size for axis, size in enumerate(parameters.sizes)]
        return array.reshape(*array.shape[: array.ndim - ranks[0]], *sizes)

    def adjoint(
        self, algebra: Algebra, parameters: Form, operands: Sequence[Value], result: Value, given: Value
    ) -> Shares:
        """Back under the shape of the operand."""
        return [algebra.reshaped(given, algebra.shape(operands[0]))]

    def define(
        self,
        parameters: Form,
        shapes: Sequence[Shape],
        operands: Sequence[Callable[[Sequence[Size]], Term]],
        position: Sequence[Size],
    ) -> Term:
        sizes = parameters.filled(product(shapes[0]))
        return operands[0](_unravelled(_ravelled(position, sizes), shapes[0]))


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
