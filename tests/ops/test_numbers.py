"""Exact integers, functions to the last digits, and no warnings."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

from shapecheck.ops import find
from shapecheck.ops.base import Overflow

MOST, LEAST = 2**63 - 1, -(2**63)


def run(name: str, *arrays: Any, ranks: tuple[int, ...] | None = None) -> Any:
    """An op without settings; warnings are errors."""
    made = [np.asarray(array) for array in arrays]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return find(name, len(made)).kernel(None, made, ranks or [array.ndim for array in made])


@pytest.mark.parametrize(
    "name, operands, wanted",
    [
        ("+", (MOST, -1), MOST - 1),
        ("+", ([MOST, 0], [-5, 5]), [MOST - 5, 5]),
        ("-", (LEAST + 1, 1), LEAST),
        (".*", ([2**62, 3], [1, 2**61]), [2**62, 3 * 2**61]),
        ("^", ([2, -2, -1, 0, 0], [62, 63, 101, 100, 0]), [2**62, LEAST, -1, 0, 1]),
        ("^", (1, 10**12), 1),
        ("//", ([-7, 7, LEAST], [2, -2, 1]), [-4, -4, LEAST]),
        ("%", ([-7, 7], [2, -2]), [1, -1]),
        ("dot", ([2**40, 2**40], [2**21, 2**21]), 2**62),
        ("dot", ([2**53 + 1, 1], [1, 1]), 2**53 + 2),
        ("@", ([[3 * 2**30, 1]], [2**30, 7]), [3 * 2**60 + 7]),
        ("sum", ([MOST, 1, -1],), MOST),
        ("abs", ([LEAST + 1, -3],), [MOST, 3]),
    ],
)
def test_exact_where_the_result_fits(name: str, operands: Any, wanted: Any) -> None:
    """Truth: Python's integers; the first bound on the operands' magnitudes fails for most of these."""
    result = run(name, *operands)
    assert result.dtype == np.int64 and result.tolist() == wanted


@pytest.mark.parametrize(
    "name, operands",
    [
        ("+", (MOST, 1)),
        ("-", (LEAST, 1)),
        (".*", (2**32, 2**31)),
        ("*", (2, 2**62)),
        ("^", (2, 63)),
        ("^", ([1, 3], [5, 10**9])),
        ("neg", (LEAST,)),
        ("abs", ([LEAST],)),
        ("//", (LEAST, -1)),
        ("sum", ([MOST, 1],)),
        ("dot", ([2**32, 1], [2**31, 1])),
        ("@", ([[2**40, 2**40]], [2**23, 1])),
    ],
)
def test_overflow_is_an_error(name: str, operands: Any) -> None:
    """Truth: Python's integers do not fit into 64 bits; NumPy would wrap silently."""
    with pytest.raises(Overflow):
        run(name, *operands)


def test_convolution_overflows_too() -> None:
    """The same check where sums are long."""
    conv = find("conv", 2)
    from shapecheck.ops.base import concrete

    parameters = concrete(conv.parameters({option.name: option.default for option in conv.options}), {})
    large = np.full(4, 2**31)
    assert conv.kernel(parameters, [large, np.array([1, 2**31])], [1, 1]).tolist() == [2**62 + 2**31] * 3
    with pytest.raises(Overflow):
        conv.kernel(parameters, [large, np.array([2**31, 2**31])], [1, 1])


def test_negative_exponents_and_quotients_are_real() -> None:
    """Integers leave the integers there."""
    assert run("^", 2, -1) == 0.5 and run("/", 1, 2) == 0.5
    assert run("/", 1, 2).dtype == run("sqrt", 4).dtype == np.float64


def test_undefined_is_nan_without_a_warning() -> None:
    """What has no value is a NaN, which the run then reports with its place."""
    for name, operands in [
        ("./", ([0], [0])), ("//", ([1, 4], [0, 2])), ("%", ([1], [0])), ("log", ([-1.0],)), ("sqrt", ([-1],)),
        ("^", ([-1.0], [0.5])),
    ]:  # fmt: skip
        assert np.isnan(run(name, *operands)[0])
    assert run("//", [1, 4], [0, 2])[1] == 2
    assert run("exp", [1000.0]) == math.inf and run("log", [0]) == -math.inf


def test_truth_values_count_in_arithmetic() -> None:
    """NumPy's own sum of truth values is a truth value."""
    assert run("+", [True], [True]).tolist() == [2] and run("sum", [True, True, False]) == 2
    assert run("relu", [True]).dtype == run("neg", [True]).dtype == np.int64


def test_error_function_to_the_last_digits() -> None:
    """Truth: the C library's erf, on a grid through all three intervals and their ends."""
    grid = np.concatenate([np.linspace(-7, 7, 20001), [0.46875, -0.46875, 4, 6, 1e-300, 1e300, math.inf, -math.inf]])
    wanted = np.array([math.erf(number) for number in grid])
    assert np.abs(run("erf", grid) - wanted).max() < 1e-15
    small = grid[(grid != 0) & (np.abs(grid) < 1)]
    assert np.abs(run("erf", small) / np.array([math.erf(number) for number in small]) - 1).max() < 1e-15
    assert np.isnan(run("erf", [math.nan])[0])


def test_sigmoid_is_accurate_and_never_overflows() -> None:
    """Truth: exact arithmetic of Python's decimals to 30 digits."""
    from decimal import Decimal, localcontext

    for number in (-1000.0, -40.0, -1.5, 0.0, 0.1, 3.0, 40.0, 1000.0):
        with localcontext() as context:
            context.prec = 30
            wanted = float(1 / (1 + (-Decimal(number)).exp()))
        assert abs(run("sigm", number).item() - wanted) < 2e-16
        assert run("sigm", np.float32(number)).dtype == np.float32


def test_softmax_of_large_numbers() -> None:
    """Shifting all entries by a constant changes nothing, and rows sum to 1."""
    rows = np.array([[1.0, 2.0, 3.0], [0.5, 0.25, -1.0]])
    np.testing.assert_allclose(run("softmax", rows + 1e4), run("softmax", rows), rtol=1e-11)
    np.testing.assert_allclose(run("softmax", rows).sum(axis=-1), 1, rtol=1e-15)


def test_sign_of_zero_is_zero() -> None:
    """As mathematics has it, and NumPy and PyTorch."""
    assert run("sign", [-2, 0, 5]).tolist() == [-1, 0, 1]


@pytest.mark.parametrize(
    "left, right", [((1, 1), (2, 3)), ((2, 1), (2, 3)), ((2, 3), (2, 3)), ((2, 3), (1, 1)), ((1, 3), (2, 1))]
)
def test_matrix_product_over_batches(left: Any, right: Any) -> None:
    """All ways in which matrices and vectors share batch axes; truth: einsum over broadcast copies."""
    source = np.random.default_rng(1)
    matrices, vectors = source.integers(-9, 9, (*left, 4, 5)), source.integers(-9, 9, (*right, 5))
    others = source.integers(-9, 9, (*right, 5, 6))
    wanted = np.einsum("abij,abj->abi", full(matrices, (2, 3)), full(vectors, (2, 3)))
    assert (run("@", matrices, vectors, ranks=(2, 1)) == wanted).all()
    assert (
        run("@", matrices, others, ranks=(2, 2))
        == np.einsum("abij,abjk->abik", full(matrices, (2, 3)), full(others, (2, 3)))
    ).all()


def full(array: Any, batch: tuple[int, int]) -> Any:
    return np.broadcast_to(array, batch + array.shape[2:])
