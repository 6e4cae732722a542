"""Code with labelled axes, to which nodes are compiled.

Inside an equation every node evaluates to one array for *all* values of the indices that it mentions: an axis for
each such index (its *labels*), in the order in which the indices are bound, then the axes of its cell.  A `Code`
computes such an array.  Indices that a loop runs over are *fixed*: they have no axis, their value is read from the
`State` when the code runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

import numpy as np

from shapecheck.execute.planning.linear import Interval, bounds
from shapecheck.execute.run_state import Array, State
from shapecheck.record import record
from shapecheck.sizes import And, Every, Formula, Not, Relation, Size, integer, symbol
from shapecheck.sizes.algebra.point_values import evaluate
from shapecheck.sizes.questions.formula import compare


@record(eq=False)
class Code:
    """`run` computes an array of axes `labels`, then `cell` (their extents); `labels` are in the frame's order.

    `constant` is the value where it is the same in every run; a `fresh` array is nobody else's and may be written over;
    a `confirmed` code compares the shape of its arrays itself.
    """

    labels: tuple[str, ...]
    cell: tuple[int, ...]
    run: Callable[[State], Array]
    constant: Array | None = None
    fresh: bool = False
    confirmed: bool = False

    def running(self, run: Callable[[State], Array], fresh: bool) -> Code:
        """The code with another function in the place of `run`."""
        return Code(self.labels, self.cell, run, self.constant, fresh, self.confirmed)


def constant(array: Array, labels: tuple[str, ...] = (), rank: int = 0) -> Code:
    """The code of a value that is known; the array must not be written to afterwards."""
    array.flags.writeable = False
    return Code(labels, array.shape[array.ndim - rank :], lambda state: array, array)


@record
class Frame:
    """The indices in scope: `boxes` have an axis (in this order), `fixed` a value at run time within their interval.

    `guards` are conditions on indices under which the values computed here count; other points are discarded.
    """

    env: Mapping[str, int]
    boxes: Mapping[str, Interval]
    fixed: Mapping[str, Interval]
    guards: tuple[Code, ...] = ()
    lenient: bool = False
    """Whether values are discarded also by conditions on data."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Indices of which one block is computed at a time: their box counts from the value of this fixed index."""

    @property
    def discards(self) -> bool:
        """Whether some points are discarded."""
        return bool(self.guards) or self.lenient

    @property
    def intervals(self) -> dict[str, Interval]:
        """The range of every index in scope."""
        return {**self.boxes, **self.fixed}

    def extent(self, label: str) -> int:
        """The number of values of an index with an axis."""
        low, high = self.boxes[label]
        return high - low + 1

    def extents(self, labels: Sequence[str]) -> tuple[int, ...]:
        """The extents of several axes."""
        return tuple(map(self.extent, labels))

    def ordered(self, labels: set[str] | frozenset[str]) -> tuple[str, ...]:
        """The labels that have an axis, in the frame's order."""
        return tuple(label for label in self.boxes if label in labels)

    def within(self, boxes: Mapping[str, Interval], guards: tuple[Code, ...]) -> Frame:
        """The frame inside a big operator."""
        return replace(self, boxes={**self.boxes, **boxes}, guards=self.guards + guards)

    def guarded(self, guard: Code | None) -> Frame:
        """The frame inside a branch; None for a condition on data."""
        if guard is None:
            return replace(self, lenient=True)
        return replace(self, guards=(*self.guards, guard))

    def bounds(self, size: Size) -> Interval:
        """The range of values of a size here."""
        return bounds(self.local(size), self.env, self.intervals)

    def local(self, size: Size) -> Size:
        """The size over the indices as this frame counts them."""
        moved = size.names & self.origins.keys()
        return size.substitute({name: symbol(name) + symbol(self.origins[name]) for name in moved}) if moved else size

    def position(self, label: str) -> Size:
        """The position of an index' value along its axis, counted from 0."""
        start = symbol(self.origins[label]) if label in self.origins else integer(self.boxes[label][0])
        return symbol(label) - start


def spread(array: Array, labels: Sequence[str], onto: Sequence[str]) -> Array:
    """The array with an axis of length 1 for every label of `onto` that it lacks."""
    if tuple(labels) == tuple(onto):
        return array
    return array[tuple([slice(None) if label in labels else None for label in onto])]


def spreader(labels: Sequence[str], onto: Sequence[str]) -> Callable[[Array], Array] | None:
    """`spread` made ready for two lists of labels; None where nothing is to be done."""
    if tuple(labels) == tuple(onto):
        return None
    index = tuple([slice(None) if label in labels else None for label in onto])
    return lambda array: array[index]


def size_code(size: Size, frame: Frame) -> Code:
    """The value of a size at every point, as int64; where a divisor is below 1, any number."""
    own = frame.local(size)
    return _scalar(own.names, frame, lambda env: evaluate(own, env, []))


def formula_code(formula: Formula, frame: Frame) -> Code:
    """Whether a statement about sizes and indices holds at every point."""
    moved = {name: symbol(name) + symbol(start) for name, start in frame.origins.items()}
    own = formula.substitute(moved) if moved else formula
    return _scalar(own.names, frame, lambda env: _truth(own, env))


def _truth(formula: Formula, env: Mapping[str, Any]) -> Any:
    if isinstance(formula, Relation):
        return compare(formula.operator, evaluate(formula.difference, env, []))
    if isinstance(formula, Not):
        return np.logical_not(_truth(formula.part, env))
    assert not isinstance(formula, Every), "conditions in equations speak of no family as a whole"
    combine = np.logical_and if isinstance(formula, And) else np.logical_or
    return combine.reduce(np.broadcast_arrays(isinstance(formula, And), *(_truth(part, env) for part in formula.parts)))


def _scalar(names: frozenset[str], frame: Frame, compute: Callable[[Mapping[str, Any]], Any]) -> Code:
    labels = frame.ordered(names)
    members = [name for name in frame.env if name.endswith("]")]
    env: dict[str, Any] = {name: np.int64(frame.env[name]) for name in (*names, *members) if name in frame.env}
    env |= {label: _axis(frame, label, labels) for label in labels}
    fixed = tuple(name for name in names if name in frame.fixed)
    shape = frame.extents(labels)

    def run(state: State) -> Array:
        here = env | {name: np.int64(state.loops[name]) for name in fixed} if fixed else env
        return np.broadcast_to(np.asarray(compute(here)), shape)

    if fixed:
        return Code(labels, (), run)
    return constant(np.ascontiguousarray(run(State([]))).reshape(shape), labels)


def _axis(frame: Frame, label: str, labels: Sequence[str]) -> Array:
    low, high = frame.boxes[label]
    return np.arange(low, high + 1).reshape([-1 if other == label else 1 for other in labels])
