"""Convolutions: images become channels-last, kernels [space, channels / groups, filters]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.forms import remap
from shapecheck.bridge.rules.elementwise import combined
from shapecheck.bridge.tasks import Outcome, Rule, Task, array_of
from shapecheck.bridge.tensors import Known, Shape, Tensor, View
from shapecheck.bridge.trees import call, truth
from shapecheck.bridge.windows import Windows, pad_argument, per_axis, window_argument, windows_of
from shapecheck.sizes import Size, integer
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
    view = image(draft, task[0])
    windows = windows_of(task, view.shape[2:], kernel.array.shape[2:])
    space = range(2, rank)
    arrays = {"K": (kernel.array.transpose(*space, 1, 0), task.label(1))}
    bias = array_of(task.get(2))
    if bias is not None:
        arrays["b"] = (bias, task.label(2))
    filters = kernel.array.shape[0]
    alias = draft.weighted("conv", arrays)
    layer = _layer(task, view.shape, windows, kernel.array.shape, bias is not None)
    return draft.stage(view, layer, alias, (view.shape[0], integer(filters), *windows.counts))


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


# ---- transposed --------------------------------------------------------------------------------


def conv_transpose(draft: Draft, task: Task) -> Outcome:
    """The adjoint of a convolution, by the primitive `conv_transpose` or a layer of the library."""
    task.refuse(group=1)
    kernel, bias = task.known(1), task.get(2)
    view, rank = image(draft, task[0]), len(task[0].shape)
    sizes, strides = kernel.array.shape[2:], task.attribute("strides") or [1] * (rank - 2)
    if set(task.attribute("dilations") or [1]) != {1}:
        raise Unsaid("dilations other than 1")
    cut = _cut(task, view.shape[2:], sizes, strides)
    arrays = {"K": (kernel.array.transpose(*range(2, rank), 0, 1), task.label(1))}
    if bias is not None:
        arrays["b"] = (_known_array(bias), task.label(2))
    alias = draft.weighted("conv", arrays)
    named: dict[str, Expression] = {} if set(strides) == {1} else {"stride": per_axis(strides)}
    if any(map(any, cut)):
        named["pad"] = pad_argument(Windows((), (), (), tuple(cut), (), ""))
    if bias is None:
        named["bias"] = truth(False)
    if rank not in (3, 4):
        raise Unsaid(f"{rank - 2} space axes")
    counts = [(n - 1) * s + m - sum(c) for n, s, m, c in zip(view.shape[2:], strides, sizes, cut)]
    filters = kernel.array.shape[1]
    layer = call(f"conv{rank - 2}d_transpose", tree.Integer(filters), window_argument(sizes), **named)
    return draft.stage(view, layer, alias, (view.shape[0], integer(filters), *counts))


def _known_array(tensor: Tensor) -> np.ndarray[Any, Any]:
    if not isinstance(tensor, Known):
        raise Unsaid("a bias that is computed")
    return tensor.array


def _cut(task: Task, space: Sequence[Size], sizes: Sequence[int], strides: Sequence[int]) -> list[tuple[int, int]]:
    """What is cut off on both sides of every axis."""
    rank = len(sizes)
    extra = task.attribute("output_padding") or [0] * rank
    pads = task.attribute("pads") or [0] * 2 * rank
    wanted = task.attribute("output_shape")
    mode = task.attribute("auto_pad", "NOTSET")
    found = []
    for axis in range(rank):
        before, after = pads[axis], pads[axis + rank] - extra[axis]
        if wanted or mode.startswith("SAME"):
            total = _total(space[axis], sizes[axis], strides[axis], wanted[axis] if wanted else None) - extra[axis]
            small, large = total // 2, total - total // 2
            before, after = (large, small) if mode == "SAME_LOWER" else (small, large)
        if before < 0 or after < 0:
            raise Unsaid("its output is longer than what its kernels reach")
        found.append((before, after))
    return found


def _total(size: Size, kernel: int, stride: int, wanted: int | None) -> int:
    reach = (size - 1) * stride + kernel
    total = (reach - (size * stride if wanted is None else wanted)).constant
    if total is None:
        raise Unsaid("its padding depends on the sizes")
    return max(total, 0)


CONVOLUTIONS: Mapping[str, Rule] = MappingProxyType({"Conv": conv, "ConvTranspose": conv_transpose})
