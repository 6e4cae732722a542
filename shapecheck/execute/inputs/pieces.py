"""The arrays that a family is given or handed out as.

In: the layout at concrete sizes.  Out: `Piece`s, each with the name of its array and its place in the layout.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from shapecheck.execute.planning.memory_layout import Box, Layout, Slot, count, hull, meets
from shapecheck.execute.run_state import Array
from shapecheck.ops.term_types import member_name
from shapecheck.record import record


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


def put(arrays: dict[int, Array], piece: Piece, values: Array) -> None:
    """Stores the values of a piece in the array of its slot, which is made or widened if need be."""
    slot = piece.slot
    if piece.shape == slot.shape:
        arrays[slot.number] = np.ascontiguousarray(values).reshape(slot.shape)
        return
    array = arrays.get(slot.number)
    if array is None or (array.dtype.kind != "f" and values.dtype.kind == "f"):
        array = np.zeros(slot.shape, values.dtype) if array is None else array.astype(values.dtype)
        arrays[slot.number] = array
    array[piece.index] = values
