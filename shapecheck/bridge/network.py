"""A model as it was read: nodes in order, ports and constants, without a type of the package `onnx`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from shapecheck.record import record

Array = np.ndarray[Any, Any]


@record(eq=False)
class Node:
    """An operation; an input that is left out has an empty name.  A subgraph is a `Network` among the attributes."""

    operator: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]


@record(eq=False)
class Port:
    """An input or output.

    `kind` is NumPy's letter for the type of its entries; axes are numbers, names, or None where nothing is known.
    """

    name: str
    kind: str
    shape: tuple[int | str | None, ...] | None


@record(eq=False)
class Network:
    """A whole graph; `known` infers the types and shapes of inner tensors, as far as that is possible."""

    nodes: tuple[Node, ...]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    constants: Mapping[str, Array]
    known: Callable[[], Mapping[str, Port]]
    opset: int
