"""Paddings: entries around a tensor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.rules.integers import decided
from shapecheck.bridge.tasks import Outcome, Rule, Task
from shapecheck.bridge.tensors import Tensor, order_of
from shapecheck.bridge.trees import Entry, number, size_tree
from shapecheck.sizes import ONE, Size, integer, maximum, minimum
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


def pad(draft: Draft, task: Task) -> Outcome:
    """Entries around a tensor."""
    tensor, mode = task[0], task.attribute("mode", "constant")
    sides, axes = task.sizes(1, "pads"), task.integers(3)
    if sides is None:
        raise Unsaid("its padding is left out")
    rank = len(tensor.shape)
    chosen = [axis % rank for axis in axes] if axes is not None else list(range(rank))
    before = dict(zip(chosen, sides[: len(chosen)]))
    after = dict(zip(chosen, sides[len(chosen) :]))
    none = integer(0)
    shape = tuple(size + before.get(axis, none) + after.get(axis, none) for axis, size in enumerate(tensor.shape))
    if shape == tensor.shape and all(side.constant == 0 for side in sides):
        return tensor
    changed = {axis for axis in chosen if before[axis].constant != 0 or after[axis].constant != 0}
    source = draft.settled(draft.view(tensor, _padded_order(tensor, shape)))
    place = _PLACES.get(mode)
    if mode == "reflect":
        for axis in sorted(changed):
            _assume_larger(draft, tensor.shape[axis], maximum(before[axis], after[axis]))
    filling = _filling(draft, task)

    def entry(indices: Sequence[Entry]) -> Expression:
        moved = [_minus(index, before.get(axis, none)) for axis, index in enumerate(indices)]
        if place is None:
            return tree.Default(draft.entry(source, moved), filling)
        changes = (axis in changed and place is not None for axis in range(rank))
        pairs = zip(moved, tensor.shape, changes)
        return draft.entry(source, [place(index, size) if at else index for index, size, at in pairs])

    return draft.define("", shape, source.order, entry, tensor.kind)


def _assume_larger(draft: Draft, size: Size, padding: Size) -> None:
    """Note that an axis has to be longer than what is reflected around it."""
    if decided(">", size, padding) is not True:
        condition = tree.Comparison((size_tree(size), size_tree(padding)), (">",))
        draft.assumptions[condition] = None


def _padded_order(tensor: Tensor, shape: Sequence[Size]) -> tuple[int, ...]:
    order = list(order_of(tensor))
    order += [axis for axis in range(len(shape)) if axis not in order and shape[axis] is not ONE]
    return tuple(order)


def _filling(draft: Draft, task: Task) -> Expression:
    value = task.get(2)
    if value is not None:
        return draft.entry(value, [integer(0)] * len(value.shape))
    return number(float(task.attribute("value", 0.0))) if task[0].kind == "f" else number(0)


def _minus(index: Entry, before: Size) -> Size:
    if not isinstance(index, Size):
        raise Unsaid("a subscript that is data, where a tensor is padded")
    return index - before


def _magnitude(place: Size) -> Size:
    return maximum(place, -place)


def _reflected(place: Size, size: Size) -> Size:
    return (size - 1) - _magnitude((size - 1) - _magnitude(place))


_PLACES: Mapping[str, Callable[[Size, Size], Size] | None] = MappingProxyType(
    {
        "constant": None,
        "edge": lambda place, size: maximum(minimum(place, size - 1), 0),
        "reflect": _reflected,
        "wrap": lambda place, size: place % size,
    }
)


PADDINGS: Mapping[str, Rule] = MappingProxyType(
    {
        "Pad": pad,
    }
)
