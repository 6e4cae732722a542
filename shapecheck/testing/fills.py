"""Kinds of numbers to run on: what a tensor that nobody gives is filled with.

In: the layout of a spec at concrete sizes, a kind, a seed.  Out: arrays by path, as a run takes them.  All numbers are
multiples of a power of two, so that sums and products of a few are exact.  Declared ranges of entries are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor

import numpy as np

from shapecheck.execute.data import Limits, limits_of, pieces
from shapecheck.execute.draws import whole_numbers
from shapecheck.execute.frame import Array
from shapecheck.execute.layout import Layout
from shapecheck.infer.model import Shapes

KINDS = ("zeros", "ones", "grid", "negative", "large")
"""From simple to less so: all 0; all 1; k/16 with |k| <= 32; the same below 0; multiples of 1024 up to 32768."""
DRAWN = ("grid", "negative", "large")
"""The kinds that depend on a seed."""

_REACH = 32
_LARGE = 1024


def fill(shapes: Shapes, layout: Layout, env: Mapping[str, int], kind: str, seed: int) -> dict[str, Array]:
    """Arrays for all inputs, weights and buffers; none for the kind `grid`, which a run draws from its seed."""
    if kind == "grid":
        return {}
    return {
        piece.path: _kept(_values(kind, f"{kind} {seed} {piece.path}", piece.shape), limits_of(family.entries, env))
        for family in shapes.graph.families.values()
        if family.is_given and family.name in layout.by_family
        for piece in pieces(family.name, layout)
    }


def _values(kind: str, key: str, shape: tuple[int, ...]) -> Array:
    match kind:
        case "zeros":
            return np.zeros(shape)
        case "ones":
            return np.ones(shape)
        case "negative":
            return whole_numbers(key, shape, -_REACH, -1) / 16
        case _:
            return whole_numbers(key, shape, -_REACH, _REACH) * float(_LARGE)


def _kept(values: Array, limits: Limits | None) -> Array:
    """The numbers moved into a declared range, whole where it is one of integers."""
    if limits is None:
        return values
    if limits.real:
        return np.clip(values, limits.low, limits.high)
    return np.clip(np.floor(values), ceil(limits.low), floor(limits.high)).astype(np.int64)
