"""An op whose kernel is wrong makes no verdict wrong: `proved` and `refuted` do not rest on runs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from shapecheck.ops import OPS
from shapecheck.ops.elementwise import Elementwise

from ..graph.asking import verdicts


def _wrapping(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """A sum in 32 bits, off by one beside."""
    return np.asarray((left + right).astype(np.int32).astype(np.int64) + 1)


@pytest.fixture
def wrong_sum() -> Iterator[None]:
    """`+` and `.*` compute something else than their equations say."""
    ops = [op for op in OPS if isinstance(op, Elementwise) and op.name in ("+", ".*", "*")]
    kept = [op.compute for op in ops]
    for op in ops:
        object.__setattr__(op, "compute", _wrapping)
    yield
    for op, compute in zip(ops, kept):
        object.__setattr__(op, "compute", compute)


TEXT = f"""
dim n
input x : n
a = [{2**40}, 5]
b = [1, 2]
claim a + b == [{2**40 + 1}, 7]
claim a + b == [2, 8]
claim a .* b == [{2**40}, 10]
claim a .* b == [2, 8]
claim x + x == 2 * x
claim max(x + 1, x) == x + 1
claim x + 1 > x
claim x + 1 == x
test t(n = 3) {{
  x = [1, 2, 3]
  claim x + x == [2, 4, 6]
  claim x + x == [3, 5, 7]
}}
"""


def test_a_wrong_kernel_makes_no_verdict_wrong(wrong_sum: None) -> None:
    """True sentences are not refuted and false ones not proved; those on literal data are decided all the same."""
    found = verdicts(TEXT)
    assert found[:4] == ["proved", "refuted", "proved", "refuted"]
    assert found[-2:] == ["proved", "refuted"]
    assert "refuted" not in found[4:7]
    assert found[7] != "proved"
