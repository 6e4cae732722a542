"""Shared by the shape rules of several ops: equalities owed per axis, fresh shapes, bounds of sums.

In: shapes as tuples of `Size`.  Out: `Owed` relations, shapes, the bound variables of a term.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shapecheck.ops.base import AxisNames, Misfit, Owed, Shape, fresh
from shapecheck.ops.term_types import Bound, Case, Term
from shapecheck.sizes import ONE, ZERO, And, Relation, Size, symbol

Unknown = Callable[[], Size]


def product(sizes: Sequence[Size]) -> Size:
    """The product of sizes; 1 for none."""
    result = ONE
    for size in sizes:
        result = result * size
    return result


def merged(parts: Sequence[AxisNames]) -> AxisNames:
    """The names of axes on which all parts agree that have one."""
    found: list[str | None] = []
    for axis in range(max(map(len, parts), default=0)):
        called = {names[axis] for names in parts if axis < len(names)} - {None}
        found.append(called.pop() if len(called) == 1 else None)
    return tuple(found)


def new_shape(rank: int, unknown: Unknown) -> Shape:
    """A shape of that rank, each axis of a size yet to be found."""
    return tuple(unknown() for _ in range(rank))


def equal(left: Size, right: Size, why: str, operands: tuple[int, ...], axes: tuple[int, ...]) -> tuple[Owed, ...]:
    """The equality of two sizes as something owed; nothing where they are the same size already."""
    return () if left == right else (Owed(Relation("==", left, right), why, operands, axes),)


def equal_shapes(shapes: Sequence[Shape], positions: Sequence[int], why: str) -> tuple[Owed, ...] | Misfit:
    """Each of the shapes equal to the first, axis by axis; `positions` are the operands' places."""
    first = shapes[0]
    owed: list[Owed] = []
    for shape, position in zip(shapes[1:], positions[1:]):
        if len(shape) != len(first):
            return Misfit(f"{axes_text(len(first))} against {axes_text(len(shape))}")
        for axis, (left, right) in enumerate(zip(first, shape)):
            owed += equal(left, right, why, (positions[0], position), (axis, axis))
    return tuple(owed)


def axes_text(rank: int) -> str:
    """A rank in messages: `a scalar`, `1 axis`, `3 axes`."""
    return "a scalar" if rank == 0 else "1 axis" if rank == 1 else f"{rank} axes"


def bounds(labels: Sequence[str], sizes: Sequence[Size]) -> tuple[tuple[Bound, ...], tuple[Size, ...]]:
    """Fresh bound variables that run over axes of these sizes, and the variables as sizes."""
    made = tuple(Bound(fresh(label), ZERO, size - 1) for label, size in zip(labels, sizes))
    return made, tuple(symbol(bound.symbol) for bound in made)


def inside(at: Size, size: Size, before: Size, *, ends_inside: bool = False) -> list[Relation]:
    """The conditions for a read of a padded axis to lie inside, on the sides where it may not."""
    conditions = []
    if before is not ZERO:
        conditions.append(Relation(">=", at, ZERO))
    if not ends_inside:
        conditions.append(Relation("<=", at, size - 1))
    return conditions


def guarded(conditions: Sequence[Relation], entry: Term, otherwise: Term) -> Term:
    """`entry` where all conditions hold."""
    if not conditions:
        return entry
    return Case(conditions[0] if len(conditions) == 1 else And(tuple(conditions)), entry, otherwise)
