"""Comparisons and logic entry by entry: `== != <= >= < >`, `and or not`; the results are truth values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecheck.ops.arithmetic import call
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
    Elementwise("==", 2, _ufunc("equal"), call("==")),
    Elementwise("!=", 2, _ufunc("not_equal"), call("!=")),
    Elementwise("<=", 2, _ufunc("less_equal"), call("<=")),
    Elementwise(">=", 2, _ufunc("greater_equal"), call(">=")),
    Elementwise("<", 2, _ufunc("less"), call("<")),
    Elementwise(">", 2, _ufunc("greater"), call(">")),
    Elementwise("and", 2, _ufunc("logical_and"), call("and")),
    Elementwise("or", 2, _ufunc("logical_or"), call("or")),
    Elementwise("not", 1, _ufunc("logical_not"), call("not")),
)
