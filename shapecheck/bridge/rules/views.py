"""Operators that only see a tensor in another way: they write nothing, or one line for `reshape`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.forms import (
    aligned,
    broadcast,
    is_cheap,
    joint_order,
    permuted,
    product,
    remap,
    reshaped,
    stretched,
)
from shapecheck.bridge.tasks import Outcome, Rule, Task
from shapecheck.bridge.tensors import (
    Counts,
    Known,
    Pointwise,
    Reader,
    Tensor,
    View,
    named_view,
    order_of,
    sizes_of,
    weight_of,
)
from shapecheck.bridge.trees import Entry, call, compared, number
from shapecheck.sizes import ONE, Size, exact_divide, integer
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


def identity(draft: Draft, task: Task) -> Outcome:
    """The same tensor; further outputs, such as the mask of a dropout, are not to be had."""
    if any(task.used[1:]):
        raise Unsaid("its second output is used")
    return [task[0], *[None] * (len(task.node.outputs) - 1)]


def dropout(draft: Draft, task: Task) -> Outcome:
    """Nothing is dropped where a model is used."""
    training = task.get(2)
    if training is not None and not (isinstance(training, Known) and not training.array.any()):
        raise Unsaid("it is in training mode")
    return identity(draft, task)


def cast(draft: Draft, task: Task) -> Outcome:
    """Numbers of another type: integers are real numbers, and a truth is 1 or 0."""
    kind = _KINDS.get(task.attribute("to"), "f")
    tensor = task[0]
    if isinstance(tensor, Counts):
        return Counts(tensor.items, kind)
    return as_kind(draft, tensor, kind)


_KINDS = {2: "i", 3: "i", 4: "i", 5: "i", 6: "i", 7: "i", 9: "b", 12: "i", 13: "i"}
"""Letters for ONNX's numbers of types; all others that can occur are real."""


def as_kind(draft: Draft, tensor: Tensor, kind: str) -> Tensor:
    """The tensor with entries of another kind."""
    if tensor.kind == kind or (tensor.kind == "i" and kind == "f"):
        return tensor
    read = draft.reader(tensor)
    if tensor.kind == "b":
        one, zero = (number(1), number(0)) if kind == "i" else (number(1.0), number(0.0))
        return _mapped(tensor, lambda entry: tree.Conditional(entry, one, zero), read, kind)
    if kind == "b":
        return _mapped(tensor, lambda entry: compared(entry, "!=", tree.Integer(0)), read, kind)
    return _mapped(tensor, _truncated, read, kind)


def _truncated(entry: Expression) -> Expression:
    """A real number without its fraction."""
    positive = tree.Comparison((entry, tree.Integer(0)), (">=",))
    below = tree.Minus(tree.Binary("//", tree.Minus(entry), tree.Integer(1)))
    return tree.Conditional(positive, tree.Binary("//", entry, tree.Integer(1)), below)


def _mapped(tensor: Tensor, change: Callable[[Expression], Expression], read: Reader, kind: str) -> Pointwise:
    return Pointwise(tensor.shape, lambda indices: change(read(indices)), order_of(tensor), kind, weight_of(tensor) + 1)


def transpose(draft: Draft, task: Task) -> Outcome:
    """Axes in another order."""
    tensor = task[0]
    order = task.attribute("perm") or list(reversed(range(len(tensor.shape))))
    if isinstance(tensor, Counts):
        return Counts(np.transpose(tensor.items, order))
    return permuted(draft, tensor, order)


def squeeze(draft: Draft, task: Task) -> Outcome:
    """Axes of size 1 left out."""
    tensor, axes = task[0], task.integers(1, "axes")
    rank = len(tensor.shape)
    ones = [axis for axis, size in enumerate(tensor.shape) if size is ONE]
    gone = ones if axes is None else [axis % rank for axis in axes]
    if isinstance(tensor, Counts):
        return Counts(np.squeeze(tensor.items, tuple(gone)), tensor.kind)
    if any(tensor.shape[axis] is not ONE for axis in gone):
        raise Unsaid("an axis that it leaves out may have another size than 1")
    return remap(draft, tensor, [axis for axis in range(rank) if axis not in gone])


def unsqueeze(draft: Draft, task: Task) -> Outcome:
    """New axes of size 1."""
    tensor, axes = task[0], task.integers(1, "axes") or []
    rank = len(tensor.shape) + len(axes)
    new = [axis % rank for axis in axes]
    if isinstance(tensor, Counts):
        return Counts(np.expand_dims(tensor.items, tuple(new)), tensor.kind)
    rest = iter(range(len(tensor.shape)))
    return remap(draft, tensor, [None if axis in new else next(rest) for axis in range(rank)])


def reshape(draft: Draft, task: Task) -> Outcome:
    """Another shape; 0 keeps an axis, -1 takes what is left."""
    tensor = task[0]
    wanted = task.sizes(1, "shape")
    if wanted is None:
        raise Unsaid("its shape is left out")
    if not task.attribute("allowzero", 0):
        wanted = [tensor.shape[axis] if size.constant == 0 else size for axis, size in enumerate(wanted)]
    shape = _with_rest(tensor, wanted)
    if isinstance(tensor, Counts):
        return Counts(tensor.items.reshape([size.constant for size in shape]), tensor.kind)
    return reshaped(draft, tensor, shape)


def _with_rest(tensor: Tensor, wanted: Sequence[Size]) -> tuple[Size, ...]:
    rest = [axis for axis, size in enumerate(wanted) if size.constant == -1]
    if not rest:
        return tuple(wanted)
    others = product([size for size in wanted if size.constant != -1])
    left = exact_divide(product(tensor.shape), others)
    if left is None:
        left = product(tensor.shape) // others
    return tuple(left if axis == rest[0] else size for axis, size in enumerate(wanted))


def flatten(draft: Draft, task: Task) -> Outcome:
    """All axes before one as one, and all others as one."""
    tensor = task[0]
    rank = len(tensor.shape)
    at = task.attribute("axis", 1)
    at = at + rank if at < 0 else at
    return reshaped(draft, tensor, (product(tensor.shape[:at]), product(tensor.shape[at:])))


def expand(draft: Draft, task: Task) -> Outcome:
    """A tensor stretched along its axes of size 1."""
    tensor, wanted = task[0], task.sizes(1)
    assert wanted is not None
    return stretched_to(draft, tensor, tuple(wanted))


def stretched_to(draft: Draft, tensor: Tensor, wanted: tuple[Size, ...]) -> Tensor:
    """The tensor broadcast together with a shape."""
    rank = max(len(wanted), len(tensor.shape))
    tensor = aligned(draft, tensor, rank)
    shape = broadcast([tensor.shape, (ONE,) * (rank - len(wanted)) + wanted])
    if shape == tensor.shape:
        return tensor
    read = draft.reader(tensor)
    order = tuple(axis for axis, size in enumerate(shape) if size is not ONE)

    def entry(indices: Sequence[Entry]) -> Expression:
        return read(stretched(indices, tensor.shape))

    return Pointwise(shape, entry, order, tensor.kind, weight_of(tensor), is_cheap(tensor))


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


def constant_of_shape(draft: Draft, task: Task) -> Outcome:
    """A tensor with one number everywhere."""
    shape = task.sizes(0)
    assert shape is not None
    value = task.attribute("value")
    array = np.zeros(1, np.float32) if value is None else value
    filling = Known(np.asarray(array).reshape(()), "")
    return stretched_to(draft, filling, tuple(shape))


def shape_of(draft: Draft, task: Task) -> Outcome:
    """The shape, as integers."""
    tensor = task[0]
    return counts_of(tensor.shape[task.attribute("start", 0) : task.attribute("end", len(tensor.shape))])


def counts_of(sizes: Sequence[Size]) -> Counts:
    """A list of sizes as a tensor."""
    items = np.empty(len(sizes), dtype=object)
    items[:] = sizes
    return Counts(items)


def size_of(draft: Draft, task: Task) -> Outcome:
    """The number of entries."""
    items = np.empty((), dtype=object)
    items[()] = product(task[0].shape)
    return Counts(items)


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


VIEWS: Mapping[str, Rule] = MappingProxyType(
    {
        "Identity": identity,
        "Dropout": dropout,
        "Cast": cast,
        "Transpose": transpose,
        "Squeeze": squeeze,
        "Unsqueeze": unsqueeze,
        "Reshape": reshape,
        "Flatten": flatten,
        "Expand": expand,
        "Concat": concat,
        "Tile": tile,
        "ConstantOfShape": constant_of_shape,
        "Shape": shape_of,
        "Size": size_of,
        "Split": split,
    }
)
