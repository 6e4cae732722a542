"""Entry by entry: the one shape rule that all arithmetic, comparisons and functions of one argument share.

All operands that are not scalars need provably equal shapes.  No axis of length 1 is ever stretched and no axis is
ever added: to broadcast, write indices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops.arrays import align
from shapecheck.ops.base import AxisNames, Misfit, Numbering, Op, Result, Shape
from shapecheck.ops.shape_rules import Unknown, axes_text, equal_shapes, merged, new_shape
from shapecheck.ops.term_types import Call, Case, Entry, Literal, Term
from shapecheck.record import record
from shapecheck.sizes import And, Every, Not, Or, Relation, Size, symbol

if TYPE_CHECKING:
    from shapecheck.ops.adjoint import Algebra, Shares, Value
    from shapecheck.ops.arrays import Array

MIXED = symbol("?mixed")
"""The first index of an axis that its operands number differently: it cannot be subscripted."""
ROUNDING = frozenset({"/", "exp", "log", "tanh", "sqrt", "sin", "cos", "erf"})
"""Scalar functions whose value is in general no integer where the arguments are."""


@record(slots=False)
class Elementwise(Op):
    """`compute` works on arrays of aligned axes, `meaning` on the operands' entries; `arity` as in `Op`.

    `meaning` names a scalar function, or makes a term of the entries.  `floats` is the function for arrays of floats
    (see `Op.on_floats`), or the name of one in NumPy.  `shares` is the adjoint, of what is given, the operands and the
    result; without it the result does not change with the operands, or only jumps.
    """

    name: str
    compute: Callable[..., Array]
    meaning: str | Callable[..., Term]
    arity: int | None = 1
    floats: str | Callable[..., Array] | None = None
    limits: tuple[float, float] | None = None
    shares: Callable[[Algebra, Value, Sequence[Value], Value], Shares] | None = None
    adjoint_reads_result: bool = False
    aligns = True
    rule = "entry by entry, so all that is no scalar has one shape"

    @property
    def function(self) -> str | None:
        """Its meaning, if it is a single function."""
        return self.meaning if isinstance(self.meaning, str) else None

    @property
    def flat(self) -> bool:  # type: ignore[override]
        """Without an adjoint."""
        return self.shares is None

    @property
    def infix(self) -> bool:
        """Ops of exactly two operands are written between them."""
        return self.arity == 2

    def term(self, *entries: Term) -> Term:
        """The entry of the result as a term over entries of the operands."""
        return Call(self.meaning, entries) if isinstance(self.meaning, str) else self.meaning(*entries)

    def adjoint(
        self, algebra: Algebra, parameters: Any, operands: Sequence[Value], result: Value, given: Value
    ) -> Shares:
        """Said with the op."""
        return [None] * len(operands) if self.shares is None else self.shares(algebra, given, operands, result)

    def definition(self, operands: int) -> Term:
        """The term of an entry, in which `Entry("0")`, `Entry("1")`, .. are the entries of the operands."""
        return self.term(*(Entry(str(number), ()) for number in range(operands)))

    @property
    def exact(self) -> bool:
        """Whether the defining term has neither division nor a function of analysis."""
        return not self._uses(ROUNDING)

    @property
    def rational(self) -> bool:
        """Whether the defining term has no function of analysis."""
        return not self._uses(ROUNDING - {"/"})

    def _uses(self, functions: frozenset[str]) -> bool:
        return _uses(self.term(*[Literal(1)] * (self.arity or 2)), functions)

    def on_floats(self, operands: int) -> Callable[..., Array] | None:
        """For one operand or two."""
        if self.floats is None or operands != (self.arity or 2):
            return None
        import numpy as np

        function: Callable[..., Array] = getattr(np, self.floats) if isinstance(self.floats, str) else self.floats
        return function

    def axis_names(self, operands: Sequence[AxisNames]) -> AxisNames:
        """A name that meets no name is the result's."""
        return merged(operands)

    def numbering(self, parameters: Any, operands: Sequence[Numbering]) -> Numbering:
        """A plain axis takes the other operand's number."""
        return combine(operands)

    def shape(self, parameters: Any, operands: Sequence[Shape]) -> Result | Misfit:
        positions = [position for position, shape in enumerate(operands) if shape]
        if not positions:
            return Result(())
        tensors = [operands[position] for position in positions]
        if len({len(shape) for shape in tensors}) > 1:
            ranks = " against ".join(axes_text(len(shape)) for shape in tensors)
            return Misfit(
                f"`{self.name}` works entry by entry, but here is {ranks}",
                "nothing is stretched to fit: write the entries with indices, as in `y[i, f] = V[i, f] + b[f]`",
            )
        owed = equal_shapes(tensors, positions, f"equal shapes on both sides of `{self.name}`")
        return owed if isinstance(owed, Misfit) else Result(tensors[0], owed)

    def ranks(
        self,
        parameters: Any,
        operands: Sequence[Shape | None],
        result: Shape | None,
        patience: int,
        unknown: Unknown,
    ) -> Sequence[Shape | None]:
        rank = _unknown_rank(operands, result, patience)
        if rank is None:
            return [None] * len(operands)
        return [new_shape(rank, unknown) if shape is None else None for shape in operands]

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        import numpy as np

        with np.errstate(all="ignore"):
            return np.asarray(self.compute(*align(arrays, ranks)))

    def define(
        self,
        parameters: Any,
        shapes: Sequence[Shape],
        operands: Sequence[Callable[[Sequence[Size]], Term]],
        position: Sequence[Size],
    ) -> Term:
        return self.term(*(operand(position if shape else ()) for operand, shape in zip(operands, shapes)))


def combine(numberings: Iterable[Numbering]) -> list[Size | None]:
    """First indices of axes that are put on top of each other.

    A plain axis takes the other's number; one that is numbered in two ways is `MIXED`.
    """
    longest: list[Size | None] = []
    for numbering in numberings:
        for axis, first in enumerate(numbering):
            if axis == len(longest):
                longest.append(first)
            elif longest[axis] is None:
                longest[axis] = first
            elif first is not None and first is not longest[axis]:
                longest[axis] = MIXED
    return longest


def _uses(term: Term, functions: frozenset[str]) -> bool:
    """Whether one of the functions stands in a term."""
    match term:
        case Call(function, arguments):
            return function in functions or any(_uses(argument, functions) for argument in arguments)
        case Case(condition, then, otherwise):
            tested = [] if isinstance(condition, Relation | And | Or | Not | Every) else [condition]
            return any(_uses(part, functions) for part in (*tested, then, otherwise))
        case _:
            return False


def _unknown_rank(operands: Sequence[Shape | None], result: Shape | None, patience: int) -> int | None:
    """The rank of all operands that are unknown, or None; guessed only with patience."""
    known = max((len(shape) for shape in operands if shape is not None), default=0)
    missing = sum(shape is None for shape in operands)
    if result is not None and (not result or (missing == 1 and not known)):
        return len(result)
    if patience >= 1 and known:
        return known
    return len(result) if patience >= 2 and result else None
