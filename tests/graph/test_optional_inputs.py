"""Inputs with a default: a call that leaves them out is one that passes the default.

The independent truth is the same layer with the input passed by hand.
"""

from __future__ import annotations

import numpy as np
import pytest

from .asking import computed, mistakes, verdicts

SUMS = """layer sums(p) {
  dim d, T
  input x[..., t in 1..T] : d, first : [..., p] = zeros(p), scale : [..., d] = ones(d)
  weight W : p x d
  output h[t in 1..T] : p
  h[0] = first
  h[t] = h[t-1] + W @ (scale .* x[t]) for t in 1..T
}
"""
MEMORY = """layer attend(k) {
  dim S, E, T, D
  dim n = 2S
  input x[..., t in 1..T] : D, m[..., u in 1..S] : E = x
  weight Q : k x D, K : k x E
  output y[t in 1..T, u in 1..S] : scalar
  y[t, u] = dot(Q @ x[t], K @ m[u]) + n - n for t in 1..T, u in 1..S
}
"""
GIVEN = "input x : [3, 2]\n"


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("x -> sums(4)", "sums(4)(x, zeros(4), ones(2))"),
        ("sums(4)(x)", "(x, zeros(4)) -> sums(4)"),
        ("(x, ones(4)) -> sums(4)", "sums(4)(x, first = ones(4), scale = ones(2))"),
        ("sums(4)(x, scale = [2; 3])", "sums(4)(x, zeros(4), [2; 3])"),
    ],
)
def test_leaving_out_is_passing_the_default(short: str, full: str) -> None:
    """The same numbers, with the same weight."""
    text = SUMS + GIVEN + "weight V : 4 x 2\n"
    given = {"x": np.arange(6.0).reshape(3, 2), "V": np.arange(8.0).reshape(4, 2)}
    values = [
        computed(text + f"y = {form.replace('sums(4)', 'sums(4, W = V)')}\n", "y", **given) for form in (short, full)
    ]
    assert values[0].shape == (3, 4)
    np.testing.assert_array_equal(values[0], values[1])


ACCEPTED = [
    SUMS + "dim N\ninput x : [N, 3, 2]\ny = x -> sums(4)\nclaim y : [N, 3, 4]\n",
    SUMS + "dim N\ninput x : [N, 3, 2], s : [N, 4]\ny = (x, s) -> sums(4)\nclaim y : [N, 3, 4]\n",
    SUMS + GIVEN + "y = x -> repeat(3, sums(2))\nclaim y : [3, 2]\n",
    SUMS + GIVEN + "f = sums(4)\ny = f(x)\nz = f(x, y[3])\nclaim params == 8\n",
    MEMORY + GIVEN + "y = x -> attend(5)\nclaim y : [3, 3]\n",
    MEMORY + GIVEN + "input m : [7, 4]\ny = (x, m) -> attend(5)\nclaim y : [3, 7]\n",
    MEMORY + "dim N\ninput x : [N, 3, 2]\ny = x -> attend(5)\nclaim y : [N, 3, 3]\n",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_accepted(text: str) -> None:
    """Mapped, repeated, by an instance, and with sizes that the default fixes."""
    assert mistakes(text) == []


LAYER = "layer f(p) {{\n  dim d\n  {}\n  weight W : p x d\n  output y : p\n  y = W @ x + h\n}}\n"


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("input h : p = zeros(p), x : d", "misplaced-default"),
        ("input x : d, h : p = W @ x", "misplaced-default"),
        ("input x : d, h : p = h", "misplaced-default"),
        ("input x : d, h : p = y", "misplaced-default"),
    ],
)
def test_misplaced(declared: str, code: str) -> None:
    """A default stands last, and mentions what is known before it."""
    assert code in [found for _, found in mistakes(LAYER.format(declared))]


def test_a_default_has_the_declared_shape() -> None:
    """Also where the first call leaves it out."""
    text = LAYER.format("input x : d, h : p = zeros(p + 1)") + "input x : 3\nz = x -> f(2)\n"
    assert mistakes(text) != []


def test_a_default_lies_in_the_declared_range() -> None:
    """`in 0..1` is a promise of the default, too."""
    text = LAYER.format("input x : d, h : p in 0..1 = full(p, 3)") + "input x : 3\nz = x -> f(2)\n"
    assert mistakes(text) != []


def test_a_file_has_no_defaults() -> None:
    """An equation says it."""
    assert mistakes("dim p\ninput h : p = zeros(p)\n") == [(2, "declared-and-defined")]


@pytest.mark.parametrize("layer", ["gru", "rnn", "lstm"])
def test_a_recurrence_goes_on_from_its_last_state(layer: str) -> None:
    """One half from zero, the other from the last state of the first: the same states as in one go."""
    given = {"x": np.arange(8.0).reshape(4, 2) / 8}
    head = f"input x : [4, 2]\nwhole = x -> {layer}(3)\n"
    halves = "a = cell(x[0..1])\n" + ("b = cell(x[2..3], a[2])\n" if layer != "lstm" else "")
    halves += "b = cell(x[2..3], a[2], a.c[2])\n" if layer == "lstm" else ""
    weights = "W = whole.W, V = whole.V" if layer == "gru" else "W = whole.W"
    text = head + f"cell = {layer}(3, {weights})\n" + halves
    text += "y = concat(a - whole[1..2], b - whole[3..4], axis = 0)\n"
    np.testing.assert_allclose(computed(text, "y", **given), np.zeros((4, 3)), atol=1e-12)


def test_cells_start_from_zeros() -> None:
    """A cell without a state is the cell with zeros in its place."""
    for cell, zeros, outputs in (
        ("rnn_cell(4)", "zeros(4)", "a"),
        ("gru_cell(4)", "zeros(4)", "a"),
        ("gru_pytorch_cell(4)", "zeros(4)", "a"),
        ("lstm_cell(4)", "zeros(4), zeros(4)", "(a, c)"),
        ("lstm_keras_cell(4)", "zeros(4), zeros(4)", "(a, c)"),
    ):
        other = outputs.replace("a", "b").replace("c", "e")
        text = f"dim d\ninput x : d\nf = {cell}\n{outputs} = f(x)\n{other} = f(x, {zeros})\nclaim a == b\n"
        assert verdicts(text) == ["proved"], cell
