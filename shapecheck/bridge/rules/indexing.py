"""Operators that pick entries: slices, gathers, paddings and the like, as reads at other subscripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.forms import is_cheap
from shapecheck.bridge.network import Array
from shapecheck.bridge.rules.integers import decided
from shapecheck.bridge.rules.views import piece
from shapecheck.bridge.tasks import Outcome, Rule, Task
from shapecheck.bridge.tensors import Counts, Known, Pointwise, Tensor, View, order_of, sizes_of
from shapecheck.bridge.trees import Entry, as_tree, call, number, size_tree
from shapecheck.sizes import ONE, Size, integer, maximum, minimum, symbol
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression

_VERY_FAR = 2**31 - 2
"""Ends beyond this mean the end of the axis."""


def readable(draft: Draft, tensor: Tensor) -> Tensor:
    """The tensor as one that is cheap to read."""
    if isinstance(tensor, View):
        return draft.settled(tensor)
    return tensor if is_cheap(tensor) else draft.named(tensor)


def slice_of(draft: Draft, task: Task) -> Outcome:
    """Runs of entries along axes."""
    tensor = task[0]
    starts, ends = task.sizes(1, "starts"), task.sizes(2, "ends")
    axes, steps = task.integers(3, "axes"), task.integers(4, "steps")
    if starts is None or ends is None:
        raise Unsaid("its ends are left out")
    rank = len(tensor.shape)
    for place, (start, end) in enumerate(zip(starts, ends)):
        axis = place if axes is None else axes[place] % rank
        step = 1 if steps is None else steps[place]
        tensor = _sliced(draft, tensor, axis, start, end, step)
    return tensor


def _sliced(draft: Draft, tensor: Tensor, axis: int, start: Size, end: Size, step: int) -> Tensor:
    size = tensor.shape[axis]
    if step > 0:
        first, last = _clamped(start, size, size), _clamped(end, size, size)
        length = (last - first + step - 1) // step
    else:
        first, last = _clamped(start, size, size - 1), _before(end, size)
        length = (first - last - step - 1) // -step
    return piece(draft, tensor, axis, first, integer(step), length)


def _clamped(place: Size, size: Size, most: Size) -> Size:
    """A start or an end as a place from the front, not beyond `most`."""
    number = place.constant
    if number is not None and number > _VERY_FAR:
        return most
    if number is not None and number < 0:
        return maximum(size + number, 0) if size.constant is not None else size + number
    return place if number == 0 else minimum(place, most)


def _before(end: Size, size: Size) -> Size:
    """The end of a run backwards: the place before its last entry."""
    number = end.constant
    if number is None:
        return end
    if number < -_VERY_FAR or (size.constant is not None and number < -size.constant):
        return integer(-1)
    return size + number if number < 0 else minimum(end, size - 1)


# ---- gather ------------------------------------------------------------------------------------


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
    alias = draft.weighted("embedding", {"E": (table.array, table.label)})
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


# ---- padding -----------------------------------------------------------------------------------


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


# ---- patterns ----------------------------------------------------------------------------------


def trilu(draft: Draft, task: Task) -> Outcome:
    """The lower, or upper, triangle of matrices; zeros elsewhere."""
    tensor, shift = task[0], (task.integers(1) or [0])[0]
    relation = ">=" if task.attribute("upper", 1) else "<="
    read = draft.reader(readable(draft, tensor))
    zero = number(0.0 if tensor.kind == "f" else 0)

    def entry(indices: Sequence[Entry]) -> Expression:
        row, column = indices[-2:]
        assert isinstance(row, Size)
        inside = tree.Comparison((as_tree(column), size_tree(row + shift)), (relation,))
        return tree.Conditional(inside, read(indices), zero)

    order = tuple(axis for axis, size in enumerate(tensor.shape) if size is not ONE)
    return Pointwise(tensor.shape, entry, order, tensor.kind, 2)


def eye_like(draft: Draft, task: Task) -> Outcome:
    """1 on a diagonal, 0 elsewhere."""
    shift = task.attribute("k", 0)

    def entry(indices: Sequence[Entry]) -> Expression:
        row, column = indices
        assert isinstance(row, Size)
        is_on = tree.Comparison((as_tree(column), size_tree(row + shift)), ("==",))
        return tree.Conditional(is_on, number(1.0), number(0.0))

    return Pointwise(task[0].shape, entry, (0, 1), "f", 1)


def one_hot(draft: Draft, task: Task) -> Outcome:
    """A vector with one number at a place, and another elsewhere."""
    places, values = task[0], task[2]
    (depth,) = task.sizes(1) or [ONE]
    rank = len(places.shape) + 1
    axis = task.attribute("axis", -1) % rank
    read, pick = draft.reader(readable(draft, places)), draft.reader(values)
    shape = (*places.shape[:axis], depth, *places.shape[axis:])

    def entry(indices: Sequence[Entry]) -> Expression:
        at = read([*indices[:axis], *indices[axis + 1 :]])
        here = as_tree(indices[axis])
        is_on = tree.Comparison((at, here), ("==",))
        from_end = tree.Comparison((tree.Binary("+", at, size_tree(depth)), here), ("==",))
        return tree.Conditional(tree.Logic("or", is_on, from_end), pick([integer(1)]), pick([integer(0)]))

    order = tuple(place for place, size in enumerate(shape) if size is not ONE)
    return Pointwise(shape, entry, order, values.kind, 2)


def running(operator: str) -> Rule:
    """A rule for sums, or products, of all entries up to one."""

    def rule(draft: Draft, task: Task) -> Outcome:
        tensor, axis = draft.named(task[0]), (task.integers(1) or [0])[0] % len(task[0].shape)
        exclusive, backwards = task.attribute("exclusive", 0), task.attribute("reverse", 0)
        last = tensor.shape[axis] - 1

        def entry(indices: Sequence[Entry]) -> Expression:
            (name,) = draft.bound(1)
            at = indices[axis]
            assert isinstance(at, Size)
            low, high = (at + exclusive, last) if backwards else (integer(0), at - exclusive)
            read = draft.entry(tensor, [*indices[:axis], symbol(name), *indices[axis + 1 :]])
            bounds = tree.Binder(name, tree.Range(size_tree(low), size_tree(high)))
            return tree.BigOperator(operator, (bounds,), read)

        return draft.define("", tensor.shape, tensor.order, entry, tensor.kind)

    return rule


def depth_to_space(draft: Draft, task: Task) -> Outcome:
    """Channels to pixels."""
    tensor, size = task[0], task.attribute("blocksize")
    read = draft.reader(readable(draft, tensor))
    batch, channels, height, width = tensor.shape
    count = channels // (size * size)
    crossed = task.attribute("mode", "DCR") == "CRD"

    def entry(indices: Sequence[Entry]) -> Expression:
        n, c, i, j = (index if isinstance(index, Size) else integer(0) for index in indices)
        inner = (i % size) * size + j % size
        channel = c * (size * size) + inner if crossed else inner * count + c
        return read([n, channel, i // size, j // size])

    shape = (batch, count, height * size, width * size)
    return Pointwise(shape, entry, (0, 2, 3, 1), tensor.kind, 1)


def space_to_depth(draft: Draft, task: Task) -> Outcome:
    """Pixels to channels."""
    tensor, size = task[0], task.attribute("blocksize")
    read = draft.reader(readable(draft, tensor))
    batch, channels, height, width = tensor.shape
    crossed = task.attribute("mode", "DCR") == "CRD"

    def entry(indices: Sequence[Entry]) -> Expression:
        n, c, i, j = (index if isinstance(index, Size) else integer(0) for index in indices)
        inner = c % (size * size) if crossed else c // channels
        channel = c // (size * size) if crossed else c % channels
        return read([n, channel, i * size + inner // size, j * size + inner % size])

    shape = (batch, channels * (size * size), height // size, width // size)
    return Pointwise(shape, entry, (0, 2, 3, 1), tensor.kind, 1)


INDEXING: Mapping[str, Rule] = MappingProxyType(
    {
        "Slice": slice_of,
        "Gather": gather,
        "GatherElements": gather_elements,
        "GatherND": gather_nd,
        "Pad": pad,
        "Trilu": trilu,
        "EyeLike": eye_like,
        "OneHot": one_hot,
        "CumSum": running("sum"),
        "CumProd": running("prod"),
        "DepthToSpace": depth_to_space,
        "SpaceToDepth": space_to_depth,
    }
)
