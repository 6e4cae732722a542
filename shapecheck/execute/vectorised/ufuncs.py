"""The short way for entry-by-entry ops on floats: one call of NumPy, written over an operand that nobody else needs.

In: an op, the codes of its operands, the way that is right in all other cases.  Out: a function of the state.
In a loop over small arrays the general kernel's care for types and ranks costs more than the arithmetic; on floats of
one type it decides nothing, so it is left out there.  The result is the same, which the tests compare.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from shapecheck.execute.errors import ShapeMismatch
from shapecheck.execute.run_state import Array, State
from shapecheck.execute.vectorised.frame import Code
from shapecheck.ops.base import Op
from shapecheck.source import Span

Run = Callable[[State], Array]
Slow = Callable[[Sequence[Array]], Array]
"""The general kernel, given the operands with their labels aligned."""


def short_way(
    op: Op,
    operands: Sequence[Code],
    labels: Sequence[str],
    shape: tuple[int, ...],
    kind: np.dtype[np.floating[Any]],
    slow: Slow,
    span: Span,
) -> Run | None:
    """The op's function of floats, or `slow` where an operand is not of type `kind`; None without one."""
    function = op.on_floats(len(operands))
    if function is None:
        return None
    rank = max(len(code.cell) for code in operands)
    lifts = [_lift(code, labels, rank) for code in operands]
    aligned = [_lift(code, labels, len(code.cell)) for code in operands]

    def by_kernel(arrays: Sequence[Array]) -> Array:
        return slow([array if lift is None else array[lift] for array, lift in zip(arrays, aligned)])

    if len(operands) == 1:
        return _one(function, operands[0], shape, kind, by_kernel, span)
    return _two(function, operands, lifts, shape, kind, by_kernel, span)


def _lift(code: Code, labels: Sequence[str], rank: int) -> tuple[slice | None, ...] | None:
    """The subscript that gives the code's array all labels and the rank; None where it has them."""
    index = [slice(None) if label in code.labels else None for label in labels]
    deeper = rank - len(code.cell)
    return (*index, *[None] * deeper) if None in index or deeper else None


def _one(
    function: Callable[..., Any],
    code: Code,
    shape: tuple[int, ...],
    kind: np.dtype[np.floating[Any]],
    slow: Slow,
    span: Span,
) -> Run:
    compute, fresh = code.run, code.fresh

    def run(state: State) -> Array:
        array = compute(state)
        if array.dtype == kind:
            array = np.asarray(function(array, out=array) if fresh and _is_own(array, array.shape) else function(array))
        else:
            array = slow([array])
        return _confirmed(array, shape, span, state)

    return run


def _two(
    function: Callable[..., Any],
    codes: Sequence[Code],
    lifts: Sequence[tuple[slice | None, ...] | None],
    shape: tuple[int, ...],
    kind: np.dtype[np.floating[Any]],
    slow: Slow,
    span: Span,
) -> Run:
    first, second = (code.run for code in codes)
    lift_first, lift_second = lifts
    reals = [None if code.constant is None else code.constant.astype(kind) for code in codes]
    reuse_first, reuse_second = (
        code.fresh and lift is None and code.cell == shape[len(shape) - len(code.cell) :]
        for code, lift in zip(codes, lifts)
    )
    real_first, real_second = reals

    def run(state: State) -> Array:
        one, other = first(state), second(state)
        left = real_first if real_first is not None and other.dtype == kind else one
        right = real_second if real_second is not None and one.dtype == kind else other
        if left.dtype != kind or right.dtype != kind:
            return _confirmed(slow([one, other]), shape, span, state)
        own_first, own_second = reuse_first and _is_own(one, shape), reuse_second and _is_own(other, shape)
        out = one if own_first else other if own_second else None
        left = left if lift_first is None else left[lift_first]
        right = right if lift_second is None else right[lift_second]
        return _confirmed(np.asarray(function(left, right, out=out)), shape, span, state)

    return run


def _is_own(array: Array, shape: tuple[int, ...]) -> bool:
    """Whether a fresh result can be written over: a whole array of that shape, no scalar and no repeated view."""
    return isinstance(array, np.ndarray) and array.shape == shape and array.flags.writeable


def _confirmed(array: Array, shape: tuple[int, ...], span: Span, state: State) -> Array:
    if array.shape != shape:
        raise ShapeMismatch(span, shape, array.shape)
    state.confirmed += 1
    return array
