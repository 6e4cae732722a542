"""Sums, maxima and minima in one pass over their terms, for all values of an index that data pick.

In: the terms, the data and the masks as codes, the index.  Out: a `Code` with a label for the index.  The terms are
sorted by the value of the index that they count for, and every run of equal ones is reduced.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from shapecheck.execute.planning.picked_members import NEUTRAL
from shapecheck.execute.run_state import Array, State, Trouble
from shapecheck.execute.vectorised.frame import Code, Frame, spread
from shapecheck.ops.arrays import exactly, magnitude

_JOIN = {"sum": np.add, "max": np.maximum, "min": np.minimum}


def one_pass(
    operator: str, index: str, data: Code, terms: Code, masks: Sequence[Code], indices: Sequence[str], frame: Frame
) -> Code:
    """The operator over `indices`, for every value of `index` the terms where the data equal it.

    A mean of no terms is `Trouble`, since the point has to be named.
    """
    parts = (data, terms, *masks)
    labels = frame.ordered(frozenset((*indices, *(label for code in parts for label in code.labels))))
    outer = tuple(label for label in labels if label not in indices)
    assert index not in labels and labels[: len(outer)] == outer, "the terms do not mention the index"
    full, cell = frame.extents(labels), terms.cell
    rows, count = prod(frame.extents(outer)), frame.extent(index)
    kept = frame.ordered(frozenset((*outer, index)))
    place = kept.index(index)

    def run(state: State) -> Array:
        places = _flat(data, labels, full, state)
        low = frame.boxes[index][0] + (state.loops[frame.origins[index]] if index in frame.origins else 0)
        counts = (places >= low) & (places <= low + count - 1) & (places == np.floor(places))
        for mask in masks:
            counts &= _flat(mask, labels, full, state).astype(bool, copy=False)
        before = np.arange(rows).repeat(places.size // rows if rows else 0) * count
        keys = (before + np.where(counts, places - low, 0).astype(np.int64))[counts]
        values = np.broadcast_to(spread(terms.run(state), terms.labels, labels), full + cell)
        found = _reduced(operator, keys, values.reshape((-1, *cell))[counts], rows * count)
        return np.moveaxis(found.reshape((*frame.extents(outer), count, *cell)), len(outer), place)

    return Code(kept, cell, run)


def one_term(operator: str, index: str, data: Code, terms: Code, masks: Sequence[Code], frame: Frame) -> Code:
    """The operator over its only index, where data say which term is left: that term, or the value for no terms."""
    names = frozenset(label for code in (data, terms, *masks) for label in code.labels)
    outer = frame.ordered(names - {index})
    labels, full = (*outer, index), (*frame.extents(outer), frame.extent(index))
    low, count, deeper = frame.boxes[index][0], frame.extent(index), (1,) * len(terms.cell)

    def run(state: State) -> Array:
        places = np.broadcast_to(spread(data.run(state), data.labels, outer), full[:-1])
        inside = (places >= low) & (places <= low + count - 1) & (places == np.floor(places))
        at = np.where(inside, places - low, 0).astype(np.int64)[..., None]
        for mask in masks:
            every = np.broadcast_to(_last(mask, labels, state), full)
            inside = inside & np.take_along_axis(every, at, -1)[..., 0].astype(bool, copy=False)
        values = np.broadcast_to(_last(terms, labels, state), full + terms.cell)
        found = np.take_along_axis(values, at.reshape(at.shape + deeper), len(outer)).squeeze(len(outer))
        if operator == "mean" and not inside.all():
            raise Trouble
        if operator != "sum" and found.dtype.kind != "f":
            found = found.astype(np.float64)
        return np.where(inside.reshape(inside.shape + deeper), found, found.dtype.type(NEUTRAL.get(operator, 0)))

    return Code(outer, terms.cell, run)


def _last(code: Code, labels: Sequence[str], state: State) -> Array:
    """The array of a code with an axis for each label."""
    return spread(code.run(state), code.labels, labels)


def _flat(code: Code, labels: Sequence[str], full: tuple[int, ...], state: State) -> Array:
    return np.broadcast_to(spread(code.run(state), code.labels, labels), full).ravel()


def _reduced(operator: str, keys: Array, values: Array, count: int) -> Array:
    """For every number below `count` the values with that key, joined."""
    if operator == "mean":
        return _mean(keys, values, count)
    if operator != "sum" and values.dtype.kind != "f":
        values = values.astype(np.float64)
    elif values.dtype.kind == "b":
        values = values.astype(np.int64)
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], values[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    result = np.full((count, *values.shape[1:]), NEUTRAL[operator], values.dtype)
    if not starts.size:
        return result
    if operator == "sum" and values.dtype.kind != "f":
        bound = magnitude(values) * len(values)
        result[keys[starts]] = exactly(lambda entries: np.add.reduceat(entries, starts, axis=0), bound, (values,))
    else:
        result[keys[starts]] = _JOIN[operator].reduceat(values, starts, axis=0)
    return result


def _mean(keys: Array, values: Array, count: int) -> Array:
    counts = np.bincount(keys, minlength=count)
    if not counts.all():
        raise Trouble
    total = _reduced("sum", keys, values if values.dtype.kind == "f" else values.astype(np.float64), count)
    return np.asarray(total / counts.reshape((-1, *(1 for _ in values.shape[1:]))).astype(total.dtype))
