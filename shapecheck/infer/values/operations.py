"""Operations on integers, as operations on sizes, and those that only move entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shapecheck.sizes import ZERO, Size, integer, maximum, minimum

REARRANGED = frozenset({"transpose", "reshape", "join", "list", "concat", "identity"})
UNARY: Mapping[str, Callable[[Size], Size]] = {
    "neg": lambda size: -size,
    "abs": lambda size: maximum(size, -size),
    "relu": lambda size: maximum(size, ZERO),
    "relu6": lambda size: minimum(maximum(size, ZERO), integer(6)),
}
BINARY: Mapping[str, Callable[[Size, Size], Size]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    ".*": lambda left, right: left * right,
    "max": maximum,
    "min": minimum,
}
