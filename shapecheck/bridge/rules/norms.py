"""Normalisations and softmax."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.layer_forms import remap, reshaped
from shapecheck.bridge.rules.elementwise import combined, paired
from shapecheck.bridge.rules.functions import changed
from shapecheck.bridge.rules.reductions import reduced
from shapecheck.bridge.tasks import Outcome, Rule, Task, array_of
from shapecheck.bridge.tensor_reads import literal_of
from shapecheck.bridge.tensors import Known, Tensor, View
from shapecheck.bridge.trees import Entry, binder, call, number, truth
from shapecheck.sizes import ONE, Size, integer, symbol
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression

_USUAL_EPSILON = 1e-5
_LARGEST_VARIANCE = 4.0
"""Variances that the library's layer takes."""


def _epsilon(task: Task, usual: float = _USUAL_EPSILON) -> dict[str, Expression]:
    """The argument `eps`, where it is not the usual one."""
    value = float(str(np.float32(task.attribute("epsilon", 1e-5))))
    return {} if value == usual else {"eps": number(value)}


def _channels_last(draft: Draft, tensor: Tensor) -> View:
    rank = len(tensor.shape)
    return draft.view(tensor, (0, *range(2, rank), 1))


def batchnorm(draft: Draft, task: Task) -> Outcome:
    """With the statistics that training left."""
    if task.attribute("training_mode", 0) or any(task.used[1:]):
        raise Unsaid("it is in training mode")
    if not all(isinstance(task[place], Known) for place in range(1, 5)):
        return _batchnorm_by_formula(draft, task)
    view = _channels_last(draft, task[0])
    roles = zip(("g", "b", "mu", "va"), range(1, 5))
    arrays = {role: (task.known(place).array, task.label(place)) for role, place in roles}
    wide = float(arrays["va"][0].max(initial=0.0)) > _LARGEST_VARIANCE
    name = "batch_norm" if wide else "batchnorm"
    if wide:
        draft.layers[name] = None
    alias = draft.weighted("bn", arrays)
    named = _epsilon(task)
    return draft.stage(view, call(name, **named) if named else tree.Name(name), alias)


def _batchnorm_by_formula(draft: Draft, task: Task) -> Tensor:
    rank = len(task[0].shape)
    parts = [remap(draft, task[place], [0, *[None] * (rank - 2)]) for place in range(1, 5)]
    epsilon = number(float(str(np.float32(task.attribute("epsilon", 1e-5)))))

    def make(x: Expression, g: Expression, b: Expression, mu: Expression, va: Expression) -> Expression:
        root = call("sqrt", tree.Binary("+", va, epsilon))
        scaled = tree.Binary("/", tree.Binary("*", g, tree.Binary("-", x, mu)), root)
        return tree.Binary("+", scaled, b)

    return paired(draft, make, [task[0], *parts])


def layernorm(draft: Draft, task: Task) -> Outcome:
    """Over the last axes: mean 0 and variance 1, then scaled and shifted."""
    tensor, rank = task[0], len(task[0].shape)
    first = task.attribute("axis", -1) % rank
    if any(task.used[1:]):
        return _with_statistics(draft, task, range(first, rank))
    scale, shift = array_of(task[1]), array_of(task.get(2))
    if first == rank - 1 and scale is not None and shift is not None and scale.ndim == shift.ndim == 1:
        arrays = {"g": (scale, task.label(1)), "b": (shift, task.label(2))}
        return _stage(draft, task, "layernorm", arrays)
    found = normalised(draft, tensor, range(first, rank), task.attribute("epsilon", 1e-5))
    return _scaled(draft, found, task[1], task.get(2))


def _with_statistics(draft: Draft, task: Task, axes: Sequence[int]) -> Outcome:
    """The normalised tensor, the mean, and 1 by the deviation."""
    tensor = draft.named(task[0])
    mean = draft.named(reduced(draft, "mean", tensor, axes, True))
    centred = draft.named(combined(draft, "-", tensor, mean))
    variance = draft.named(reduced(draft, "mean", changed(draft, centred, _squared, False), axes, True))
    epsilon = task.attribute("epsilon", 1e-5)
    one = Known(np.ones(mean.shape and [1] * len(mean.shape), np.float32), "")
    found = _scaled(draft, _over_root(draft, centred, variance, epsilon), task[1], task.get(2))
    return [found, mean, _over_root(draft, one, variance, epsilon)]


def rmsnorm(draft: Draft, task: Task) -> Outcome:
    """Over the last axes: root mean square 1, then scaled."""
    rank = len(task[0].shape)
    first = task.attribute("axis", -1) % rank
    scale = array_of(task[1])
    if first == rank - 1 and scale is not None and scale.ndim == 1:
        return _stage(draft, task, "rmsnorm", {"g": (scale, task.label(1))})
    squares = changed(draft, task[0], _squared, False)
    power = reduced(draft, "mean", squares, range(first, rank), True)
    return _scaled(draft, _over_root(draft, task[0], power, task.attribute("epsilon", 1e-5)), task[1], None)


def _stage(draft: Draft, task: Task, name: str, arrays: dict[str, tuple[np.ndarray, str]]) -> View:
    view = draft.with_last(task[0], len(task[0].shape) - 1)
    alias = draft.weighted("norm", arrays)
    named = _epsilon(task)
    return draft.stage(view, call(name, **named) if named else tree.Name(name), alias)


def _scaled(
    draft: Draft, tensor: Tensor, scale: Tensor | None, shift: Tensor | None, axes: Sequence[int | None] | None = None
) -> Tensor:
    """A tensor times a scale, plus a shift; `axes` tells which of their axes each of the tensor's is."""
    for operator, operand, nothing in (("*", scale, 1.0), ("+", shift, 0.0)):
        if operand is None or (isinstance(operand, Known) and literal_of(operand) == number(nothing)):
            continue
        tensor = combined(draft, operator, tensor, operand if axes is None else remap(draft, operand, axes))
    return tensor


def normalised(draft: Draft, tensor: Tensor, axes: Sequence[int], epsilon: float) -> Tensor:
    """The tensor with mean 0 and variance 1 over some axes."""
    tensor = draft.named(tensor)
    centred = draft.named(combined(draft, "-", tensor, reduced(draft, "mean", tensor, axes, True)))
    variance = reduced(draft, "mean", changed(draft, centred, _squared, False), axes, True)
    return _over_root(draft, centred, variance, epsilon)


def _squared(entry: Expression) -> Expression:
    return tree.Binary("^", entry, tree.Integer(2))


def _over_root(draft: Draft, tensor: Tensor, variance: Tensor, epsilon: float) -> Tensor:
    small = number(float(str(np.float32(epsilon))))

    def make(value: Expression, spread: Expression) -> Expression:
        return tree.Binary("/", value, call("sqrt", tree.Binary("+", spread, small)))

    return paired(draft, make, [tensor, variance])


def instancenorm(draft: Draft, task: Task) -> Outcome:
    """Each channel of each image on its own."""
    rank = len(task[0].shape)
    if rank == 4 and isinstance(task[1], Known) and isinstance(task[2], Known):
        return _channelwise(draft, task, "instancenorm", task[1], task[2])
    found = normalised(draft, task[0], range(2, rank), task.attribute("epsilon", 1e-5))
    return _scaled(draft, found, task[1], task[2], [0, *[None] * (rank - 2)])


_PER_CHANNEL = 21
"""The version of the operators from which a group norm has a scale for each channel, not for each group."""


def groupnorm(draft: Draft, task: Task) -> Outcome:
    """Groups of channels of each image, with a scale for each channel; images by the library's layer."""
    scale, shift = array_of(task[1]), array_of(task[2])
    groups, rank = task.attribute("num_groups"), len(task[0].shape)
    channels = task[0].shape[1].constant
    if scale is None or shift is None or rank != 4 or channels is None:
        return _groupnorm_by_formula(draft, task, groups)
    if task.opset < _PER_CHANNEL:
        scale, shift = (np.repeat(array, channels // groups) for array in (scale, shift))
    known = Known(scale, task.label(1), task.known(1).trained), Known(shift, task.label(2), task.known(2).trained)
    return _channelwise(draft, task, "groupnorm", *known, tree.Integer(groups))


def _channelwise(draft: Draft, task: Task, name: str, scale: Known, shift: Known, *arguments: Expression) -> View:
    """An image through a layer of the library with a scale and a shift for every channel, where these are weights."""
    named, arrays = _epsilon(task), {}
    for known, role, argument, nothing in ((scale, "g", "scale", 1.0), (shift, "b", "shift", 0.0)):
        if literal_of(known) == number(nothing):
            named[argument] = truth(False)
        else:
            arrays[role] = (known.array, known.label)
    view = _channels_last(draft, task[0])
    alias = draft.weighted("norm", arrays) if arrays else None
    layer = call(name, *arguments, **named) if named or arguments else tree.Name(name)
    return draft.stage(view, layer, alias)


def _groupnorm_by_formula(draft: Draft, task: Task, groups: int) -> Tensor:
    """Groups by an axis of their own."""
    tensor, rank = task[0], len(task[0].shape)
    inner = tensor.shape[1] // groups
    split = reshaped(draft, tensor, (tensor.shape[0], integer(groups), inner, *tensor.shape[2:]))
    found = normalised(draft, split, range(2, rank + 1), task.attribute("epsilon", 1e-5))
    if task.opset < _PER_CHANNEL:
        scaled = _scaled(draft, found, task[1], task[2], [None, 0, *[None] * (rank - 1)])
        return reshaped(draft, scaled, tensor.shape)
    whole = reshaped(draft, found, tensor.shape)
    return _scaled(draft, whole, task[1], task[2], [0, *[None] * (rank - 2)])


# ---- softmax -----------------------------------------------------------------------------------


def softmax(draft: Draft, task: Task) -> Outcome:
    """Numbers that add up to 1 along an axis; before opset 13, along all axes from one on."""
    axes = _softmax_axes(task)
    if len(axes) == 1:
        view = draft.with_last(task[0], axes[0])
        return draft.stage(view, tree.Name("softmax"))
    tensor = draft.named(task[0])
    shifted = combined(draft, "-", tensor, reduced(draft, "max", tensor, axes, True))
    powers = draft.named(changed(draft, shifted, lambda x: call("exp", x)))
    return combined(draft, "/", powers, reduced(draft, "sum", powers, axes, True))


def log_softmax(draft: Draft, task: Task) -> Outcome:
    """The logarithm of a softmax, without computing small numbers."""
    axes, tensor = _softmax_axes(task), draft.named(task[0])
    shifted = draft.named(combined(draft, "-", tensor, reduced(draft, "max", tensor, axes, True)))
    powers = changed(draft, shifted, lambda x: call("exp", x), False)
    total = reduced(draft, "sum", powers, axes, True)
    return combined(draft, "-", shifted, changed(draft, total, lambda x: call("log", x), False))


def _softmax_axes(task: Task) -> list[int]:
    shape = task[0].shape
    axis = task.attribute("axis", 1 if task.opset < 13 else -1) % len(shape)
    if task.opset >= 13:
        return [axis]
    axes = [place for place in range(axis, len(shape)) if shape[place] is not ONE]
    return axes or [axis]


def _short(value: float) -> float:
    """A number of the file, which has single precision, with the digits that it needs."""
    return float(str(np.float32(value)))


def lrn(draft: Draft, task: Task) -> Outcome:
    """Local response normalisation across neighbouring channels."""
    view, count = _channels_last(draft, task[0]), task.attribute("size")
    if count % 2:
        named = {"alpha": "alpha", "beta": "beta", "k": "bias"}
        given = {
            own: number(_short(task.attribute(key))) for own, key in named.items() if task.attribute(key) is not None
        }
        return draft.stage(view, call("lrn", tree.Integer(count), **given))
    view, before = draft.settled(view), (count - 1) // 2

    def entry(indices: Sequence[Entry]) -> Expression:
        (name,) = draft.bound(1)
        channel = indices[1]
        assert isinstance(channel, Size)
        read = draft.entry(view, [indices[0], channel + symbol(name) - before, *indices[2:]])
        square = tree.Binary("^", tree.Default(read, number(0.0)), tree.Integer(2))
        return tree.BigOperator("sum", (binder(name, integer(count)),), square)

    squares = draft.define("", view.shape, view.order, entry)
    alpha, beta, bias = (float(str(np.float32(task.attribute(key, usual)))) for key, usual in
                         (("alpha", 1e-4), ("beta", 0.75), ("bias", 1.0)))  # fmt: skip

    def make(x: Expression, total: Expression) -> Expression:
        inner = tree.Binary("+", number(bias), tree.Binary("*", number(alpha / count), total))
        return tree.Binary("/", x, tree.Binary("^", inner, number(beta)))

    return paired(draft, make, [view, squares])


def lp_normalization(draft: Draft, task: Task) -> Outcome:
    """Divided by the norm along an axis."""
    tensor = draft.named(task[0])
    axis = [task.attribute("axis", -1) % len(tensor.shape)]
    if task.attribute("p", 2) == 1:
        sizes = changed(draft, tensor, lambda x: call("abs", x), False)
        return paired(draft, _over_norm, [tensor, reduced(draft, "sum", sizes, axis, True)])
    total = reduced(draft, "sum", changed(draft, tensor, _squared, False), axis, True)
    return paired(draft, _over_norm, [tensor, draft.named(changed(draft, total, lambda x: call("sqrt", x), False))])


def _over_norm(value: Expression, norm: Expression) -> Expression:
    """A value by a norm, 0 where the norm is."""
    is_zero = tree.Comparison((norm, tree.Integer(0)), ("==",))
    return tree.Conditional(is_zero, number(0.0), tree.Binary("/", value, norm))


NORMS: Mapping[str, Rule] = MappingProxyType(
    {
        "BatchNormalization": batchnorm,
        "LayerNormalization": layernorm,
        "RMSNormalization": rmsnorm,
        "InstanceNormalization": instancenorm,
        "GroupNormalization": groupnorm,
        "shapecheck::GroupNorm": lambda draft, task: groupnorm(draft, replace(task, opset=_PER_CHANNEL)),
        "Softmax": softmax,
        "LogSoftmax": log_softmax,
        "LRN": lrn,
        "LpNormalization": lp_normalization,
    }
)
