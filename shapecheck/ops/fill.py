"""Tensors made of sizes alone: `zeros(shape) ones(shape) full(shape, value) eye(n)`; integers if the value is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops.base import Misfit, Op, Option, Result, Setting, Shape
from shapecheck.ops.term_types import Case, Literal, Measure, Term
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Relation, Size

if TYPE_CHECKING:
    from shapecheck.ops.arrays import Array


@record
class Filling:
    """The shape, and the one value of all entries."""

    sizes: Shape
    value: Size | float


def as_shape(setting: Setting) -> Shape | None:
    """A shape written as an argument: one size, `a x b` or `[a, b]`; None if it is something else."""
    sizes = setting if isinstance(setting, tuple) else (setting,)
    return sizes if all(isinstance(size, Size) for size in sizes) else None


@record(slots=False)
class Fill(Op):
    """A tensor of one `value`, or of the value given as the second argument where that is None."""

    name: str
    value: Size | None
    options: tuple[Option, ...] = (Option("shape"),)
    arity = 0
    rule = "as large as is written"

    @property
    def limits(self) -> tuple[float, float] | None:
        """Its own value, if it has one."""
        value = None if self.value is None else self.value.constant
        return None if value is None else (float(value), float(value))

    def parameters(self, settings: Mapping[str, Setting]) -> Filling | Misfit:
        sizes = as_shape(settings["shape"])
        if sizes is None:
            return Misfit(f"`{self.name}` needs a shape", f"write it as in `{self.name}(n x m)`")
        value = settings["value"] if self.value is None else self.value
        if not isinstance(value, (Size, float)):
            return Misfit(f"`{self.name}` needs one number to fill with")
        return Filling(sizes, value)

    def shape(self, parameters: Filling, operands: Sequence[Shape]) -> Result | Misfit:
        return Result(parameters.sizes)

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        import numpy as np

        kind = np.float64 if isinstance(parameters.value, float) else np.int64
        return np.full(parameters.sizes, parameters.value, kind)

    def define(
        self,
        parameters: Filling,
        shapes: Sequence[Shape],
        operands: Sequence[Callable[[Sequence[Size]], Term]],
        position: Sequence[Size],
    ) -> Term:
        return number(parameters.value)


def number(value: Size | float) -> Term:
    """A number as a term: a literal where it is constant."""
    if isinstance(value, float):
        return Literal(value)
    return Measure(value) if value.constant is None else Literal(value.constant)


@record
class Order:
    """The number of rows and columns."""

    size: Size


class Identity(Op):
    """`eye(n)`: ones on the diagonal."""

    name = "eye"
    arity = 0
    rule = "a square of the size that is written"
    limits = (0.0, 1.0)
    options = (Option("n"),)

    def parameters(self, settings: Mapping[str, Setting]) -> Order | Misfit:
        size = settings["n"]
        return Order(size) if isinstance(size, Size) else Misfit("`eye` needs one size", "write it as in `eye(n)`")

    def shape(self, parameters: Order, operands: Sequence[Shape]) -> Result | Misfit:
        return Result((parameters.size, parameters.size))

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        import numpy as np

        return np.eye(parameters.size, dtype=np.int64)

    def define(
        self,
        parameters: Order,
        shapes: Sequence[Shape],
        operands: Sequence[Callable[[Sequence[Size]], Term]],
        position: Sequence[Size],
    ) -> Term:
        return Case(Relation("==", position[0], position[1]), Literal(1), Literal(0))


ZEROS = Fill("zeros", ZERO)
FILLS: tuple[Op, ...] = (
    ZEROS,
    Fill("ones", ONE),
    Fill("full", None, (Option("shape"), Option("value"))),
    Identity(),
)
