"""Comparisons and logic entry by entry: `== != <= >= < >`, `and or not`; the results are truth values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecheck.ops.elementwise import Elementwise

if TYPE_CHECKING:
    from shapecheck.ops.arrays import Array


def _ufunc(name: str) -> Callable[..., Array]:
    """The NumPy function of that name, looked up when it is first called."""

    def compute(*arrays: Array) -> Array:
        import numpy as np

        result: Array = getattr(np, name)(*arrays)
        return result

    return compute


LOGIC: tuple[Elementwise, ...] = (
    Elementwise("==", _ufunc("equal"), "==", 2),
    Elementwise("!=", _ufunc("not_equal"), "!=", 2),
    Elementwise("<=", _ufunc("less_equal"), "<=", 2),
    Elementwise(">=", _ufunc("greater_equal"), ">=", 2),
    Elementwise("<", _ufunc("less"), "<", 2),
    Elementwise(">", _ufunc("greater"), ">", 2),
    Elementwise("and", _ufunc("logical_and"), "and", 2),
    Elementwise("or", _ufunc("logical_or"), "or", 2),
    Elementwise("not", _ufunc("logical_not"), "not"),
)
