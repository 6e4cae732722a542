"""Reading members of an array by subscripts over indices: a strided view where they are linear, else a gather.

In: how to get the source array, its axes, one subscript for each.  Out: a `Code` whose labels are the indices that the
subscripts mention.  A view costs no copy, whatever overlaps: `I[x + m, y + n]` for all x, y, m, n is one.  Subscripts
are checked against the axes; at points that are discarded anyway (see `Frame.guards`) they are clipped instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

import numpy as np

from shapecheck.execute import errors
from shapecheck.execute.planning.linear import Linear, linear
from shapecheck.execute.run_state import Array, State, Trouble
from shapecheck.execute.vectorised.frame import Code, Frame, size_code, spread
from shapecheck.record import record
from shapecheck.sizes import Size, integer
from shapecheck.source import Span

Source = Callable[[State], Array]
"""Gives the array that is read; it must be contiguous."""


@record
class At:
    """One member of an axis, counted from 0."""

    size: Size


@record
class Slice:
    """`extent` members of an axis from `low` on."""

    low: Size
    extent: int


@record
class All:
    """The whole axis."""


@record
class Through:
    """Members given by data; `low` is the number of the axis' first member."""

    code: Code
    low: int


Way = At | Slice | All | Through


@record
class View:
    """A strided window: `offset` (over fixed indices) and strides count entries."""

    labels: tuple[str, ...]
    shape: tuple[int, ...]
    offset: Linear
    strides: tuple[int, ...]
    inside: bool

    def of(self, array: Array, state: State) -> Array:
        """The window on a contiguous array, of which it is a view."""
        start = self.offset.constant
        for name, slope in self.offset.slopes:
            start += slope * state.loops[name]
        width = array.itemsize
        return np.ndarray(self.shape, array.dtype, array, start * width, [width * stride for stride in self.strides])


def view(extents: Sequence[int], ways: Sequence[Way], frame: Frame) -> View | None:
    """The window that linear subscripts make, or None if one of them is something else."""
    strides = [prod(extents[axis + 1 :]) for axis in range(len(extents))]
    label_strides: dict[str, int] = {}
    offset, slopes = 0, dict[str, int]()
    kept: list[tuple[int, int]] = []
    inside = True
    for extent, stride, way in zip(extents, strides, ways):
        if isinstance(way, Through):
            return None
        if isinstance(way, All):
            kept.append((extent, stride))
            continue
        form = linear(frame.local(way.size if isinstance(way, At) else way.low), frame.env)
        if form is None:
            return None
        width = 1
        if isinstance(way, Slice):
            kept.append((way.extent, stride))
            width = way.extent
        low, high = form.bounds(frame.intervals)
        inside = inside and (width == 0 or (low >= 0 and high + width <= extent))
        offset += form.constant * stride
        for name, slope in form.slopes:
            into = label_strides if name in frame.boxes else slopes
            base = frame.boxes[name][0] if name in frame.boxes else 0
            offset += slope * base * stride
            into[name] = into.get(name, 0) + slope * stride
    labels = frame.ordered(frozenset(label_strides))
    shape = frame.extents(labels) + tuple(extent for extent, _ in kept)
    all_strides = tuple(label_strides[label] for label in labels) + tuple(stride for _, stride in kept)
    return View(labels, shape, Linear(offset, tuple(slopes.items())), all_strides, inside)


def read(
    source: Source, extents: Sequence[int], ways: Sequence[Way], frame: Frame, span: Span, first: Sequence[int]
) -> Code:
    """The members that the subscripts name.  `first` numbers each axis' first member, for messages."""
    window = view(extents, ways, frame)
    if window is not None and window.inside:
        return Code(window.labels, window.shape[len(window.labels) :], lambda state: window.of(source(state), state))
    gather = Gather(extents, ways, frame, span, first)
    return Code(gather.labels, gather.cell, lambda state: gather.members(source(state), state))


def read_or_default(
    source: Source,
    extents: Sequence[int],
    ways: Sequence[Way],
    frame: Frame,
    span: Span,
    first: Sequence[int],
    fallback: Code,
    moving: bool,
) -> Code:
    """The members, with `fallback` (a scalar) where a subscript is outside.

    A fallback without indices is put around the source once, unless that is `moving` (changes while a loop runs).
    """
    window = view(extents, ways, frame)
    if window is not None and window.inside:
        return Code(window.labels, window.shape[len(window.labels) :], lambda state: window.of(source(state), state))
    if window is not None and not moving and not fallback.labels and not window.offset.slopes:
        padded = _padded(source, extents, ways, frame, fallback, prod(window.shape))
        if padded is not None:
            return padded
    gather = Gather(extents, ways, frame, span, first)
    labels = frame.ordered(frozenset(gather.labels) | frozenset(fallback.labels))
    rank = len(gather.cell)

    def run(state: State) -> Array:
        array = source(state)
        other = spread(fallback.run(state), fallback.labels, labels)
        members, inside = gather.members_inside(array, state)
        inside = spread(inside, gather.labels, labels)
        return merge(_deepen(inside, rank), spread(members, gather.labels, labels), _deepen(other, rank))

    return Code(labels, gather.cell, run)


def merge(mask: Array, then: Array, otherwise: Array) -> Array:
    """`np.where` in which integers take the type of floats beside them."""
    if then.dtype != otherwise.dtype and "f" in (then.dtype.kind, otherwise.dtype.kind):
        kind = then.dtype if then.dtype.kind == "f" else otherwise.dtype
        then, otherwise = then.astype(kind, copy=False), otherwise.astype(kind, copy=False)
    return np.where(mask, then, otherwise)


def _deepen(array: Array, rank: int) -> Array:
    return array.reshape(array.shape + (1,) * rank)


def _padded(
    source: Source, extents: Sequence[int], ways: Sequence[Way], frame: Frame, fallback: Code, result_size: int
) -> Code | None:
    before, after = [0] * len(extents), [0] * len(extents)
    for axis, (extent, way) in enumerate(zip(extents, ways)):
        if isinstance(way, At):
            low, high = frame.bounds(way.size)
            before[axis], after[axis] = max(0, -low), max(0, high - extent + 1)
    shape = [extent + a + b for extent, a, b in zip(extents, before, after)]
    if prod(shape) > 2 * (prod(extents) + result_size) + 1024:
        return None
    moved = [
        At(way.size + a)
        if isinstance(way, At)
        else Slice(way.low + a, way.extent)
        if isinstance(way, Slice)
        else Slice(integer(a), extent)
        if isinstance(way, All)
        else way
        for way, a, extent in zip(ways, before, extents)
    ]
    window = view(shape, moved, frame)
    if window is None or not window.inside:
        return None
    core = tuple(slice(a, a + extent) for a, extent in zip(before, extents))

    def run(state: State) -> Array:
        array, value = source(state), fallback.run(state)
        around = np.full(shape, value, array.dtype if value.dtype.kind != "f" else value.dtype)
        around[core] = array
        return window.of(around, state)

    return Code(window.labels, window.shape[len(window.labels) :], run)


class Gather:
    """Members picked one by one; result axes are the labels, then what each axis leaves, in order."""

    def __init__(
        self, extents: Sequence[int], ways: Sequence[Way], frame: Frame, span: Span, first: Sequence[int]
    ) -> None:
        self.extents, self.span, self.first = tuple(extents), span, tuple(first)
        self.last = max((axis for axis, way in enumerate(ways) if not isinstance(way, All)), default=-1)
        self.subscripts = [_subscript(way, extent, frame) for way, extent in zip(ways, extents)][: self.last + 1]
        names = frozenset(label for code in self.subscripts for label in code.labels)
        self.labels = frame.ordered(names)
        inner = [code.cell for code in self.subscripts]
        self.cell = tuple(extent for cell in inner for extent in cell) + self.extents[self.last + 1 :]
        self._ranks = [len(cell) for cell in inner]
        self._guards = frame.guards
        self._discards = frame.discards

    def _positions(self, state: State) -> list[Array]:
        total, before, result = sum(self._ranks), 0, []
        for code, rank in zip(self.subscripts, self._ranks):
            array = spread(code.run(state), code.labels, self.labels)
            after = total - before - rank
            outer = array.shape[: len(self.labels)]
            result.append(array.reshape(outer + (1,) * before + array.shape[len(self.labels) :] + (1,) * after))
            before += rank
        return result

    def _inside(self, positions: list[Array]) -> list[Array | None]:
        """For each axis, a mask of the positions that are inside; None where all are."""
        result: list[Array | None] = []
        for array, extent in zip(positions, self.extents):
            safe = not array.size or (array.min() >= 0 and array.max() < extent)
            result.append(None if safe else (array >= 0) & (array < extent))
        return result

    def members(self, source: Array, state: State) -> Array:
        """The members; a subscript outside is a mistake unless a guard discards its point."""
        positions = self._positions(state)
        for axis, inside in enumerate(self._inside(positions)):
            if inside is not None:
                self._confirm(axis, positions[axis], inside, state)
                positions[axis] = np.clip(positions[axis], 0, self.extents[axis] - 1)
        return np.asarray(source[tuple(positions)])

    def _confirm(self, axis: int, positions: Array, inside: Array, state: State) -> None:
        wrong = ~inside
        for guard in self._guards:
            mask = _projected(guard, guard.run(state), self.labels)
            wrong = wrong & mask.reshape(mask.shape + (1,) * (wrong.ndim - mask.ndim))
        if not wrong.any():
            return
        if self._discards:
            raise Trouble
        value = int(np.broadcast_to(positions, wrong.shape)[wrong].flat[0]) + self.first[axis]
        low = self.first[axis]
        raise errors.subscript_out_of_range(value, low, low + self.extents[axis] - 1, self.span)

    def members_inside(self, source: Array, state: State) -> tuple[Array, Array]:
        """Members, with any values where a point subscript is outside, and where all are inside (over the labels)."""
        positions = self._positions(state)
        inside: Array = np.ones((1,) * len(self.labels), bool)
        for axis, found in enumerate(self._inside(positions)):
            if found is not None:
                cells = tuple(range(len(self.labels), found.ndim))
                inside = inside & np.asarray(found.all(axis=cells), bool)
                positions[axis] = np.clip(positions[axis], 0, self.extents[axis] - 1)
        return np.asarray(source[tuple(positions)]), inside


def _projected(guard: Code, mask: Array, labels: Sequence[str]) -> Array:
    """A mask over `labels`: whether the guard holds for some value of its other labels."""
    others = tuple(axis for axis, label in enumerate(guard.labels) if label not in labels)
    kept = tuple(label for label in guard.labels if label in labels)
    return spread(np.asarray(mask.any(axis=others)), kept, labels)


def _whole(array: Array) -> Array:
    """Data as subscripts: integers that were computed as reals are integers."""
    if array.dtype.kind != "f":
        return array
    if not (np.isfinite(array) & (array == np.floor(array)) & (np.abs(array) < 2.0**62)).all():
        raise Trouble
    return array.astype(np.int64)


def _subscript(way: Way, extent: int, frame: Frame) -> Code:
    match way:
        case At(size):
            return size_code(size, frame)
        case Through(code, low):
            return Code(code.labels, code.cell, lambda state: _whole(code.run(state)) - low)
        case Slice(low_size, count):
            start = size_code(low_size, frame)
            return Code(start.labels, (count,), lambda state: start.run(state)[..., None] + np.arange(count))
        case All():
            return Code((), (extent,), lambda state: np.arange(extent))
