"""Tensors put together along an axis, and cut into pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.layer_forms import (
    broadcast,
    is_cheap,
    joint_order,
    stretched,
)
from shapecheck.bridge.tasks import Outcome, Rule, Task
from shapecheck.bridge.tensors import (
    Counts,
    Pointwise,
    Tensor,
    View,
    named_view,
    order_of,
    sizes_of,
    weight_of,
)
from shapecheck.bridge.trees import Entry, call
from shapecheck.sizes import ONE, Size, integer
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


def concat(draft: Draft, task: Task) -> Outcome:
    """Tensors one behind the other along an axis."""
    tensors = [operand for operand in task.operands if operand is not None]
    items = [sizes_of(tensor) for tensor in tensors]
    at = task.attribute("axis", 0)
    counted = [item for item in items if item is not None]
    if len(counted) == len(items) and any(isinstance(tensor, Counts) for tensor in tensors):
        return Counts(np.concatenate(counted, at))
    return joined(draft, tensors, at % len(tensors[0].shape))


def joined(draft: Draft, tensors: Sequence[Tensor], axis: int) -> Tensor:
    """The tensors along an axis, by the primitive `concat`."""
    tensors = [tensor for tensor in tensors if tensor.shape[axis].constant != 0]
    if len(tensors) == 1:
        return tensors[0]
    total = tensors[0].shape[axis]
    for tensor in tensors[1:]:
        total = total + tensor.shape[axis]
    shape = tuple(total if place == axis else size for place, size in enumerate(broadcast([t.shape for t in tensors])))
    order = joint_order(tensors, shape)
    views = [draft.view(_from_zero(draft, tensor, order), order) for tensor in tensors]
    place = order.index(axis)
    which = tree.Minus(tree.Integer(1)) if place == len(order) - 1 and place else tree.Integer(place)
    views = [draft.operand(view) for view in views]
    base = call("concat", *(view.base for view in views), axis=which)
    plain = named_view("", shape, order, tensors[0].kind)
    return View(shape, base, plain.axes, plain.firsts, plain.kind, 1 + max(view.weight for view in views))


def _from_zero(draft: Draft, tensor: Tensor, order: Sequence[int]) -> Tensor:
    """The tensor, written out where one of its axes does not count from 0."""
    view = draft.view(tensor, order)
    if not any(view.firsts):
        return view
    return draft.define(draft.hint(tensor), tensor.shape, order, draft.reader(view), tensor.kind)


def tile(draft: Draft, task: Task) -> Outcome:
    """Copies side by side along each axis."""
    tensor, counts = task[0], task.sizes(1)
    assert counts is not None
    read, old = draft.reader(tensor), tensor.shape
    shape = tuple(size * count for size, count in zip(old, counts))

    def entry(indices: Sequence[Entry]) -> Expression:
        places = [_modulo(index, size, count) for index, size, count in zip(indices, old, counts)]
        return read(stretched(places, old))

    order = tuple(axis for axis, size in enumerate(shape) if size is not ONE)
    return Pointwise(shape, entry, order, tensor.kind, weight_of(tensor), is_cheap(tensor))


def _modulo(index: Entry, size: Size, count: Size) -> Entry:
    if count is ONE:
        return index
    if not isinstance(index, Size):
        raise Unsaid("a subscript that is data, where a tensor is repeated")
    return index % size


def split(draft: Draft, task: Task) -> Outcome:
    """Pieces along an axis."""
    tensor = task[0]
    axis = task.attribute("axis", 0) % len(tensor.shape)
    lengths = task.sizes(1, "split")
    if lengths is None:
        parts = task.attribute("num_outputs", len(task.node.outputs))
        step = (tensor.shape[axis] + parts - 1) // parts
        lengths = [*[step] * (parts - 1), tensor.shape[axis] - step * (parts - 1)]
    found, start = [], integer(0)
    for length in lengths:
        found.append(piece(draft, tensor, axis, start, integer(1), length))
        start = start + length
    return found


def piece(draft: Draft, tensor: Tensor, axis: int, start: Size, step: Size, length: Size) -> Tensor:
    """Every `step`-th entry along an axis."""
    if start.constant == 0 and step is ONE and length is tensor.shape[axis]:
        return tensor
    if isinstance(tensor, Counts):
        numbers = [start.constant, step.constant, length.constant]
        if None in numbers:
            raise Unsaid("a piece of a shape whose place depends on the sizes")
        at = [numbers[0] + numbers[1] * count for count in range(numbers[2])]  # type: ignore[operator,arg-type]
        return Counts(np.take(tensor.items, at, axis), tensor.kind)
    source = draft.named(tensor) if not is_cheap(tensor) or not isinstance(tensor, Pointwise) else tensor
    read = draft.reader(source)
    shape = tuple(length if place == axis else size for place, size in enumerate(tensor.shape))

    def entry(indices: Sequence[Entry]) -> Expression:
        moved = [_moved(index, start, step) if place == axis else index for place, index in enumerate(indices)]
        return read(moved)

    order = tuple(place for place in order_of(source) if shape[place] is not ONE)
    return Pointwise(shape, entry, order, tensor.kind, 1, True)


def _moved(index: Entry, start: Size, step: Size) -> Entry:
    if isinstance(index, Size):
        return start + step * index
    if step is ONE and start.constant == 0:
        return index
    raise Unsaid("a subscript that is data, where a tensor is cut")


PIECES: Mapping[str, Rule] = MappingProxyType(
    {
        "Concat": concat,
        "Tile": tile,
        "Split": split,
    }
)
