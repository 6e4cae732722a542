"""Integers that are made of sizes: arithmetic on shapes is done at once, and nothing of it is left in the spec."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.layer_forms import product
from shapecheck.bridge.network import Array
from shapecheck.bridge.tasks import Outcome, Rule, Task
from shapecheck.bridge.tensors import Counts, Known, Pointwise, Tensor, sizes_of
from shapecheck.bridge.trees import Entry, as_tree, size_tree
from shapecheck.sizes import Context, Inadmissible, Proved, Relation, Size, decide, exact_divide, maximum, minimum
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression

_OPERATIONS: Mapping[str, Callable[[Size, Size], Size]] = MappingProxyType(
    {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "//": lambda a, b: a // b,
        "%": lambda a, b: a % b,
        "max": maximum,
        "min": minimum,
    }
)


def between_sizes(operator: str, left: Tensor, right: Tensor) -> Counts | None:
    """The result of arithmetic on sizes; None where other numbers take part."""
    first, second = sizes_of(left), sizes_of(right)
    if first is None or second is None or not isinstance(left, Counts) | isinstance(right, Counts):
        return None
    real = "f" in (left.kind, right.kind)
    try:
        if operator == "/" and real:
            return _divided(first, second)
        return Counts(_each(_OPERATIONS["//" if operator == "/" else operator], first, second), "f" if real else "i")
    except Inadmissible:
        raise Unsaid("it divides a size by less than 1") from None


def _divided(left: Array, right: Array) -> Counts | None:
    """Quotients of sizes as real numbers, where they are whole."""
    found = _each(lambda a, b: exact_divide(a, b), left, right)
    return None if any(item is None for item in found.reshape(-1)) else Counts(found, "f")


def _each(operation: Callable[..., Any], *arrays: Array) -> Array:
    """An operation on every entry, broadcast."""
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    wide = [np.broadcast_to(array, shape) for array in arrays]
    found = np.empty(shape, dtype=object)
    for at in np.ndindex(shape):
        found[at] = operation(*(array[at] for array in wide))
    return found


def compared_sizes(operator: str, left: Tensor, right: Tensor) -> Tensor | None:
    """The truths of a comparison of sizes, where it is decided for all of them."""
    first, second = sizes_of(left), sizes_of(right)
    if first is None or second is None or not isinstance(left, Counts) | isinstance(right, Counts):
        return None
    found = _each(lambda a, b: decided(operator, a, b), first, second)
    if any(item is None for item in found.reshape(-1)):
        return None
    return Known(found.astype(bool), "")


_OPPOSITE = {"==": "!=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def decided(operator: str, left: Size, right: Size) -> bool | None:
    """Whether a relation holds for all sizes (true), for none (false), or for some."""
    if isinstance(decide(Context(), Relation(operator, left, right)), Proved):  # type: ignore[arg-type]
        return True
    opposite = Relation(_OPPOSITE[operator], left, right)  # type: ignore[arg-type]
    return False if isinstance(decide(Context(), opposite), Proved) else None


def size_where(condition: Tensor, then: Tensor, otherwise: Tensor) -> Counts | None:
    """A choice between sizes by truths that are known."""
    first, second = sizes_of(then), sizes_of(otherwise)
    if first is None or second is None or not isinstance(condition, Known):
        return None
    if not isinstance(then, Counts) and not isinstance(otherwise, Counts):
        return None
    return Counts(_each(lambda c, a, b: a if c else b, condition.array, first, second))


def range_of(draft: Draft, task: Task) -> Outcome:
    """`start, start + step, ..`: its entries are formulas in the index."""
    parts = [sizes_of(task[place]) for place in range(3)]
    if None in [part if part is None else 0 for part in parts]:
        raise Unsaid("its ends depend on data")
    start, end, step = (part.reshape(())[()] for part in parts if part is not None)
    count = _number_of_steps(start, end, step)
    kind = "f" if "f" in (task[0].kind, task[2].kind) else "i"

    def entry(indices: Any) -> Expression:
        index: Entry = indices[0]
        if isinstance(index, Size):
            return size_tree(start + step * index)
        return tree.Binary("+", size_tree(start), tree.Binary("*", size_tree(step), as_tree(index)))

    return Pointwise((count,), entry, (0,), kind, 0, True)


def _number_of_steps(start: Size, end: Size, step: Size) -> Size:
    if step.constant is None or step.constant == 0:
        raise Unsaid("its step depends on the sizes, or is 0")
    way = step.constant
    return (end - start + way - 1) // way if way > 0 else (start - end - way - 1) // -way


def whole_product(draft: Draft, task: Task) -> Counts | None:
    """The product of all entries of a list of sizes."""
    items = task[0]
    if not isinstance(items, Counts):
        return None
    found = np.empty((1,) if task.attribute("keepdims", 1) else (), dtype=object)
    total = items.items.reshape(-1)[0]
    for item in items.items.reshape(-1)[1:]:
        total = total * item
    found[...] = total
    return Counts(found)


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


INTEGERS: Mapping[str, Rule] = MappingProxyType({"Range": range_of, "Shape": shape_of, "Size": size_of})
