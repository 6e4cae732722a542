"""The inputs of a module: example tensors by the names of its parameters, and the names of the axes that are free.

Comes in: what a user gives, as one tensor, several, or by name.  Goes out: `Inputs`, or a `BridgeError`.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from shapecheck.bridge.errors import BridgeError
from shapecheck.bridge.packages import engine
from shapecheck.diagnostics.suggest import nearest
from shapecheck.record import record

Axes = Mapping[int, str]


@record(eq=False)
class Inputs:
    """Example tensors in the order of the parameters of `forward`, with the name of each free axis."""

    tensors: Mapping[str, Any]
    axes: Mapping[str, Axes]


def inputs_of(module: Any, example: Any, dynamic: Any) -> Inputs:
    """The inputs that a user describes; examples of free axes that have size 1 are made longer.

    torch.export takes an axis of size 1 for one that is always 1.
    """
    tensors = {name: _tensor(name, value) for name, value in _by_name(module, example).items()}
    if not tensors:
        raise BridgeError("the example holds no tensor")
    axes = _axes(tensors, dynamic)
    return Inputs({name: _longer(tensor, axes[name]) for name, tensor in tensors.items()}, axes)


def _by_name(module: Any, example: Any) -> dict[str, Any]:
    """The example's values by the names of the parameters."""
    signature = inspect.signature(module.forward)
    try:
        if isinstance(example, Mapping):
            bound = signature.bind(**example)
        else:
            bound = signature.bind(*(example if isinstance(example, tuple | list) else (example,)))
    except TypeError as error:
        raise BridgeError(f"the example does not fit forward{signature}: {error}") from error
    found: dict[str, Any] = {}
    for name, value in bound.arguments.items():
        if signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL:
            raise BridgeError(f"forward takes any number of tensors as *{name}; give it a parameter for each")
        found[name] = value
    return found


def _tensor(name: str, value: Any) -> Any:
    """An example as a tensor; arrays of NumPy are taken, too."""
    torch = engine("torch")
    if isinstance(value, torch.Tensor):
        return value.detach()
    if hasattr(value, "__array__"):
        return torch.as_tensor(value)
    raise BridgeError(f"the example for {name} is {type(value).__name__}, not a tensor")


def _axes(tensors: Mapping[str, Any], dynamic: Any) -> dict[str, Axes]:
    """For each input the names of its free axes; `{0: "batch"}` alone is meant for the only input."""
    given: dict[str, Any] = {name: {} for name in tensors}
    if isinstance(dynamic, Mapping) and all(isinstance(key, int) for key in dynamic):
        dynamic = (dynamic,) if dynamic else ()
    if isinstance(dynamic, Mapping):
        for name in dynamic:
            if name not in tensors:
                near = nearest(name, tensors)
                hint = f"did you mean {near}?" if near else f"there are {', '.join(tensors)}"
                raise BridgeError(f"dynamic: forward has no input {name}; {hint}")
        given.update(dynamic)
    else:
        _check_count(dynamic or (), tensors)
        given.update(zip(tensors, dynamic or ()))
    return {name: _checked(name, axes or {}, tensors[name]) for name, axes in given.items()}


def _check_count(dynamic: Sequence[Any], tensors: Mapping[str, Any]) -> None:
    if len(dynamic) > len(tensors):
        raise BridgeError(f"dynamic tells the axes of {len(dynamic)} inputs; forward has {', '.join(tensors)}")


def _checked(name: str, axes: Any, tensor: Any) -> Axes:
    """The free axes of an input, counted from the front."""
    rank = tensor.dim()
    found: dict[int, str] = {}
    for axis, size in dict(axes).items():
        if not isinstance(axis, int) or not -rank <= axis < rank:
            raise BridgeError(f"dynamic: {name} has no axis {axis}; its example has the shape {tuple(tensor.shape)}")
        if not isinstance(size, str) or not size.isidentifier():
            raise BridgeError(f"dynamic: {size!r} is no name for axis {axis} of {name}; write for example 'N'")
        found[axis % rank] = size
    return found


def _longer(tensor: Any, axes: Axes) -> Any:
    """The tensor, twice along its free axes of size 1."""
    for axis in axes:
        if tensor.shape[axis] == 1:
            tensor = engine("torch").cat([tensor, tensor], axis)
    return tensor
