"""Sums of products: `sum[m, n] I[x + m, y + n] * K[m, n]` without ever making the product.

In: factors, each an array with named axes, and the names to sum over.  Out: an array with the other axes.  Factors are
multiplied two at a time, the pair with the smallest result first; axes that only one side has become rows or columns,
summed axes that both have the inner axis of one matrix product.  A strided window as a factor is copied into rows
block by block, so that a block stays in the cache (the method known as im2col).

Integers stay exact: through float64 where all partial sums are below 2^53, else as integers of any length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import prod

import numpy as np

from shapecheck.execute.run_state import Array
from shapecheck.ops.arrays import magnitude
from shapecheck.ops.base import Overflow
from shapecheck.record import record

EXACT_FLOAT = 1 << 53
EXACT_INT = 1 << 63
BLOCK = 1 << 16
"""Entries of a block of rows: half a MiB of float64, within the second cache of current processors."""


@record
class Factor:
    """An array with a name for each axis."""

    names: tuple[str, ...]
    array: Array


def contract(
    factors: Sequence[Factor], summed: frozenset[str], extents: Mapping[str, int], out: Sequence[str]
) -> Array:
    """The product of the factors summed over `summed`, with axes `out` (length 1 where no factor has the name)."""
    if all(factor.array.dtype.kind in "biu" for factor in factors):
        return _contract_integers(factors, summed, extents, out)
    kind = np.result_type(*(factor.array.dtype for factor in factors if factor.array.dtype.kind == "f"))
    return _contract([Factor(f.names, f.array.astype(kind, copy=False)) for f in factors], summed, extents, out)


def _contract_integers(
    factors: Sequence[Factor], summed: frozenset[str], extents: Mapping[str, int], out: Sequence[str]
) -> Array:
    bound = prod(extents[name] for name in summed)
    for factor in factors:
        bound *= magnitude(factor.array)
    kind: type = np.float64 if bound < EXACT_FLOAT else np.int64 if bound < EXACT_INT else object
    result = _contract([Factor(f.names, f.array.astype(kind)) for f in factors], summed, extents, out)
    if kind is object and any(not -EXACT_INT <= entry < EXACT_INT for entry in result.flat):
        raise Overflow("a sum of products needs more than 64 bits")
    return result.astype(np.int64)


def _contract(factors: list[Factor], summed: frozenset[str], extents: Mapping[str, int], out: Sequence[str]) -> Array:
    used = frozenset(name for factor in factors for name in factor.names)
    repeats = prod(extents[name] for name in summed - used)
    factors = [_sum_alone(number, factors, summed) for number in range(len(factors))]
    while len(factors) > 1:
        left, right, gone = _cheapest_pair(factors, summed, extents)
        rest = [factor for factor in factors if factor is not left and factor is not right]
        factors = [*rest, _pair(left, right, gone, out)]
    last = factors[0]
    order = [last.names.index(name) for name in out if name in last.names]
    array = last.array.transpose(order)
    array = array[tuple([slice(None) if name in last.names else None for name in out])]
    return array * array.dtype.type(repeats) if repeats != 1 and array.dtype != object else array * repeats


def _sum_alone(number: int, factors: Sequence[Factor], summed: frozenset[str]) -> Factor:
    """A factor summed over the axes that no other factor has."""
    factor = factors[number]
    others = frozenset(name for other in factors if other is not factor for name in other.names)
    axes = tuple(axis for axis, name in enumerate(factor.names) if name in summed and name not in others)
    if not axes:
        return factor
    names = tuple(name for axis, name in enumerate(factor.names) if axis not in axes)
    return Factor(names, np.asarray(factor.array.sum(axis=axes)))


def _cheapest_pair(
    factors: Sequence[Factor], summed: frozenset[str], extents: Mapping[str, int]
) -> tuple[Factor, Factor, frozenset[str]]:
    best: tuple[int, Factor, Factor, frozenset[str]] | None = None
    for i, left in enumerate(factors):
        for right in factors[i + 1 :]:
            others = frozenset(name for f in factors if f is not left and f is not right for name in f.names)
            names = frozenset(left.names) | frozenset(right.names)
            gone = names & summed - others
            size = prod(extents[name] for name in names - gone)
            if best is None or size < best[0]:
                best = size, left, right, gone
    assert best is not None, "there are at least two factors"
    return best[1:]


def _pair(left: Factor, right: Factor, gone: frozenset[str], out: Sequence[str]) -> Factor:
    """The product of two factors, summed over `gone`, which both have."""
    inner = [name for name in right.names if name in gone]
    if not inner:
        return _multiplied(left, right)
    batch = [name for name in left.names if name in right.names and name not in gone]
    rows = [name for name in left.names if name not in right.names]
    columns = [name for name in right.names if name not in left.names]
    if rows and columns and _place(columns, out) < _place(rows, out):
        return _pair(right, left, gone, out)
    if left.array.dtype == object or (batch and not (rows and columns)):
        return _einsum(left, right, [*batch, *rows, *columns])
    return _matrix_product(left, right, batch, rows, inner, columns)


def _place(names: Sequence[str], out: Sequence[str]) -> int:
    return min((list(out).index(name) for name in names if name in out), default=len(out))


def _multiplied(left: Factor, right: Factor) -> Factor:
    names = [*left.names, *(name for name in right.names if name not in left.names)]
    aligned = [
        factor.array.transpose([factor.names.index(name) for name in names if name in factor.names])[
            tuple([slice(None) if name in factor.names else None for name in names])
        ]
        for factor in (left, right)
    ]
    return Factor(tuple(names), aligned[0] * aligned[1])


def _einsum(left: Factor, right: Factor, names: Sequence[str]) -> Factor:
    numbers = {name: number for number, name in enumerate(dict.fromkeys([*left.names, *right.names]))}
    subscripts = [[numbers[name] for name in group] for group in (left.names, right.names, names)]
    if left.array.dtype == object:
        product = _multiplied(left, right)
        axes = tuple(axis for axis, name in enumerate(product.names) if name not in names)
        kept = [name for name in product.names if name in names]
        total = np.asarray(product.array.sum(axis=axes))
        return Factor(tuple(names), total.transpose([kept.index(name) for name in names]))
    array = np.einsum(left.array, subscripts[0], right.array, subscripts[1], subscripts[2])
    return Factor(tuple(names), np.asarray(array))


def _matrix_product(
    left: Factor, right: Factor, batch: Sequence[str], rows: Sequence[str], inner: Sequence[str], columns: Sequence[str]
) -> Factor:
    a = _arranged(left, [*batch, *rows, *inner])
    b = _arranged(right, [*batch, *inner, *columns])
    many, high = len(batch), len(batch) + len(rows)
    shape = (*a.shape[:high], *b.shape[many + len(inner) :])
    inside = prod(a.shape[high:])
    matrix = b.reshape(*b.shape[:many], inside, prod(b.shape[many + len(inner) :]))
    if not batch and rows and not _merges(a, high) and a.size > BLOCK:
        product = _blocked(a, matrix, len(rows), inside)
    else:
        product = a.reshape(*a.shape[:many], prod(a.shape[many:high]), inside) @ matrix
    return Factor((*batch, *rows, *columns), product.reshape(shape))


def _arranged(factor: Factor, names: Sequence[str]) -> Array:
    return factor.array.transpose([factor.names.index(name) for name in names])


def _merges(array: Array, high: int) -> bool:
    """Whether the first `high` axes and the others are each one axis already, so that reshaping copies nothing."""
    for group in (range(high), range(high, array.ndim)):
        for axis, following in pairwise(group):
            if array.strides[axis] != array.strides[following] * array.shape[following]:
                return False
    return True


def _blocked(array: Array, matrix: Array, rows: int, inside: int) -> Array:
    """The product with a window of `array` copied into rows, a few leading positions at a time."""
    first = array.shape[0]
    per = prod(array.shape[1:rows])
    if rows > 1 and per * inside > BLOCK:
        parts = np.empty((first, per, matrix.shape[-1]), array.dtype)
        for position in range(first):
            parts[position] = _blocked(array[position], matrix, rows - 1, inside)
        return parts.reshape(first * per, -1)
    step = max(1, BLOCK // max(1, per * inside))
    result = np.empty((first * per, matrix.shape[-1]), array.dtype)
    buffer = np.empty((min(step, first), *array.shape[1:]), array.dtype)
    for start in range(0, first, step):
        block = array[start : start + step]
        rows_here = buffer[: len(block)]
        np.copyto(rows_here, block)
        target = result[start * per : (start + len(block)) * per]
        np.matmul(rows_here.reshape(len(block) * per, inside), matrix, out=target)
    return result
