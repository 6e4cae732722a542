"""Kinds of numbers that fill the tensors that are not given.

In: the layout of a spec at concrete sizes, a kind, a seed.  Out: arrays by path, as a run takes them.  All numbers are
multiples of a power of two, so that sums and products of a few are exact.  Declared ranges of entries are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil, floor

import numpy as np

from shapecheck.execute.inputs.drawn import drawn_numbers
from shapecheck.execute.inputs.limits import Limits, limits_of
from shapecheck.execute.inputs.pieces import Piece, pieces
from shapecheck.execute.inputs.splitmix import whole_numbers
from shapecheck.execute.planning.memory_layout import Layout
from shapecheck.execute.run_state import Array
from shapecheck.graph.model import Family
from shapecheck.infer.model import Shapes

KINDS = ("zeros", "ones", "grid", "negative", "large")
"""The simplest first: all 0; all 1; k/16 with |k| <= 32; the same below 0; multiples of 1024 up to 32768."""
DRAWN = ("grid", "negative", "large")
"""The kinds that depend on a seed."""

_REACH = 32
_LARGE = 1024


def fill(shapes: Shapes, layout: Layout, env: Mapping[str, int], kind: str, seed: int) -> dict[str, Array]:
    """Arrays for all inputs, weights and buffers; for the kind `grid`, those that a run draws from the seed."""
    return {piece.path: _filled(family, piece, env, kind, seed) for family, piece in given_pieces(shapes, layout)}


def given_pieces(shapes: Shapes, layout: Layout) -> Iterator[tuple[Family, Piece]]:
    """The arrays that inputs, weights and buffers consist of."""
    for family in shapes.graph.families.values():
        if family.is_given and family.name in layout.by_family:
            yield from ((family, piece) for piece in pieces(family.name, layout))


def _filled(family: Family, piece: Piece, env: Mapping[str, int], kind: str, seed: int) -> Array:
    limits = limits_of(family.entries, env)
    if kind == "grid":
        return drawn_numbers(f"{seed} {piece.path}", piece.shape, limits, family)
    return _kept(_values(kind, f"{kind} {seed} {piece.path}", piece.shape), limits)


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
    low, high = limits.drawn
    if limits.real:
        return np.clip(values, low, high)
    return np.clip(np.floor(values), ceil(low), floor(high)).astype(np.int64)
