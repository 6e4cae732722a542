"""Derivatives through layers of the library, by every weight and every real input, agree with differences.

Independent truth: central differences of the number at a point off the grid, made by the command before it writes.
"""

from __future__ import annotations

import pytest

from shapecheck.spec import loads
from tests.gradient.derived import derived

NETWORKS = {
    "lstm": "dim p, d, T\ninput x[t in 1..T] : d\ny = x -> lstm(p)\n",
    "rnn": "dim p, d, T\ninput x[t in 1..T] : d\ny = x -> rnn(p)\n",
    "a batch through a gru": "dim B, p, d, T\ninput x : B x T x d\ny = x -> gru(p)\n",
    "a stack of grus": (
        "dim p, T, L\ninput x[t in 1..T] : p\nh[0] = x\nh[k] = h[k-1] -> gru(p) for k in 1..L\ny = h[L]\n"
    ),
    "a cell by hand": (
        "dim p, d, T\ninput x[t in 1..T] : d\ncell = gru_cell(p)\nh[0] = zeros(p)\n"
        "h[t] = cell(x[t], h[t-1]) for t in 1..T\ny = h[T]\n"
    ),
    "attention with heads": "dim T\ninput x : T x 4\ny = x -> mha(2)\n",
    "convolution": "dim N, H, W\ninput x : [N, H, W, 3]\ny = x -> conv2d(4, 3, pad = 1) -> relu\n",
    "max pooling": "dim H, W\nassume H >= 2, W >= 2\ninput x : [H, W, 3]\ny = x -> maxpool(2)\n",
    "mean pooling": "dim H, W\nassume H >= 2, W >= 2\ninput x : [H, W, 3]\ny = x -> avgpool(2)\n",
    "a small network on images": (
        "input x : [12, 12, 1]\ny = x -> conv2d(3, 5 x 5) -> tanh -> maxpool(2) -> flatten -> dense(4) -> softmax\n"
    ),
    "batch norm": "dim N, C\ninput x : N x C\ny = x -> batchnorm()\n",
    "layer norm": "dim N, C\ninput x : N x C\ny = x -> layernorm()\n",
    "embedding": "dim V, T, D\ninput tok[t in 1..T] in 0..V-1\ny = tok -> embedding(V, D)\n",
    "a repeated layer": "dim N, n\ninput x : N x n\ny = x -> repeat(3, dense(n, tanh))\n",
    "pooling over all": "dim H, W\ninput x : [H, W, 3]\ny = x -> globalpool()\n",
    "larger images": "dim H, W\ninput x : [H, W, 3]\ny = x -> upsample(2)\n",
    "transposed convolution": "dim H, W\ninput x : [H, W, 3]\ny = x -> conv2d_transpose(2, 3, stride = 2)\n",
    "a kernel for each channel": "dim H, W\ninput x : [H, W, 3]\ny = x -> depthwise(3, pad = SAME)\n",
    "a block of one's own": (
        "dim n\ninput x : n\nlayer res(k) {\n  dim m\n  input x : [..., m]\n  output y\n  a = dense(k)(x)\n"
        "  y = x + dense(m)(relu(a))\n}\ny = x -> res(5) as r -> res(3)\n"
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_agrees_with_differences(name: str) -> None:
    """No derivative is refused, and at least one run was compared."""
    text = NETWORKS[name] + "loss = sum(y .* y .* y)\n"
    families = loads(text).shapes.graph.families
    real = [one for one, item in families.items() if item.role in ("weight", "input") and item.entries is None]
    assert derived(text, ",".join(real)).runs >= 1
