"""Ranges that left sides state, `q[t] in 0..9 = ..`, checked in a run.

In: an array that has been computed.  Out: nothing, or an `ExecutionError` that names the first entry outside.
"""

from __future__ import annotations

import numpy as np

from shapecheck.execute import errors
from shapecheck.execute.inputs.limits import limits_of
from shapecheck.execute.planning.memory_layout import Slot
from shapecheck.execute.run_state import Setting, State, storage
from shapecheck.ops.term_types import member_name


def confirm_range(slot: Slot, setting: Setting, state: State) -> None:
    """Raise an error where an entry lies outside of the range that its tensor's left side states."""
    family = setting.shapes.graph.families[slot.family]
    limits = None if family.is_given else limits_of(family.entries, setting.env)
    if limits is None:
        return
    array = storage(state, slot, np.dtype(np.int64))
    for box, cell in setting.layout.regions[slot.family]:
        if cell != slot.cell:
            continue
        part = array[tuple(slice(low - first, high - first + 1) for (low, high), first in zip(box, slot.lows))]
        outside = (part < limits.low) | (part > limits.high)
        if not limits.real and part.dtype.kind == "f":
            outside |= part != np.floor(part)
        if outside.any():
            place = tuple(map(int, np.argwhere(outside)[0]))
            numbers = [at + low for at, (low, _) in zip(place, box)]
            member = member_name(family.name, [*numbers, *place[len(box) :]])
            raise errors.entry_out_of_range(member, part[place].item(), limits.low, limits.high, family.span)
