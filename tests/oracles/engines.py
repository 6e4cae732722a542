"""Engines that nobody here wrote: onnx's reference evaluator, onnxruntime, PyTorch and z3.

Comes in: an operator's name, its arrays and its attributes.  Goes out: arrays.  An engine that is not installed skips
the test, with a reason; where `SHAPECHECK_ENGINES` names it, as `.ci/run` does, it fails the test instead.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from shapecheck.record import record

Array = np.ndarray[Any, Any]
os.environ.setdefault("KERAS_BACKEND", "torch")  # Keras looks for TensorFlow unless it is told

EXTRAS = {
    "onnx": "oracles",
    "onnxruntime": "oracles",
    "onnxscript": "torch",
    "torch": "torch",
    "safetensors": "torch",
    "keras": "keras",
    "h5py": "keras",
    "z3": "z3",
    "pytest_lsp": "lsp-tests",
    "lsprotocol": "lsp",
    "watchfiles": "watch",
    "distributed": "dask",
}
OPSET, IR_VERSION = 24, 10
"""Attention, RMSNormalization and RotaryEmbedding are operators since 23."""


def required() -> frozenset[str]:
    """The engines that must be there."""
    return frozenset(os.environ.get("SHAPECHECK_ENGINES", "").split())


def engine(name: str) -> Any:
    """The module of an engine; a skipped test where it is missing, a failed one where it must not be."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        reason = f"{name} is not installed: pip install --editable '.[{EXTRAS[name]}]'"
        if name in required():
            pytest.fail(f"{reason} (SHAPECHECK_ENGINES asks for it)")
        raise pytest.skip.Exception(reason) from error


def tensor(array: Array) -> Any:
    """A PyTorch tensor of the same numbers; integers become float64."""
    return engine("torch").tensor(np.asarray(array, dtype=np.float64))


@record(frozen=True)
class Onnx:
    """An engine for ONNX models; it computes in `kind`."""

    name: str
    kind: Any
    session: Callable[[Any], Callable[[dict[str, Array]], Sequence[Array]]]

    def __call__(self, operator: str, *arrays: Array | None, outputs: int = 1, **attributes: Any) -> list[Array]:
        """The outputs of one operator; None leaves an input out, integers stay integers."""
        engine("onnx")
        given = [None if array is None else self._typed(array) for array in arrays]
        feed = {f"x{number}": array for number, array in enumerate(given) if array is not None}
        model = _model(operator, [f"x{i}" if array is not None else "" for i, array in enumerate(given)], feed,
                       [f"y{number}" for number in range(outputs)], attributes)  # fmt: skip
        return [np.asarray(array) for array in self.session(model)(feed)]

    def _typed(self, array: Array) -> Array:
        array = np.ascontiguousarray(array)
        return array if array.dtype.kind in "ib" else array.astype(self.kind)


def _model(operator: str, inputs: list[str], feed: dict[str, Array], outputs: list[str], attributes: Any) -> Any:
    helper = import_module("onnx.helper")
    node = helper.make_node(operator, inputs, outputs, **attributes)
    kinds = {name: helper.np_dtype_to_tensor_dtype(array.dtype) for name, array in feed.items()}
    main = kinds[inputs[0]]
    graph = helper.make_graph(
        [node],
        operator,
        [helper.make_tensor_value_info(name, kinds[name], array.shape) for name, array in feed.items()],
        [helper.make_tensor_value_info(name, main, None) for name in outputs],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)


def _reference(model: Any) -> Callable[[dict[str, Array]], Sequence[Array]]:
    engine("onnx")
    evaluator = import_module("onnx.reference").ReferenceEvaluator(model)
    return lambda feed: evaluator.run(None, feed)  # type: ignore[no-any-return]


def _runtime(model: Any) -> Callable[[dict[str, Array]], Sequence[Array]]:
    runtime = engine("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = runtime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return lambda feed: session.run(None, feed)  # type: ignore[no-any-return]


REFERENCE = Onnx("onnx's reference evaluator", np.float64, _reference)
RUNTIME = Onnx("onnxruntime", np.float32, _runtime)
