"""Models of Keras 3: the graph of layers of a Sequential or Functional model, read as a `Network`.

Comes in: a model.  Goes out: a `Traced`; `Untranslated` with all layers that cannot be said, `BridgeError` for what is
no model with a graph of layers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shapecheck.bridge.errors import BridgeError, Problem, Untranslated
from shapecheck.bridge.modules.keras_layers import LAYERS, KerasGraph, numbers
from shapecheck.bridge.modules.torch_export import Traced
from shapecheck.bridge.network import Array, Network, Node, Port
from shapecheck.bridge.packages import engine
from shapecheck.bridge.peers import Peer

_OPSET = 20
_AXES = {3: ("N", "T"), 4: ("N", "H", "W"), 5: ("N", "D", "H", "W")}


def keras_network(model: Any) -> Traced:
    """The network of a model."""
    keras = engine("keras")
    if not isinstance(model, keras.Model):
        raise BridgeError(f"{type(model).__name__} is no keras.Model")
    if isinstance(model, keras.Sequential) and model.built:
        model = model._functional
    if getattr(model, "operations", None) is None or not model.inputs:
        raise BridgeError("the model has no graph of layers: build a Sequential or Functional model with keras.Input")
    inputs = _input_names(model)
    graph, names = KerasGraph(), {id(tensor): name for tensor, name in zip(model.inputs, inputs)}
    _add_layers(graph, model, names)
    outputs = _outputs(graph, model, names)
    ports = tuple(Port(name, _kind(tensor), _axes(tensor.shape)) for name, tensor in zip(inputs, model.inputs))
    network = Network(tuple(graph.nodes), ports, outputs, graph.constants, dict, _OPSET)
    return Traced(network, _peer(model, inputs, [port.name for port in outputs]))


def _input_names(model: Any) -> list[str]:
    """The names of the inputs; `x` where Keras has made one up."""
    names = [tensor.name for tensor in model.inputs]
    made_up = [name.startswith(("keras_tensor", "input_layer")) for name in names]
    plain = "x" if len(names) == 1 else "x{}"
    return [plain.format(at) if free else name for at, (name, free) in enumerate(zip(names, made_up), start=1)]


def _add_layers(graph: KerasGraph, model: Any, names: dict[int, str]) -> None:
    """Add the nodes of all layers; raises `Untranslated` with all that cannot be said."""
    problems: list[Problem] = []
    for layer in model.operations:
        for call in layer._inbound_nodes:
            known = [names.get(id(tensor), "") for tensor in call.input_tensors]
            if not known or any(id(tensor) in names for tensor in call.output_tensors):
                continue
            if "" in known:
                continue  # it is called outside of this model, too, or behind a layer that is told already
            rule = LAYERS.get(type(layer).__name__)
            if rule is None:
                problems.append(Problem(type(layer).__name__, layer.name, "there is no rule for this layer"))
                continue
            try:
                names[id(call.output_tensors[0])] = rule(graph, layer, known)
            except Untranslated as error:
                problems += error.problems
    if problems:
        raise Untranslated(problems)


def _outputs(graph: KerasGraph, model: Any, names: Mapping[int, str]) -> tuple[Port, ...]:
    """The outputs, each by a node of its own: `y`, or `y1`, `y2`."""
    count = len(model.outputs)
    found = []
    for place, tensor in enumerate(model.outputs, start=1):
        if id(tensor) not in names:
            raise BridgeError(f"the output {tensor.name} is not computed by layers of the model")
        own = "y" if count == 1 else f"y{place}"
        graph.nodes.append(Node("Identity", own, (names[id(tensor)],), (own,), {}))
        found.append(Port(own, "f", _axes(tensor.shape)))
    return tuple(found)


def _kind(tensor: Any) -> str:
    return "i" if "int" in str(tensor.dtype) else "f"


def _axes(shape: Sequence[int | None]) -> tuple[int | str | None, ...]:
    usual = _AXES.get(len(shape), ("N", "T"))
    return tuple(
        size if size is not None else usual[axis] if axis < len(usual) else f"n{axis}"
        for axis, size in enumerate(shape)
    )


def _peer(model: Any, inputs: Sequence[str], outputs: Sequence[str]) -> Peer:
    """The model itself, to compare with."""

    def run(wanted: Sequence[str], given: Mapping[str, Array]) -> list[Array]:
        arrays = [given[name] for name in inputs]
        results = model(arrays[0] if len(arrays) == 1 else arrays, training=False)
        every = results if isinstance(results, list | tuple) else [results]
        found = dict(zip(outputs, map(numbers, every)))
        return [found[name] for name in wanted]

    kinds = {name: str(tensor.dtype) for name, tensor in zip(inputs, model.inputs)}
    return Peer("the model", kinds, run)
