"""The values that come from outside: drawn from a seed, or given and looked over.

In: the layout at concrete sizes, a seed, arrays by name.  Out: one array for each slot of every input, weight and
buffer.  What is drawn is k/16 with |k| <= 32, whose sums and products are exact in float64; the numbers drawn for a
name depend on the seed, the name and its shape alone, not on what else the spec declares.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from math import ceil, floor
from typing import Any

import numpy as np

from shapecheck.execute import errors
from shapecheck.execute.draws import GREATEST, LEAST, whole_numbers
from shapecheck.execute.exact import member_name
from shapecheck.execute.frame import Array
from shapecheck.execute.layout import Box, Layout, Slot, count, hull, meets
from shapecheck.graph.model import Entries, Family
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.sizes import Size

GRID = 16
"""Drawn reals are multiples of 1/16."""
REACH = 32
"""Without a declared range they lie within 32/16 of 0."""


@record
class Piece:
    """Members of a family that make one array: `path` is its key, `index` where it stands in the slot's array."""

    path: str
    slot: Slot
    index: tuple[int | slice, ...]
    shape: tuple[int, ...]


def pieces(family: str, layout: Layout) -> list[Piece]:
    """The arrays that a family consists of.

    One under its bare name where all members have one shape and fill a box; else it is cut along its first axis, and
    so on: `W[1]`, `W[2]`; `h[0]`, `h[1]` for rows that differ.
    """
    return list(_pieces(family, (), layout))


def _pieces(family: str, prefix: tuple[int, ...], layout: Layout) -> Iterator[Piece]:
    regions = [region for region in layout.regions[family] if meets(tuple((at, at) for at in prefix), region[0])]
    if not regions:
        return
    rest = [box[len(prefix) :] for box, _ in regions]
    shapes = {cell for _, cell in regions}
    around = hull(rest)
    if len(shapes) == 1 and _fills(rest, around):
        slot = next(slot for slot in layout.by_family[family] if slot.cell in shapes)
        index: list[int | slice] = [at - low for at, low in zip(prefix, slot.lows)]
        index += [slice(low - base, high - base + 1) for (low, high), base in zip(around, slot.lows[len(prefix) :])]
        shape = (*(high - low + 1 for low, high in around), *slot.cell)
        yield Piece(member_name(family, prefix), slot, tuple(index), shape)
        return
    low, high = around[0]
    for at in range(low, high + 1):
        yield from _pieces(family, (*prefix, at), layout)


def _fills(boxes: list[Box], around: Box) -> bool:
    """Whether boxes that do not overlap fill the box around them."""
    return len(boxes) == 1 or sum(map(count, boxes)) == count(around)


# ---- drawing -----------------------------------------------------------------------------------


def draw(shapes: Shapes, layout: Layout, env: Mapping[str, int], seed: int, given: Collection[str],
         kind: np.dtype[np.floating[Any]]) -> dict[int, Array]:
    """An array for every slot of what comes from outside and is not among the families `given`."""
    drawn: dict[int, Array] = {}
    for family in shapes.graph.families.values():
        if family.is_given and family.name not in given and family.name in layout.by_family:
            for piece in pieces(family.name, layout):
                values = drawn_numbers(f"{seed} {piece.path}", piece.shape, limits_of(family.entries, env), family)
                _put(drawn, piece, values if values.dtype.kind == "i" else values.astype(kind))
    return drawn


def drawn_numbers(key: str, shape: tuple[int, ...], limits: Limits | None, family: Family) -> Array:
    """Numbers for a tensor that nobody gives, by a key that holds the seed and its name."""
    if limits is None:
        return whole_numbers(key, shape, -REACH, REACH) / GRID
    scale = GRID if limits.real else 1
    first, last = max(ceil(limits.low * scale), LEAST), min(floor(limits.high * scale), GREATEST)
    if first <= last:
        values = whole_numbers(key, shape, first, last)
        return values / GRID if limits.real else values
    if not limits.real:
        raise errors.integer_overflow(family.name, family.span)
    return np.full(shape, float(limits.low))


@record
class Limits:
    """A declared range of entries at concrete sizes."""

    low: float
    high: float
    real: bool


def limits_of(entries: Entries | None, env: Mapping[str, int]) -> Limits | None:
    if entries is None:
        return None
    low, high = (end.evaluate(env) if isinstance(end, Size) else end for end in (entries.low, entries.high))
    return Limits(low, high, entries.real)


def _put(arrays: dict[int, Array], piece: Piece, values: Array) -> None:
    slot = piece.slot
    if piece.shape == slot.shape:
        arrays[slot.number] = np.ascontiguousarray(values).reshape(slot.shape)
        return
    array = arrays.get(slot.number)
    if array is None or (array.dtype.kind != "f" and values.dtype.kind == "f"):
        array = np.zeros(slot.shape, values.dtype) if array is None else array.astype(values.dtype)
        arrays[slot.number] = array
    array[piece.index] = values


# ---- given data --------------------------------------------------------------------------------


def accept(shapes: Shapes, layout: Layout, env: Mapping[str, int], data: Mapping[str, object],
           kind: np.dtype[np.floating[Any]]) -> tuple[dict[int, Array], set[str]]:
    """The slots' arrays of the data given, looked over, and the names of the families that they are for."""
    families = shapes.graph.families
    inputs = {name: pieces(name, layout) for name in layout.regions if families[name].is_given}
    paths = {piece.path: (name, piece) for name, own in inputs.items() for piece in own}
    arrays: dict[int, Array] = {}
    found: set[str] = set()
    for key, value in data.items():
        if key not in paths:
            raise _unknown(key, inputs, paths, families)
        name, piece = paths[key]
        _put(arrays, piece, checked(key, value, piece.shape, families[name], env, kind))
        found.add(name)
    for name in found:
        missing = [piece.path for piece in inputs[name] if piece.path not in data]
        if missing:
            raise errors.members_missing(name, missing, families[name].span)
    return arrays, found


def _unknown(key: str, inputs: Mapping[str, list[Piece]], paths: Mapping[str, object],
             families: Mapping[str, Family]) -> errors.ExecutionError:
    if key in inputs:
        return errors.members_differ(key, [piece.path for piece in inputs[key]], families[key].span)
    computed = [name for name, family in families.items() if not family.is_given]
    return errors.unknown_data(key, paths, computed)


def checked(name: str, value: object, shape: tuple[int, ...], family: Family, env: Mapping[str, int],
            kind: np.dtype[np.floating[Any]]) -> Array:
    """Data as an array of int64 or of the run's type, or `ExecutionError`: type, shape, NaN, range, in this order."""
    array = _numeric(name, value, family)
    if array.shape != shape:
        used = {size: env[size] for size in env if not size.startswith((".", "?"))}
        raise errors.wrong_data_shape(name, shape, array.shape, used, family.span)
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise errors.nan_in_data(name, np.argwhere(np.isnan(array))[0].tolist(), family.span)
    limits = limits_of(family.entries, env)
    if limits is not None:
        array = _limited(name, array, limits, family)
    return array.astype(kind if array.dtype.kind == "f" else np.int64, copy=False)


def _numeric(name: str, value: object, family: Family) -> Array:
    if not isinstance(value, np.ndarray | np.generic | list | tuple | int | float):
        raise errors.wrong_data_type(name, type(value).__name__, family.span, "an array of numbers")
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError) as error:
        raise errors.wrong_data_type(name, "ragged", family.span, "an array of numbers") from error
    if array.dtype.kind not in "biuf":
        raise errors.wrong_data_type(name, f"of type {array.dtype}", family.span)
    if array.dtype.kind == "u" and array.size and int(array.max()) >= 2**63:
        raise errors.wrong_data_type(name, "integers beyond 64 bits", family.span)
    return array


def _limited(name: str, array: Array, limits: Limits, family: Family) -> Array:
    outside = (array < limits.low) | (array > limits.high)
    if outside.any():
        at = np.argwhere(outside)[0].tolist()
        raise errors.data_out_of_range(name, array[tuple(at)].item(), at, limits.low, limits.high, family.span)
    if not limits.real and array.dtype.kind == "f":
        if (array != np.floor(array)).any():
            wanted = f"integers in {limits.low}..{limits.high}"
            raise errors.wrong_data_type(name, "not whole numbers", family.span, wanted)
        return array.astype(np.int64)
    return array
