"""The library's layers give what the definitions of the field say, computed here by loops over single entries.

Independent truth: the loops below, written from the definitions (the sources stand beside them), and NumPy's
elementary functions.  Inputs and weights are those that the run drew.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from shapecheck.execute import run

from ..graph.asking import derived

Array = np.ndarray[Any, Any]
Get = Callable[[str], Array]


def ran(text: str, **sizes: int) -> Get:
    """The arrays of a spec run at some sizes, by path."""
    found = run(derived(text), sizes, {})
    return lambda name: np.asarray(found.value(name), dtype=float)


def sigm(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def softmax(x: Array) -> Array:
    shifted = np.exp(x - x.max())
    return shifted / shifted.sum()


def assert_agree(one: Array, other: Array) -> None:
    assert one.shape == other.shape
    assert np.allclose(one, other, rtol=1e-9, atol=1e-12)
    assert np.abs(one).max() > 0


# ---- dense, embeddings -------------------------------------------------------------------------


def test_dense() -> None:
    get = ran("dim n, m, N\ninput x : N x m\ny = x -> dense(n, act = tanh) as f\n", n=3, m=2, N=4)
    x, w, b = get("x"), get("f.W"), get("f.b")
    sums = [[sum(w[i, j] * row[j] for j in range(2)) + b[i] for i in range(3)] for row in x]
    assert_agree(get("y"), np.tanh(np.array(sums)))


def test_embedding() -> None:
    get = ran("dim T\ninput t : T in 0..6\ny = t -> embedding(7, 3) as f\n", T=5)
    assert_agree(get("y"), np.array([get("f.E")[int(token)] for token in get("t")]))


def test_flatten_counts_rows_then_columns_then_channels() -> None:
    get = ran("dim N\ninput x : [N, 2, 3, 4]\ny = x -> flatten\n", N=2)
    x = get("x")
    assert_agree(get("y"), np.array([[x[n, i // 12, i // 4 % 3, i % 4] for i in range(24)] for n in range(2)]))


def test_positions() -> None:
    get = ran("dim T, D\ninput x[t in 1..T] : D\ny = x -> positions as f\n", T=3, D=2)
    assert_agree(get("y"), get("x") + get("f.P"))


# ---- convolution and pooling -------------------------------------------------------------------


Pads = list[tuple[int, int]]


def convolved(image: Array, kernel: Array, stride: int, pads: Pads, dilation: int, groups: int) -> Array:
    """Channels last; the sum over the kernel and the channels of a group, entry by entry (zeros outside)."""
    axes = kernel.ndim - 2
    extents = [dilation * (m - 1) + 1 for m in kernel.shape[:axes]]
    out = [(h + sum(p) - m) // stride + 1 for h, p, m in zip(image.shape, pads, extents)]
    filters, per_group = kernel.shape[-1], kernel.shape[-2]
    result = np.zeros((*out, filters))
    for place in product(*map(range, out)):
        for f in range(filters):
            group = f // (filters // groups)
            for tap in product(*map(range, kernel.shape[:axes])):
                at = [s * stride + t * dilation - p[0] for s, t, p in zip(place, tap, pads)]
                if all(0 <= a < h for a, h in zip(at, image.shape)):
                    for c in range(per_group):
                        result[(*place, f)] += image[(*at, group * per_group + c)] * kernel[(*tap, c, f)]
    return result


CONVOLUTIONS = {
    "1d": ("[7, 2]", "conv1d(3, 2)", 1, [(0, 0)], 1, 1),
    "1d, stride and padding": ("[8, 2]", "conv1d(3, 3, stride = 2, pad = 1)", 2, [(1, 1)], 1, 1),
    "1d, dilated": ("[9, 2]", "conv1d(3, 3, dilation = 3)", 1, [(0, 0)], 3, 1),
    "1d, grouped": ("[5, 4]", "conv1d(6, 2, groups = 2)", 1, [(0, 0)], 1, 2),
    "2d": ("[5, 6, 2]", "conv2d(3, 3 x 2)", 1, [(0, 0), (0, 0)], 1, 1),
    # SAME at stride 1: M - 1 in all, the smaller half first
    "2d, SAME": ("[4, 5, 2]", "conv2d(3, 4 x 3, pad = SAME)", 1, [(1, 2), (1, 1)], 1, 1),
    # SAME at stride 2 on 6: (3 - 1) 2 + 3 - 6 = 1, after the image
    "2d, SAME, stride 2": ("[6, 6, 1]", "conv2d(2, 3 x 3, stride = 2, pad = SAME)", 2, [(0, 1), (0, 1)], 1, 1),
    "2d, explicit": ("[3, 4, 2]", "conv2d(2, 2 x 3, pad = [1, 0; 2, 1])", 1, [(1, 0), (2, 1)], 1, 1),
    "2d, grouped and dilated": ("[6, 5, 4]", "conv2d(4, 2 x 2, dilation = 2, groups = 4)", 1, [(0, 0), (0, 0)], 2, 4),
    "3d": ("[3, 4, 3, 2]", "conv3d(2, 2 x 3 x 2)", 1, [(0, 0)] * 3, 1, 1),
}


@pytest.mark.parametrize("case", CONVOLUTIONS)
def test_convolution(case: str) -> None:
    shape, layer, stride, pads, dilation, groups = CONVOLUTIONS[case]
    get = ran(f"dim N\ninput x : [N, {shape[1:]}\ny = x -> {layer} as f\n", N=2)
    expected = [convolved(x, get("f.K"), stride, pads, dilation, groups) + get("f.b") for x in get("x")]
    assert_agree(get("y"), np.array(expected))


def test_depthwise() -> None:
    get = ran("input x : [4, 5, 3]\ny = x -> depthwise(2 x 2, mult = 2) as f\n")
    x, k = get("x"), get("f.K")
    assert_agree(get("y"), convolved(x, k, 1, [(0, 0), (0, 0)], 1, 3) + get("f.b"))


def test_transposed_convolution_spreads_each_entry() -> None:
    get = ran("input x : [3, 2, 2]\ny = x -> conv2d_transpose(3, 3 x 2, stride = 2) as f\n")
    x, k = get("x"), get("f.K")
    y = np.zeros((2 * 2 + 3, 1 * 2 + 2, 3))
    for i, j, m, n, c, f in product(range(3), range(2), range(3), range(2), range(2), range(3)):
        y[2 * i + m, 2 * j + n, f] += x[i, j, c] * k[m, n, c, f]
    assert_agree(get("y"), y + get("f.b"))


def windows(x: Array, m: int, stride: int, pad: int) -> dict[tuple[int, int], list[Array]]:
    """The cells inside of the image under each window."""
    out = [(h + 2 * pad - m) // stride + 1 for h in x.shape[:2]]
    found = {}
    for i, j in product(range(out[0]), range(out[1])):
        rows = [r for r in range(i * stride - pad, i * stride - pad + m) if 0 <= r < x.shape[0]]
        columns = [c for c in range(j * stride - pad, j * stride - pad + m) if 0 <= c < x.shape[1]]
        found[i, j] = [x[r, c] for r in rows for c in columns]
    return found


POOLS = [("2", 2, 0), ("3, stride = 2, pad = 1", 2, 1), ("3, stride = 1", 1, 0)]


@pytest.mark.parametrize(("arguments", "stride", "pad"), POOLS)
@pytest.mark.parametrize("name", ["maxpool", "avgpool"])
def test_pooling(name: str, arguments: str, stride: int, pad: int) -> None:
    """The largest or the mean of the cells inside; what is outside of the image counts for neither."""
    get = ran(f"input x : [5, 6, 2]\ny = x -> {name}({arguments})\n")
    found = windows(get("x"), int(arguments[0]), stride, pad)
    y = np.zeros(get("y").shape)
    for (i, j), cells in found.items():
        y[i, j] = np.max(cells, axis=0) if name == "maxpool" else np.sum(cells, axis=0) / len(cells)
    assert_agree(get("y"), y)


def test_global_pooling() -> None:
    get = ran("input x : [3, 4, 2]\nmean_of = x -> globalpool\nmost = x -> globalmaxpool\n")
    x = get("x").reshape(12, 2)
    assert_agree(get("mean_of"), np.array([sum(x[:, c]) / 12 for c in range(2)]))
    assert_agree(get("most"), np.array([max(x[:, c]) for c in range(2)]))


def test_resizing() -> None:
    text = "input x : [2, 3, 4]\nup = x -> upsample(2)\npadded = x -> zeropad(1)\nshuffled = x -> pixel_shuffle(2)\n"
    get = ran(text)
    x = get("x")
    assert_agree(get("up"), np.array([[x[i // 2, j // 2] for j in range(6)] for i in range(4)]))
    padded = np.zeros((4, 5, 4))
    padded[1:3, 1:4] = x
    assert_agree(get("padded"), padded)
    # Shi et al. 2016: channel c r^2 + r (row in the block) + (column in the block)
    shuffled = [[[x[i // 2, j // 2, 2 * (i % 2) + j % 2]] for j in range(6)] for i in range(4)]
    assert_agree(get("shuffled"), np.array(shuffled))


# ---- normalisation -----------------------------------------------------------------------------


def test_batch_norm_uses_the_statistics_of_training() -> None:
    get = ran("input x : [3, 4]\ny = x -> batchnorm as f\n")
    g, b, mu, va = (get(f"f.{name}") for name in ("g", "b", "mu", "va"))
    rows = [[g[c] * (row[c] - mu[c]) / (va[c] + 1e-5) ** 0.5 + b[c] for c in range(4)] for row in get("x")]
    assert_agree(get("y"), np.array(rows))


def test_layer_norm_and_rms_norm() -> None:
    get = ran("input x : [3, 5]\ny = x -> layernorm as f\nz = x -> rmsnorm as r\n")
    rows, scaled = [], []
    for row in get("x"):
        mean = sum(row) / 5
        variance = sum((entry - mean) ** 2 for entry in row) / 5
        rows.append(get("f.g") * (row - mean) / (variance + 1e-5) ** 0.5 + get("f.b"))
        scaled.append(get("r.g") * row / (sum(entry**2 for entry in row) / 5 + 1e-5) ** 0.5)
    assert_agree(get("y"), np.array(rows))
    assert_agree(get("z"), np.array(scaled))


def test_group_norm() -> None:
    get = ran("input x : [2, 3, 4]\ny = x -> groupnorm(2) as f\n")
    x, y = get("x"), np.zeros((2, 3, 4))
    for group in (slice(0, 2), slice(2, 4)):
        cells = x[:, :, group]
        mean = cells.sum() / cells.size
        variance = ((cells - mean) ** 2).sum() / cells.size
        y[:, :, group] = (cells - mean) / (variance + 1e-5) ** 0.5
    assert_agree(get("y"), y * get("f.g") + get("f.b"))


# ---- recurrence --------------------------------------------------------------------------------


def test_the_slides_gru() -> None:
    get = ran("dim p, d, T\ninput x[t in 1..T] : d\ny = x -> gru(p) as f\n", p=3, d=2, T=4)
    h, states = np.zeros(3), []
    for x in get("x"):
        z, r = np.split(sigm(get("f.W") @ np.concatenate([x, h])), 2)
        h = z * h + (1 - z) * np.tanh(get("f.V") @ np.concatenate([x, r * h]))
        states.append(h)
    assert_agree(get("y"), np.array(states))


def test_the_slides_lstm() -> None:
    get = ran("dim p, d, T\ninput x[t in 1..T] : d\ny = x -> lstm(p) as f\n", p=3, d=2, T=4)
    h, c, states = np.zeros(3), np.zeros(3), []
    for x in get("x"):
        i, f, o, g = np.split(get("f.W") @ np.concatenate([x, h]), 4)
        c = sigm(f) * c + sigm(i) * np.tanh(g)
        h = sigm(o) * np.tanh(c)
        states.append(h)
    assert_agree(get("y"), np.array(states))


def test_the_gru_that_resets_after_the_product() -> None:
    """PyTorch's documentation of GRU: n = tanh(W_in x + b_in + r * (W_hn h + b_hn)), h' = (1 - z) n + z h."""
    get = ran("dim p, d, T\ninput x[t in 1..T] : d\ny = x -> gru_reset_after(p) as f\n", p=3, d=2, T=4)
    w, u, b, c = (get(f"f.cell.{name}") for name in ("W", "U", "b", "c"))
    h, states = np.zeros(3), []
    for x in get("x"):
        (zx, rx, nx), (zh, rh, nh) = np.split(w @ x + b, 3), np.split(u @ h + c, 3)
        z, n = sigm(zx + zh), np.tanh(nx + sigm(rx + rh) * nh)
        h = (1 - z) * n + z * h
        states.append(h)
    assert_agree(get("y"), np.array(states))


@pytest.mark.parametrize("name", ["lstm_keras", "lstm_pytorch"])
def test_the_lstm_with_biases(name: str) -> None:
    """Keras and PyTorch: gates i, f, g, o, in this order; one bias or two."""
    get = ran(f"dim p, d, T\ninput x[t in 1..T] : d\ny = x -> {name}(p) as f\n", p=3, d=2, T=4)
    bias = get("f.cell.b") + (get("f.cell.bu") if name == "lstm_pytorch" else 0)
    h, c, states = np.zeros(3), np.zeros(3), []
    for x in get("x"):
        i, f, g, o = np.split(get("f.cell.W") @ x + get("f.cell.U") @ h + bias, 4)
        c = sigm(f) * c + sigm(i) * np.tanh(g)
        h = sigm(o) * np.tanh(c)
        states.append(h)
    assert_agree(get("y"), np.array(states))


def test_both_directions() -> None:
    get = ran("dim p, d, T\ninput x[t in 1..T] : d\ny = x -> bigru(p) as f\n", p=3, d=2, T=4)

    def states(cell: str, inputs: list[Array]) -> list[Array]:
        h, found = np.zeros(3), []
        for x in inputs:
            z, r = np.split(sigm(get(f"f.{cell}.W") @ np.concatenate([x, h])), 2)
            h = z * h + (1 - z) * np.tanh(get(f"f.{cell}.V") @ np.concatenate([x, r * h]))
            found.append(h)
        return found

    inputs = list(get("x"))
    there, back = states("there", inputs), states("back", inputs[::-1])[::-1]
    assert_agree(get("y"), np.array([np.concatenate(pair) for pair in zip(there, back)]))


# ---- attention ---------------------------------------------------------------------------------


def heads(queries: Array, keys: Array, values: Array, causal: bool) -> Array:
    """softmax(q k / sqrt(n)) v, one query after the other (Vaswani et al. 2017, 3.2.1)."""
    found = []
    for t, query in enumerate(queries):
        seen = range(t + 1) if causal else range(len(keys))
        weights = softmax(np.array([query @ keys[u] / len(query) ** 0.5 for u in seen]))
        found.append(sum(weight * values[u] for weight, u in zip(weights, seen)))
    return np.array(found)


@pytest.mark.parametrize("causal", [False, True])
def test_heads_of_self_attention(causal: bool) -> None:
    causal_text = str(causal).lower()
    get = ran(f"dim T\ninput x[t in 1..T] : 4\ny = x -> mha(2, causal = {causal_text}, bias = true) as f\n", T=3)
    x = get("x")
    parts = []
    for a in range(2):
        q, k, v = (x @ get(f"f.{name}")[a].T + get(f"f.b{name.lower()}")[a] for name in "QKV")
        parts.append(heads(q, k, v, causal))
    assert_agree(get("y"), np.concatenate(parts, axis=1) @ get("f.O").T + get("f.bo"))


def test_attention_to_another_sequence() -> None:
    get = ran("dim T, S\ninput x[t in 1..T] : 4, m[u in 1..S] : 3\ny = (x, m) -> cross_attention(2) as f\n", T=3, S=2)
    x, m = get("x"), get("m")
    parts = [heads(x @ get("f.Q")[a].T, m @ get("f.K")[a].T, m @ get("f.V")[a].T, False) for a in range(2)]
    assert_agree(get("y"), np.concatenate(parts, axis=1) @ get("f.O").T)


def rotated(x: Array) -> Array:
    """Pairs (2i, 2i+1) as complex numbers, times exp(j t 10000^(-2i/k)) (Su et al. 2021)."""
    t, k = x.shape
    pairs = x[:, 0::2] + 1j * x[:, 1::2]
    turned = pairs * np.exp(1j * np.arange(t)[:, None] * 10000.0 ** (-2 * np.arange(k // 2) / k))
    return np.stack([turned.real, turned.imag], axis=2).reshape(t, k)


def test_grouped_queries() -> None:
    get = ran("dim T\ninput x[t in 1..T] : 5\ny = x -> gqa(2, 3, 4, turned = true) as f\n", T=3)
    x, parts = get("x"), []
    for g in range(2):
        keys, values = rotated(x @ get("f.K")[g].T), x @ get("f.V")[g].T
        parts += [heads(rotated(x @ get("f.Q")[g, j].T), keys, values, True) for j in range(3)]
    assert_agree(get("y"), np.concatenate(parts, axis=1) @ get("f.O").T)


def test_sines_and_cosines_of_the_position() -> None:
    get = ran("dim T\ninput x[t in 1..T] : 6\ny = x -> sinusoidal\n", T=4)
    p = np.zeros((4, 6))
    for t, i in product(range(4), range(3)):
        p[t, 2 * i], p[t, 2 * i + 1] = np.sin(t / 10000 ** (2 * i / 6)), np.cos(t / 10000 ** (2 * i / 6))
    assert_agree(get("y"), get("x") + p)


def normed(rows: Array, get: Get, path: str) -> Array:
    """Layer normalisation with the weights at a path."""
    mean, variance = rows.mean(axis=1, keepdims=True), rows.var(axis=1, keepdims=True)
    return get(f"{path}.g") * (rows - mean) / np.sqrt(variance + 1e-5) + get(f"{path}.b")


def attended(x: Array, get: Get) -> Array:
    """Self-attention with two heads, the weights at `f.h.mha`."""
    parts = [heads(*(x @ get(f"f.h.mha.{name}")[a].T for name in "QKV"), False) for a in range(2)]
    return np.concatenate(parts, axis=1) @ get("f.h.mha.O").T


def fed_forward(x: Array, get: Get) -> Array:
    """Two dense layers with the weights at `f.feed_forward`."""
    inner = np.maximum(x @ get("f.feed_forward.dense[1].W").T + get("f.feed_forward.dense[1].b"), 0)
    return inner @ get("f.feed_forward.dense[2].W").T + get("f.feed_forward.dense[2].b")


def test_an_encoder_layer_is_its_two_sublayers() -> None:
    """Vaswani et al. 2017, 3.1: LayerNorm(x + Sublayer(x)), twice."""
    get = ran("dim T\ninput x[t in 1..T] : 4\ny = x -> encoder_layer(2, 3) as f\n", T=3)
    x = get("x")
    h = normed(x + attended(x, get), get, "f.h")
    assert_agree(get("y"), normed(h + fed_forward(h, get), get, "f.layernorm"))


def test_an_encoder_layer_with_the_norms_in_front() -> None:
    """Xiong et al. 2020, table 1: x + Sublayer(LayerNorm(x)), twice."""
    get = ran("dim T\ninput x[t in 1..T] : 4\ny = x -> pre_encoder_layer(2, 3) as f\n", T=3)
    x = get("x")
    h = x + attended(normed(x, get, "f.h.layernorm"), get)
    assert_agree(get("y"), h + fed_forward(normed(h, get, "f.layernorm"), get))


# ---- other blocks ------------------------------------------------------------------------------


def test_squeeze_and_excite() -> None:
    get = ran("input x : [2, 3, 4]\ny = x -> squeeze_excite(2) as f\n")
    x = get("x")
    pooled = x.reshape(6, 4).mean(axis=0)
    inner = np.maximum(get("f.s.dense[1].W") @ pooled + get("f.s.dense[1].b"), 0)
    assert_agree(get("y"), x * sigm(get("f.s.W") @ inner + get("f.s.b")))


def test_residual() -> None:
    get = ran("input x : 3\ny = x -> residual(dense(3)) as r\n")
    assert_agree(get("y"), get("x") + get("r.dense.W") @ get("x") + get("r.dense.b"))


ACTIVATIONS: dict[str, Callable[[float], float]] = {
    "relu": lambda x: max(x, 0.0),
    "relu6": lambda x: min(max(x, 0.0), 6.0),
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "elu": lambda x: x if x > 0 else float(np.expm1(x)),
    "softplus": lambda x: float(np.logaddexp(0, x)),
    "silu": lambda x: x / (1 + float(np.exp(-x))),
    "swish": lambda x: x / (1 + float(np.exp(-x))),
    "mish": lambda x: x * float(np.tanh(np.logaddexp(0, x))),
    "hard_sigmoid": lambda x: 0.0 if x < -3 else 1.0 if x > 3 else x / 6 + 0.5,
    "hard_swish": lambda x: 0.0 if x < -3 else x if x > 3 else x * (x / 6 + 0.5),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation(name: str) -> None:
    """Entry by entry, by cases where the definition has cases."""
    get = ran(f"input x : 40 in -8.0..8.0\ny = x -> {name}\n")
    assert_agree(get("y"), np.array([ACTIVATIONS[name](float(x)) for x in get("x")]))


def test_log_softmax() -> None:
    get = ran("input x : 5\ny = log_softmax(x)\n")
    assert_agree(get("y"), np.log(softmax(get("x"))))
