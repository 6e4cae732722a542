"""Single entries of tensors as expressions, and constants as literals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.network import Array
from shapecheck.bridge.tensors import Counts, Known, Shape, View
from shapecheck.bridge.trees import Entry, as_tree, number, size_tree
from shapecheck.sizes import ONE, Size
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


def read_at(view: View, indices: Sequence[Entry]) -> Expression:
    places: list[Expression] = [tree.Integer(first) for first in view.firsts]
    for axis, size, index in zip(view.axes, view.shape, indices):
        if axis is not None and size is not ONE:
            places[axis] = _counted_from(view.firsts[axis], index)
    read = _read_through(view.base, places)
    if view.kind == "b":
        return tree.Comparison((read, tree.Integer(1)), ("==",))
    return read


def count_at(counts: Counts, indices: Sequence[Entry]) -> Expression:
    if counts.items.size == 1:
        return size_tree(counts.items.reshape(())[()])
    fixed = [index.constant if isinstance(index, Size) else None for index in indices]
    if None not in fixed:
        return size_tree(counts.items[tuple(fixed)])
    if counts.items.ndim != 1:
        raise Unsaid("a table of sizes")
    return tree.Index(tree.Column((tuple(map(size_tree, counts.items)),)), (as_tree(indices[0]),))


def check_entries(shape: Shape) -> None:
    """Raise for a tensor without entries: every size is at least 1."""
    if any(size.constant is not None and size.constant < 1 for size in shape):
        raise Unsaid("a tensor without entries")


def literal_of(known: Known) -> Expression | None:
    """A literal for numbers that are all the same and no weights."""
    if known.array.size == 0 or (known.trained and known.array.size > 1):
        return None
    first = known.array.reshape(-1)[0]
    if known.array.size > 1 and not (known.array == first).all():
        return None
    if known.kind == "b":
        return truth_tree(bool(first))
    if known.kind == "i":
        return number(int(first))
    if np.isnan(first):
        raise Unsaid(f"the constant {known.label} is no number")
    return number(float(str(first)))


def truth_tree(value: bool) -> Expression:
    """A condition that always holds, or never."""
    return tree.Comparison((tree.Integer(0), tree.Integer(0 if value else 1)), ("==",))


def range_of_numbers(array: Array) -> tree.Range:
    return tree.Range(number(int(array.min())), number(int(array.max())))


def _counted_from(first: int, index: Entry) -> Expression:
    if isinstance(index, Size):
        return size_tree(index + first)
    return tree.Binary("+", index, tree.Integer(first)) if first else index


def is_cut(base: Expression) -> bool:
    """Whether an expression is a named tensor with some axes fixed and the others whole."""
    return isinstance(base, tree.Index) and isinstance(base.base, tree.Name)


def _read_through(base: Expression, places: Sequence[Expression]) -> Expression:
    """The entry of a named tensor, or of one that is cut from a named tensor."""
    if not places:
        return base
    if isinstance(base, tree.Index):
        rest = iter(places)
        through = (next(rest) if isinstance(one, tree.Full) else one for one in base.subscripts)
        return tree.Index(base.base, tuple(through))
    return tree.Index(base, tuple(places))
