"""Modules of PyTorch: traced with torch.export, written with the operators of ONNX, read as a `Network`.

Comes in: a module, example tensors and the names of free axes.  Goes out: a `Traced`, or a `BridgeError` that names the
line of `forward` or the axis.  The module stays as it is: it is traced in evaluation mode, which is set back.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from shapecheck.bridge.errors import BridgeError
from shapecheck.bridge.modules.exported_names import rename
from shapecheck.bridge.modules.module_inputs import Inputs, inputs_of
from shapecheck.bridge.modules.single_nodes import single_nodes
from shapecheck.bridge.network import Array, Network
from shapecheck.bridge.packages import engine
from shapecheck.bridge.peers import Peer, first_line
from shapecheck.bridge.reading import network_of
from shapecheck.record import record

_CALL = re.compile(r'File "([^"]+)", line (\d+), in (\w+)\n\s*(.*)')
_FIXED = re.compile(r"static shape of (\d+) for dimension inputs\['(\w+)'\]\.shape\[(\d+)\]")
_NO_FORM = re.compile(r"No ONNX function found for <OpOverload\(op='([\w.]+)'")


@record(eq=False)
class Traced:
    """A module as a network, and the module itself to compare with."""

    network: Network
    peer: Peer


def traced(module: Any, example: Any, dynamic: Any = None) -> Traced:
    """The network of a module; raises `BridgeError` where it cannot be traced."""
    torch = engine("torch")
    engine("onnx")
    engine("onnxscript")
    if not isinstance(module, torch.nn.Module):
        raise BridgeError(f"{type(module).__name__} is no torch.nn.Module")
    inputs = inputs_of(module, example, dynamic)
    with evaluating(module), torch.no_grad():
        names = output_names(_called(module, inputs))
        with _quiet(), single_nodes(module):
            model = _model(module, inputs)
    rename(model, list(inputs.axes.values()), names)
    network = network_of(model, ".", "the module")
    return Traced(network, _peer(module, inputs, [port.name for port in network.outputs]))


@contextmanager
def evaluating(module: Any) -> Iterator[None]:
    """Evaluation mode; every part is set back to its own mode."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, mode in modes:
            part.training = mode


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing of what the exporter tells on the way is printed."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _called(module: Any, inputs: Inputs) -> Any:
    """The results of the module on its example."""
    try:
        return module(**inputs.tensors)
    except Exception as error:  # the module is the user's, and may raise what it likes
        raise BridgeError(f"the module fails on its example: {first_line(error)}") from error


def output_names(results: Any) -> list[str]:
    """Names for the tensors of a result: those of a dictionary or a named tuple, else `y`, or `y1`, `y2`."""
    if hasattr(results, "_asdict"):
        results = results._asdict()
    if isinstance(results, Mapping) and all(isinstance(value, engine("torch").Tensor) for value in results.values()):
        return [str(key) for key in results]
    count = len(leaves(results))
    return ["y"] if count == 1 else [f"y{place}" for place in range(1, count + 1)]


def leaves(results: Any) -> list[Any]:
    """The tensors of a result, in order."""
    found = engine("torch", "torch.utils._pytree").tree_leaves(results)
    return [item for item in found if isinstance(item, engine("torch").Tensor)]


def _model(module: Any, inputs: Inputs) -> Any:
    """The module as a message of ONNX."""
    torch = engine("torch")
    free = torch.export.Dim.DYNAMIC
    axes = {name: dict.fromkeys(named, free) for name, named in inputs.axes.items()}
    try:
        model = torch.onnx.export(
            module, (), kwargs=dict(inputs.tensors), dynamic_shapes=axes, dynamo=True, optimize=False, verbose=False
        ).model_proto
    except Exception as error:  # its errors have no common class
        raise _untraceable(error, inputs) from error
    _check_axes(model, inputs)
    return model


def _check_axes(model: Any, inputs: Inputs) -> None:
    """Raise where an axis that is meant to be free has one size only: the exporter gives it that size in silence."""
    for info, (name, axes) in zip(model.graph.input, inputs.axes.items()):
        for axis, size in axes.items():
            found = info.type.tensor_type.shape.dim[axis]
            if not found.dim_param:
                raise _fixed(name, axis, found.dim_value, size)


def _fixed(name: str, axis: int, size: object, free: str) -> BridgeError:
    told = f"axis {axis} of {name} can only have the size {size} in this module"
    return BridgeError(f"{told}; leave {free} out of the free axes")


def _untraceable(error: Exception, inputs: Inputs) -> BridgeError:
    """The reason that a module cannot be traced or written: the first cause, with the line of the module."""
    causes = list(_causes(error))
    told = "\n".join(map(str, causes))
    found = _NO_FORM.search(told)
    if found is not None:
        return BridgeError(f"torch's exporter has no ONNX form of the operator {found[1]}")
    fixed = _FIXED.search(told)
    if fixed is not None:
        name, axis = fixed[2], int(fixed[3])
        return _fixed(name, axis, fixed[1], inputs.axes.get(name, {}).get(axis, "it"))
    places = _CALL.findall(told)
    line = f" ({places[-1][0]}, line {places[-1][1]}: {places[-1][3].strip()})" if places else ""
    if "data-dependent" in told:
        return BridgeError(f"the module's forward branches on data{line}; a spec has no such branches")
    return BridgeError(f"torch.export cannot trace the module{line}: {first_line(causes[-1])}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, that which caused it, and so on."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _peer(module: Any, inputs: Inputs, outputs: Sequence[str]) -> Peer:
    """The module itself, to compare with."""
    torch = engine("torch")
    kinds = {name: str(tensor.dtype).removeprefix("torch.") for name, tensor in inputs.tensors.items()}

    def run(wanted: Sequence[str], given: Mapping[str, Array]) -> list[Array]:
        with evaluating(module), torch.no_grad():
            results = leaves(module(**{name: torch.from_numpy(array) for name, array in given.items()}))
        found = dict(zip(outputs, results))
        return [found[name].numpy() for name in wanted]

    return Peer("the module", kinds, run)
