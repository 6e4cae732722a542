"""Arrays for a batch of runs: an array for every input with further axes in front, one of each weight.

In: the strategy for one run's arrays, and the axes in front.  Out: the strategy for the arrays of the batch.
"""

from __future__ import annotations

from math import prod

import numpy as np
from hypothesis import strategies as st

from shapecheck.execute.run_state import Array
from shapecheck.infer.model import Shapes

Arrays = dict[str, Array]


def in_batch(single: st.SearchStrategy[Arrays], shapes: Shapes, front: tuple[int, ...]) -> st.SearchStrategy[Arrays]:
    """The arrays of as many runs, weights and buffers those of the first one."""
    if not front:
        return single
    every = st.lists(single, min_size=prod(front), max_size=prod(front))
    return every.map(lambda drawn: _together(drawn, shapes, front))


def _together(drawn: list[Arrays], shapes: Shapes, front: tuple[int, ...]) -> Arrays:
    return {
        path: _stacked([one[path] for one in drawn], front) if _is_input(path, shapes) else array
        for path, array in drawn[0].items()
    }


def _stacked(arrays: list[Array], front: tuple[int, ...]) -> Array:
    return np.stack(arrays).reshape(front + arrays[0].shape)


def _is_input(path: str, shapes: Shapes) -> bool:
    return shapes.graph.families[path.partition("[")[0]].role == "input"


def front_axes(batch: int | tuple[int, ...]) -> tuple[int, ...]:
    """The axes in front; raises `ValueError` for an axis without entries."""
    front = (batch,) if isinstance(batch, int) else tuple(batch)
    if any(size < 1 for size in front):
        raise ValueError(f"a batch has at least one run along each axis, not {batch}")
    return front
