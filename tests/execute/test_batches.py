"""A batch of runs: inputs with further axes in front.

Independent truth: NumPy over all examples at once, and one run for each example.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import shapecheck
from shapecheck.execute import ExecutionError

TEXT = "dim d, p, T\ninput x[t in 1..T] : d, u : p\nweight W : p x d\n"
TEXT += "y[t] = tanh(W @ x[t] + u) for t in 1..T\nv = 2 * u\n"
SIZES = {"d": 2, "p": 3, "T": 4}
DRAW = np.random.default_rng(0)


def run(**data: Any) -> Any:
    """The spec above on these data."""
    weights = {name: data.pop(name) for name in ("W",) if name in data}
    return shapecheck.loads(TEXT).run(SIZES, data, weights)


def test_one_axis_in_front() -> None:
    """NumPy computes all examples at once."""
    x, u, w = DRAW.normal(size=(5, 4, 2)), DRAW.normal(size=3), DRAW.normal(size=(3, 2))
    found = run(x=x, u=u, W=w)
    assert np.allclose(found.value("y"), np.tanh(x @ w.T + u), rtol=1e-12)
    assert np.allclose(found.arrays["y"], found.value("y"), rtol=0)


def test_what_does_not_depend_on_the_batch_has_no_axis_more() -> None:
    """W, u and v are shared."""
    found = run(x=DRAW.normal(size=(5, 4, 2)))
    assert [found.arrays[name].shape for name in ("W", "u", "v", "x")] == [(3, 2), (3,), (3,), (5, 4, 2)]


def test_several_axes_and_several_inputs() -> None:
    """Both inputs have 2 x 3 in front, and v has, too."""
    x, u, w = DRAW.normal(size=(2, 3, 4, 2)), DRAW.normal(size=(2, 3, 3)), DRAW.normal(size=(3, 2))
    found = run(x=x, u=u, W=w)
    assert np.allclose(found.value("y"), np.tanh(x @ w.T + u[:, :, None]), rtol=1e-12)
    assert np.allclose(found.value("v"), 2 * u, rtol=0)


def test_members_are_named_as_in_a_single_run() -> None:
    """y[1] is the first step of every example."""
    found = run(x=DRAW.normal(size=(5, 4, 2)))
    assert np.array_equal(found.value("y[1]"), found.value("y")[:, 0])


def test_drawn_weights_are_those_of_a_single_run() -> None:
    """One draw for all, the same as without a batch."""
    x = DRAW.normal(size=(5, 4, 2))
    assert np.array_equal(run(x=x).value("y")[2], run(x=x[2]).value("y"))


def test_axes_in_front_must_be_the_same() -> None:
    """5 examples of x, and 2 of u."""
    with pytest.raises(ExecutionError, match="other axes in front: 5 and 2"):
        run(x=np.zeros((5, 4, 2)), u=np.zeros((2, 3)))


def test_weights_have_no_axes_in_front() -> None:
    """A weight with a further axis is a mistake, and so is an input whose declared axes do not fit."""
    with pytest.raises(ExecutionError, match="the data for W are 5 x 3 x 2"):
        run(W=np.zeros((5, 3, 2)))
    with pytest.raises(ExecutionError, match="the data for x are 5 x 4 x 3"):
        run(x=np.zeros((5, 4, 3)))


def test_entries_are_checked_in_every_example() -> None:
    """7 is no token."""
    spec = shapecheck.loads("dim T\ninput tok[t in 1..T] in 0..6\nweight E : 7 x 2\ny[t] = E[tok[t]] for t in 1..T\n")
    tokens = np.array([[0, 1], [6, 7]])
    with pytest.raises(ExecutionError, match="tok"):
        spec.run({"T": 2}, {"tok": tokens})
    assert spec.run({"T": 2}, {"tok": tokens % 7}).value("y").shape == (2, 2, 2)


def test_a_batch_counts_against_the_memory_limit() -> None:
    """A thousand runs need a thousand times the memory of one."""
    spec = shapecheck.loads("dim n\ninput x : n\ny = x + 1\n")
    spec.run({"n": 100}, {"x": np.zeros(100)}, memory_limit=100_000)
    with pytest.raises(ExecutionError, match="the run would need"):
        spec.run({"n": 100}, {"x": np.zeros((1000, 100))}, memory_limit=100_000)


def test_a_recurrence_in_a_batch() -> None:
    """A running sum, by NumPy."""
    spec = shapecheck.loads("dim T\ninput x[t in 1..T] : 1\nh[0] = zeros(1)\nh[t] = h[t-1] + x[t] for t in 1..T\n")
    x = DRAW.integers(-5, 5, size=(3, 4, 1)).astype(float)
    assert np.array_equal(spec.run({"T": 4}, {"x": x}).value("h")[:, 1:], np.cumsum(x, axis=1))
