"""The base of all operations: one object holds everything about one operation.

An op is stateless.  Its shape rule uses only `+ - * // %` and the helpers of `shapecheck.sizes` on what it is given, so
it reads on `Size`s; on failure it returns a `Misfit`, it never raises and never formats text for a place.  The kernel
works on whole arrays: every operand has the same number of leading *batch* axes (aligned, broadcastable: an axis may
be 1), followed by its own cell axes; `ranks` says how many cell axes each has.  The result of an op without operands
has no batch axes.

Kernels keep int64 exact while the operation stays in the integers and raise `Overflow` where it cannot; integers beside
floats take the floats' type.  Truth values are bool arrays.  No kernel raises for a value, or warns: undefined values
are NaN, also where integers are divided by zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from shapecheck.record import record

if TYPE_CHECKING:
    import numpy as np

    from shapecheck.ops.adjoint import Algebra, Shares, Value
    from shapecheck.ops.padding import Slide
    from shapecheck.ops.term_types import Term
    from shapecheck.sizes import Relation, Size

Shape = tuple["Size", ...]
Numbering = Sequence["Size | None"]
"""The first index of each axis, from the front; None, and axes past the end, are plain: they count from 0."""
AxisNames = tuple[str | None, ...]
"""The name of each axis, from the front; None, and axes past the end, have none."""
Setting = Any
"""A static argument as the author wrote it: a `Size`, a tuple of them (`a x b`, `[a, b]`), a tuple of rows
(`[a, b; c, d]`), a `str` (a word: `VALID`, an axis name), a `bool`, or a `float`."""

REST = "_"
"""In a shape of an op that `fills_rest`: the axis that gets the entries that are left."""


@record
class Option:
    """A static argument of an op; `default` None means that it must be given."""

    name: str
    default: Setting = None


@record
class Owed:
    """A relation between sizes that the op needs; `why` completes "this needs ..." ("a kernel that fits its image").

    Equalities are used to solve for unknown sizes.  `operands` are the positions of the operands, and `axes` the
    axes of them, that it is about (for marking the axis that differs).
    """

    relation: Relation
    why: str
    operands: tuple[int, ...] = ()
    axes: tuple[int, ...] = ()


@record
class Misfit:
    """A reason for no result: operands of the wrong rank, an axis that does not exist, an option of the wrong kind."""

    why: str
    help: str | None = None


@record
class Result:
    shape: Shape
    owed: tuple[Owed, ...] = ()


@record
class Windows:
    """Windows that slide over space axes: per axis how large, how far apart, and by how much dilated.

    `padding` is what tables print of the padding: a word, or sizes in front of and behind each axis.
    """

    kernel: Shape
    stride: Shape
    padding: str | tuple[tuple[Size, Size], ...]
    dilation: Shape
    groups: Size


class Overflow(ArithmeticError):
    """An exact integer result does not fit into 64 bits."""


class Op:
    """Base of all ops; `name` is how specs and messages call it.

    `arity` is the number of operands (None: any, at least one); arguments after them, and named ones, are `options`.
    """

    name: str
    arity: int | None = 1
    options: tuple[Option, ...] = ()
    slides: bool = False
    """Whether it slides a window (the second operand, if there is one) over space axes, with channels behind them."""
    rule: str = "a rule of its own"
    """The shape rule in words, as derivations tell it."""
    kept: str = ""
    """The sentence for axes that are those of an operand, where the rule speaks of others."""
    outcome: str = ""
    """The name of the result in messages, if it is not made of the name of the op."""
    takes: bool = False
    """Whether every entry of the result is an entry of an operand."""
    fills_rest: bool = False
    """Whether one axis of its shape may be written `_`."""
    averages: bool = False
    """Whether every entry of the result lies between entries of its operand."""
    keeps_axes: bool = False
    """Whether the axes of the result are those of the first operand."""
    aligns: bool = False
    """Whether the axes of all operands are the same, except one along which they are joined."""
    of_matrices: bool = False
    """Whether its operands are matrices and vectors, never stacks of them."""
    matrix_product: bool = False
    """Whether it multiplies a matrix by a column, so that both can be cut into parts whose products are added."""
    fresh: bool = False
    """Whether its kernel always makes a new array, which may be written over."""

    @property
    def infix(self) -> bool:
        """Whether its name stands between its two operands."""
        return False

    @property
    def function(self) -> str | None:
        """The scalar function of a `Call` that it applies entry by entry, if it is a single one."""
        return None

    @property
    def limits(self) -> tuple[float, float] | None:
        """Two numbers between which all entries of the result lie, whatever the operands hold."""
        return None

    @property
    def exact(self) -> bool:
        """Whether sums and products of integers stay integers; rounded values cannot be compared by `==`."""
        return True

    @property
    def rational(self) -> bool:
        """Whether fractions give fractions, as far as there is a value, so that it can be computed exactly."""
        return True

    def parameters(self, settings: Mapping[str, Setting]) -> Any | Misfit:
        """The op's own frozen dataclass from settings (all options present, defaults filled in)."""
        return None

    def shape(self, parameters: Any, operands: Sequence[Shape]) -> Result | Misfit:
        """The shape of the result from the shapes of all operands."""
        raise NotImplementedError

    def says(self, parameters: Any) -> str:
        """The shape rule in words, for these settings."""
        return self.rule

    def ranks(
        self,
        parameters: Any,
        operands: Sequence[Shape | None],
        result: Shape | None,
        patience: int,
        unknown: Callable[[], Size],
    ) -> Sequence[Shape | None]:
        """Guesses for operands whose shape is still unknown (None): a shape with fresh `unknown()` sizes.

        `patience` 0: only what is forced; 1, 2, 3: ever bolder guesses, which inference reports when they decided
        something.  The default knows nothing.
        """
        return [None] * len(operands)

    def numbering(self, parameters: Any, operands: Sequence[Numbering]) -> Numbering:
        """The numbering of the result's axes, handed on from the operands'; plain unless an op says otherwise."""
        return ()

    def axis_names(self, operands: Sequence[AxisNames]) -> AxisNames:
        """The names of the result's axes, handed on from the operands'; none unless an op says otherwise."""
        return operands[0] if self.keeps_axes else ()

    def joined_axis(self, parameters: Any, rank: int) -> int | None:
        """The axis of a result of that rank along which the operands follow one another; None: there is none."""
        return None

    def written(self, operands: Sequence[str]) -> str:
        """The op applied to operands, as an author writes it."""
        return f" {self.name} ".join(operands) if self.infix else f"{self.name}({', '.join(operands)})"

    def on_floats(self, operands: int) -> Callable[..., np.ndarray] | None:
        """A function that does the same for that many arrays of one float type, and can write to an array `out`."""
        return None

    def kernel(self, parameters: Any, arrays: Sequence[np.ndarray], ranks: Sequence[int]) -> np.ndarray:
        """The values, for concrete parameters (every size an int); batch axes in front, see the module."""
        raise NotImplementedError

    def define(
        self,
        parameters: Any,
        shapes: Sequence[Shape],
        operands: Sequence[Callable[[Sequence[Size]], Term]],
        position: Sequence[Size],
    ) -> Term:
        """The entry at `position` (counted from 0 on every axis) as a term over entries of the operands."""
        raise NotImplementedError

    flat: bool = False
    """Whether the result only jumps, so that it has no slope anywhere."""
    adjoint_reads_result: bool = False
    """Whether its adjoint is said by its result, which then needs a name."""
    adjoint_in_index_form: bool = False
    """Whether its adjoint is that of its defining equation, entry by entry."""
    maps_over: int | None = None
    """The number of axes at the end on which it works; it is mapped over all axes in front.  None: it takes all."""

    def adjoint(
        self, algebra: Algebra, parameters: Any, operands: Sequence[Value], result: Value, given: Value
    ) -> Shares:
        """The share of each operand, see `shapecheck.ops.adjoint`."""
        if self.arity == 0:
            return []
        raise NotImplementedError

    def sliding(self, parameters: Any, operands: Sequence[Shape]) -> Windows | None:
        """The windows that slide over the operand; None for an op without windows."""
        return None

    def macs(self, parameters: Any, operands: Sequence[Shape], result: Shape) -> Size:
        """Multiply-accumulates of one application; 0 for elementwise work."""
        from shapecheck.sizes import ZERO

        return ZERO

    def windows(self, parameters: Any, operands: Sequence[Shape]) -> tuple[Slide, ...]:
        """The ways of windows over axes of the first operand, whose other axes are read whole; none: all is read."""
        return ()


Parameters = TypeVar("Parameters")

_numbers = count(1)


def fresh(label: str) -> str:
    """A name for a bound variable of a term that no other has: `.m#12` for `m`."""
    return f".{label}#{next(_numbers)}"


def concrete(parameters: Parameters, sizes: Mapping[str, int]) -> Parameters:
    """The same parameters with every `Size` in them evaluated to an int."""
    return with_sizes(parameters, lambda size: size.evaluate(sizes))


def with_sizes(parameters: Parameters, image: Callable[[Any], Any]) -> Parameters:
    """The same parameters with an image put for every `Size` in them."""

    def at(value: Any) -> Any:
        if hasattr(value, "evaluate"):
            return image(value)
        if isinstance(value, tuple):
            return tuple(map(at, value))
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{item.name: at(getattr(value, item.name)) for item in fields(value)})
        return value

    result: Parameters = at(parameters)
    return result
