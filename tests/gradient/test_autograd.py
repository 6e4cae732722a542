"""Derived gradients of whole networks equal those of PyTorch's autograd, in float64.

Independent truth: the networks are written once more with PyTorch's own functions.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.gradient.derived import ran
from tests.oracles.engines import engine

SLIDES = Path(__file__).parents[2] / "specs" / "slides"
Given = dict[str, Any]


def _softmax_cross_entropy(torch: Any, g: Given) -> Any:
    return -(g["y"] * torch.log_softmax(g["W"] @ g["x"] + g["b"], 0)).sum()


def _rnn(torch: Any, g: Given) -> Any:
    h, loss = torch.zeros(g["W"].shape[0], dtype=torch.float64), 0.0
    for x, y in zip(g["x"], g["y"]):
        h = torch.tanh(g["W"] @ h + g["U"] @ x)
        loss = loss + ((h - y) ** 2).sum() / 2
    return loss


def _gru_states(torch: Any, xs: Any, W: Any, V: Any) -> Any:
    h = torch.zeros(V.shape[0], dtype=torch.float64)
    states = []
    for x in xs:
        z, r = torch.sigmoid(W @ torch.cat([x, h])).chunk(2)
        h = z * h + (1 - z) * torch.tanh(V @ torch.cat([x, r * h]))
        states.append(h)
    return torch.stack(states)


def _gru(torch: Any, g: Given) -> Any:
    return (_gru_states(torch, g["x"], g["W"], g["V"]) ** 2).sum()


def _gru_block(torch: Any, g: Given) -> Any:
    return (_gru_states(torch, g["x"], g["h.W"], g["h.V"]) ** 2).sum()


def _lstm(torch: Any, g: Given) -> Any:
    p = g["W"].shape[0] // 4
    h, c, loss = torch.zeros(p, dtype=torch.float64), torch.zeros(p, dtype=torch.float64), 0.0
    for x in g["x"]:
        i, f, o, new = (g["W"] @ torch.cat([x, h])).chunk(4)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(new)
        h = torch.sigmoid(o) * torch.tanh(c)
        loss = loss + (h**2).sum()
    return loss


def _mlp(torch: Any, g: Given) -> Any:
    hidden = torch.relu(g["x"] @ g["A"].T + g["a"])
    return ((hidden @ g["B"].T + g["b"] - g["y"]) ** 2).sum() / 2


def _attention(torch: Any, g: Given) -> Any:
    scores = torch.softmax(g["Q"] @ g["K"].T / g["K"].shape[1] ** 0.5, -1)
    return (scores @ g["V"]).pow(2).sum()


def _batch_norm(torch: Any, g: Given) -> Any:
    y = torch.nn.functional.batch_norm(g["x"], None, None, g["g"], g["b"], True, eps=0.01)
    return (y * g["r"]).sum()


def _layer_norm(torch: Any, g: Given) -> Any:
    y = torch.nn.functional.layer_norm(g["x"], g["g"].shape, g["g"], g["b"], eps=0.01)
    return (y * g["r"]).sum()


def _strided(torch: Any, g: Given) -> Any:
    y = torch.nn.functional.conv2d(g["I"][None, None], g["K"][None, None], stride=2, padding=1)[0, 0]
    return (y**2).sum()


def _channels(torch: Any, g: Given) -> Any:
    image, kernel = g["I"].permute(0, 3, 1, 2), g["K"].permute(3, 2, 0, 1)
    y = torch.nn.functional.conv2d(image, kernel, stride=2, padding=1)
    return (y**2).sum()


def _pooled(torch: Any, g: Given) -> Any:
    y = torch.nn.functional.max_pool2d(g["I"].permute(2, 0, 1)[None], 3, stride=2, padding=1)
    return (y**2).sum()


def _dense(torch: Any, g: Given) -> Any:
    hidden = torch.relu(g["x"] @ g["y.dense[1].W"].T + g["y.dense[1].b"])
    return ((hidden @ g["y.W"].T + g["y.b"]) ** 2).sum()


def _picked(torch: Any, g: Given) -> Any:
    return ((g["E"][torch.as_tensor(g["tok"].long())] @ g["w"]) ** 2).sum()


CASES: dict[str, tuple[str, str, dict[str, int], Callable[[Any, Given], Any]]] = {
    "softmax cross-entropy": (
        "dim n, C\ninput x : n, y : C\nweight W : C x n, b : C\nq = softmax(W @ x + b)\nloss = -sum(y .* log(q))\n",
        "W,b,x",
        {"n": 4, "C": 3},
        _softmax_cross_entropy,
    ),
    "rnn": (
        "dim p, d, T\ninput x[t in 1..T] : d, y[t in 1..T] : p\nweight U : p x d, W : p x p\nh[0] = zeros(p)\n"
        "h[t] = tanh(W @ h[t-1] + U @ x[t]) for t in 1..T\n"
        "loss = 1/2 * sum[t in 1..T] sum((h[t] - y[t]) .* (h[t] - y[t]))\n",
        "W,U,x",
        {"p": 3, "d": 2, "T": 4},
        _rnn,
    ),
    "gru of the slides": (
        (SLIDES / "gru.shape").read_text() + "\nloss = sum(h .* h)\n",
        "W,V,x",
        {"p": 3, "d": 2, "T": 4},
        _gru,
    ),
    "lstm of the slides": (
        (SLIDES / "lstm.shape").read_text() + "\nloss = sum(h .* h)\n",
        "W,x",
        {"p": 3, "d": 2, "T": 4},
        _lstm,
    ),
    "gru of the library": (
        "dim p, d, T\ninput x[t in 1..T] : d\nh = x -> gru(p)\nloss = sum(h .* h)\n",
        "h.W,h.V,x",
        {"p": 3, "d": 2, "T": 4},
        _gru_block,
    ),
    "two layers of the library": (
        "dim N, n, m, C\ninput x : N x n\ny = x -> dense(m) -> relu -> dense(C)\nloss = sum(y .* y)\n",
        "y.dense[1].W,y.dense[1].b,y.W,y.b,x",
        {"N": 2, "n": 3, "m": 5, "C": 4},
        _dense,
    ),
    "mlp": (
        "dim N, n, m, C\ninput x[i in 1..N] : n, y[i in 1..N] : C\nweight A : m x n, a : m, B : C x m, b : C\n"
        "for i in 1..N {\n  h = relu(A @ x[i] + a)\n  e2 = B @ h + b - y[i]\n}\n"
        "loss = 1/2 * sum[i in 1..N] dot(e2[i], e2[i])\n",
        "A,a,B,b",
        {"N": 3, "n": 4, "m": 5, "C": 2},
        _mlp,
    ),
    "attention": (
        "dim n, m, k, v\ninput Q : n x k, K : m x k, V : m x v\nY = softmax(Q @ K.T / sqrt(k)) @ V\n"
        "loss = sum(Y .* Y)\n",
        "Q,K,V",
        {"n": 2, "m": 3, "k": 4, "v": 5},
        _attention,
    ),
    "batch norm": (
        "dim N, C\ninput x : N x C, r : N x C\nweight g : C, b : C\nmu[c] = mean[i in 0..N-1] x[i, c]\n"
        "va[c] = mean[i in 0..N-1] (x[i, c] - mu[c])^2\n"
        "y[i, c] = g[c] * (x[i, c] - mu[c]) / sqrt(va[c] + 0.01) + b[c]\nloss = sum(y .* r)\n",
        "x,g,b",
        {"N": 4, "C": 3},
        _batch_norm,
    ),
    "layer norm": (
        "dim N, n\ninput x[i in 1..N] : n, r[i in 1..N] : n\nweight g : n, b : n\nfor i in 1..N {\n"
        "  c = x[i] - mean(x[i]) * ones(n)\n  y = g .* c / sqrt(mean(c .* c) + 0.01) + b\n}\nloss = sum(y .* r)\n",
        "x,g,b",
        {"N": 2, "n": 4},
        _layer_norm,
    ),
    "convolution by indices": (
        "dim H, W, M, N\nassume H + 2 >= M, W + 2 >= N\ninput I : H x W\nweight K : M x N\n"
        "V[x in 0..(H+2-M)//2, y in 0..(W+2-N)//2] = "
        "sum[m in 0..M-1, n in 0..N-1] (I[2*x+m-1, 2*y+n-1] default 0) * K[m, n]\nloss = sum(V .* V)\n",
        "I,K",
        {"H": 5, "W": 6, "M": 3, "N": 2},
        _strided,
    ),
    "convolution as an op": (
        "dim B, H, W, C, F\ninput I : [B, H, W, C]\nweight K : [3, 3, C, F]\n"
        "V = conv(I, K, stride = 2, pad = 1)\nloss = sum(V .* V)\n",
        "I,K",
        {"B": 2, "H": 5, "W": 6, "C": 2, "F": 3},
        _channels,
    ),
    "max pooling": (
        "dim H, W, C\ninput I : [H, W, C]\nP = maxpool(I, 3, stride = 2, pad = 1)\nloss = sum(P .* P)\n",
        "I",
        {"H": 5, "W": 6, "C": 2},
        _pooled,
    ),
    "embedding": (
        "dim V, D, T\ninput tok[t in 1..T] in 0..V-1\nweight E : V x D, w : D\n"
        "s[t] = dot(E[tok[t]], w) for t in 1..T\nloss = sum(s .* s)\n",
        "E,w",
        {"V": 4, "D": 3, "T": 6},
        _picked,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_equals_autograd(name: str) -> None:
    """Every entry of every derivative asked for."""
    torch = engine("torch")
    text, wrt, sizes, network = CASES[name]
    given, found = ran(text, wrt, sizes)
    tensors = {one: torch.tensor(value, requires_grad=value.dtype.kind == "f") for one, value in given.items()}
    network(torch, tensors).backward()
    for one, value in found.items():
        expected = tensors[one].grad.numpy()
        assert value.shape == expected.shape
        np.testing.assert_allclose(value, expected, rtol=1e-11, atol=1e-12, err_msg=one)
