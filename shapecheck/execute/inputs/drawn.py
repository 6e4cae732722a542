"""Inputs, weights and buffers drawn from a seed.

In: the layout at concrete sizes, a seed.  Out: one array for each slot that is not given.  The numbers are k/16 with
|k| <= 32, whose sums and products are exact in float64.  The numbers drawn for a name depend on the seed, the name and
its shape alone, not on the other names of the spec.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import ceil, floor
from typing import Any

import numpy as np

from shapecheck.execute import errors
from shapecheck.execute.inputs.limits import Limits, limits_of
from shapecheck.execute.inputs.pieces import pieces, put
from shapecheck.execute.inputs.splitmix import GREATEST, LEAST, whole_numbers
from shapecheck.execute.planning.memory_layout import Layout
from shapecheck.execute.run_state import Array
from shapecheck.graph.model import Family
from shapecheck.infer.model import Shapes

GRID = 16
"""Drawn reals are multiples of 1/16."""
REACH = 32
"""Without a declared range they lie in -32/16..32/16."""


def draw(
    shapes: Shapes,
    layout: Layout,
    env: Mapping[str, int],
    seed: int,
    given: Collection[str],
    kind: np.dtype[np.floating[Any]],
) -> dict[int, Array]:
    """An array for every slot of the inputs, weights and buffers that are not among the families `given`."""
    drawn: dict[int, Array] = {}
    for family in shapes.graph.families.values():
        if family.is_given and family.name not in given and family.name in layout.by_family:
            for piece in pieces(family.name, layout):
                values = drawn_numbers(f"{seed} {piece.path}", piece.shape, limits_of(family.entries, env), family)
                put(drawn, piece, values if values.dtype.kind == "i" else values.astype(kind))
    return drawn


def drawn_numbers(key: str, shape: tuple[int, ...], limits: Limits | None, family: Family) -> Array:
    """Numbers for a tensor that is not given, by a key that holds the seed and its name."""
    if limits is None:
        return whole_numbers(key, shape, -REACH, REACH) / GRID
    scale = GRID if limits.real else 1
    low, high = limits.drawn
    first, last = max(ceil(low * scale), LEAST), min(floor(high * scale), GREATEST)
    if first <= last:
        values = whole_numbers(key, shape, first, last)
        return values / GRID if limits.real else values
    if not limits.real:
        raise errors.integer_overflow(family.name, family.span)
    return np.full(shape, float(low))
