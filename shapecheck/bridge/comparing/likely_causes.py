"""Likely causes of a difference: small changes that people make when they program a layer from its equations.

A cause is told only if the change makes the two layers equal: shapes are compared, else the layer is computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from shapecheck.bridge.comparing.module_layers import Call, ModuleLayer
from shapecheck.bridge.comparing.spec_parts import SpecPart
from shapecheck.bridge.network import Array
from shapecheck.bridge.packages import engine

_GATES = {"GRU": ("r", "z", "n"), "LSTM": ("i", "f", "g", "o")}
_CLOSE = 1e-6
Again = Callable[[Mapping[str, Array]], bool]
"""Whether the layer agrees, computed again with other weights."""


def cause_of_shapes(own: Sequence[int], theirs: Sequence[int]) -> str:
    """The reason that a weight has another shape; empty where none is likely."""
    if sorted(own) == sorted(theirs) and len(own) == len(theirs):
        axes = [str(axis + 1) for axis, (one, two) in enumerate(zip(own, theirs)) if one != two]
        return f"a transposed kernel: its axes {' and '.join(axes)} are exchanged"
    return ""


def cause_of_values(
    part: SpecPart,
    layer: ModuleLayer,
    call: Call,
    data: Mapping[str, Array],
    entering: Array | None,
    again: Again,
    own: Array,
) -> str:
    """The reason that a layer computes other values; empty where none of those that are tried is one."""
    if entering is not None and _differs_before(entering, call):
        return _padding(layer, call, entering, own) or "what goes into the layer differs already: look in front of it"
    for told in (_epsilon(part, layer), _transposed(part, data, again), _gate_order(part, layer, data, again)):
        if told:
            return told
    return _bias(part, data, again)


def _differs_before(entering: Array, call: Call) -> bool:
    """Whether what goes into the two layers differs."""
    theirs = call.given.numpy()
    theirs = np.moveaxis(theirs, 1, -1) if theirs.ndim > 3 else theirs
    return theirs.shape != entering.shape or not np.allclose(theirs, entering, rtol=_CLOSE, atol=_CLOSE)


# ---- settings ----------------------------------------------------------------------------------


def _epsilon(part: SpecPart, layer: ModuleLayer) -> str:
    own, theirs = part.settings.get("eps"), getattr(layer.part, "eps", None)
    if isinstance(own, int | float) and isinstance(theirs, int | float) and own != theirs:
        return f"epsilon: {own:g} in the spec, {theirs:g} in the module; write eps = {theirs:g}"
    return ""


def _padding(layer: ModuleLayer, call: Call, entering: Array, own: Array) -> str:
    """Padding on another side: a convolution of the spec's input that gives one result or the other."""
    if layer.kind != "Conv2d" or entering.ndim != 4:
        return ""
    theirs = np.moveaxis(call.made.numpy(), 1, -1)
    before = {name: _side(layer, entering, value) for name, value in (("spec", own), ("module", theirs))}
    if None in before.values() or before["spec"] == before["module"]:
        return ""
    told = {name: f"{pair[0]} before and {pair[1]} behind" for name, pair in before.items() if pair is not None}
    return f"padding on another side: {told['spec']} in the spec, {told['module']} in the module"


def _side(layer: ModuleLayer, entering: Array, wanted: Array) -> tuple[int, int] | None:
    """The zeros before and behind the height and the width with which the layer's kernel gives this result."""
    torch, part = engine("torch"), layer.part
    functional = torch.nn.functional
    image = torch.from_numpy(np.ascontiguousarray(np.moveaxis(entering, -1, 1)))
    most = max((size - 1) * step for size, step in zip(part.kernel_size, part.dilation))
    for low in range(most + 1):
        for high in range(most + 1):
            padded = functional.pad(image, (low, high, low, high))
            if any(padded.shape[2 + at] <= (part.kernel_size[at] - 1) * part.dilation[at] for at in (0, 1)):
                continue
            found = functional.conv2d(padded, part.weight, part.bias, part.stride, 0, part.dilation, part.groups)
            found = np.moveaxis(found.detach().numpy(), 1, -1)
            if found.shape == wanted.shape and np.allclose(found, wanted, rtol=_CLOSE, atol=_CLOSE):
                return low, high
    return None


# ---- weights -----------------------------------------------------------------------------------


def _own(part: SpecPart, role: str, data: Mapping[str, Array]) -> Array:
    return np.asarray(data[part.weights[role].path][part.member])


def _with(part: SpecPart, changed: Mapping[str, Array], data: Mapping[str, Array]) -> dict[str, Array]:
    """The data with other arrays for roles of a layer."""
    found = {}
    for role, array in changed.items():
        whole = data[part.weights[role].path].copy()
        whole[part.member] = array
        found[part.weights[role].path] = whole
    return found


def _transposed(part: SpecPart, data: Mapping[str, Array], again: Again) -> str:
    for role in part.weights:
        array = _own(part, role, data)
        if array.ndim < 2:
            continue
        for order in _exchanges(array.ndim):
            if array.transpose(order).shape == array.shape and again(_with(part, {role: array.transpose(order)}, data)):
                axes = [str(axis + 1) for axis, other in enumerate(order) if axis != other]
                return f"a transposed kernel: the module exchanges axes {' and '.join(axes)} of {role}"
    return ""


def _exchanges(rank: int) -> Iterator[tuple[int, ...]]:
    """The orders of axes in which two are exchanged."""
    for first in range(rank):
        for second in range(first + 1, rank):
            order = list(range(rank))
            order[first], order[second] = second, first
            yield tuple(order)


def _gate_order(part: SpecPart, layer: ModuleLayer, data: Mapping[str, Array], again: Again) -> str:
    gates = _GATES.get(layer.kind, ())
    roles = [role for role in part.weights if len(_own(part, role, data)) % max(1, len(gates)) == 0]
    if not gates or part.layer not in ("gru_pytorch_cell", "lstm_pytorch_cell", "lstm_keras_cell"):
        return ""
    for order in permutations(range(len(gates))):
        changed = {role: _in_order(_own(part, role, data), order) for role in roles if role != "R"}
        if list(order) != sorted(order) and again(_with(part, changed, data)):
            theirs = [gates[order.index(place)] for place in range(len(gates))]
            return f"order of gates: {', '.join(gates)} in the spec, {', '.join(theirs)} in the module"
    return ""


def _in_order(array: Array, order: Sequence[int]) -> Array:
    rows = array.reshape(len(order), -1, *array.shape[1:])
    return rows[list(order)].reshape(array.shape)


def _bias(part: SpecPart, data: Mapping[str, Array], again: Again) -> str:
    """A bias that the module has and does not use."""
    for role in part.weights:
        array = _own(part, role, data)
        if role.startswith("b") and array.any() and again(_with(part, {role: np.zeros_like(array)}, data)):
            return f"a missing bias: the module does not add {role}"
    return ""


_Any = Any
