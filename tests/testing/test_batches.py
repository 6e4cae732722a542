"""A batch of runs in users' tests.

Independent truth: NumPy over all examples at once.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

import shapecheck
from shapecheck.execute import Run
from shapecheck.execute.run_state import Array
from shapecheck.testing import assert_matches, runs

SPEC = shapecheck.loads("dim d, p\ninput x : d\nweight W : p x d\noutput y : p\ny = tanh(W @ x)\n")


@given(runs(SPEC, batch=(2, 3)))
@settings(max_examples=5, deadline=None)
def test_runs_have_the_axes_in_front(run: Run) -> None:
    """2 x 3 examples of x and of y; W is shared."""
    x, w, y = run.arrays["x"], run.arrays["W"], run.value("y")
    assert (x.shape[:2], w.ndim) == ((2, 3), 2)
    assert np.allclose(y, np.tanh(x @ w.T), rtol=1e-12)


def test_a_function_of_a_batch_is_compared() -> None:
    """NumPy's product takes all examples at once."""

    def mine(x: Array, W: Array) -> Array:
        return np.tanh(x @ W.T)

    assert_matches(SPEC, mine, batch=4, max_examples=10)


def test_a_function_that_mixes_the_examples_is_found() -> None:
    """The mean over the batch is no function of one example."""

    def mixes(x: Array, W: Array) -> Array:
        return np.tanh((x - x.mean(axis=0) + x[0] * 0) @ W.T)

    with pytest.raises(AssertionError, match="the function gives"):
        assert_matches(SPEC, mixes, batch=4, max_examples=50)


def test_a_batch_of_none() -> None:
    """There is nothing to compare."""
    with pytest.raises(ValueError, match="at least one run"):
        assert_matches(SPEC, lambda x, W: x, batch=0)
