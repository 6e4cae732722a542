"""Putting tensors together: `[a; b]`, `[a, b]` and `concat(a, b, axis = -1)`.

`[a; b]` joins along the first axis; a scalar counts as a vector of length 1 there.  `[a, b]` makes a new leading axis
of operands of one shape.  `concat` joins along any axis, negative ones counted from the back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops.arrays import promote
from shapecheck.ops.base import AxisNames, Misfit, Op, Option, Owed, Result, Setting, Shape
from shapecheck.ops.shape_rules import Unknown, axes_text, equal, equal_shapes, merged, new_shape
from shapecheck.ops.term_types import Case, Term
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Relation, Size, integer

if TYPE_CHECKING:
    from shapecheck.ops.adjoint import Algebra, Shares, Value
    from shapecheck.ops.arrays import Array

Operand = Callable[[Sequence[Size]], Term]


def joined_shape(shapes: Sequence[Shape], axis: int) -> Result:
    """The shape of equal ranks joined along an axis, the other axes owed equal."""
    first = shapes[0]
    owed: list[Owed] = []
    total = first[axis]
    for position, shape in enumerate(shapes[1:], start=1):
        total = total + shape[axis]
        for other, (left, right) in enumerate(zip(first, shape)):
            if other != axis:
                owed += equal(left, right, "equal sizes beside the joined axis", (0, position), (other, other))
    return Result((*first[:axis], total, *first[axis + 1 :]), tuple(owed))


def joined_term(extents: Sequence[Size], operands: Sequence[Operand], axis: int, position: Sequence[Size]) -> Term:
    """The entry of the part that `position` falls into."""
    start = ZERO
    starts = []
    for extent in extents:
        starts.append(start)
        start = start + extent
    term: Term | None = None
    for operand, begin, extent in reversed(list(zip(operands, starts, extents))):
        entry = operand((*position[:axis], position[axis] - begin, *position[axis + 1 :]))
        inside = Relation("<=", position[axis], begin + extent - 1)
        term = entry if term is None else Case(inside, entry, term)
    assert term is not None, "a join has at least one part"
    return term


def joined_arrays(arrays: Sequence[Array], axis: int, rank: int) -> Array:
    """Arrays of one rank joined along a cell axis; batch axes of 1 are repeated to those of the others."""
    import numpy as np

    truths = all(array.dtype.kind == "b" for array in arrays)
    parts = list(arrays) if truths else promote(arrays)
    batch = np.broadcast_shapes(*(array.shape[: array.ndim - rank] for array in parts))
    full = [np.broadcast_to(array, batch + array.shape[array.ndim - rank :]) for array in parts]
    return np.concatenate(full, axis=len(batch) + axis)


class Join(Op):
    """`[a; b]`: along the first axis."""

    name = "join"
    arity = None
    rule = "parts put below each other: their first axes add up"
    outcome = "the column"
    takes = True
    aligns = True
    kept = "axes that are not joined are equal"

    def axis_names(self, operands: Sequence[AxisNames]) -> AxisNames:
        """The names on which the parts agree."""
        return merged(operands)

    def joined_axis(self, parameters: Any, rank: int) -> int | None:
        """The first one."""
        return 0

    def written(self, operands: Sequence[str]) -> str:
        """`[a; b]`"""
        return f"[{'; '.join(operands)}]"

    def shape(self, parameters: Any, operands: Sequence[Shape]) -> Result | Misfit:
        rank = max(1, *(len(shape) for shape in operands))
        parts = [shape or (ONE,) for shape in operands]
        odd = next((shape for shape, part in zip(operands, parts) if len(part) != rank), None)
        if odd is not None:
            return Misfit(
                f"`[a; b]` joins parts of one rank, and here is {axes_text(len(odd))} against {axes_text(rank)}",
                "a row to be put under a matrix is a matrix of one row: `[r]`",
            )
        return joined_shape(parts, 0)

    def ranks(
        self,
        parameters: Any,
        operands: Sequence[Shape | None],
        result: Shape | None,
        patience: int,
        unknown: Unknown,
    ) -> Sequence[Shape | None]:
        whole = len(result) if result is not None else 0
        sibling = max((len(shape) for shape in operands if shape is not None), default=0)
        rank = max(whole, sibling)
        certain = rank >= 2
        bold = (patience >= 1 and whole == 1) or (patience >= 2 and sibling == 1)
        if not certain and not bold:
            return [None] * len(operands)
        return [new_shape(rank, unknown) if shape is None else None for shape in operands]

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        parts = [array if rank else array[..., None] for array, rank in zip(arrays, ranks)]
        return joined_arrays(parts, 0, max(1, *ranks))

    def adjoint(
        self, algebra: Algebra, parameters: Any, operands: Sequence[Value], result: Value, given: Value
    ) -> Shares:
        """Each part gets its piece."""
        extents = [(*algebra.shape(operand), ONE)[0] for operand in operands]
        return algebra.parts(given, 0, extents)

    def define(
        self, parameters: Any, shapes: Sequence[Shape], operands: Sequence[Operand], position: Sequence[Size]
    ) -> Term:
        parts = [
            operand if shape else (lambda _, scalar=operand: scalar(())) for operand, shape in zip(operands, shapes)
        ]
        return joined_term([shape[0] if shape else ONE for shape in shapes], parts, 0, position)


class List(Op):
    """`[a, b]`: a new leading axis."""

    name = "list"
    arity = None
    rule = "a new axis in front, with one entry for each part"
    outcome = "the list"
    takes = True
    aligns = True

    def axis_names(self, operands: Sequence[AxisNames]) -> AxisNames:
        """The names on which the parts agree, behind the new axis."""
        return (None, *merged(operands))

    def written(self, operands: Sequence[str]) -> str:
        """`[a, b]`"""
        return f"[{', '.join(operands)}]"

    def shape(self, parameters: Any, operands: Sequence[Shape]) -> Result | Misfit:
        owed = equal_shapes(operands, range(len(operands)), "elements of one shape in `[a, b]`")
        if isinstance(owed, Misfit):
            return Misfit(f"`[a, b]` needs elements of one shape, and here is {owed.why}")
        return Result((integer(len(operands)), *operands[0]), owed)

    def ranks(
        self,
        parameters: Any,
        operands: Sequence[Shape | None],
        result: Shape | None,
        patience: int,
        unknown: Unknown,
    ) -> Sequence[Shape | None]:
        sibling = next((len(shape) for shape in operands if shape is not None), None)
        rank = sibling if sibling is not None else len(result) - 1 if result else None
        return [new_shape(rank, unknown) if shape is None and rank is not None else None for shape in operands]

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        import numpy as np

        rank = ranks[0]
        return joined_arrays([np.expand_dims(array, array.ndim - rank) for array in arrays], 0, rank + 1)

    def adjoint(
        self, algebra: Algebra, parameters: Any, operands: Sequence[Value], result: Value, given: Value
    ) -> Shares:
        """Each element gets its member."""
        return algebra.entries(given, len(operands))

    def define(
        self, parameters: Any, shapes: Sequence[Shape], operands: Sequence[Operand], position: Sequence[Size]
    ) -> Term:
        parts = [(lambda at, element=operand: element(at[1:])) for operand in operands]
        return joined_term([ONE] * len(operands), parts, 0, position)


@record(frozen=False, eq=False)
class Along:
    """The axis of a `concat`, negative from the back; one that is named by `word` is found out with the shapes."""

    axis: int
    word: str | None = None

    def of(self, rank: int) -> int | None:
        """The axis counted from 0, or None if there is none."""
        axis = self.axis + rank if self.axis < 0 else self.axis
        return axis if 0 <= axis < rank else None


class Concat(Op):
    """`concat(a, b, axis = -1)`."""

    name = "concat"
    arity = None
    rule = "parts joined along an axis: its sizes add up"
    kept = "axes that are not joined are equal"
    options = (Option("axis", integer(-1)),)
    takes = True
    aligns = True

    def parameters(self, settings: Mapping[str, Setting]) -> Along | Misfit:
        axis = settings["axis"]
        if isinstance(axis, str):
            return Along(-1, axis)
        number = axis.constant if isinstance(axis, Size) else None
        return Misfit("`axis` must be a whole number or the name of an axis") if number is None else Along(number)

    def axis_names(self, operands: Sequence[AxisNames]) -> AxisNames:
        """The names on which the parts agree."""
        return merged(operands)

    def joined_axis(self, parameters: Along, rank: int) -> int | None:
        """The one that is given."""
        return parameters.of(rank)

    def shape(self, parameters: Along, operands: Sequence[Shape]) -> Result | Misfit:
        rank = len(operands[0])
        odd = next((shape for shape in operands if len(shape) != rank), None)
        if odd is not None:
            return Misfit(
                f"`concat` joins parts of one rank, and here is {axes_text(rank)} against {axes_text(len(odd))}"
            )
        axis = parameters.of(rank)
        if axis is None:
            return Misfit(f"there is no axis {parameters.axis} in {axes_text(rank)}")
        return joined_shape(operands, axis)

    def ranks(
        self,
        parameters: Along,
        operands: Sequence[Shape | None],
        result: Shape | None,
        patience: int,
        unknown: Unknown,
    ) -> Sequence[Shape | None]:
        known = next((shape for shape in (result, *operands) if shape is not None), None)
        return [new_shape(len(known), unknown) if shape is None and known else None for shape in operands]

    def kernel(self, parameters: Along, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        return joined_arrays(arrays, parameters.axis % ranks[0], ranks[0])

    def adjoint(
        self, algebra: Algebra, parameters: Along, operands: Sequence[Value], result: Value, given: Value
    ) -> Shares:
        """Each part gets its piece."""
        axis = parameters.of(len(algebra.shape(operands[0])))
        assert axis is not None, "inference has found the axis"
        return algebra.parts(given, axis, [algebra.shape(operand)[axis] for operand in operands])

    def define(
        self, parameters: Along, shapes: Sequence[Shape], operands: Sequence[Operand], position: Sequence[Size]
    ) -> Term:
        axis = parameters.axis % len(position)
        return joined_term([shape[axis] for shape in shapes], operands, axis, position)


JOIN = Join()
JOINS: tuple[Op, ...] = (JOIN, List(), Concat())
