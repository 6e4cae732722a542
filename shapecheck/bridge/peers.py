"""Peers: other programs that compute a model, to compare its spec with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shapecheck.bridge.errors import BridgeError
from shapecheck.bridge.network import Array
from shapecheck.bridge.packages import engine
from shapecheck.record import record


@record(eq=False)
class Peer:
    """Another program that computes a model.

    `inputs` are NumPy's names of the types of its inputs, by the inputs' names; `run` computes the outputs that are
    named, and raises what it likes.
    """

    name: str
    inputs: Mapping[str, str]
    run: Callable[[Sequence[str], Mapping[str, Array]], Sequence[Any]]


def onnxruntime_peer(path: str) -> Peer:
    """The model of a file in onnxruntime; raises `BridgeError` where it does not load."""
    runtime = engine("onnxruntime")
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime has an exception of its own for everything
        raise BridgeError(f"onnxruntime does not load the model: {first_line(error)}") from error
    inputs = {port.name: _type_name(port.type[7:-1]) for port in session.get_inputs()}
    return Peer("onnxruntime", inputs, lambda outputs, given: session.run(list(outputs), dict(given)))


def _type_name(kind: str) -> str:
    """NumPy's name of a type, by that between the brackets of `tensor(float)`."""
    return {"float": "float32", "double": "float64"}.get(kind, kind)


def first_line(error: BaseException) -> str:
    """The first line of an error's message."""
    return (str(error).strip() or type(error).__name__).split("\n")[0]
