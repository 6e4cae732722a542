"""Values of a run compared entry by entry.

In: two values over the same indices, one leading axis for each, and a comparison.  Out: where it holds.
"""

from __future__ import annotations

import numpy as np

from shapecheck.execute.run_state import Array


def aligned(left: Array, right: Array, labels: int) -> tuple[Array, Array]:
    """Both sides with the same number of axes; a scalar side is compared with every entry of the other."""
    while left.ndim < right.ndim:
        left = left[(*[slice(None)] * labels, None, ...)]
    while right.ndim < left.ndim:
        right = right[(*[slice(None)] * labels, None, ...)]
    return left, right


def compared(operator: str, left: Array, right: Array, tolerance: float) -> Array:
    """Entry by entry; `~=` is `|a - b| <= tolerance * max(1, |a|, |b|)`."""
    if operator != "~=":
        compare = {
            "==": np.equal,
            "!=": np.not_equal,
            "<=": np.less_equal,
            ">=": np.greater_equal,
            "<": np.less,
            ">": np.greater,
        }
        return np.asarray(compare[operator](left, right))
    with np.errstate(invalid="ignore"):
        size = np.maximum(1.0, np.maximum(np.abs(left), np.abs(right)))
        close = np.isfinite(size) & (np.abs(np.subtract(left, right, dtype=float)) <= tolerance * size)
    return np.asarray(np.equal(left, right) | close)
