"""The layout of inputs in the spec: images with their channels last, sequences with the batch in front.

A tensor is an image if it goes into a convolution, a pool or the like, also by way of operators that work entry by
entry.
"""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.bridge.network import Network, Port

_IMAGES = frozenset(
    {
        "Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "BatchNormalization",
        "InstanceNormalization", "GroupNormalization", "LRN", "Resize", "Upsample", "DepthToSpace", "SpaceToDepth",
        "PRelu",
    }
)  # fmt: skip
_SEQUENCES = frozenset({"GRU", "LSTM", "RNN"})
_SAME = frozenset(
    {
        "Add", "Sub", "Mul", "Div", "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "Identity", "Cast", "Pad",
        "Dropout", "Neg", "Abs", "Exp", "Sqrt", "Pow", "HardSigmoid", "HardSwish", "Elu", "Concat", "Slice", "Split",
        "Sum", "Max", "Min", "Floor", "Softplus",
    }
)  # fmt: skip


def layouts(network: Network) -> Mapping[str, tuple[int, ...]]:
    """For each input the order in which the spec has its axes."""
    images = _reaching(network, _IMAGES)
    sequences = _reaching(network, _SEQUENCES)
    return {port.name: _order(port, port.name in images, port.name in sequences) for port in network.inputs}


def _reaching(network: Network, operators: frozenset[str]) -> set[str]:
    """The tensors that such an operator takes as its first input, or that one reaches entry by entry."""
    found: set[str] = set()
    for node in reversed(network.nodes):
        if node.operator in operators:
            found.update(node.inputs[:1])
        elif node.operator in _SAME and found.intersection(node.outputs):
            found.update(node.inputs)
    return found


def _order(port: Port, is_image: bool, is_sequence: bool) -> tuple[int, ...]:
    rank = len(port.shape or ())
    if is_image and rank >= 3 and port.kind == "f":
        return (0, *range(2, rank), 1)
    if is_sequence and rank == 3:
        return (1, 0, 2)
    return tuple(range(rank))
