"""ONNX files: a path comes in, a `Network` goes out, or a `BridgeError` that names the file, tensor or node.

Tensors beside the file are read only where they lie in its folder or below.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from shapecheck.bridge.errors import BridgeError
from shapecheck.bridge.network import Array, Network, Node, Port
from shapecheck.bridge.packages import engine
from shapecheck.storage import opened

Proto = Any
_OWN_DOMAINS = ("", "ai.onnx")


def read_network(path: str) -> Network:
    """The network of an ONNX file."""
    return network_of(read_model(path), os.path.dirname(os.path.abspath(path)), path)


def read_model(path: str) -> Proto:
    """The message that the file holds, tensors beside it left where they are."""
    try:
        with opened(path) as file:
            content = file.read()
    except OSError as error:
        raise BridgeError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error
    model = engine("onnx").ModelProto()
    try:
        model.ParseFromString(content)
    except Exception as error:  # whatever the decoder says of bytes that anybody may have written
        raise BridgeError(f"{path} is no ONNX model, or only a part of one") from error
    if not model.graph.node and not model.graph.output:
        raise BridgeError(f"{path} is no ONNX model: it holds no graph")
    return model


def network_of(model: Proto, folder: str, path: str = "the model") -> Network:
    """The network of a message; `folder` is where tensors outside of it lie."""
    opset = _opset(model, path)
    if model.functions:
        model = engine("onnx", "onnx.inliner").inline_local_functions(model)
    try:
        constants = {tensor.name: _array(tensor, folder) for tensor in model.graph.initializer}
        return _graph(model.graph, constants, _inference(model), opset, folder)
    except _MALFORMED as error:
        raise BridgeError(f"{path} is no ONNX model, or a damaged one") from error


_MALFORMED = (TypeError, ValueError, LookupError, AttributeError)
"""Errors at messages whose fields do not fit each other."""


def _opset(model: Proto, path: str) -> int:
    """The version of the operators; raises where it is not known."""
    newest = engine("onnx", "onnx.defs").onnx_opset_version()
    versions = [item.version for item in model.opset_import if item.domain in _OWN_DOMAINS]
    if not versions:
        raise BridgeError(f"{path} does not say which version of the ONNX operators (opset) it uses")
    if not 1 <= versions[0] <= newest:
        raise BridgeError(f"{path} uses opset {versions[0]}; the installed package onnx knows those up to {newest}")
    return int(versions[0])


def _inference(model: Proto) -> Callable[[], Mapping[str, Port]]:
    """The function that infers types and shapes of inner tensors, on the model without its weights."""
    bare = engine("onnx").ModelProto()
    bare.ir_version = model.ir_version
    bare.opset_import.extend(model.opset_import)
    graph = model.graph
    bare.graph.name = graph.name
    for name in ("node", "input", "output", "value_info"):
        getattr(bare.graph, name).extend(getattr(graph, name))
    for tensor in graph.initializer:
        if tensor.ByteSize() <= _SMALL:
            bare.graph.initializer.append(tensor)
        else:
            make = engine("onnx", "onnx.helper").make_tensor_value_info
            bare.graph.value_info.append(make(tensor.name, tensor.data_type, tensor.dims))
    return lambda: _inferred(bare)


_SMALL = 1024
"""Constants of so many bytes may be shapes, which the inference needs."""


def _inferred(model: Proto) -> Mapping[str, Port]:
    """The types and shapes of inner tensors, as far as the package infers them; what the file says if it fails."""
    try:
        graph = engine("onnx", "onnx.shape_inference").infer_shapes(model).graph
    except Exception:  # shapes that contradict each other: what the translation finds will be told
        graph = model.graph
    return {port.name: port for port in map(_port, [*graph.value_info, *graph.output, *graph.input])}


def _graph(
    graph: Proto, constants: Mapping[str, Array], known: Callable[[], Mapping[str, Port]], opset: int, folder: str
) -> Network:
    return Network(
        tuple(node_of(node, folder, opset) for node in graph.node),
        tuple(_port(port) for port in graph.input if port.name not in constants),
        tuple(_port(port) for port in graph.output),
        constants,
        known,
        opset,
    )


def _port(info: Proto) -> Port:
    if not info.type.HasField("tensor_type"):
        return Port(info.name, "", None)
    kind = info.type.tensor_type
    shape = tuple(map(_axis, kind.shape.dim)) if kind.HasField("shape") else None
    return Port(info.name, _kind(kind.elem_type), shape)


def _axis(axis: Proto) -> int | str | None:
    if axis.HasField("dim_value"):
        return int(axis.dim_value)
    return str(axis.dim_param) or None


def _kind(number: int) -> str:
    """NumPy's letter for an ONNX type of entries: `f`, `i`, `b`; empty where it is unknown, or no number."""
    if not number:
        return ""
    try:
        found: str = np.dtype(engine("onnx", "onnx.helper").tensor_dtype_to_np_dtype(number)).kind
    except (KeyError, ValueError):
        return ""
    return {"u": "i", "V": "f"}.get(found, found)


def node_of(node: Proto, folder: str, opset: int = 0) -> Node:
    """The node of a message."""
    operator = _text(node.op_type)
    operator = operator if node.domain in _OWN_DOMAINS else f"{_text(node.domain)}::{operator}"
    attributes = {item.name: _attribute(item, node, opset, folder) for item in node.attribute}
    return Node(operator, _text(node.name), tuple(map(_text, node.input)), tuple(map(_text, node.output)), attributes)


def _text(value: str | bytes) -> str:
    """A text of a message; one that is no UTF-8 comes as bytes."""
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else value


def _attribute(item: Proto, node: Proto, opset: int, folder: str) -> Any:
    value = engine("onnx", "onnx.helper").get_attribute_value(item)
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if hasattr(value, "op_type") or hasattr(value, "node"):
        constants = {tensor.name: _array(tensor, folder) for tensor in value.initializer}
        return _graph(value, constants, dict, opset, folder)
    if hasattr(value, "raw_data"):
        return _array(value, folder, node.name)
    if isinstance(value, float | int):
        return value
    items = list(value) if not hasattr(value, "SerializeToString") else value
    return [item.decode() if isinstance(item, bytes) else item for item in items] if isinstance(items, list) else items


# ---- tensors -----------------------------------------------------------------------------------


def _array(tensor: Proto, folder: str, node: str = "") -> Array:
    """The numbers of a tensor; half precision as float32."""
    onnx = engine("onnx")
    name = tensor.name or node
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        _check_external(tensor, name, folder)
    try:
        array = engine("onnx", "onnx.numpy_helper").to_array(tensor, folder)
    except Exception as error:  # whatever is wrong with bytes that anybody may have written
        raise BridgeError(f"the tensor {name} cannot be read: its data do not fit its shape and type") from error
    if array.dtype.kind == "V" or (array.dtype.itemsize < 4 and array.dtype.kind == "f"):
        return np.asarray(array.astype(np.float32))
    return np.asarray(array)


def _check_external(tensor: Proto, name: str, folder: str) -> None:
    """Raise where the data of a tensor are not in the model's folder, or not there, or cut off."""
    entries = {entry.key: entry.value for entry in tensor.external_data}
    location = entries.get("location", "")
    place = os.path.realpath(os.path.join(folder, location))
    inside = os.path.realpath(folder)
    if not location or os.path.isabs(location) or os.path.commonpath([place, inside]) != inside:
        raise BridgeError(f"the tensor {name} has its data in {location or 'no file'}, outside of the model's folder")
    if not os.path.isfile(place):
        raise BridgeError(f"the tensor {name} has its data in {location}, and there is no such file beside the model")
    end = int(entries.get("offset", 0)) + int(entries.get("length", 0))
    if end > os.path.getsize(place):
        raise BridgeError(f"the tensor {name} has its data in {location}, and that file is cut off")


def subgraphs(node: Node) -> Iterator[Network]:
    """The subgraphs of a node: branches and bodies of loops."""
    return (value for value in node.attributes.values() if isinstance(value, Network))
