"""Big operators over labelled axes.

In: the operator, its body as a `Code` (or its factors, for a sum of products), the labels of its indices, and a mask
where their ranges depend on other indices.  Out: a `Code` without those labels.  An empty range gives 0 for a sum and
1 for a product; the others need a term at every point that counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

import numpy as np

from shapecheck.execute import errors
from shapecheck.execute.run_state import Array, State, Trouble
from shapecheck.execute.vectorised.contract import Factor, contract
from shapecheck.execute.vectorised.frame import Code, Frame, spread
from shapecheck.ops.arrays import exactly, magnitude
from shapecheck.source import Span


def sum_of_products(factors: Sequence[Code], indices: Sequence[str], mask: Code | None, frame: Frame) -> Code:
    """The sum over `indices` (labels of `frame`) of the product of the factors, where the mask holds."""
    labels = frozenset(label for code in factors for label in code.labels)
    masked = frozenset(mask.labels) if mask is not None else frozenset()
    kept = frame.ordered((labels | masked) - frozenset(indices))
    cell = max((code.cell for code in factors), key=len)
    axes = tuple(f"#{axis}" for axis in range(len(cell)))
    extents = {label: frame.extent(label) for label in frame.boxes} | dict(zip(axes, cell))
    names = [code.labels + (axes if code.cell else ()) for code in factors]
    summed, out = frozenset(indices), (*kept, *axes)
    shape = tuple(extents[name] for name in out)

    def run(state: State) -> Array:
        arrays = [Factor(own, code.run(state)) for own, code in zip(names, factors)]
        if mask is None:
            result = contract(arrays, summed, extents, out)
            return result if result.shape == shape else np.broadcast_to(result, shape)
        with_mask = _masked(arrays, Factor(mask.labels, mask.run(state)), frame)
        result = contract(with_mask, summed, extents, out)
        if result.dtype.kind == "f" and np.isnan(result).any():
            raise Trouble
        return np.broadcast_to(result, shape)

    return Code(kept, cell, run, fresh=True)


def _masked(factors: list[Factor], mask: Factor, frame: Frame) -> list[Factor]:
    """The factors with zeros where the mask does not hold, put into the one that shares most axes with it."""
    nearest = max(factors, key=lambda factor: len(set(factor.names) & set(mask.names)))
    cells = tuple(name for name in nearest.names if name.startswith("#"))
    labels = frame.ordered(frozenset(nearest.names) | frozenset(mask.names))
    condition = spread(mask.array, mask.names, labels)
    condition = condition.reshape(condition.shape + (1,) * len(cells))
    array = spread(nearest.array, nearest.names, (*labels, *cells))
    zeroed = Factor((*labels, *cells), np.where(condition, array, array.dtype.type(0)))
    return [zeroed if factor is nearest else factor for factor in factors]


MOST_TERMS = 1 << 31
"""The most entries of one reduction: seconds of work, even where repeated entries take no memory."""


def reduction(operator: str, body: Code, indices: Sequence[str], mask: Code | None, frame: Frame, span: Span) -> Code:
    """`sum prod max min mean argmax argmin` of the body over `indices`."""
    masked = frozenset(mask.labels) if mask is not None else frozenset()
    labels = frame.ordered(frozenset(body.labels) | frozenset(indices) | masked)
    axes = tuple(axis for axis, label in enumerate(labels) if label in indices)
    kept = tuple(label for label in labels if label not in indices)
    shape = frame.extents(labels) + body.cell
    if prod(shape) > MOST_TERMS:
        raise errors.too_many_terms(operator, prod(shape), MOST_TERMS, span)
    reduce = _reducer(operator, axes, frame.boxes[indices[0]][0])

    def run(state: State) -> Array:
        array = np.broadcast_to(spread(body.run(state), body.labels, labels), shape)
        if operator.startswith("arg") and array.dtype.kind == "f" and np.isnan(array).any():
            raise Trouble
        if mask is None:
            return reduce(array, None)
        condition = spread(mask.run(state), mask.labels, labels)
        condition = np.broadcast_to(condition, shape[: len(labels)])
        if operator not in ("sum", "prod") and not condition.any(axis=axes).all():
            raise Trouble if len(frame.guards) > 1 or frame.lenient else errors.empty_range(operator, span)
        condition = condition.reshape(condition.shape + (1,) * len(body.cell))
        return reduce(array, np.broadcast_to(condition, shape))

    return Code(kept, body.cell, run)


def _reducer(operator: str, axes: tuple[int, ...], low: int) -> Callable[[Array, Array | None], Array]:
    match operator:
        case "sum":
            return lambda array, mask: exact_sum(_where(mask, array, 0), axes)
        case "prod":
            return lambda array, mask: exact_product(_where(mask, array, 1), axes)
        case "mean":
            return lambda array, mask: _mean(array, mask, axes)
        case "max":
            return lambda array, mask: _where(mask, array, _lowest(array)).max(axis=axes)
        case "min":
            return lambda array, mask: _where(mask, array, _highest(array)).min(axis=axes)
        case "argmax":
            return lambda array, mask: _best(np.argmax, array, mask, axes[0]) + low
        case "argmin":
            return lambda array, mask: _best(np.argmin, array, mask, axes[0]) + low
        case _:
            raise AssertionError(f"{operator} is no reduction")


def _best(find: Callable[..., Array], array: Array, mask: Array | None, axis: int) -> Array:
    """The first place of the best entry, of those where the mask holds."""
    if mask is None:
        return np.asarray(find(array, axis=axis))
    worst, best = (_lowest(array), np.max) if find is np.argmax else (_highest(array), np.min)
    filled = _where(mask, array, worst)
    return np.asarray(np.argmax((filled == best(filled, axis=axis, keepdims=True)) & mask, axis=axis))


def _where(mask: Array | None, array: Array, other: float) -> Array:
    return array if mask is None else np.where(mask, array, array.dtype.type(other))


def _lowest(array: Array) -> float:
    return -np.inf if array.dtype.kind == "f" else int(np.iinfo(np.int64).min)


def _highest(array: Array) -> float:
    return np.inf if array.dtype.kind == "f" else int(np.iinfo(np.int64).max)


def _mean(array: Array, mask: Array | None, axes: tuple[int, ...]) -> Array:
    kind = array.dtype if array.dtype.kind == "f" else np.dtype(np.float64)
    total = _where(mask, array, 0).sum(axis=axes, dtype=kind)
    count = prod(array.shape[axis] for axis in axes) if mask is None else mask.sum(axis=axes)
    return np.asarray(total / np.asarray(count).astype(kind))


def exact_sum(array: Array, axes: tuple[int, ...]) -> Array:
    """The sum over axes; integers exactly, or `Overflow`."""
    if array.dtype.kind == "f":
        return np.asarray(array.sum(axis=axes))
    terms = prod(array.shape[axis] for axis in axes)
    array = array.astype(np.int64, copy=False)
    return np.asarray(exactly(lambda entries: entries.sum(axis=axes), magnitude(array) * terms, (array,)))


def exact_product(array: Array, axes: tuple[int, ...]) -> Array:
    """The product over axes; integers exactly, or `Overflow`."""
    if array.dtype.kind == "f":
        return np.asarray(array.prod(axis=axes))
    terms = prod(array.shape[axis] for axis in axes)
    array = array.astype(np.int64, copy=False)
    largest = magnitude(array)
    bound = largest if largest < 2 else largest ** min(terms, 64)
    return np.asarray(exactly(lambda entries: entries.prod(axis=axes), bound, (array,)))
