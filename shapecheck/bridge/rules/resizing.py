"""Resizing images: reads at places that are rounded (`nearest`), or between two neighbours (`linear`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.rules.convolutions import image
from shapecheck.bridge.rules.slices import readable
from shapecheck.bridge.tasks import Outcome, Rule, Task, array_of
from shapecheck.bridge.tensors import Pointwise, Tensor, order_of
from shapecheck.bridge.trees import Entry, call, number, size_tree
from shapecheck.record import record
from shapecheck.sizes import ONE, Size, integer, maximum, minimum
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


@record(eq=False)
class Change:
    """One axis: its old and new size, and the scale, as a quotient of sizes."""

    axis: int
    old: Size
    new: Size
    above: Size
    below: Size


def resize(draft: Draft, task: Task) -> Outcome:
    """An image in another size."""
    tensor, mode = task[0], task.attribute("mode", "nearest")
    task.refuse(keep_aspect_ratio_policy="stretch", antialias=0, exclude_outside=0)
    changes = _changes(task, tensor)
    doubled = _upsampled(draft, task, tensor, changes, mode)
    if doubled is not None:
        return doubled
    ways = {"nearest": _nearest, "linear": _linear}
    if mode not in ways:
        raise Unsaid(f"mode = {mode}")
    for change in changes:
        tensor = ways[mode](draft, task, tensor, change)
    return tensor


def _changes(task: Task, tensor: Tensor) -> list[Change]:
    """The axes that change."""
    rank = len(tensor.shape)
    axes = [axis % rank for axis in task.attribute("axes") or range(rank)]
    found = []
    at = 1 if task.node.operator == "Upsample" or task.opset < 11 else 2
    wanted = task.get(3)
    scales = array_of(task.get(at))
    if wanted is not None:
        sizes = task.sizes(3) or []
        found = [Change(axis, tensor.shape[axis], size, size, tensor.shape[axis]) for axis, size in zip(axes, sizes)]
    elif scales is not None or task.attribute("scales"):
        numbers = task.attribute("scales") if scales is None else scales.reshape(-1)
        found = [_by_scale(axis, tensor.shape[axis], float(scale)) for axis, scale in zip(axes, numbers)]
    else:
        raise Unsaid("its scales depend on data")
    return [change for change in found if change.new is not change.old]


def _by_scale(axis: int, size: Size, scale: float) -> Change:
    ratio = Fraction(scale).limit_denominator(1000)
    above, below = integer(ratio.numerator), integer(ratio.denominator)
    return Change(axis, size, size * above // below, above, below)


def _upsampled(draft: Draft, task: Task, tensor: Tensor, changes: Sequence[Change], mode: str) -> Tensor | None:
    """The library's layer for every pixel a whole number of times."""
    scales = {(change.above, change.below) for change in changes}
    if mode != "nearest" or len(tensor.shape) != 4 or len(scales) != 1 or {c.axis for c in changes} != {2, 3}:
        return None
    above, below = scales.pop()
    way, rounding = _way(task), task.attribute("nearest_mode", "round_prefer_floor")
    fitting = (way == "asymmetric" and rounding == "floor") or (way == "half_pixel" and rounding.startswith("round"))
    if below is not ONE or above.constant is None or not fitting:
        return None
    view = image(draft, tensor)
    shape = (*view.shape[:2], *(change.new for change in changes))
    return draft.stage(view, call("upsample", size_tree(above)), None, shape)


def _way(task: Task) -> str:
    if task.node.operator == "Upsample" or task.opset < 11:
        return "asymmetric"
    return str(task.attribute("coordinate_transformation_mode", "half_pixel"))


def _place(task: Task, change: Change, index: Size) -> tuple[Size, Size]:
    """The position of an index of the result on the old axis, as a numerator and a denominator."""
    way, above, below = _way(task), change.above, change.below
    if way == "asymmetric":
        return index * below, above
    if way in ("align_corners", "pytorch_half_pixel") and change.new is ONE:
        return integer(0), ONE
    if way in ("half_pixel", "pytorch_half_pixel"):
        return (index * 2 + 1) * below - above, above * 2
    if way == "half_pixel_symmetric":
        shift = change.old * above - change.new * below
        return shift + (index * 2 + 1) * below - above, above * 2
    if way == "align_corners":
        return index * (change.old - 1), change.new - 1
    raise Unsaid(f"coordinate_transformation_mode = {way}")


_ROUNDINGS: Mapping[str, Callable[[Size, Size], Size]] = MappingProxyType(
    {
        "floor": lambda above, below: above // below,
        "ceil": lambda above, below: (above + below - 1) // below,
        "round_prefer_floor": lambda above, below: (above * 2 + below - 1) // (below * 2),
        "round_prefer_ceil": lambda above, below: (above * 2 + below) // (below * 2),
    }
)


def _nearest(draft: Draft, task: Task, tensor: Tensor, change: Change) -> Tensor:
    rounding = _ROUNDINGS[task.attribute("nearest_mode", "round_prefer_floor")]
    if task.opset < 11:
        rounding = _ROUNDINGS["floor"]
    read = draft.reader(readable(draft, tensor))

    def entry(indices: Sequence[Entry]) -> Expression:
        at = rounding(*_place(task, change, _size(indices[change.axis])))
        return read(_put(indices, change, _inside(at, change.old)))

    return Pointwise(_shape(tensor, change), entry, order_of(tensor), tensor.kind, 1, True)


def _linear(draft: Draft, task: Task, tensor: Tensor, change: Change) -> Tensor:
    read = draft.reader(readable(draft, tensor))

    def entry(indices: Sequence[Entry]) -> Expression:
        above, below = _place(task, change, _size(indices[change.axis]))
        left = above // below
        part = tree.Binary("/", size_tree(above - left * below), size_tree(below))
        first = read(_put(indices, change, _inside(left, change.old)))
        second = read(_put(indices, change, _inside(left + 1, change.old)))
        rest = tree.Binary("-", number(1.0), part)
        return tree.Binary("+", tree.Binary("*", rest, first), tree.Binary("*", part, second))

    order = tuple(axis for axis in range(len(tensor.shape)) if axis in order_of(tensor))
    return draft.define("", _shape(tensor, change), order_of(tensor) or order, entry)


def _size(index: Entry) -> Size:
    if not isinstance(index, Size):
        raise Unsaid("a subscript that is data, where an image is resized")
    return index


def _shape(tensor: Tensor, change: Change) -> tuple[Size, ...]:
    return tuple(change.new if axis == change.axis else size for axis, size in enumerate(tensor.shape))


def _put(indices: Sequence[Entry], change: Change, at: Size) -> list[Entry]:
    return [at if axis == change.axis else index for axis, index in enumerate(indices)]


def _inside(place: Size, size: Size) -> Size:
    return maximum(minimum(place, size - 1), 0)


RESIZING: Mapping[str, Rule] = MappingProxyType({"Resize": resize, "Upsample": resize})
