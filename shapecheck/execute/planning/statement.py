"""Statements: the instances of equations at concrete sizes, and where each writes.

In: an instance of `Shapes` and the sizes.  Out: a `Statement` with its indices' ranges and its targets, or None where a
range is empty.  A statement's value may be rewritten by the scheduler; `shape` knows the shapes of rewritten nodes too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Protocol

from shapecheck.execute.planning.linear import Interval, bounds
from shapecheck.execute.planning.memory_layout import Box, Layout, Slot
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Node
from shapecheck.infer.model import Instance
from shapecheck.infer.model import Interval as SizeInterval
from shapecheck.record import record
from shapecheck.sizes import Size

if TYPE_CHECKING:
    from shapecheck.execute.run_state import Array


class Shaped(Protocol):
    """Something that knows the derived shapes of nodes, and the ranges of the indices of big operators."""

    @property
    def bounds(self) -> Mapping[str, SizeInterval]: ...

    def shape(self, node: Node) -> tuple[int, ...]: ...


@record
class Goal:
    """A target at concrete sizes: members `subscripts` of the slot; `start` and `cell` of its part of a column."""

    slot: Slot
    subscripts: tuple[Size, ...]
    image: Box
    start: int
    cell: tuple[int, ...]

    @property
    def family(self) -> str:
        """The family that is written to."""
        return self.slot.family


@record(eq=False)
class Statement:
    """One instance of an equation; `shapes` holds the concrete shapes found so far, rewritten nodes included."""

    number: int
    equation: Equation
    instance: Instance
    env: Mapping[str, int]
    boxes: Mapping[str, Interval]
    goals: tuple[Goal, ...]
    value: Node
    shapes: dict[Node, tuple[int, ...]] = field(default_factory=dict)

    def shape(self, node: Node) -> tuple[int, ...]:
        """The derived shape of a node at these sizes."""
        found = self.shapes.get(node)
        if found is None:
            found = self.shapes[node] = concrete_shape(self.instance, node, self.env)
        return found

    @property
    def bounds(self) -> Mapping[str, SizeInterval]:
        """The ranges of the indices of big operators."""
        return self.instance.bounds

    def part(self, goal: Goal, array: Array) -> Array:
        """The part of a column that belongs to a target; all of it for a plain equation."""
        if self.equation.form == "plain":
            return array
        axis = array.ndim - len(self.shape(self.equation.value))
        index = goal.start if not goal.cell else slice(goal.start, goal.start + goal.cell[0])
        return array[(slice(None),) * axis + (index,)]

    def with_value(self, value: Node) -> Statement:
        """The statement with an equal value, written another way."""
        return replace(self, value=value)


def concrete_shape(instance: Instance, node: Node, env: Mapping[str, int]) -> tuple[int, ...]:
    """The derived shape of a node of an instance."""
    return tuple(size.evaluate(env) for size in instance.shapes[node])


def boxes_of(instance: Instance, env: Mapping[str, int]) -> dict[str, Interval]:
    """The ranges of an instance's indices, in the order of the origin's indices."""
    order = [index.symbol for index in instance.origin.indices if index.symbol in instance.ranges]
    ranges = {symbol: instance.ranges[symbol] for symbol in (*order, *instance.ranges)}
    return {symbol: (part.low.evaluate(env), part.high.evaluate(env)) for symbol, part in ranges.items()}


def statement(number: int, instance: Instance, env: Mapping[str, int], layout: Layout) -> Statement | None:
    """The statement of an instance of an equation; None if it has no members at these sizes, or is not needed there."""
    equation = instance.origin
    assert isinstance(equation, Equation), "claims are not statements"
    if not all(fact.holds(env) for fact in instance.facts):
        return None
    boxes = boxes_of(instance, env)
    if any(high < low for low, high in boxes.values()):
        return None
    made = Statement(number, equation, instance, env, boxes, (), equation.value)
    return replace(made, goals=_goals(made, layout))


def _goals(made: Statement, layout: Layout) -> tuple[Goal, ...]:
    equation, start, goals = made.equation, 0, []
    value = made.shape(equation.value)
    for target in equation.targets:
        image = tuple(bounds(size, made.env, made.boxes) for size in target.subscripts)
        if equation.form == "plain":
            slot = layout.slot(target.family, image, lambda cell: cell == value)
            goals.append(Goal(slot, target.subscripts, image, 0, value))
            continue
        slot = layout.slot(target.family, image, lambda cell: cell[1:] == value[1:])
        goals.append(Goal(slot, target.subscripts, image, start, slot.cell))
        start += slot.cell[0] if slot.cell else 1
    return tuple(goals)
