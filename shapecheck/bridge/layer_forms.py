"""Tensors seen in another way: axes moved, added, left out, merged and split, without writing anything."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.tensors import Flat, Pointwise, Shape, Tensor, View, order_of, weight_of
from shapecheck.bridge.trees import Entry, call, sizes_tree
from shapecheck.sizes import ONE, ZERO, Size
from shapecheck.syntax.tree import Expression


def remap(draft: Draft, tensor: Tensor, sources: Sequence[int | None]) -> View | Pointwise:
    """A tensor whose axes are these of another one, None for a new axis of size 1; what is left out has size 1."""
    shape = tuple(ONE if source is None else tensor.shape[source] for source in sources)
    if isinstance(tensor, Flat):
        tensor = draft.view(tensor)
    if isinstance(tensor, View):
        axes = tuple(None if source is None else tensor.axes[source] for source in sources)
        return View(shape, tensor.base, axes, tensor.firsts, tensor.kind, tensor.weight)
    place = {source: axis for axis, source in enumerate(sources) if source is not None}
    read = draft.reader(tensor)

    def entry(indices: Sequence[Entry]) -> Expression:
        return read([indices[place[axis]] if axis in place else ZERO for axis in range(len(tensor.shape))])

    order = tuple(place[axis] for axis in order_of(tensor) if axis in place)
    return Pointwise(shape, entry, order, tensor.kind, weight_of(tensor), is_cheap(tensor))


def is_cheap(tensor: Tensor) -> bool:
    """Whether reading the tensor twice costs no more than once."""
    return tensor.cheap if isinstance(tensor, Pointwise) else True


def permuted(draft: Draft, tensor: Tensor, order: Sequence[int]) -> View | Pointwise:
    """The tensor with its axes in another order."""
    return remap(draft, tensor, order)


def aligned(draft: Draft, tensor: Tensor, rank: int) -> Tensor:
    """The tensor with axes of size 1 in front, up to a rank."""
    missing = rank - len(tensor.shape)
    return remap(draft, tensor, [*[None] * missing, *range(len(tensor.shape))]) if missing else tensor


def broadcast(shapes: Sequence[Shape]) -> Shape:
    """The shape that NumPy gives to tensors of these shapes together, all of one rank."""
    found = []
    for sizes in zip(*shapes):
        wide = [size for size in sizes if size is not ONE]
        found.append(wide[0] if wide else ONE)
    return tuple(found)


def stretched(indices: Sequence[Entry], shape: Shape) -> list[Entry]:
    """Subscripts for a tensor that is stretched along its axes of size 1."""
    return [ZERO if size is ONE else index for index, size in zip(indices, shape)]


def _prominence(tensor: Tensor) -> tuple[int, int, bool, int]:
    """The weight of a tensor in the choice of the layout of what is made of it and others."""
    wide = [size for size in tensor.shape if size is not ONE]
    entries = sum(size.constant or 1 for size in wide)
    return len(order_of(tensor)), len(wide), isinstance(tensor, View), entries


def joint_order(tensors: Sequence[Tensor], shape: Shape) -> tuple[int, ...]:
    """The layout of a result of tensors of one rank: that of the one with most axes, further axes where they are."""
    order = list(order_of(max(tensors, key=_prominence)))
    for axis, size in enumerate(shape):
        if size is not ONE and axis not in order:
            order.insert(min(axis, len(order)), axis)
    return tuple(order)


# ---- reshape -----------------------------------------------------------------------------------


def reshaped(draft: Draft, tensor: Tensor, shape: Shape) -> Tensor:
    """The tensor with its entries, in the model's order, in another shape."""
    if tensor.shape == shape:
        return tensor
    ones = _only_ones(tensor.shape, shape)
    if ones is not None:
        return remap(draft, tensor, ones)
    if _is_flattening(tensor, shape):
        return Flat(draft.view(tensor))
    groups = _groups(tensor.shape, shape)
    if groups is not None and not _is_plain(tensor):
        return _regrouped(draft, tensor, shape, groups)
    return _in_order(draft, tensor, shape)


def _only_ones(old: Shape, new: Shape) -> list[int | None] | None:
    """The old axis of each new one, if only axes of size 1 are added or removed."""
    kept = [axis for axis, size in enumerate(old) if size is not ONE]
    if [old[axis] for axis in kept] != [size for size in new if size is not ONE]:
        return None
    rest = iter(kept)
    return [None if size is ONE else next(rest) for size in new]


def _is_flattening(tensor: Tensor, shape: Shape) -> bool:
    """Whether an image becomes a vector for each of a batch."""
    if not isinstance(tensor, View) or len(tensor.shape) < 3 or tensor.order == tuple(sorted(tensor.order)):
        return False
    return len(shape) == 2 and shape[0] is tensor.shape[0] and tensor.order[:1] == (0,)


def _is_plain(tensor: Tensor) -> bool:
    """Whether the spec has the model's axes in the model's order."""
    return isinstance(tensor, View) and tensor.is_whole and tensor.order == tuple(sorted(tensor.order))


Group = tuple[tuple[int, ...], tuple[int, ...]]


def _groups(old: Shape, new: Shape) -> list[Group] | None:
    """The axes in runs with the same number of entries, each one axis before or one after; None if there are none."""
    wide = [axis for axis, size in enumerate(old) if size is not ONE]
    narrow = [axis for axis, size in enumerate(new) if size is not ONE]
    found: list[Group] = []
    while wide and narrow:
        run = _run([old[axis] for axis in wide], [new[axis] for axis in narrow])
        if run is None:
            return None
        found.append((tuple(wide[: run[0]]), tuple(narrow[: run[1]])))
        wide, narrow = wide[run[0] :], narrow[run[1] :]
    return None if wide or narrow else found


def _run(old: Sequence[Size], new: Sequence[Size]) -> tuple[int, int] | None:
    """The number of old and new axes with the same number of entries, one of them being 1."""
    counts = [(1, count) for count in range(1, len(new) + 1)] + [(count, 1) for count in range(2, len(old) + 1)]
    return next((pair for pair in counts if product(old[: pair[0]]) is product(new[: pair[1]])), None)


def product(sizes: Sequence[Size]) -> Size:
    """The product of sizes."""
    found = ONE
    for size in sizes:
        found = found * size
    return found


def _regrouped(draft: Draft, tensor: Tensor, shape: Shape, groups: Sequence[Group]) -> Pointwise:
    read = draft.reader(tensor)

    def entry(indices: Sequence[Entry]) -> Expression:
        places: list[Entry] = [ZERO] * len(tensor.shape)
        for old, new in groups:
            for axis, place in zip(old, _places([tensor.shape[axis] for axis in old], shape, new, indices)):
                places[axis] = place
        return read(places)

    order = _regrouped_order(order_of(tensor), groups)
    return Pointwise(shape, entry, order, tensor.kind, weight_of(tensor), is_cheap(tensor))


def _regrouped_order(order: Sequence[int], groups: Sequence[Group]) -> tuple[int, ...]:
    """The new axes in the order in which the spec has the first of those that they come from."""
    last = len(order)
    rank = {axis: place for place, axis in enumerate(order)}
    ranked = sorted(groups, key=lambda group: min(rank.get(axis, last) for axis in group[0]))
    return tuple(axis for _, new in ranked for axis in new)


def _places(sizes: Sequence[Size], shape: Shape, new: Sequence[int], indices: Sequence[Entry]) -> list[Size]:
    """The subscripts of a run of old axes from those of its new ones."""
    total = ZERO
    for axis in new:
        index = indices[axis]
        if not isinstance(index, Size):
            raise Unsaid("a subscript that is data, where axes are merged")
        total = total * shape[axis] + index
    found = []
    for size in reversed(sizes[1:]):
        found.append(total % size)
        total = total // size
    return [total, *reversed(found)]


def _in_order(draft: Draft, tensor: Tensor, shape: Shape) -> View:
    """By the primitive `reshape`, from a tensor laid out as in the model."""
    kept = tuple(axis for axis, size in enumerate(tensor.shape) if size is not ONE)
    source = draft.operand(draft.view(tensor, kept))
    order = tuple(axis for axis, size in enumerate(shape) if size is not ONE) or (0,)
    base = call("reshape", source.base, sizes_tree([shape[axis] for axis in order]))
    axes: list[int | None] = [None] * len(shape)
    for place, axis in enumerate(order):
        axes[axis] = place
    return View(shape, base, tuple(axes), (0,) * len(order), tensor.kind, weight_of(source) + 1)
