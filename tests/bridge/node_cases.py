"""The node test cases of the package `onnx`: one operator each, with the numbers that it must give."""

from __future__ import annotations

import warnings
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np

from shapecheck.bridge.reading import network_of
from shapecheck.bridge.spec_writing import spec_text
from shapecheck.bridge.translate import translate
from shapecheck.bridge.verify import as_model
from shapecheck.execute import run
from shapecheck.source import Source
from shapecheck.stages import derive
from tests.oracles.engines import engine

SETTINGS = {
    "Pad": (1, 3), "Reshape": (1,), "Slice": (1, 2, 3, 4), "Split": (1,), "Squeeze": (1,), "Unsqueeze": (1,),
    "Tile": (1,), "Expand": (1,), "Range": (0, 1, 2), "Resize": (1, 2, 3), "ConstantOfShape": (0,), "CumSum": (1,),
    "OneHot": (1, 2), "Trilu": (1,), "Upsample": (1,), "GRU": (1, 2, 3), "LSTM": (1, 2, 3, 4, 7), "RNN": (1, 2, 3),
}  # fmt: skip
"""Operands that say how an operator works, or are its weights: constants in every model, inputs in these cases."""


@lru_cache(maxsize=1)
def cases() -> dict[str, list[Any]]:
    """The cases of operators on their own, by operator; those that are written out in others are left out."""
    engine("onnx")
    node = import_module("onnx.backend.test.case.node")
    found: dict[str, list[Any]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in node.collect_testcases(None):
            if case.model is not None and len(case.model.graph.node) == 1 and "expanded" not in case.name:
                found.setdefault(case.model.graph.node[0].op_type, []).append(case)
    return found


def outcome(case: Any) -> list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    """The outputs of the imported spec beside those that the case has."""
    inputs, outputs = case.data_sets[0]
    names = [port.name for port in case.model.graph.input]
    network = network_of(_with_constants(case.model, dict(zip(names, inputs))), "/nowhere")
    imported = translate(network)
    shapes, diagnostics = derive(Source(case.name, spec_text(imported, case.name)))
    assert shapes is not None
    assert [diagnostic for diagnostic in diagnostics if diagnostic.level == "error"] == []
    given = {
        imported.inputs[name].name: np.transpose(_plain(np.asarray(value)), imported.inputs[name].order)
        for name, value in zip(names, inputs)
        if name in imported.inputs
    }
    done = run(shapes, {}, {**imported.weights, **given})
    expected = dict(zip([port.name for port in network.outputs], outputs))
    return [(as_model(view, done), np.asarray(expected[name])) for name, view in imported.outputs.items()]


def _plain(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return array.astype(np.int64 if array.dtype.kind in "iub" else np.float64)


def _with_constants(model: Any, data: dict[str, Any]) -> Any:
    """The model with the operands that are settings as constants."""
    onnx = engine("onnx")
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    node = copy.graph.node[0]
    fixed = (1,) if node.op_type.startswith("Reduce") else SETTINGS.get(node.op_type, ())
    for name in [node.input[place] for place in fixed if place < len(node.input)]:
        if name in data:
            copy.graph.initializer.append(onnx.numpy_helper.from_array(np.asarray(data[name]), name))
    return copy


def is_plain(case: Any) -> bool:
    """Whether all numbers of a case are of types that NumPy has, and numbers."""
    values = [value for values in case.data_sets[0] for value in values]
    return all(isinstance(value, np.ndarray | np.generic) and not _holds_nan(value) for value in values)


def _holds_nan(value: np.ndarray[Any, Any] | np.generic) -> bool:
    return np.asarray(value).dtype.kind == "f" and bool(np.isnan(value).any())
