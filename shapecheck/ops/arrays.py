"""Exact integers and aligned axes for kernels; the ops use NumPy through this module.

In: arrays of bool, int64 or floats.  Out: arrays of a common type, integer results that are exact or `Overflow`.
Assumed: integers come as int64 (bool where they are truth values).  NumPy is imported when a kernel first runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops.base import Overflow

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

GREATEST = 2**63 - 1
EXACT_FLOAT = 2**53
"""Integers of at most this size are exact in float64, sums of products too, in any order."""


def is_integral(array: Array) -> bool:
    """Whether the entries are integers or truth values."""
    return array.dtype.kind in "biu"


def promote(arrays: Sequence[Array]) -> list[Array]:
    """The arrays in one type: int64 if all are integral, else the widest of the floats among them."""
    import numpy as np

    floats = [array.dtype for array in arrays if array.dtype.kind == "f"]
    kind = np.result_type(*floats) if floats else np.dtype(np.int64)
    return [array.astype(kind, copy=False) for array in arrays]


def as_floats(arrays: Sequence[Array]) -> list[Array]:
    """The arrays of one type, as `promote` makes them; integers become float64 where there is no float."""
    import numpy as np

    return [array.astype(np.float64) if is_integral(array) else array for array in promote(arrays)]


def align(arrays: Sequence[Array], ranks: Sequence[int]) -> list[Array]:
    """Scalars beside tensors get axes of length 1 behind their batch axes: NumPy pairs them with every entry."""
    rank = max(ranks)
    return [
        array if own == rank else array.reshape(array.shape + (1,) * (rank - own)) for array, own in zip(arrays, ranks)
    ]


def magnitude(array: Array) -> int:
    """The greatest absolute value of an integer array, as a Python int; 0 if it is empty."""
    if not array.size:
        return 0
    return max(abs(int(array.max())), abs(int(array.min())))


def exactly(compute: Callable[..., Array], bound: int, arrays: Sequence[Array]) -> Array:
    """`compute` on int64 arrays where no magnitude can exceed `bound`; with Python ints where that is too much.

    Raises `Overflow` if an entry of the exact result is outside int64.
    """
    import numpy as np

    if bound <= GREATEST:
        return compute(*arrays)
    entries = np.asarray(compute(*(array.astype(object) for array in arrays)))
    if any(not -GREATEST - 1 <= entry <= GREATEST for entry in entries.flat):
        raise Overflow("an integer result needs more than 64 bits")
    return entries.astype(np.int64)


def product_sum(compute: Callable[..., Array], terms: int, left: Array, right: Array) -> Array:
    """A bilinear `compute` (sums of at most `terms` products), exact on integers.

    Small integers go through float64, where the products run on BLAS and are exact below 2**53.
    """
    import numpy as np

    left, right = promote((left, right))
    if left.dtype.kind == "f":
        with np.errstate(all="ignore"):
            return compute(left, right)
    bound = magnitude(left) * magnitude(right) * terms
    if bound < EXACT_FLOAT:
        return compute(left.astype(np.float64), right.astype(np.float64)).astype(np.int64)
    return exactly(compute, bound, (left, right))
