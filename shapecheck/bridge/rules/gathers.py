"""Gathers: entries at places that another tensor gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.network import Array
from shapecheck.bridge.rules.joins_and_splits import piece
from shapecheck.bridge.rules.slices import readable
from shapecheck.bridge.tasks import Outcome, Rule, Task
from shapecheck.bridge.tensors import Counts, Known, Pointwise, Tensor, View, order_of, sizes_of
from shapecheck.bridge.trees import Entry, call, size_tree
from shapecheck.sizes import ONE, Size, integer
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


def gather(draft: Draft, task: Task) -> Outcome:
    """Entries along an axis at places that another tensor gives."""
    tensor, places = task[0], task[1]
    axis = task.attribute("axis", 0) % len(tensor.shape)
    known = sizes_of(places)
    if isinstance(tensor, Counts):
        if known is None:
            raise Unsaid("a size that depends on data")
        return _taken(tensor, known, axis)
    if known is not None and known.ndim == 0:
        return _fixed(draft, tensor, axis, known[()])
    if known is not None and known.ndim == 1:
        run = _run(known, tensor.shape[axis])
        if run is not None:
            return piece(draft, tensor, axis, run[0], run[1], integer(len(known)))
    if axis == 0 and isinstance(tensor, Known) and tensor.trained and tensor.array.ndim == 2 and _is_tokens(places):
        return _embedded(draft, task, tensor, places)
    return _at_places(draft, tensor, axis, places)


def _taken(tensor: Counts, places: Array, axis: int) -> Counts:
    numbers = np.array([place.constant for place in places.reshape(-1)]).reshape(places.shape)
    if any(number is None for number in numbers.reshape(-1)):
        raise Unsaid("which of the sizes is taken depends on the sizes")
    taken = np.take(tensor.items, numbers.astype(int), axis)
    return Counts(np.asarray(taken, dtype=object), tensor.kind)


def _fixed(draft: Draft, tensor: Tensor, axis: int, place: Size) -> Tensor:
    """One entry of an axis, which goes."""
    at = place if place.constant is None or place.constant >= 0 else tensor.shape[axis] + place
    shape = tuple(size for index, size in enumerate(tensor.shape) if index != axis)
    source = readable(draft, tensor)
    if isinstance(source, View) and source.axes[axis] is not None and isinstance(source.base, tree.Name):
        return _cut(source, axis, at, shape)
    read = draft.reader(source)

    def entry(indices: Sequence[Entry]) -> Expression:
        return read([*indices[:axis], at, *indices[axis:]])

    order = tuple(place - (place > axis) for place in order_of(source) if place != axis)
    return Pointwise(shape, entry, order, tensor.kind, 1, True)


def _cut(view: View, axis: int, at: Size, shape: tuple[Size, ...]) -> View:
    """`x[:, 0, :]`: the rest is whole."""
    gone = view.axes[axis]
    assert gone is not None
    subscripts: list[tree.Subscript] = [tree.Full()] * len(view.firsts)
    subscripts[gone] = size_tree(at + view.firsts[gone])
    axes = [None if old is None else old - (old > gone) for place, old in enumerate(view.axes) if place != axis]
    firsts = tuple(first for place, first in enumerate(view.firsts) if place != gone)
    return View(shape, tree.Index(view.base, tuple(subscripts)), tuple(axes), firsts, view.kind)


def _run(places: Array, size: Size) -> tuple[Size, Size] | None:
    """Start and step of places that are equally far from each other."""
    steps = {places[at + 1] - places[at] for at in range(len(places) - 1)}
    if len(steps) > 1 or not len(places):
        return None
    step = steps.pop() if steps else ONE
    start = places[0]
    if step.constant is None or step.constant == 0:
        return None
    return (start if start.constant is None or start.constant >= 0 else size + start), step


def _is_tokens(places: Tensor) -> bool:
    return isinstance(places, View) and places.is_whole and places.order == tuple(range(len(places.shape)))


def _embedded(draft: Draft, task: Task, table: Known, places: Tensor) -> View:
    view = draft.view(places)
    draft.limit(view, table.shape[0])
    alias = draft.weighted("embedding", {"E": (table.array, table.label)}, shares=True)
    rows, columns = table.array.shape
    layer = call("embedding", tree.Integer(rows), tree.Integer(columns))
    shape = (*places.shape, integer(columns))
    found = draft.stage(view, layer, alias, shape, range(len(shape)), (*view.firsts, 0))
    return View(found.shape, found.base, found.axes, found.firsts)


def _at_places(draft: Draft, tensor: Tensor, axis: int, places: Tensor) -> Pointwise:
    read, where = draft.reader(readable(draft, tensor)), draft.reader(readable(draft, places))
    draft.limit(places, tensor.shape[axis])
    rank = len(places.shape)
    shape = (*tensor.shape[:axis], *places.shape, *tensor.shape[axis + 1 :])

    def entry(indices: Sequence[Entry]) -> Expression:
        at = _subscript(where(indices[axis : axis + rank]))
        return read([*indices[:axis], at, *indices[axis + rank :]])

    order = tuple(place for place, size in enumerate(shape) if size is not ONE)
    return Pointwise(shape, entry, order, tensor.kind, 1, True)


def _subscript(entry: Expression) -> Entry:
    """A whole number as a subscript."""
    return integer(entry.value) if isinstance(entry, tree.Integer) else entry


def gather_elements(draft: Draft, task: Task) -> Outcome:
    """For each entry the one at another place of one axis."""
    tensor, places = task[0], task[1]
    axis = task.attribute("axis", 0) % len(tensor.shape)
    read, where = draft.reader(readable(draft, tensor)), draft.reader(readable(draft, places))
    draft.limit(places, tensor.shape[axis])

    def entry(indices: Sequence[Entry]) -> Expression:
        return read([*indices[:axis], _subscript(where(indices)), *indices[axis + 1 :]])

    return Pointwise(places.shape, entry, order_of(places), tensor.kind, 1)


def gather_nd(draft: Draft, task: Task) -> Outcome:
    """Entries, or slices, at places that the last axis of another tensor lists."""
    tensor, places, shared = task[0], task[1], task.attribute("batch_dims", 0)
    count = places.shape[-1].constant
    if count is None:
        raise Unsaid("how many subscripts it takes depends on the sizes")
    read, where = draft.reader(readable(draft, tensor)), draft.reader(readable(draft, places))
    draft.limit(places, min(tensor.shape[shared : shared + count], key=lambda size: size.constant or 0))
    outer = len(places.shape) - 1
    shape = (*places.shape[:-1], *tensor.shape[shared + count :])

    def entry(indices: Sequence[Entry]) -> Expression:
        at = [_subscript(where([*indices[:outer], integer(number_)])) for number_ in range(count)]
        return read([*indices[:shared], *at, *indices[outer:]])

    order = tuple(place for place, size in enumerate(shape) if size is not ONE)
    return Pointwise(shape, entry, order, tensor.kind, 1)


GATHERS: Mapping[str, Rule] = MappingProxyType(
    {
        "Gather": gather,
        "GatherElements": gather_elements,
        "GatherND": gather_nd,
    }
)
