"""Operators that only see a tensor in another way: they write nothing, or one line for `reshape`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.layer_forms import (
    aligned,
    broadcast,
    is_cheap,
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
    order_of,
    weight_of,
)
from shapecheck.bridge.trees import Entry, compared, number
from shapecheck.sizes import ONE, Size, exact_divide
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


def constant_of_shape(draft: Draft, task: Task) -> Outcome:
    """A tensor with one number everywhere."""
    shape = task.sizes(0)
    assert shape is not None
    value = task.attribute("value")
    array = np.zeros(1, np.float32) if value is None else value
    filling = Known(np.asarray(array).reshape(()), "")
    return stretched_to(draft, filling, tuple(shape))


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
        "ConstantOfShape": constant_of_shape,
    }
)
