"""Whole numbers at random, the same on every machine and with every version of NumPy.

In: a key, a shape, the least and the greatest number.  Out: an int64 array; any part of it depends on the key and its
place alone.  The i-th number is the i-th of SplitMix64 (G. Steele, D. Lea, C. Flood: Fast splittable pseudorandom
number generators, OOPSLA 2014), started at a hash of the key.  `numpy.random` would take as long to import as a small
spec takes to check.
"""

from __future__ import annotations

from hashlib import blake2b
from math import prod

import numpy as np

from shapecheck.execute.run_state import Array

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_WORDS = 1 << 64
LEAST, GREATEST = -(1 << 63), (1 << 63) - 1
"""The integers that int64 holds."""


def whole_numbers(key: str, shape: tuple[int, ...], low: int, high: int) -> Array:
    """Numbers in `low..high`, both included and both held by int64; uneven by less than (high - low + 1) in 2^64."""
    start = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "little")
    words = stream(start, prod(shape))
    if high - low + 1 < _WORDS:
        words %= np.uint64(high - low + 1)
    words += np.uint64(low % _WORDS)
    return words.view(np.int64).reshape(shape)


def stream(start: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """The first numbers of SplitMix64 from a state: the multiples of an odd constant, their bits mixed."""
    words = np.arange(1, count + 1, dtype=np.uint64)
    words *= _STEP
    words += np.uint64(start)
    words ^= words >> np.uint64(30)
    words *= _FIRST
    words ^= words >> np.uint64(27)
    words *= _SECOND
    words ^= words >> np.uint64(31)
    return words
