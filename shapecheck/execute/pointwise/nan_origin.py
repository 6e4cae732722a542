"""The operation that made a NaN.

In: a family's array that holds one, or the value of a claim at the point of its indices where it is one.  Out: an
`ExecutionError` that names the operation.  The member is computed again, alone and node by node; where it merely
reads a NaN, the member that it reads is examined instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from shapecheck.execute import errors
from shapecheck.execute.planning.memory_layout import Box, Slot
from shapecheck.execute.planning.statement import Shaped, Statement
from shapecheck.execute.pointwise.on_demand import Demanded
from shapecheck.execute.pointwise.point import Exact, operation
from shapecheck.execute.run_state import Array, Setting, State
from shapecheck.graph.nodes import Node, Read
from shapecheck.ops.term_types import member_name


def holds_nan(array: Array | None) -> bool:
    """Whether there is a NaN; the sum of an array without one is seldom NaN, so this is mostly one pass."""
    return array is not None and array.dtype.kind == "f" and bool(np.isnan(array.sum())) and bool(np.isnan(array).any())


class _Elsewhere(Exception):
    """The member is NaN because it reads one."""

    def __init__(self, family: str, box: Box) -> None:
        super().__init__()
        self.family, self.box = family, box


def nan_error(slot: Slot, statements: Sequence[Statement], setting: Setting, state: State) -> errors.ExecutionError:
    """The error for a slot that holds a NaN; `statements` are all that have run."""
    find = Demanded(statements, setting)
    family, member = slot.family, _first_nan(slot, state.arrays[slot.number])
    by_number = {statement.number: statement for statement in statements}
    while True:
        writer = find.writer(family, member)
        assert writer is not None, "a NaN is computed, never given"
        statement = by_number[writer[0]]
        env = {**statement.env, **dict(zip(statement.boxes, writer[1]))}
        try:
            return _made_by(statement, env, member_name(family, member), setting, state)
        except _Elsewhere as elsewhere:
            family, member = _source(elsewhere, setting, state)


def _first_nan(slot: Slot, array: Array | None) -> tuple[int, ...]:
    assert array is not None, "what holds a NaN is there"
    at = np.argwhere(np.isnan(array))[0]
    return tuple(int(position) + low for position, low in zip(at, slot.lows))


def _made_by(
    statement: Statement, env: dict[str, int], where: str, setting: Setting, state: State
) -> errors.ExecutionError:
    recent: list[Box] = []

    def need(family: str, box: Box) -> None:
        recent[:] = [box]

    def watch(node: Node, operands: Sequence[Array], value: Array) -> None:
        if value.dtype.kind != "f" or not np.isnan(value).any():
            return
        if isinstance(node, Read):
            raise _Elsewhere(node.family, recent[0])
        raise errors.nan_made(where, operation(node), [_shown(operand) for operand in operands[:3]], node.span)

    exact = Exact(statement, setting.layout, state, setting.kind, need, watch)
    try:
        exact.value(statement.equation.value, env)
    except errors.ExecutionError as error:
        return error
    return errors.nan_made(where, "this value", [], statement.equation.value.span)


def nan_in_claim(
    node: Node, env: Mapping[str, int], where: str, shaped: Shaped, setting: Setting, state: State
) -> errors.ExecutionError:
    """The error for a NaN in a claim's value, where its indices have these values; no family holds one."""

    def watch(below: Node, operands: Sequence[Array], value: Array) -> None:
        if holds_nan(value):
            raise errors.nan_made(where, operation(below), [_shown(operand) for operand in operands[:3]], below.span)

    try:
        with np.errstate(all="ignore"):
            Exact(shaped, setting.layout, state, setting.kind, watch=watch).value(node, env)
    except errors.ExecutionError as error:
        return error
    return errors.nan_made(where, "this value", [], node.span)


def _source(elsewhere: _Elsewhere, setting: Setting, state: State) -> tuple[str, tuple[int, ...]]:
    """A member with a NaN among those read."""
    for slot in setting.layout.by_family[elsewhere.family]:
        array = state.arrays[slot.number]
        if array is None or array.dtype.kind != "f":
            continue
        for at in np.argwhere(np.isnan(array)):
            member = tuple(int(position) + low for position, low in zip(at, slot.lows))
            if all(low <= value <= high for value, (low, high) in zip(member, elsewhere.box)):
                return elsewhere.family, member
    raise AssertionError("a NaN that was read stands somewhere")


def _shown(array: Array) -> str:
    return str(array.item()) if array.ndim == 0 else f"an array with entries {array.min()}..{array.max()}"
