"""Storing a statement's value for all indices that have an axis.

In: the array of the value.  Out: the state's arrays, changed.
"""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.execute.planning.statement import Goal, Statement
from shapecheck.execute.run_state import Array, State, storage
from shapecheck.execute.vectorised.access import All, At, View, view
from shapecheck.execute.vectorised.frame import Code, Frame, spread


class Writer:
    """Stores the values of a statement, for all indices that have an axis, into the arrays of its targets."""

    def __init__(self, statement: Statement, frame: Frame, code: Code) -> None:
        self._statement = statement
        self._labels = code.labels
        self._goals = [(goal, _window(goal, frame)) for goal in statement.goals]
        goal, window = self._goals[0]
        self._adopts = (
            code.fresh
            and statement.equation.form == "plain"
            and window.shape == goal.slot.shape
            and window.labels == code.labels
            and not window.offset.slopes
            and list(window.strides) == sorted(window.strides, reverse=True)
        )

    def write(self, state: State, array: Array) -> None:
        """Stores an array of the code's axes."""
        if self._adopts and array.flags.c_contiguous and array.flags.writeable:
            number = self._goals[0][0].slot.number
            if state.arrays[number] is None:
                state.arrays[number] = array
                return
        for goal, window in self._goals:
            part = spread(self._statement.part(goal, array), self._labels, window.labels)
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
