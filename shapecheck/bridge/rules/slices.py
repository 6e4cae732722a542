"""Slices: runs of entries along axes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.layer_forms import is_cheap
from shapecheck.bridge.rules.joins_and_splits import piece
from shapecheck.bridge.tasks import Outcome, Rule, Task
from shapecheck.bridge.tensors import Tensor, View
from shapecheck.sizes import Size, integer, maximum, minimum

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


SLICES: Mapping[str, Rule] = MappingProxyType(
    {
        "Slice": slice_of,
    }
)
