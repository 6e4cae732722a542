"""A range of points, each computed by itself, where arrays over the whole range fail.

In: a node and the frame of indices around it.  Out: the array that its code would have made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product, repeat

import numpy as np

from shapecheck.execute.planning.statement import Shaped
from shapecheck.execute.pointwise.point import Exact
from shapecheck.execute.run_state import Array, Setting, State
from shapecheck.execute.vectorised.frame import Frame
from shapecheck.graph.nodes import Node


def points(boxes: Mapping[str, tuple[int, int]]) -> Iterator[dict[str, int]]:
    """All points of boxes, the last index fastest."""
    ranges = [range(low, high + 1) for low, high in boxes.values()]
    return (dict(zip(boxes, values)) for values in product(*ranges))


def point_by_point(
    node: Node, shaped: Shaped, frame: Frame, labels: Sequence[str], setting: Setting, state: State
) -> Array:
    """The array that a code of these labels would make, computed alone at each point that counts.

    Points that do not count repeat the first one that does.
    """
    exact = Exact(shaped, setting.layout, state, setting.kind)
    env = {**frame.env, **{name: state.loops[name] for name in frame.fixed}}
    boxes = {label: frame.boxes[label] for label in labels}
    wanted = frame.guards[0].run(state).flat if frame.guards else repeat(True)
    starts = {label: state.loops[origin] for label, origin in frame.origins.items()}
    values = [
        exact.value(node, {**env, **_shifted(point, starts)}) if inside else None
        for point, inside in zip(points(boxes), wanted)
    ]
    first = next(value for value in values if value is not None)
    filled = [first if value is None else value for value in values]
    return np.stack(filled).reshape((*frame.extents(labels), *first.shape))


def _shifted(point: Mapping[str, int], starts: Mapping[str, int]) -> dict[str, int]:
    """A point of a frame that counts some indices from a block's start, as the indices themselves."""
    return {label: value + starts.get(label, 0) for label, value in point.items()}
