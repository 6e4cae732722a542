"""Names for what torch's exporter writes: nodes by the path of their module, axes by the names that the user gave.

Values between nodes are called after functions there (`relu_6`), which tells a reader nothing; they lose their names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_SCOPES = "pkg.torch.onnx.name_scopes"


def rename(model: Any, axes: Sequence[Mapping[int, str]], outputs: Sequence[str]) -> None:
    """Give the message's nodes, axes and outputs their names; `axes` and `outputs` are in the order of the model's."""
    graph = model.graph
    sizes = _sizes(graph, axes)
    for info in (*graph.input, *graph.output, *graph.value_info):
        for axis in info.type.tensor_type.shape.dim:
            if axis.dim_param in sizes:
                axis.dim_param = sizes[axis.dim_param]
    names = _values(graph, outputs)
    for part in _graphs(graph):
        for node in part.node:
            node.name = _path(node)
            node.input[:] = [names.get(name, name) for name in node.input]
            node.output[:] = [names.get(name, name) for name in node.output]
        for info in (*part.output, *part.value_info):
            info.name = names.get(info.name, info.name)


def _sizes(graph: Any, axes: Sequence[Mapping[int, str]]) -> dict[str, str]:
    """The user's names for the exporter's (`s77`)."""
    found: dict[str, str] = {}
    for info, named in zip(graph.input, axes):
        dims = info.type.tensor_type.shape.dim
        for axis, name in named.items():
            if dims[axis].dim_param:
                found.setdefault(dims[axis].dim_param, name)
    return found


def _values(graph: Any, outputs: Sequence[str]) -> dict[str, str]:
    """New names for what nodes compute: those of outputs, and numbers."""
    made = [name for part in _graphs(graph) for node in part.node for name in node.output if name]
    found = {name: f"val_{place}" for place, name in enumerate(dict.fromkeys(made))}
    taken = {info.name for info in (*graph.input, *graph.initializer)}
    for info, name in zip(graph.output, outputs):
        if info.name in found:
            found[info.name] = f"{name}_out" if name in taken else name
    return found


def _graphs(graph: Any) -> Iterator[Any]:
    """A graph and those of the branches in it."""
    yield graph
    for node in graph.node:
        for item in node.attribute:
            if item.HasField("g"):
                yield from _graphs(item.g)


def _path(node: Any) -> str:
    """`/layer1/layer1.0/Conv` for a node in the module `layer1.0`; its own name where it tells no module."""
    for item in node.metadata_props:
        if item.key == _SCOPES:
            scopes = [scope for scope in ast.literal_eval(item.value)[:-1] if scope]
            return "/".join(["", *scopes, node.op_type])
    return str(node.name)
