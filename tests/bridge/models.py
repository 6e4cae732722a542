"""Models for the tests: made with `onnx.helper`, or exported from PyTorch; and the comparison with onnxruntime."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from shapecheck.bridge import Model, import_model
from shapecheck.bridge.peers import onnxruntime_peer
from shapecheck.bridge.verify import Comparison, compare
from shapecheck.diagnostics import render
from shapecheck.source import Source
from shapecheck.stages import derive
from tests.oracles.engines import engine

Axis = int | str
LIMIT = 1 << 30


def onnx_file(
    path: Path,
    nodes: Sequence[tuple[Any, ...]],
    inputs: Mapping[str, Sequence[Axis]],
    outputs: Sequence[str],
    constants: Mapping[str, Any] | None = None,
    integers: Sequence[str] = (),
    opset: int = 20,
) -> Path:
    """A model file; a node is `(operator, inputs, outputs, attributes)`."""
    onnx, helper = engine("onnx"), engine("onnx").helper
    kinds = {name: onnx.TensorProto.INT64 if name in integers else onnx.TensorProto.FLOAT for name in inputs}
    made = [helper.make_node(node[0], node[1], node[2], **(node[3] if len(node) > 3 else {})) for node in nodes]
    graph = helper.make_graph(
        made,
        "g",
        [helper.make_tensor_value_info(name, kinds[name], shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in outputs],
        [onnx.numpy_helper.from_array(np.asarray(value), name) for name, value in (constants or {}).items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9), str(path))
    return path


def exported(module: Any, example: Any, path: Path, axes: Mapping[str, Mapping[int, str]]) -> Path:
    """A module of PyTorch as a model file, by way of TorchScript."""
    torch = engine("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(), (example,), str(path), dynamo=False, input_names=["x"], output_names=["y"], dynamic_axes=axes
        )
    return path


def beside_runtime(path: Path, **options: Any) -> tuple[Model, list[Comparison]]:
    """The imported model, which has no errors, and how it compares with onnxruntime."""
    engine("onnxruntime")
    model = import_model(path, **options)
    source = Source(path.name, model.text)
    shapes, diagnostics = derive(source)
    errors = [render(diagnostic, source) for diagnostic in diagnostics if diagnostic.level == "error"]
    assert errors == [], model.text
    assert shapes is not None
    return model, compare(onnxruntime_peer(str(path)), model.imported, shapes, LIMIT)


def agrees(path: Path, **options: Any) -> Model:
    """The imported model, which gives what onnxruntime gives."""
    model, found = beside_runtime(path, **options)
    assert [comparison for comparison in found if not comparison.agrees] == [], model.text
    return model


def numbers(*shape: int, seed: int = 0) -> np.ndarray[Any, Any]:
    """Weights in single precision."""
    return (np.random.default_rng(seed).standard_normal(shape) / 4).astype(np.float32)
