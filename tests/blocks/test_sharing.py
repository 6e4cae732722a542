"""Which weights are one and which are many: sharing follows the place where the parentheses with the parameters stand.

Independent truth: the language's section on layers; the counts beside each spec are worked out by hand, for one dense
layer of n to m numbers as n m + m.
"""

from __future__ import annotations

import pytest

from ..graph.asking import computed, report_of, verdicts

CELL = """layer cell(p) {
  dim d
  input x : [..., d], h : [..., p]
  weight W
  output y : p
  y = tanh(W @ [x; h])
}
"""
SEQUENCE = "dim p, d, T, L\ninput x[t in 1..T] : d\nh[0] = zeros(p)\n"

COUNTS = {
    "an instance, applied at every step": (
        CELL + SEQUENCE + "f = cell(p)\nh[t] = f(x[t], h[t-1]) for t in 1..T\n",
        "p * (p + d)",
    ),
    "parentheses at every step": (
        CELL + SEQUENCE + "h[t] = cell(p)(x[t], h[t-1]) for t in 1..T\n",
        "T * p * (p + d)",
    ),
    "two places are two sets": ("dim n\ninput x : n\ny = x -> dense(n) -> dense(n)\n", "2 * (n^2 + n)"),
    "one instance at two places": ("dim n\ninput x : n\nf = dense(n)\ny = f(f(x))\n", "n^2 + n"),
    "a family of instances": (
        "dim n, E\ninput x[e in 1..E] : n\nf[e] = dense(n) for e in 1..E\ny[e] = f[e](x[e]) for e in 1..E\n",
        "E * (n^2 + n)",
    ),
    "repeat of a stage": ("dim n, L\ninput x : n\ny = x -> repeat(L, dense(n))\n", "L * (n^2 + n)"),
    "repeat of an instance": ("dim n, L\ninput x : n\nf = dense(n)\ny = x -> repeat(L, f)\n", "n^2 + n"),
    "repeat of a repeat": (
        "dim n, L, M\ninput x : n\ny = x -> repeat(L, repeat(M, dense(n)))\n",
        "L * M * (n^2 + n)",
    ),
    "the first pass of a repeat is smaller": (
        "dim n, m, L\ninput x : m\ny = x -> repeat(L, dense(n))\n",
        "(m * n + n) + (L - 1) * (n^2 + n)",
    ),
    "a layer over leading axes": ("dim n, m, N, T\ninput x : [N, T, m]\ny = x -> dense(n)\n", "m * n + n"),
    "weights that are given": (
        "dim n, m\ninput x : m\nweight U : n x m\ny = dense(n, W = U)(x)\nz = dense(n, W = U)(x)\n",
        "n * m + 2n",
    ),
    "weights of another application": (
        "dim n\ninput x : n\ny = x -> dense(n) as f\nz = dense(n, W = f.W)(y)\n",
        "n^2 + 2n",
    ),
    "a block that calls blocks": (
        "layer two(n) = dense(n) -> dense(n)\ndim n, m\ninput x : m\ny = x -> two(n)\n",
        "m * n + n + n^2 + n",
    ),
    "a branch that the parameters rule out": ("dim n, m\ninput x : m\ny = x -> dense(n, bias = false)\n", "m * n"),
    "a buffer never counts": ("dim n\ninput x : n\ny = x -> batchnorm\n", "2n"),
    "a weight that no equation uses": (
        "dim n\ninput x : n\nweight U : n x n\ny = x -> dense(n, bias = false)\n",
        "n^2",
    ),
}


@pytest.mark.parametrize("case", COUNTS)
def test_parameters(case: str) -> None:
    """The count is proved for all sizes, and one more is refuted."""
    text, count = COUNTS[case]
    assert verdicts(f"{text}claim params == {count}\nclaim params == {count} + 1\n") == ["proved", "refuted"]


def test_an_instance_gives_the_same_weights_at_each_place() -> None:
    """f(f(x)) by hand, W = [1, 2; 0, 1] and b = [1, 0], on x = [1, 1]: [4, 1], then [7, 1]."""
    text = "input x : 2\nf = dense(2)\ny = f(f(x))\n"
    weights = {"f.W": [[1.0, 2.0], [0.0, 1.0]], "f.b": [1.0, 0.0]}
    assert computed(text, "y", x=[1.0, 1.0], **weights).tolist() == [7.0, 1.0]


def test_weights_that_are_given_are_those_weights() -> None:
    """The same layer with weights of its own gives the same values only by chance."""
    text = """
dim n, m
input x : m
weight U : n x m, v : n
y = dense(n, W = U, b = v)(x)
claim y == U @ x + v
claim y == dense(n)(x)
"""
    assert verdicts(text) == ["proved", "refuted"]


def test_leading_axes_share_the_weights() -> None:
    """A dense layer over a batch is W @ x[i] + b for each i."""
    text = """
dim n, m, N
input x : N x m
weight U : n x m, v : n
y = dense(n, W = U, b = v)(x)
claim y : N x n
claim y[i] == U @ x[i] + v for i in 0..N-1
"""
    assert verdicts(text) == ["proved", "proved"]


def test_inputs_without_the_leading_axes_are_shared() -> None:
    """The state has no batch: every example starts from the same one."""
    text = CELL + "dim N, d, p\ninput x : N x d, h : p\ny = (x, h) -> cell(p)\n"
    assert verdicts(text + "claim y : N x p\nclaim y.params == p * (p + d)\n") == ["proved", "proved"]


def test_leading_axes_must_agree() -> None:
    """A batch of N and a batch of M."""
    text = CELL + "dim N, M, d, p\ninput x : N x d, h : M x p\ny = (x, h) -> cell(p)\n"
    (found,) = [item for item in report_of(text).diagnostics if item.level == "error"]
    assert found.title == "this needs x and h to be mapped over the same axes: N is not M"


def test_several_outputs() -> None:
    """In the declared order, or by name."""
    text = """
dim p, d
input x : d, h : p, c : p
cell = lstm_cell(p)
(a, b) = cell(x, h, c)
s = cell(x, h, c).c2
claim a : p
claim b == s
claim params == 4p * (p + d)
"""
    assert verdicts(text) == ["proved", "proved", "proved"]


def test_parts_by_every_name() -> None:
    """`as`, the equation's own name, the order in the text, the number of the repetition."""
    text = """
dim n, m, L
input x : m
y = x -> dense(n) as first -> relu -> repeat(L, dense(n)) as rest -> dense(2)
claim first.W : n x m
claim first.params == n * m + n
claim y.W : 2 x n
claim rest[k].W : n x n for k in 1..L
claim rest[k].params == n^2 + n for k in 1..L
claim rest.params == L * (n^2 + n)
claim y.params == n * m + n + L * (n^2 + n) + 2n + 2
claim rest.macs == L * n^2
"""
    assert set(verdicts(text)) == {"proved"}


def test_the_value_of_a_part_is_the_value_inside() -> None:
    """The gates of a GRU from outside: [z; r] = sigm(W @ [x; h])."""
    text = """
dim p, d
input x : d, h : p
y = (x, h) -> gru_cell(p) as g
claim [g.z; g.r] == sigm(g.W @ [x; h])
"""
    assert verdicts(text) == ["proved"]
