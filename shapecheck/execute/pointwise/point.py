"""The value of a node at one point of its indices.

In: a node, the values of all sizes and indices, and access to the families.  Out: the array of its cell.  Big operators
run term by term, only the branch that is taken is evaluated, only members that count are read.  It is slow, and it
decides cases that arrays over whole ranges cannot: integers at the edge of 64 bits, recurrences in no fixed direction,
and the operation that makes a NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from shapecheck.execute import errors
from shapecheck.execute.planning.memory_layout import Box, Layout
from shapecheck.execute.planning.statement import Shaped
from shapecheck.execute.planning.traversal import nodes, own_names
from shapecheck.execute.run_state import Array, State, storage
from shapecheck.execute.vectorised.applied_op import hides_nan
from shapecheck.execute.vectorised.axis_reductions import exact_product, exact_sum
from shapecheck.graph.nodes import (
    Apply,
    Call,
    Choose,
    Cut,
    Data,
    Default,
    Inner,
    Node,
    Number,
    Output,
    Part,
    Picked,
    Point,
    Read,
    Reduce,
    SizeValue,
    Subscript,
    Whole,
    left_out,
)
from shapecheck.ops.base import Overflow, concrete
from shapecheck.ops.term_types import member_name
from shapecheck.record import record
from shapecheck.sizes import Size, integer

Env = Mapping[str, int]
Term = tuple[tuple[int, ...], Array]
"""The values of a big operator's indices, and of its body there."""
Watch = Callable[[Node, Sequence[Array], Array], None]
"""A function that is called with every node, the values of its operands and its own value."""


class Outside(Exception):
    """A point subscript is outside its axis; `default` catches it."""

    def __init__(self, error: errors.ExecutionError) -> None:
        super().__init__()
        self.error = error


def _ignored(family: str, box: Box) -> None:
    """Accepts every member."""


def _unwatched(node: Node, operands: Sequence[Array], value: Array) -> None:
    """No function to call."""


@record(frozen=False)
class Exact:
    """Evaluates nodes; `need` is called with the members that are about to be read, and may refuse by raising."""

    shaped: Shaped
    layout: Layout
    state: State
    kind: np.dtype[np.floating[Any]]
    need: Callable[[str, Box], None] = _ignored
    watch: Watch = _unwatched

    def value(self, node: Node, env: Env) -> Array:
        """The value at a point; raises `ExecutionError` where there is none."""
        try:
            return _Point(self, env).value(node)
        except Outside as outside:
            raise outside.error from None


@record(frozen=False)
class _Point:
    """One point of the indices, with the values found there."""

    exact: Exact
    env: Env
    found: dict[Node, Array] = field(default_factory=dict)

    def value(self, node: Node) -> Array:
        if node not in self.found:
            self.found[node] = self._settled(self._value(node))
        return self.found[node]

    def _settled(self, array: Array) -> Array:
        return array.astype(self.exact.kind, copy=False) if array.dtype.kind == "f" else array

    def _value(self, node: Node) -> Array:
        match node:
            case Number(value):
                return np.asarray(value, np.int64 if isinstance(value, int) else self.exact.kind)
            case SizeValue(size):
                return np.asarray(self._size(size), np.int64)
            case Data(shape, values):
                whole = all(isinstance(value, int) for value in values)
                return np.asarray(values, np.int64 if whole else self.exact.kind).reshape(shape)
            case Read():
                return self._watched(node, [], self._read(node))
            case Part():
                base = self.value(node.base)
                return self._part(node, base)
            case Default():
                try:
                    return self.value(node.read)
                except Outside:
                    return self.value(node.fallback)
            case Apply():
                operands = [self.value(argument) for argument in node.arguments]
                return self._watched(node, operands, self._apply(node, operands))
            case Reduce():
                terms = list(self._terms(node))
                return self._watched(node, [term for _, term in terms], self._reduce(node, terms))
            case Choose():
                return self._choose(node)
            case Call() | Output() | Inner():
                raise AssertionError("blocks are written out before anything is computed")

    def _watched(self, node: Node, operands: Sequence[Array], value: Array) -> Array:
        self.exact.watch(node, operands, value)
        return value

    def _size(self, size: Size) -> int:
        return int(size.evaluate(self.env))

    def _apply(self, node: Apply, operands: Sequence[Array]) -> Array:
        try:
            value = node.op.kernel(concrete(node.parameters, self.env), operands, [array.ndim for array in operands])
        except Overflow as error:
            raise errors.integer_overflow(f"`{node.op.name}`", node.span) from error
        if hides_nan(operands, value):
            raise self._nan_below(node)
        return value

    def _nan_below(self, node: Node) -> errors.ExecutionError:
        """The error for a NaN that `node` would hide: the operation below it that makes it."""
        for below in nodes(node):
            value = self.found.get(below)
            if value is not None and value.dtype.kind == "f" and np.isnan(value).any():
                return errors.nan_made("a value that is compared", operation(below), [], below.span)
        return errors.nan_made("a value that is compared", operation(node), [], node.span)

    # ---- reads ---------------------------------------------------------------------------------

    def _read(self, node: Read) -> Array:
        layout, exact = self.exact.layout, self.exact
        whole = layout.by_family[node.family][0].box
        ways = node.subscripts + (Whole(),) * (len(whole) - len(node.subscripts))
        image = tuple(self._image(way, node.family, axis) for axis, way in enumerate(ways[: len(whole)]))
        hits = layout.hit(node.family, image)
        if not hits:
            raise Outside(errors.not_defined(member_name(node.family, [low for low, _ in image]), node.span))
        exact.need(node.family, image)
        slot = next(slot for slot in layout.by_family[node.family] if slot.cell == hits[0][1])
        array = exact.state.arrays[slot.number]
        if array is None:
            array = storage(exact.state, slot, np.dtype(np.int64))
        clipped = [Cut(*map(integer, part)) if isinstance(way, Whole) else way for way, part in zip(ways, image)]
        starts = [*slot.lows, *[0] * len(slot.cell)]
        return self._picked(array, [*clipped, *ways[len(whole) :]], starts, node)

    def _image(self, way: Subscript, family: str, axis: int) -> tuple[int, int]:
        regions = [box[axis] for box, _ in self.exact.layout.regions[family]]
        match way:
            case Point(size):
                return (self._size(size),) * 2
            case Cut(low, high):
                return self._size(low), self._size(high)
            case Picked(node):
                picked = self._whole(node)
                return int(picked.min()), int(picked.max())
            case Whole():
                return min(low for low, _ in regions), max(high for _, high in regions)

    def _part(self, node: Part, base: Array) -> Array:
        return self._picked(base, node.subscripts, [0] * base.ndim, node)

    def _picked(self, array: Array, ways: Sequence[Subscript], starts: Sequence[int], node: Node) -> Array:
        axis = 0
        for way, start in zip(ways, starts):
            extent = array.shape[axis]
            match way:
                case Point(size):
                    array = array.take(self._inside(self._size(size), start, extent, node), axis)
                case Cut(low, high):
                    first, last = self._size(low), self._size(high)
                    if last >= first:
                        self._inside(first, start, extent, node)
                        self._inside(last, start, extent, node)
                    array = array[(slice(None),) * axis + (slice(first - start, last - start + 1),)]
                    axis += 1
                case Picked(picked):
                    members = self._whole(picked)
                    for member in members.flat:
                        self._inside(int(member), start, extent, node)
                    array = array.take(members - start, axis)
                    axis += members.ndim
                case Whole():
                    axis += 1
        return np.asarray(array)

    def _whole(self, node: Node) -> Array:
        """Data as subscripts: integers, even where they were computed as reals."""
        array = self.value(node)
        if array.dtype.kind != "f":
            return array
        if not np.isfinite(array).all() or (array != np.floor(array)).any() or (np.abs(array) >= 2.0**62).any():
            raise errors.no_subscript(array.flat[0].item(), node.span)
        return array.astype(np.int64)

    def _inside(self, value: int, start: int, extent: int, node: Node) -> int:
        if not 0 <= value - start < extent:
            raise Outside(errors.subscript_out_of_range(value, start, start + extent - 1, node.span))
        return value - start

    # ---- big operators and conditions ----------------------------------------------------------

    def _terms(self, node: Reduce) -> Iterator[Term]:
        yield from self._terms_from(node, 0, self.env, ())

    def _terms_from(self, node: Reduce, depth: int, env: Env, at: tuple[int, ...]) -> Iterator[Term]:
        if depth == len(node.indices):
            point = _Point(self.exact, env)
            conditions, body = left_out(node.body)
            if not all(point.holds(condition) for condition in conditions):
                return
            value = point.value(body)
            if node.operator.startswith("arg") and value.dtype.kind == "f" and np.isnan(value).any():
                raise point._nan_below(node.body)
            yield at, value
            return
        symbol = node.indices[depth].symbol
        ends = self.exact.shaped.bounds[symbol]
        for index in range(ends.low.evaluate(env), ends.high.evaluate(env) + 1):
            yield from self._terms_from(node, depth + 1, {**env, symbol: index}, (*at, index))

    def _reduce(self, node: Reduce, terms: Sequence[Term]) -> Array:
        if not terms:
            return self._empty(node)
        array = np.stack([term for _, term in terms])
        try:
            match node.operator:
                case "sum":
                    return exact_sum(array, (0,))
                case "prod":
                    return exact_product(array, (0,))
                case "max" | "min":
                    return np.asarray(getattr(array, node.operator)(axis=0))
                case "mean":
                    return np.asarray(array.mean(axis=0))
                case "argmax" | "argmin":
                    return np.asarray(terms[int(getattr(array, node.operator)())][0][0], np.int64)
                case "argsort":
                    order = np.argsort(array, kind="stable")
                    return np.asarray([terms[place][0][0] for place in order.tolist()], np.int64)
                case "stack":
                    extents = [len({at[axis] for at, _ in terms}) for axis in range(len(node.indices))]
                    return array.reshape(*extents, *array.shape[1:])
                case "concat":
                    return array.reshape(array.shape[0] * (array.shape[1] if array.ndim > 1 else 1), *array.shape[2:])
        except Overflow as error:
            raise errors.integer_overflow(node.operator, node.span) from error

    def _empty(self, node: Reduce) -> Array:
        shape = self.exact.shaped.shape(node)
        if node.operator in ("sum", "prod"):
            return np.full(shape, int(node.operator == "prod"), np.int64)
        if not left_out(node.body)[0]:
            raise errors.empty_range(node.operator, node.span)
        if node.operator in ("max", "min"):
            return np.full(shape, -np.inf if node.operator == "max" else np.inf, self.exact.kind)
        raise errors.nothing_chosen(node.operator, node.span, self._around(node))

    def _around(self, node: Reduce) -> dict[str, int]:
        """The values of the indices around a big operator that its conditions mention."""
        conditions, ranges = left_out(node.body)[0], self.exact.shaped.bounds
        mentioned = {name for item in conditions if item.formula is not None for name in item.formula.names}
        for item in conditions:
            below = nodes(item.condition) if item.condition is not None else ()
            mentioned |= {name for part in below for name in own_names(part, ranges)}
        own = {index.symbol for index in node.indices}
        return {name: value for name, value in self.env.items() if name in mentioned - own and name[0] == "."}

    def holds(self, node: Choose) -> bool:
        """Whether the condition of a `when` holds here."""
        if node.formula is not None:
            return node.formula.holds(self.env)
        assert node.condition is not None, "a choice has a condition"
        return bool(self.value(node.condition))

    def _choose(self, node: Choose) -> Array:
        if node.formula is not None:
            return self._filled(node, self.value(node.then if node.formula.holds(self.env) else node.otherwise))
        assert node.condition is not None, "a choice has a condition"
        truth = self.value(node.condition).astype(bool, copy=False)
        if truth.all() or not truth.any():
            return self._filled(node, self.value(node.then if truth.all() else node.otherwise))
        then, otherwise = self.value(node.then), self.value(node.otherwise)
        kind = np.result_type(then, otherwise)
        return np.where(truth, then.astype(kind), otherwise.astype(kind))

    def _filled(self, node: Node, array: Array) -> Array:
        return np.broadcast_to(array, self.exact.shaped.shape(node))


def operation(node: Node) -> str:
    """The name of a node's operation in messages."""
    if isinstance(node, Apply):
        return f"`{node.op.name}`"
    return node.operator if isinstance(node, Reduce) else "this value"
