"""Dense layers behind a flattened image: frameworks with the channels in front have their columns in another order.

Comes in: `Shapes`.  Goes out: for the path of each such dense layer the sizes of the image (height, width, channels),
or None where axes are merged in a way of which the order in the framework is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from shapecheck.bridge.network import Array
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Apply, Read
from shapecheck.infer.model import Instance, Shape, Shapes
from shapecheck.ops.reshape import RESHAPE

_PASSING = frozenset({"dropout"})
"""Layers of the library that leave the order of entries as it is."""


def flattened_images(shapes: Shapes) -> dict[str, Shape | None]:
    """The image behind each dense layer that takes one as a vector."""
    flat = _flat_families(shapes)
    bodies = [body for found in shapes.placed.values() for body in found if body.kind.definition.name == "dense"]
    sources = {body.place.weights: flow.family for body in bodies if (flow := body.place.inputs.get("x")) is not None}
    return {path: flat[family] for path, family in sources.items() if family in flat}


def _flat_families(shapes: Shapes) -> dict[str, Shape | None]:
    """The tensors that are flattened images, by their names."""
    found: dict[str, Shape | None] = {}
    for path, bodies in shapes.placed.items():
        for body in bodies:
            name, flow = body.kind.definition.name, body.place.inputs.get("x")
            if name == "flatten" and flow is not None:
                image: Shape | None = body.kind.known.cells["x"][0].shape[-3:]
            elif name in _PASSING and flow is not None and flow.family in found:
                image = found[flow.family]
            else:
                continue
            found[path] = found[f"{path}.y"] = image
    for instance in shapes.instances:
        _add_equation(found, instance)
    return found


def _add_equation(found: dict[str, Shape | None], instance: Instance) -> None:
    """Note a tensor that another name is given to, or whose last axes are merged."""
    equation = instance.origin
    if not isinstance(equation, Equation) or len(equation.targets) != 1:
        return
    target, value = equation.targets[0].family, equation.value
    if isinstance(value, Read) and value.family in found:
        found.setdefault(target, found[value.family])
    if isinstance(value, Apply) and value.op is RESHAPE and target not in found:
        before, after = instance.shapes.get(value.arguments[0]), instance.shapes.get(value)
        if before is not None and after is not None and before[-1:] != after[-1:] and len(before) > 2:
            found[target] = None


def reordered(matrix: Array, image: Sequence[int]) -> Array:
    """A matrix whose columns count channels, then rows, then columns of an image, in the order of the spec."""
    height, width, channels = image
    columns = np.asarray(matrix).reshape(len(matrix), channels, height, width)
    return columns.transpose(0, 2, 3, 1).reshape(len(matrix), -1)


def evaluated(images: Mapping[str, Shape | None], env: Mapping[str, int]) -> dict[str, tuple[int, ...] | None]:
    """The same at concrete sizes."""
    return {
        path: None if image is None else tuple(size.evaluate(env) for size in image) for path, image in images.items()
    }
