"""Pools: the primitive `maxpool` and the library's layers, or an equation over the windows where they do not reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.rules.convolutions import image, settings
from shapecheck.bridge.tasks import Outcome, Rule, Task
from shapecheck.bridge.tensors import View
from shapecheck.bridge.trees import Entry, binder, call, number, size_tree, truth
from shapecheck.bridge.windows import Windows, window_argument, windows_of
from shapecheck.sizes import ONE, Size, integer, positive, symbol
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


def maxpool(draft: Draft, task: Task) -> Outcome:
    """The largest entry of every window."""
    if any(task.used[1:]):
        raise Unsaid("its second output, the places, is used")
    view, windows = _slid(draft, task)
    stage = call("maxpool", _square(windows.sizes), **_steps(windows))
    return draft.stage(view, stage, None, (*view.shape[:2], *windows.counts))


def _slid(draft: Draft, task: Task) -> tuple[View, Windows]:
    view = image(draft, task[0])
    return view, windows_of(task, view.shape[2:], task.attribute("kernel_shape"))


def _square(sizes: Sequence[int]) -> Expression:
    """The window of `maxpool`: one number for a square, `[3]` for one axis, `3 x 2`."""
    if len(sizes) == 1:
        return tree.Column(((tree.Integer(sizes[0]),),))
    if len(sizes) == 2 and sizes[0] == sizes[1]:
        return tree.Integer(sizes[0])
    return window_argument(sizes)


def _steps(windows: Windows) -> dict[str, Expression]:
    """The arguments of a pool, whose stride is its window where nothing else is said."""
    named = settings(windows)
    if windows.rounded_up:
        named["ceil"] = truth(True)
    if windows.strides == windows.sizes:
        named.pop("stride", None)
        return named
    return {"stride": named.pop("stride", tree.Integer(1)), **named}


Gather = Callable[[Draft, View, Windows, Sequence[Entry]], Expression]


def _by_windows(draft: Draft, view: View, windows: Windows, gather: Gather) -> View:
    """An equation for the windows one by one."""
    shape = (*view.shape[:2], *windows.counts)
    named = draft.settled(view)
    order = tuple(axis for axis in named.order if shape[axis] is not ONE)
    return draft.define("", shape, order, lambda indices: gather(draft, named, windows, indices))


def _cells(
    draft: Draft, view: View, windows: Windows, indices: Sequence[Entry], fallback: Expression
) -> tuple[tuple[tree.Binder, ...], list[Size], Expression]:
    """Indices over a window, where each of its cells lies in the image, and its entry."""
    names = draft.bound(len(windows.sizes))
    places = []
    for axis, name in enumerate(names):
        index = indices[axis + 2]
        assert isinstance(index, Size)
        start = index * windows.strides[axis] - _before(view, windows, axis)
        places.append(start + symbol(name) * windows.dilations[axis])
    read = draft.entry(view, [*indices[:2], *places])
    binders = tuple(binder(name, integer(size)) for name, size in zip(names, windows.sizes))
    return binders, places, tree.Default(read, fallback)


def _before(view: View, windows: Windows, axis: int) -> Size:
    """The padding in front of an axis."""
    if not windows.mode:
        return integer(windows.pads[axis][0])
    reach = (windows.counts[axis] - 1) * windows.strides[axis] + windows.dilations[axis] * (windows.sizes[axis] - 1) + 1
    total = positive(reach - view.shape[axis + 2])
    return total // 2 if windows.mode == "SAME" else total - total // 2


def avgpool(draft: Draft, task: Task) -> Outcome:
    """The mean of every window; cells in the padding count where the model says so."""
    view, windows = _slid(draft, task)
    counted = bool(task.attribute("count_include_pad", 0)) and (bool(windows.mode) or any(map(any, windows.pads)))
    if len(set(windows.sizes)) == 1 and len(windows.sizes) < 3:
        name = "avgpool" if len(windows.sizes) == 2 else "avgpool1d"
        named = {**_steps(windows), **({"count_pad": truth(True)} if counted else {})}
        stage = call(name, tree.Integer(windows.sizes[0]), **named)
        return draft.stage(view, stage, None, (*view.shape[:2], *windows.counts))
    return _by_windows(draft, view, windows, _mean_with_pads if counted else _mean)


def _mean(draft: Draft, view: View, windows: Windows, indices: Sequence[Entry]) -> Expression:
    """The sum over a window by the number of its cells inside of the image."""
    binders, places, read = _cells(draft, view, windows, indices, number(0.0))
    total = tree.BigOperator("sum", binders, read)
    inner = [_inside(place, view.shape[axis + 2]) for axis, place in enumerate(places)]
    return tree.Binary("/", total, _counted(binders, inner))


def _mean_with_pads(draft: Draft, view: View, windows: Windows, indices: Sequence[Entry]) -> Expression:
    """The sum over a window by the number of its cells inside of the padded image."""
    binders, places, read = _cells(draft, view, windows, indices, number(0.0))
    total = tree.BigOperator("sum", binders, read)
    if not windows.rounded_up:
        cells = 1
        for size in windows.sizes:
            cells *= size
        return tree.Binary("/", total, tree.Integer(cells))
    inner = []
    for axis, place in enumerate(places):
        before, after = windows.pads[axis]
        inner.append(_inside(place + before, view.shape[axis + 2] + before + after))
    return tree.Binary("/", total, _counted(binders, inner))


def _inside(place: Size, size: Size) -> Expression:
    return tree.Comparison((tree.Integer(0), size_tree(place), size_tree(size)), ("<=", "<"))


def _counted(binders: tuple[tree.Binder, ...], conditions: Sequence[Expression]) -> Expression:
    """The number of cells that meet all conditions."""
    whole = conditions[0]
    for condition in conditions[1:]:
        whole = tree.Logic("and", whole, condition)
    return tree.BigOperator("sum", binders, tree.Conditional(whole, tree.Integer(1), tree.Integer(0)))


def global_pool(layer: str, operator: str) -> Rule:
    """A rule for the mean, or the maximum, over all of the space."""

    def rule(draft: Draft, task: Task) -> Outcome:
        view, rank = image(draft, task[0]), len(task[0].shape)
        shape = (*view.shape[:2], *[ONE] * (rank - 2))
        if rank in (3, 4):
            stage = tree.Name(layer if rank == 4 else f"{layer}1d")
            return draft.stage(view, stage, None, shape, (0, 1, *[None] * (rank - 2)), view.firsts[:2])
        named = draft.settled(view)

        def entry(indices: Sequence[Entry]) -> Expression:
            names = draft.bound(rank - 2)
            read = draft.entry(named, [*indices[:2], *map(symbol, names)])
            return tree.BigOperator(operator, tuple(map(binder, names, view.shape[2:])), read)

        return draft.define("", shape, (0, 1), entry)

    return rule


POOLS: Mapping[str, Rule] = MappingProxyType(
    {
        "MaxPool": maxpool,
        "AveragePool": avgpool,
        "GlobalAveragePool": global_pool("globalpool", "mean"),
        "GlobalMaxPool": global_pool("globalmaxpool", "max"),
    }
)
