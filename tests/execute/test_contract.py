"""Sums of products against NumPy's einsum, and strided windows against loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.execute.vectorised.contract import BLOCK, Factor, contract
from shapecheck.ops.base import Overflow

NAMES = "abcde"


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_contractions_equal_einsum(data: st.DataObject) -> None:
    """Truth: `np.einsum` without optimisation, in float64 on small integers, where every sum is exact."""
    extents = {name: data.draw(st.integers(1, 3), label=name) for name in NAMES}
    generator = np.random.default_rng(data.draw(st.integers(0, 99)))
    kind = data.draw(st.sampled_from([np.float64, np.int64]))
    factors = []
    for _ in range(data.draw(st.integers(1, 4))):
        names = data.draw(st.permutations(NAMES))[: data.draw(st.integers(0, 4))]
        values = generator.integers(-3, 4, [extents[name] for name in names])
        factors.append(Factor(tuple(names), values.astype(kind)))
    used = sorted({name for factor in factors for name in factor.names})
    summed = frozenset(name for name in used if data.draw(st.booleans()))
    out = [name for name in data.draw(st.permutations(used)) if name not in summed]
    text = ",".join("".join(factor.names) for factor in factors) + "->" + "".join(out)
    expected = np.einsum(text, *(factor.array for factor in factors))
    actual = contract(factors, summed, extents, out)
    assert actual.dtype == kind
    np.testing.assert_array_equal(actual, expected)


def test_an_index_in_no_factor_multiplies() -> None:
    """The sum over three values of nothing is three times."""
    factors = [Factor(("a",), np.array([1, 2])), Factor((), np.array(5))]
    result = contract(factors, frozenset("ab"), {"a": 2, "b": 3}, [])
    assert int(result) == 45


def test_integers_beyond_64_bits_are_noticed() -> None:
    """Truth: Python's integers; a sum that comes back into range is none."""
    big = Factor(("a",), np.array([2**62, 2**62, -(2**62)]))
    assert int(contract([big, Factor(("a",), np.array([1, 1, 1]))], frozenset("a"), {"a": 3}, [])) == 2**62
    with pytest.raises(Overflow):
        contract([big, Factor(("a",), np.array([1, 1, -1]))], frozenset("a"), {"a": 3}, [])


def test_windows_are_multiplied_in_blocks() -> None:
    """A window larger than a block, in two ways of cutting.  Truth: the sum over kernel positions of shifted images."""
    generator = np.random.default_rng(0)
    for height, width, channels in ((40, 30, 16), (4, 60, 200)):
        image = generator.integers(-4, 5, (height, width, channels)).astype(float)
        kernel = generator.integers(-4, 5, (2, 3, channels, 5)).astype(float)
        view = np.lib.stride_tricks.sliding_window_view(image, (2, 3), (0, 1)).transpose(0, 1, 3, 4, 2)
        assert view.size > BLOCK
        extents = dict(zip("yxmncf", (*view.shape, 5)))
        factors = [Factor(tuple("yxmnc"), view), Factor(tuple("mncf"), kernel)]
        actual = contract(factors, frozenset("mnc"), extents, "yxf")
        expected = sum(image[m : m + height - 1, n : n + width - 2] @ kernel[m, n] for m in range(2) for n in range(3))
        np.testing.assert_array_equal(actual, expected)
