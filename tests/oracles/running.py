"""A spec run as users run it, and what an engine must agree with: the derived shape and the values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings

import shapecheck
from shapecheck.record import record
from shapecheck.spec import Spec

from .engines import Array

SPECS = Path(__file__).parents[2] / "specs"

checked = settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
"""Every run of the suite draws the same attributes."""


@record
class Ran:
    """A spec, and its run at some sizes with drawn inputs and weights."""

    spec: Spec
    sizes: Mapping[str, int]
    arrays: Callable[[str], Array]

    def __call__(self, name: str) -> Array:
        """An array by path: `x`, `f.K`."""
        return self.arrays(name)

    def predicted(self, name: str) -> tuple[int, ...]:
        """The derived shape, a formula in the sizes, at the sizes of the run."""
        values = {symbol: self.sizes[size] for size, symbol in self.spec.symbols.items()}
        return tuple(int(size.subs(values)) for size in self.spec.shape(name))

    def must_equal(self, name: str, found: Array, *, exactly: bool = False, single: bool = False) -> None:
        """The engine's array has the derived shape and the run's values.

        `exactly`: all digits; else those of the array's own precision, or of float32 where that came in (`single`).
        """
        assert found.shape == self.predicted(name)
        mine = np.asarray(self(name), dtype=np.float64)
        assert mine.shape == found.shape
        assert np.isfinite(mine).all()
        if exactly:
            assert np.array_equal(mine, found)
        else:
            near = 1e-10 if found.dtype == np.float64 and not single else 2e-5
            assert np.allclose(mine, found, rtol=near, atol=near * max(1.0, float(np.abs(mine).max())))


def run(text: str, sizes: Mapping[str, int], seed: int = 0) -> Ran:
    """A spec run at some sizes; the same one is run once."""
    return _run(text, tuple(sizes.items()), seed)


def run_file(path: str, sizes: Mapping[str, int], seed: int = 0) -> Ran:
    """A spec of the project, run at some sizes."""
    return run((SPECS / path).read_text(encoding="utf-8"), sizes, seed)


@lru_cache(maxsize=64)
def _run(text: str, sizes: tuple[tuple[str, int], ...], seed: int) -> Ran:
    spec = shapecheck.loads(text)
    result: Any = spec.run(dict(sizes), seed=seed)
    return Ran(spec, dict(sizes), lambda name: np.asarray(result.value(name)))


def channels_first(array: Array) -> Array:
    """[N, space.., C] as [N, C, space..]."""
    return np.moveaxis(array, -1, 1)


def channels_last(array: Array) -> Array:
    """[N, C, space..] as [N, space.., C]."""
    return np.moveaxis(array, 1, -1)
