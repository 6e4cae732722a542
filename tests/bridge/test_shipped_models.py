"""The model graphs that ship inside of the package `onnx`, with weights drawn in the place of those left out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.bridge.models import agrees
from tests.oracles.engines import engine


def _with_weights(name: str, target: Path) -> Path:
    """A shipped graph whose constants are drawn: small ones for its size, variances positive."""
    onnx = engine("onnx")
    from importlib import import_module

    folder = os.path.dirname(str(import_module("onnx.backend.test").__file__))
    model = onnx.load(os.path.join(folder, "data", "light", f"light_{name}.onnx"))
    graph, source = model.graph, np.random.default_rng(1)
    shapes = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    variances = {node.input[4] for node in graph.node if node.op_type == "BatchNormalization"}
    kept = []
    for node in graph.node:
        if node.op_type == "ConstantOfShape" and node.input[0] in shapes:
            array = _drawn(source, shapes[node.input[0]].tolist(), node.output[0] in variances)
            graph.initializer.append(onnx.numpy_helper.from_array(array, node.output[0]))
        else:
            kept.append(node)
    used = {name for node in kept for name in node.input}
    constants = [tensor for tensor in graph.initializer if tensor.name in used]
    names = {tensor.name for tensor in constants}
    inputs = [port for port in graph.input if port.name in used - names]
    for field, items in ((graph.node, kept), (graph.initializer, constants), (graph.input, inputs)):
        del field[:]
        field.extend(items)
    model.ir_version = max(model.ir_version, 4)
    onnx.save(model, str(target))
    return target


def _drawn(source: Any, shape: list[int], is_variance: bool) -> np.ndarray[Any, Any]:
    if is_variance:
        return np.asarray(source.uniform(0.5, 2, shape).astype(np.float32))
    return np.asarray((source.standard_normal(shape) / np.sqrt(max(1, np.prod(shape[1:])))).astype(np.float32))


@pytest.mark.parametrize("name", ["squeezenet", "shufflenet", "inception_v1"])
def test_a_shipped_graph_is_what_onnxruntime_computes(tmp_path: Path, name: str) -> None:
    """Pools that round up, channels that are shuffled, branches that are joined, local response normalisation."""
    model = agrees(_with_weights(name, tmp_path / f"{name}.onnx"))
    assert len(model.text.splitlines()) < 200
