"""The layers of a module of PyTorch that have weights, in the order of their calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from shapecheck.bridge.modules.torch_export import leaves
from shapecheck.bridge.network import Array
from shapecheck.bridge.packages import engine
from shapecheck.record import record

_RECURRENT = ("GRU", "LSTM", "RNN")


@record(eq=False)
class ModuleLayer:
    """A layer: its name in the module, its class without a number of dimensions, and its arrays by their own names.

    `layer` is the number of a layer inside of a recurrent module (`l0`).
    """

    name: str
    kind: str
    part: Any
    arrays: Mapping[str, Array]
    layer: str = "l0"

    @property
    def title(self) -> str:
        return f"{self.name or 'the module'} ({type(self.part).__name__})"


@record(frozen=False, eq=False)
class Call:
    """The first call of a layer: its input and its output."""

    given: Any
    made: Any


def module_layers(module: Any, kinds: Sequence[str]) -> list[ModuleLayer]:
    """The layers in the order in which they are registered; a layer inside of a known one is no layer of its own."""
    found: list[ModuleLayer] = []
    inside = ""
    for name, part in module.named_modules():
        kind = kind_of(part, kinds)
        if not kind or (inside and name.startswith(inside)):
            continue
        inside = f"{name}." if name else ""
        arrays = {key: value.detach().cpu().numpy() for key, value in part.state_dict().items()}
        if arrays:
            found += [ModuleLayer(name, kind, part, arrays, layer) for layer in _numbers(part, kind)]
    return found


def _numbers(part: Any, kind: str) -> list[str]:
    """The layers in a recurrent module."""
    if kind not in _RECURRENT:
        return ["l0"]
    ends = ("", "_reverse") if part.bidirectional else ("",)
    return [f"l{layer}{end}" for layer in range(part.num_layers) for end in ends]


def kind_of(part: Any, kinds: Sequence[str]) -> str:
    """The class of a module that a profile knows, also of one that is derived from it; empty for others."""
    for base in type(part).__mro__:
        name = base.__name__
        plain = re.sub(r"Norm\d?d?$", "Norm", name)
        if name in kinds or plain in kinds:
            return name if name in kinds else plain
    return ""


@contextmanager
def recorded(layers: Sequence[ModuleLayer]) -> Iterator[dict[int, Call]]:
    """The calls of layers while the block runs, by the ids of their modules, in order."""
    calls: dict[int, Call] = {}

    def note(part: Any, given: Any, named: Any, made: Any) -> None:
        tensors = [*leaves(given), *leaves(named)]
        calls.setdefault(id(part), Call(tensors[0] if tensors else None, leaves(made)[0]))

    hooks = [
        part.register_forward_hook(note, with_kwargs=True)
        for part in {id(one.part): one.part for one in layers}.values()
    ]
    try:
        yield calls
    finally:
        for hook in hooks:
            hook.remove()


def in_double(module: Any) -> Any:
    """A copy of a module that computes in double precision, in evaluation mode."""
    from copy import deepcopy

    engine("torch")
    return deepcopy(module).double().eval()
