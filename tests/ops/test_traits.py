"""Traits of ops (`Op` in ops/base.py) against their kernels: other rooms rely on them without asking for names."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from shapecheck.ops import OPS
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.term_types import Call, Entry
from shapecheck.terms.scalars.floats import FUNCTIONS

from . import op_naive as naive

CASES = naive.cases()


def having(trait: str) -> list[naive.Case]:
    """The cases of ops that have a trait."""
    return [case for case in CASES if getattr(case.op, trait) not in (False, None)]


def drawn(case: naive.Case, seed: int) -> tuple[list[Any], Any]:
    """Operands of a case, and the result of its kernel."""
    source = random.Random(f"{case} {seed}")
    env = case.sizes(source)
    arrays = case.arrays(source, env, (), case.kinds[-1])
    return arrays, naive.run(case, env, arrays)


@pytest.mark.parametrize("case", having("limits"), ids=str)
def test_limits(case: naive.Case) -> None:
    """All entries lie within the limits."""
    low, high = case.op.limits  # type: ignore[misc]
    for seed in range(5):
        _, result = drawn(case, seed)
        assert (low <= result).all() and (result <= high).all()


@pytest.mark.parametrize("case", having("takes"), ids=str)
def test_takes(case: naive.Case) -> None:
    """Every entry of the result is an entry of an operand."""
    for seed in range(5):
        arrays, result = drawn(case, seed)
        assert set(np.ravel(result).tolist()) <= {entry for array in arrays for entry in np.ravel(array).tolist()}


@pytest.mark.parametrize("case", having("averages"), ids=str)
def test_averages(case: naive.Case) -> None:
    """Every entry lies between the least and the greatest entry of the operand."""
    for seed in range(5):
        (array,), result = drawn(case, seed)
        assert array.min() <= result <= array.max()


@pytest.mark.parametrize("case", having("fresh"), ids=str)
def test_fresh(case: naive.Case) -> None:
    """The result shares no memory with an operand, so it may be written over."""
    arrays, result = drawn(case, 0)
    assert not any(np.shares_memory(result, array) for array in arrays)


@pytest.mark.parametrize("case", having("matrix_product"), ids=str)
def test_matrix_products_can_be_cut(case: naive.Case) -> None:
    """Columns of the matrix times rows of the column, added up.  Truth: integers, which are exact."""
    left = np.arange(12).reshape(3, 4)
    right = np.arange(8).reshape(4, 2)
    parts = [case.op.kernel(None, [left[:, cut], right[cut]], [2, 2]) for cut in (slice(0, 3), slice(3, 4))]
    np.testing.assert_array_equal(parts[0] + parts[1], case.op.kernel(None, [left, right], [2, 2]))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_joined_axis(case: naive.Case) -> None:
    """The operands follow one another along that axis, a scalar as a vector of one entry.  Truth: NumPy."""
    axis = case.op.joined_axis(case.parameters, len(case.result.shape))
    if axis is not None:
        arrays, result = drawn(case, 0)
        np.testing.assert_array_equal(result, np.concatenate([np.atleast_1d(array) for array in arrays], axis))


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_function(op: Any) -> None:
    """An op with a function is that `Call` of its operands' entries, and the function exists."""
    if op.function is not None:
        assert isinstance(op, Elementwise) and op.function in FUNCTIONS
        assert op.definition(2) == Call(op.function, (Entry("0", ()), Entry("1", ())))


def test_written() -> None:
    """Ops as authors write them."""
    found = {op.name: op.written(["a", "b"]) for op in OPS if op.arity in (2, None)}
    assert (found["@"], found[".*"], found["join"], found["list"]) == ("a @ b", "a .* b", "[a; b]", "[a, b]")
    assert (found["concat"], found["max"], found["and"]) == ("concat(a, b)", "max(a, b)", "a and b")
    (transpose,) = [op for op in OPS if op.name == "transpose"]
    written = [transpose.written([text]) for text in ("A", "A[i, j]", "A + B", "f(a, b)")]
    assert written == ["A.T", "A[i, j].T", "(A + B).T", "f(a, b).T"]
