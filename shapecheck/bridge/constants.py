"""Constants: nodes whose operands are all known are computed, by the reference evaluator of the package `onnx`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from shapecheck.bridge.errors import BridgeError
from shapecheck.bridge.network import Array, Network, Node
from shapecheck.bridge.packages import engine

_RANDOM = ("RandomNormal", "RandomUniform", "Multinomial", "Bernoulli")
_LARGEST = 1 << 26
"""Constants with more entries are not made."""


def is_foldable(node: Node, operands: Sequence[Array]) -> bool:
    """Whether a node may be computed now."""
    if node.operator.startswith(_RANDOM) or "::" in node.operator:
        return False
    if any(isinstance(value, Network) for value in node.attributes.values()):
        return False
    return sum(operand.size for operand in operands) <= _LARGEST


def folded(node: Node, operands: Sequence[Array | None], opset: int) -> list[Array | None] | None:
    """The outputs of a node, or None where the evaluator cannot compute it."""
    if node.operator == "Constant":
        return [_constant(node.attributes)]
    if node.operator == "Identity":
        return [operands[0]]
    helper = engine("onnx", "onnx.helper")
    names = [f"x{place}" if operand is not None else "" for place, operand in enumerate(operands)]
    given = {name: operand for name, operand in zip(names, operands) if operand is not None}
    inputs = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        for name, array in given.items()
    ]
    outputs = [f"y{place}" if name else "" for place, name in enumerate(node.outputs)]
    made = as_proto(Node(node.operator, "", tuple(names), tuple(outputs), node.attributes))
    results = [helper.make_empty_tensor_value_info(name) for name in outputs if name]
    graph = helper.make_graph([made], "g", inputs, results)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    try:
        found = iter(engine("onnx", "onnx.reference").ReferenceEvaluator(model).run(None, given))
    except Exception:  # what it has no code for is translated like any other node
        return None
    return [np.asarray(next(found)) if name else None for name in outputs]


def as_proto(node: Node) -> Any:
    """The node as a message of the package."""
    helper = engine("onnx", "onnx.helper")
    return helper.make_node(node.operator, node.inputs, node.outputs, node.name, **_plain(node.attributes))


def _plain(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    numpy_helper = engine("onnx", "onnx.numpy_helper")
    return {
        key: numpy_helper.from_array(value) if isinstance(value, np.ndarray) else value
        for key, value in attributes.items()
    }


def _constant(attributes: Mapping[str, Any]) -> Array:
    for key, kind in (("value", None), ("value_float", np.float32), ("value_floats", np.float32),
                      ("value_int", np.int64), ("value_ints", np.int64)):  # fmt: skip
        if key in attributes:
            return np.asarray(attributes[key], dtype=kind)
    raise BridgeError("a constant that is a text or a sparse tensor")
