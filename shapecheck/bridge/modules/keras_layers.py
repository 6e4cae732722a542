"""Layers of Keras as operators of ONNX: rules by the names of the layers' classes.

A rule takes the graph so far, a layer and the names of its operands, and gives the name of its result.  Images of Keras
have their channels last; the operators want them in front, so that each stands between two transpositions, which leave
nothing behind in a spec.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from shapecheck.bridge.errors import Problem, Untranslated
from shapecheck.bridge.network import Array, Node

_ACTIVATIONS = {
    "relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh", "softmax": "Softmax", "softplus": "Softplus", "elu": "Elu",
}  # fmt: skip


class KerasGraph:
    """Nodes and constants so far."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.constants: dict[str, Array] = {}

    def node(self, layer: Any, operator: str, inputs: Sequence[str], outputs: int = 1, **attributes: Any) -> str:
        """Add a node; the name of its first result."""
        names = [f"val_{len(self.nodes) + place}" for place in range(outputs)]
        self.nodes.append(Node(operator, f"/{layer.name}/{operator}", tuple(inputs), tuple(names), attributes))
        return names[0]

    def constant(self, array: Any, name: str = "") -> str:
        """Add a constant; a weight has a name."""
        name = name or f"constant_{len(self.constants)}"
        self.constants[name] = np.asarray(array)
        return name

    def weight(self, layer: Any, role: str, array: Array) -> str:
        return self.constant(np.ascontiguousarray(array), f"{layer.name}.{role}")


Rule = Callable[[KerasGraph, Any, Sequence[str]], str]


def refused(layer: Any, reason: str) -> Untranslated:
    """The error for a layer that cannot be translated."""
    return Untranslated([Problem(type(layer).__name__, layer.name, reason)])


def numbers(value: Any) -> Array:
    """The numbers of a weight, whatever the backend."""
    value = value.value if hasattr(value, "value") else value
    for step in ("detach", "cpu"):
        value = getattr(value, step)() if hasattr(value, step) else value
    return np.asarray(value)


def activated(graph: KerasGraph, layer: Any, value: str) -> str:
    """The value behind the layer's activation."""
    name = getattr(getattr(layer, "activation", None), "__name__", "linear")
    if name == "linear":
        return value
    if name in ("silu", "swish"):
        return graph.node(layer, "Mul", [value, graph.node(layer, "Sigmoid", [value])])
    if name not in _ACTIVATIONS:
        raise refused(layer, f"the activation {name}")
    return graph.node(layer, _ACTIVATIONS[name], [value])


def _first(graph: KerasGraph, layer: Any, value: str, rank: int) -> str:
    """An image with its channels in front."""
    return graph.node(layer, "Transpose", [value], perm=[0, rank - 1, *range(1, rank - 1)])


def _last(graph: KerasGraph, layer: Any, value: str, rank: int) -> str:
    return graph.node(layer, "Transpose", [value], perm=[0, *range(2, rank), 1])


def _check_last(layer: Any) -> None:
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        raise refused(layer, "channels in front; only channels_last is translated")


def _rank(layer: Any) -> int:
    return len(layer.input.shape)


def dense(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    found = graph.node(layer, "MatMul", [operands[0], graph.weight(layer, "kernel", numbers(layer.kernel))])
    if layer.use_bias:
        found = graph.node(layer, "Add", [found, graph.weight(layer, "bias", numbers(layer.bias))])
    return activated(graph, layer, found)


def convolution(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    _check_last(layer)
    kernel, rank = numbers(layer.kernel), _rank(layer)
    if type(layer).__name__ == "DepthwiseConv2D":
        height, width, channels, mult = kernel.shape
        kernel, groups = kernel.transpose(2, 3, 0, 1).reshape(channels * mult, 1, height, width), channels
    else:
        kernel, groups = kernel.transpose(rank - 1, rank - 2, *range(rank - 2)), layer.groups
    operands = [_first(graph, layer, operands[0], rank), graph.weight(layer, "kernel", kernel)]
    if layer.use_bias:
        operands.append(graph.weight(layer, "bias", numbers(layer.bias)))
    shape, dilations = list(kernel.shape[2:]), list(layer.dilation_rate)
    padding: dict[str, Any] = {"auto_pad": "SAME_UPPER" if layer.padding == "same" else "VALID"}
    if layer.padding == "causal":
        padding = {"pads": [(shape[0] - 1) * dilations[0], 0]}
    found = graph.node(
        layer,
        "Conv",
        operands,
        kernel_shape=shape,
        strides=list(layer.strides),
        dilations=dilations,
        group=groups,
        **padding,
    )
    return activated(graph, layer, _last(graph, layer, found, rank))


def pool(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    _check_last(layer)
    rank = _rank(layer)
    operator = "MaxPool" if "Max" in type(layer).__name__ else "AveragePool"
    mode = "SAME_UPPER" if layer.padding == "same" else "VALID"
    size, strides = list(layer.pool_size), list(layer.strides)
    image = _first(graph, layer, operands[0], rank)
    return _last(
        graph, layer, graph.node(layer, operator, [image], kernel_shape=size, strides=strides, auto_pad=mode), rank
    )


def global_pool(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    _check_last(layer)
    rank = _rank(layer)
    if layer.keepdims:
        raise refused(layer, "keepdims")
    operator = "GlobalMaxPool" if "Max" in type(layer).__name__ else "GlobalAveragePool"
    pooled = graph.node(layer, operator, [_first(graph, layer, operands[0], rank)])
    return graph.node(layer, "Squeeze", [pooled, graph.constant(np.arange(2, rank))])


def batch_norm(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    rank = _rank(layer)
    if layer.axis not in (-1, rank - 1):
        raise refused(layer, f"axis = {layer.axis}")
    if not (layer.scale and layer.center):
        raise refused(layer, "without scale or shift")
    roles = ("gamma", "beta", "moving_mean", "moving_variance")
    given = [graph.weight(layer, role, numbers(getattr(layer, role))) for role in roles]
    value = _first(graph, layer, operands[0], rank) if rank > 2 else operands[0]
    found = graph.node(layer, "BatchNormalization", [value, *given], epsilon=float(layer.epsilon))
    return _last(graph, layer, found, rank) if rank > 2 else found


def layer_norm(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    axes = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)
    if (
        axes not in ([-1], [_rank(layer) - 1])
        or not (layer.scale and layer.center)
        or getattr(layer, "rms_scaling", False)
    ):
        raise refused(layer, "another axis, or without scale or shift")
    given = [graph.weight(layer, "gamma", numbers(layer.gamma)), graph.weight(layer, "beta", numbers(layer.beta))]
    return graph.node(layer, "LayerNormalization", [operands[0], *given], axis=-1, epsilon=float(layer.epsilon))


def embedding(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    if layer.mask_zero:
        raise refused(layer, "mask_zero")
    return graph.node(
        layer, "Gather", [graph.weight(layer, "embeddings", numbers(layer.embeddings)), operands[0]], axis=0
    )


_GATES = {"GRU": (0, 1, 2), "LSTM": (0, 3, 1, 2), "SimpleRNN": (0,)}
"""The gates of Keras in the order of ONNX."""


def recurrent(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    kind, cell = type(layer).__name__, layer.cell
    gate = "sigmoid" if kind == "SimpleRNN" else cell.recurrent_activation.__name__
    usual = (cell.activation.__name__, gate) == ("tanh", "sigmoid")
    if not usual or layer.go_backwards or layer.return_state or layer.stateful or len(operands) > 1:
        raise refused(layer, "another activation, go_backwards, return_state, or a first state")
    gates = _GATES[kind]
    given = [graph.node(layer, "Transpose", operands, perm=[1, 0, 2])]
    matrices = {role: _ordered(numbers(getattr(cell, role)).T, gates) for role in ("kernel", "recurrent_kernel")}
    given += [graph.weight(layer, role, matrix[None]) for role, matrix in matrices.items()]
    if cell.use_bias:
        rows = numbers(cell.bias).reshape(-1, len(gates) * cell.units)
        both = [_ordered(row, gates) for row in (*rows, *([np.zeros_like(rows[0])] if len(rows) == 1 else []))]
        given.append(graph.weight(layer, "bias", np.concatenate(both)[None]))
    operator = "RNN" if kind == "SimpleRNN" else kind
    settings = {"linear_before_reset": int(cell.reset_after)} if kind == "GRU" else {}
    if kind == "GRU" and not cell.reset_after:
        raise refused(layer, "reset_after = False")
    states = graph.node(layer, operator, given, 1, hidden_size=cell.units, keras=1, **settings)
    whole = graph.node(layer, "Squeeze", [states, graph.constant(np.array([1]))])
    whole = graph.node(layer, "Transpose", [whole], perm=[1, 0, 2])
    if layer.return_sequences:
        return whole
    return graph.node(layer, "Gather", [whole, graph.constant(np.array(-1))], axis=1)


def _ordered(array: Array, gates: Sequence[int]) -> Array:
    rows = array.reshape(len(gates), -1, *array.shape[1:])
    return rows[list(gates)].reshape(array.shape)


def joined(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    return graph.node(layer, "Concat", operands, axis=layer.axis)


def merged(operator: str) -> Rule:
    """A rule for layers that join tensors entry by entry."""
    return lambda graph, layer, operands: graph.node(layer, operator, operands)


def flatten(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    _check_last(layer)
    return graph.node(layer, "Flatten", operands, axis=1)


def passed(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    """The operand as it is: the layer does something in training alone."""
    return operands[0]


def relu(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    if layer.max_value is not None or layer.negative_slope or layer.threshold:
        raise refused(layer, "max_value, negative_slope or threshold")
    return graph.node(layer, "Relu", operands)


def softmax(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    return graph.node(layer, "Softmax", operands, axis=layer.axis)


def padded(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    _check_last(layer)
    (top, bottom), (left, right) = layer.padding
    return graph.node(layer, "Pad", [operands[0], graph.constant(np.array([0, top, left, 0, 0, bottom, right, 0]))])


def activation(graph: KerasGraph, layer: Any, operands: Sequence[str]) -> str:
    return activated(graph, layer, operands[0])


LAYERS: Mapping[str, Rule] = MappingProxyType(
    {
        "Dense": dense, "Conv1D": convolution, "Conv2D": convolution, "Conv3D": convolution,
        "DepthwiseConv2D": convolution, "MaxPooling1D": pool, "MaxPooling2D": pool, "AveragePooling1D": pool,
        "AveragePooling2D": pool, "GlobalAveragePooling1D": global_pool, "GlobalAveragePooling2D": global_pool,
        "GlobalMaxPooling1D": global_pool, "GlobalMaxPooling2D": global_pool, "BatchNormalization": batch_norm,
        "LayerNormalization": layer_norm, "Embedding": embedding, "GRU": recurrent, "LSTM": recurrent,
        "SimpleRNN": recurrent, "Concatenate": joined, "Add": merged("Add"), "Subtract": merged("Sub"),
        "Multiply": merged("Mul"), "Average": merged("Mean"), "Maximum": merged("Max"), "Flatten": flatten,
        "Dropout": passed, "SpatialDropout2D": passed, "GaussianNoise": passed, "ReLU": relu, "Softmax": softmax,
        "ZeroPadding2D": padded, "Activation": activation,
    }
)  # fmt: skip
