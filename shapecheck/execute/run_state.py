"""The setting that all parts of a plan share, and the state of one run.

The setting is fixed when a plan is made: shapes, sizes, layout, type of real numbers.  The state holds the arrays of a
run while it is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

import numpy as np

from shapecheck.execute.planning.memory_layout import Layout, Slot
from shapecheck.infer.model import Shapes
from shapecheck.record import record

Array = np.ndarray[Any, Any]


class Trouble(Exception):
    """An array over all points failed at a point that may not count; each point must be computed by itself."""


@record
class Setting:
    """The shapes, sizes and layout that all codes of one plan share; `kind` is the type of real numbers."""

    shapes: Shapes
    env: Mapping[str, int]
    layout: Layout
    kind: np.dtype[np.floating[Any]]

    def settled(self, array: Array) -> Array:
        """The array with reals in the plan's type."""
        return array.astype(self.kind, copy=False) if array.dtype.kind == "f" else array


@record(frozen=False)
class State:
    """The data of one run: the families' arrays by slot, values hoisted out of loops, the loops' indices.

    `waiting` holds integers for arrays that are not made yet, because reals may follow and decide the type.
    """

    arrays: list[Array | None]
    waiting: dict[int, list[Callable[[Array], None]]] = field(default_factory=dict)
    hoisted: dict[int, Array] = field(default_factory=dict)
    loops: dict[str, int] = field(default_factory=dict)
    shared: dict[int, Array] = field(default_factory=dict)
    confirmed: int = 0


def storage(state: State, slot: Slot, kind: np.dtype[np.generic]) -> Array:
    """The array of a slot, able to hold numbers of that type; made or widened if need be."""
    array = state.arrays[slot.number]
    if array is None:
        array = state.arrays[slot.number] = np.zeros(slot.shape, kind)
        for fill in state.waiting.pop(slot.number, ()):
            fill(array)
    elif array.dtype != kind and array.dtype.kind != "f":
        wider = kind if kind.kind == "f" else np.result_type(array.dtype, kind)
        if wider != array.dtype:
            array = state.arrays[slot.number] = array.astype(wider)
    return array
