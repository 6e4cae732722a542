"""Storing what a statement computes: for all indices with an axis at a time, or one member.

In: the arrays of a statement's value.  Out: the state's arrays, changed.  A family's array is made when it is first
written to, in the type of the value, and widened when reals come to stand beside integers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from shapecheck.execute.access import All, At, View, view
from shapecheck.execute.frame import Array, Code, Frame, State, spread
from shapecheck.execute.layout import Slot
from shapecheck.execute.statement import Goal, Statement


def write_member(statement: Statement, env: Mapping[str, int], value: Array, state: State) -> None:
    """Stores the value of a statement at one point of its indices."""
    for goal in statement.goals:
        part = _part(goal, value, statement)
        member = tuple(size.evaluate(env) - low for size, low in zip(goal.subscripts, goal.slot.lows))
        storage(state, goal.slot, part.dtype)[member] = part
    state.confirmed += 1


def _part(goal: Goal, array: Array, statement: Statement) -> Array:
    """The part of a column that belongs to a target; all of it for a plain equation."""
    if statement.equation.form == "plain":
        return array
    axis = array.ndim - len(statement.shape(statement.equation.value))
    index = goal.start if not goal.cell else slice(goal.start, goal.start + goal.cell[0])
    return array[(slice(None),) * axis + (index,)]


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


class Writer:
    """Stores the values of a statement, for all indices that have an axis, into the arrays of its targets."""

    def __init__(self, statement: Statement, frame: Frame, code: Code) -> None:
        self._statement = statement
        self._labels = code.labels
        self._goals = [(goal, _window(goal, frame)) for goal in statement.goals]
        goal, window = self._goals[0]
        self._adopts = (code.fresh and statement.equation.form == "plain" and window.shape == goal.slot.shape
                        and window.labels == code.labels and not window.offset.slopes
                        and list(window.strides) == sorted(window.strides, reverse=True))

    def write(self, state: State, array: Array) -> None:
        """Stores an array of the code's axes."""
        if self._adopts and array.flags.c_contiguous and array.flags.writeable:
            number = self._goals[0][0].slot.number
            if state.arrays[number] is None:
                state.arrays[number] = array
                return
        for goal, window in self._goals:
            part = spread(_part(goal, array, self._statement), self._labels, window.labels)
            number = goal.slot.number
            if part.dtype.kind == "i" and state.arrays[number] is None and not window.offset.slopes:
                state.waiting.setdefault(number, []).append(_filling(window, part, state))
            else:
                window.of(storage(state, goal.slot, part.dtype), state)[...] = part


def _filling(window: View, part: Array, state: State) -> Callable[[Array], None]:
    def fill(array: Array) -> None:
        window.of(array, state)[...] = part

    return fill


def _window(goal: Goal, frame: Frame) -> View:
    ways = [At(size - low) for size, low in zip(goal.subscripts, goal.slot.lows)]
    window = view(goal.slot.shape, [*ways, *[All()] * len(goal.slot.cell)], frame)
    assert window is not None and window.inside, "a target is inside of its family"
    return window
