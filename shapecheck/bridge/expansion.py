"""Operators that the ONNX standard defines by others: what such a node is made of.

Comes in: a node, and the types and shapes of its operands.  Goes out: nodes with names of their own, or None where the
standard gives no definition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shapecheck.bridge.constants import as_proto
from shapecheck.bridge.network import Node
from shapecheck.bridge.packages import engine
from shapecheck.bridge.reading import node_of
from shapecheck.bridge.tensors import Tensor
from shapecheck.record import record


@record(eq=False)
class Expansion:
    """The nodes in their order, and the version of the operators that they are written in."""

    nodes: tuple[Node, ...]
    opset: int


def expansion(node: Node, operands: Sequence[Tensor | None], opset: int, number: int) -> Expansion | None:
    """The nodes that a node is made of; `number` keeps the names of two expansions apart."""
    defs = engine("onnx", "onnx.defs")
    try:
        schema = defs.get_schema(node.operator, opset, "")
    except Exception:  # an operator that this version does not have
        return None
    body = _body(schema, node, operands, opset)
    if body is None:
        return None
    names = _Names(node, body, number)
    made = tuple(names.renamed(inner, node.attributes) for inner in body.node)
    versions = [item.version for item in body.opset_import if item.domain in ("", "ai.onnx")]
    return Expansion(made, versions[0] if versions else opset)


def _body(schema: Any, node: Node, operands: Sequence[Tensor | None], opset: int) -> Any:
    if schema.has_function:
        return schema.function_body
    if not schema.has_context_dependent_function:
        return None
    types = [_type(operand).SerializeToString() for operand in operands]
    found = engine("onnx").FunctionProto()
    try:
        version = max(v for v in schema.context_dependent_function_opset_versions if v <= opset)
        data = schema.get_context_dependent_function_with_opset_version(
            version, as_proto(node).SerializeToString(), types
        )
    except Exception:  # a node with attributes for which there is no definition
        return None
    found.ParseFromString(data)
    return found if found.node else None


def _type(operand: Tensor | None) -> Any:
    onnx = engine("onnx")
    if operand is None:
        return onnx.TypeProto()
    kinds = {"i": onnx.TensorProto.INT64, "b": onnx.TensorProto.BOOL}
    shape = [str(size) if size.constant is None else size.constant for size in operand.shape]
    return onnx.helper.make_tensor_type_proto(kinds.get(operand.kind, onnx.TensorProto.FLOAT), shape)


class _Names:
    """The names in a definition as those of one of its uses."""

    def __init__(self, node: Node, body: Any, number: int) -> None:
        self._prefix = f"{node.name or node.operator.lower()}_{number}/"
        inputs = [*node.inputs, *[""] * (len(body.input) - len(node.inputs))]
        outputs = [*node.outputs, *[""] * (len(body.output) - len(node.outputs))]
        self._actual = dict(zip(body.input, inputs))
        self._actual.update((formal, name) for formal, name in zip(body.output, outputs) if name)

    def _name(self, name: str) -> str:
        return self._actual.get(name, f"{self._prefix}{name}") if name else ""

    def renamed(self, proto: Any, attributes: Mapping[str, Any]) -> Node:
        """A node of the definition with actual names and attributes."""
        copy = type(proto)()
        copy.CopyFrom(proto)
        given = {item.name: item.ref_attr_name for item in proto.attribute if item.ref_attr_name}
        kept = [item for item in proto.attribute if not item.ref_attr_name]
        del copy.attribute[:]
        copy.attribute.extend(kept)
        plain = node_of(copy, ".")
        filled = {name: attributes[source] for name, source in given.items() if source in attributes}
        return Node(
            plain.operator,
            self._prefix,
            tuple(map(self._name, plain.inputs)),
            tuple(map(self._name, plain.outputs)),
            {**plain.attributes, **filled},
        )
