"""Convolutions: images become channels-last, kernels [space, channels / groups, filters]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.layer_forms import remap
from shapecheck.bridge.network import Array
from shapecheck.bridge.rules.dense import dense
from shapecheck.bridge.rules.elementwise import combined
from shapecheck.bridge.tasks import Outcome, Rule, Task, array_of
from shapecheck.bridge.tensors import Known, Shape, Tensor, View
from shapecheck.bridge.trees import call, truth
from shapecheck.bridge.windows import Windows, pad_argument, per_axis, window_argument, windows_of
from shapecheck.sizes import ONE, integer
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


def image(draft: Draft, tensor: Tensor) -> View:
    """The tensor with its channels behind its space, as the library wants it."""
    rank = len(tensor.shape)
    return draft.view(tensor, (0, *range(2, rank), 1))


def conv(draft: Draft, task: Task) -> Outcome:
    """A convolution, by the layer of the library for its number of space axes."""
    kernel = task.get(1)
    rank = len(task[0].shape)
    if not isinstance(kernel, Known) or rank not in (3, 4, 5):
        return _primitive(draft, task)
    if task.get(2) is not None and array_of(task.get(2)) is None:
        raise Unsaid("a bias that is computed")
    bias = _bias(task)
    if _is_dense(task, kernel):
        return _as_dense(draft, task, kernel, bias)
    view = image(draft, task[0])
    windows = windows_of(task, view.shape[2:], kernel.array.shape[2:])
    space = range(2, rank)
    arrays = {"K": (kernel.array.transpose(*space, 1, 0), task.label(1))}
    if bias is not None:
        arrays["b"] = (bias, task.label(2))
    filters = kernel.array.shape[0]
    alias = draft.weighted("conv", arrays, shares=True)
    layer = _layer(task, view.shape, windows, kernel.array.shape, bias is not None)
    return draft.stage(view, layer, alias, (view.shape[0], integer(filters), *windows.counts))


def _bias(task: Task) -> Array | None:
    """The bias; None for zeros that are no weight, which torch's exporter writes where a module has no bias."""
    given = task.get(2)
    if isinstance(given, Known) and not given.trained and not given.array.any():
        return None
    return array_of(given)


def _is_dense(task: Task, kernel: Known) -> bool:
    """Whether an image of one pixel, as a pool leaves it, goes through a kernel of one pixel."""
    tensor = task[0]
    if not isinstance(tensor, View) or tensor.order != (0, 1) or any(size is not ONE for size in tensor.shape[2:]):
        return False
    plain = task.attribute("group", 1) == 1 and not any(task.attribute("pads") or [])
    return plain and set(kernel.array.shape[2:]) == {1}


def _as_dense(draft: Draft, task: Task, kernel: Known, bias: Array | None) -> View:
    matrix, rank = kernel.array.reshape(kernel.array.shape[:2]), kernel.array.ndim
    flat = remap(draft, task[0], (0, 1))
    found = dense(draft, flat, matrix, bias, (task.label(1), task.label(2)))
    wide = remap(draft, found, [0, 1, *[None] * (rank - 2)])
    assert isinstance(wide, View)
    return wide


def _layer(task: Task, shape: Shape, windows: Windows, kernel: Sequence[int], biased: bool) -> Expression:
    named = settings(windows)
    if not biased:
        named["bias"] = truth(False)
    groups, rank = task.attribute("group", 1), len(shape)
    size = window_argument(windows.sizes)
    filters: list[Expression] = [tree.Integer(kernel[0])]
    if groups > 1 and shape[1].constant == groups and rank == 4 and "dilation" not in named:
        mult = kernel[0] // groups
        extra = {"mult": tree.Integer(mult)} if mult > 1 else {}
        return call("depthwise", size, **_without(named, "bias"), **extra, **_only(named, "bias"))
    if groups > 1:
        named = {**_without(named, "bias"), "groups": tree.Integer(groups), **_only(named, "bias")}
    return call(f"conv{rank - 2}d", *filters, size, **named)


def _without(named: Mapping[str, Expression], key: str) -> dict[str, Expression]:
    return {name: value for name, value in named.items() if name != key}


def _only(named: Mapping[str, Expression], key: str) -> dict[str, Expression]:
    return {name: value for name, value in named.items() if name == key}


def settings(windows: Windows) -> dict[str, Expression]:
    """`stride`, `pad` and `dilation`, where they are not what they are anyway."""
    found: dict[str, Expression] = {}
    if set(windows.strides) != {1}:
        found["stride"] = per_axis(windows.strides)
    if windows.mode or any(map(any, windows.pads)):
        found["pad"] = pad_argument(windows)
    if set(windows.dilations) != {1}:
        found["dilation"] = per_axis(windows.dilations)
    return found


def _primitive(draft: Draft, task: Task) -> Outcome:
    """A convolution with a kernel that is computed, or with many axes, by the primitive `conv`."""
    view, rank = image(draft, task[0]), len(task[0].shape)
    sizes = [size.constant for size in task[1].shape[2:]]
    if None in sizes:
        raise Unsaid("the size of its kernel depends on the sizes")
    kernel = draft.view(task[1], (*range(2, rank), 1, 0))
    windows = windows_of(task, view.shape[2:], [size or 0 for size in sizes])
    named: dict[str, Any] = settings(windows)
    if task.attribute("group", 1) > 1:
        named["groups"] = tree.Integer(task.attribute("group"))
    base = call("conv", view.base, kernel.base, **named)
    shape = (view.shape[0], task[1].shape[0], *windows.counts)
    found = View(shape, base, view.axes, view.firsts, weight=1)
    bias = task.get(2)
    if bias is None:
        return found
    return combined(draft, "+", found, remap(draft, bias, [0, *[None] * (rank - 2)]))


CONVOLUTIONS: Mapping[str, Rule] = MappingProxyType({"Conv": conv})
