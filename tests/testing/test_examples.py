"""Strategies for users' own tests, and functions compared with a spec.

Independent truth: the equations of the slides, programmed here in plain NumPy; mistakes made on purpose.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import shapecheck
from shapecheck.execute import Run
from shapecheck.guide import page_text
from shapecheck.testing import arrays, assert_matches, runs, sizes

from ..oracles.engines import engine

ROOT = Path(__file__).parents[2]
GRU = shapecheck.load(ROOT / "specs" / "slides" / "gru.shape")
UNET = shapecheck.load(ROOT / "specs" / "networks" / "unet.shape")
FEW = settings(max_examples=20, deadline=None, suppress_health_check=tuple(HealthCheck))
Array = Any


def sigm(value: Array) -> Array:
    return 1 / (1 + np.exp(-value))


def gru(x: Array, W: Array, V: Array, turned: bool = False, first: int = 0) -> Array:
    """The slide's equations, step by step."""
    states = [np.zeros(V.shape[0])]
    for entry in x:
        gates = sigm(W @ np.concatenate([entry, states[-1]]))
        z, r = np.split(gates, 2)[:: -1 if turned else 1]
        proposal = np.tanh(V @ np.concatenate([entry, r * states[-1]]))
        states.append(z * states[-1] + (1 - z) * proposal)
    return np.array(states)[first:]


@FEW
@given(sizes(UNET))
def test_drawn_sizes_are_admitted(found: dict[str, int]) -> None:
    """A U-Net without padding takes 188, 204, 220, .. and nothing else."""
    assert all(found[name] >= 188 and found[name] % 16 == 12 for name in ("H", "W"))


@FEW
@given(arrays(GRU))
def test_arrays_have_the_shapes_of_the_slide(found: dict[str, Array]) -> None:
    """x is T x d, W 2p x (p + d), V p x (p + d); all entries multiples of 1/16."""
    p, d = found["V"].shape[0], found["x"].shape[1]
    assert found["W"].shape == (2 * p, p + d) and found["V"].shape == (p, p + d)
    assert all(np.array_equal(array * 16, np.round(array * 16)) for array in found.values())


@FEW
@given(arrays(GRU, {"p": 2, "d": 3, "T": 4}))
def test_arrays_at_given_sizes(found: dict[str, Array]) -> None:
    """T x d is 4 x 3."""
    assert found["x"].shape == (4, 3)


@FEW
@given(runs(GRU))
def test_runs_know_their_sizes(run: Run) -> None:
    """T + 1 states of p numbers."""
    assert run.value("h").shape == (run.sizes["T"] + 1, run.sizes["p"])


@FEW
@given(arrays(shapecheck.loads("dim n\ninput t : n in 3..5\ninput x : n in 0.25..0.5\ny = t + x\n")))
def test_declared_ranges_are_kept(found: dict[str, Array]) -> None:
    """Integers from 3 to 5, reals from 1/4 to 1/2."""
    assert found["t"].dtype == np.int64 and set(found["t"]) <= {3, 4, 5}
    assert ((found["x"] >= 0.25) & (found["x"] <= 0.5)).all()


def test_a_function_that_matches() -> None:
    """The slide's GRU in NumPy."""
    assert_matches(GRU, gru, outputs="h", max_examples=20)


def test_gates_in_the_wrong_order() -> None:
    """Found at the least sizes: with one number each and one step the order of the gates shows."""
    with pytest.raises(AssertionError, match=r"(?s)h\[1, 0\] is .*the function gives .*at p = 1, d = 1, T = 1"):
        assert_matches(GRU, lambda x, W, V: gru(x, W, V, turned=True), outputs="h", max_examples=20)


def test_a_state_is_missing() -> None:
    """h[0] left out: T states instead of T + 1."""
    with pytest.raises(AssertionError, match=r"h is 2 x 1, the function gives 1 x 1"):
        assert_matches(GRU, lambda x, W, V: gru(x, W, V, first=1), outputs="h", max_examples=20)


def test_functions_take_sizes_and_return_dictionaries() -> None:
    """`n` is asked for by name, results are told by name."""
    spec = shapecheck.loads("dim n\ninput x : n\noutput y, s\ny = n * x\ns = sum(x)\n")
    assert_matches(spec, lambda n, x: {"y": n * x, "s": x.sum()}, max_examples=10)
    assert_matches(spec, lambda n, x: (n * x, x.sum()), max_examples=10)
    with pytest.raises(AssertionError, match=r"y is \d+, the function gives a scalar"):
        assert_matches(spec, lambda n, x: (x.sum(), x.sum()), max_examples=10)


def test_blocks() -> None:
    """A dense layer of the library is W @ x + b."""
    spec = shapecheck.load(ROOT / "specs" / "std" / "dense.shape")
    assert_matches(spec, lambda x, W, b: W @ x + b, block="dense", max_examples=10)


def test_arrays_are_converted() -> None:
    """What `convert` makes is what the function gets, here lists."""
    spec = shapecheck.loads("dim n\ninput x : n\noutput y\ny = 2x\n")
    assert_matches(spec, lambda x: [2 * entry for entry in x], convert=lambda array: array.tolist(), max_examples=10)


def test_pytorch() -> None:
    """Tensors go in and come out, with gradients or without."""
    torch = engine("torch")

    def model(x: Any, W: Any, V: Any) -> Any:
        states = [torch.zeros(V.shape[0], dtype=V.dtype)]
        for entry in x:
            z, r = torch.sigmoid(W.requires_grad_() @ torch.cat([entry, states[-1]])).chunk(2)
            states.append(z * states[-1] + (1 - z) * torch.tanh(V @ torch.cat([entry, r * states[-1]])))
        return torch.stack(states)

    assert_matches(GRU, model, outputs="h", convert=torch.from_numpy, max_examples=10)


def test_what_the_function_asks_for_must_be_there() -> None:
    """The nearest name is offered."""
    with pytest.raises(TypeError, match="asks for w, which the spec does not have"):
        assert_matches(GRU, lambda x, w: x, outputs="h")


def test_what_it_returns_must_be_said() -> None:
    """The slide declares no output."""
    with pytest.raises(ValueError, match="declares no output; say what the function returns: outputs= one of h, z, r"):
        assert_matches(GRU, gru)


def test_the_example_of_the_guide() -> None:
    """The guide's test, cut out and run."""
    programs = re.findall(r"^```python\n(.*?)^```", page_text("testing"), re.S | re.M)
    (text,) = [program for program in programs if "def test_" in program]
    names: dict[str, Any] = {}
    settings.register_profile("few", max_examples=15, deadline=None)
    settings.load_profile("few")
    try:
        _run_example(text, names)
    finally:
        settings.load_profile("default")


def _run_example(text: str, names: dict[str, Any]) -> None:
    exec(text.replace("specs/", f"{ROOT}/specs/"), names)
    names["test_my_gru"]()
    names["test_states_stay_small"]()
