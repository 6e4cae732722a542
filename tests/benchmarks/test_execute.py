"""How fast plans run: a recurrence beside the same loop by hand, convolutions beside the machine's matrix product.

Run with `pytest tests/benchmarks --benchmark-enable`.  Nothing here asserts a time: `extra_info` reports GFLOP/s of the
plan, of one matrix product of the same type measured in the same run, and their ratio.  The results are compared with
NumPy in every run, timed or not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from shapecheck.execute import Plan, compile
from shapecheck.source import Source
from shapecheck.stages import derive

Array = np.ndarray[Any, Any]

GRU = """
dim p, d, T, B
input  x[t in 1..T] : d x B
weight W, V
h[0] = zeros(p x B)
for t in 1..T {
  [z; r] = sigm(W @ [x[t]; h[t-1]])
  h[t] = z .* h[t-1] + (1 - z) .* tanh(V @ [x[t]; r .* h[t-1]])
}
"""
CONV_AS_INDICES = """
dim H, W, C, F
input I : [H, W, C], K : [3, 3, C, F]
V[y in 0..H-1, x in 0..W-1, f] = sum[m, n, c] (I[y+m-1, x+n-1, c] default 0) * K[m, n, c, f]
"""
CONV_AS_OP = """
dim H, W, C, F
input I : [H, W, C], K : [3, 3, C, F]
V = conv(I, K, pad = SAME)
"""


def plan_of(text: str, sizes: dict[str, int], kind: str) -> Plan:
    shapes, diagnostics = derive(Source("benchmark.shape", text))
    assert shapes is not None, diagnostics
    return compile(shapes, sizes, kind)  # type: ignore[arg-type]


def best_of(call: Callable[[], object], times: int = 5) -> float:
    """The shortest time of several calls, in seconds."""
    found = float("inf")
    for _ in range(times):
        started = time.perf_counter()
        call()
        found = min(found, time.perf_counter() - started)
    return found


def report(benchmark: Any, operations: float, kind: str) -> None:
    """GFLOP/s of what was timed, of a 1024 x 1024 matrix product, and the ratio."""
    if benchmark.stats is None:
        return
    matrix = np.random.default_rng(0).standard_normal((1024, 1024)).astype(kind)
    machine = 2 * 1024**3 / best_of(lambda: matrix @ matrix) / 1e9
    own = operations / benchmark.stats.stats.min / 1e9
    benchmark.extra_info.update(gflops=round(own, 1), matrix_product_gflops=round(machine, 1))
    benchmark.extra_info["ratio"] = round(own / machine, 2)


def gru_by_hand(x: Array, W: Array, V: Array, p: int) -> Array:
    """The loop as one would write it in NumPy."""
    h = np.zeros((len(x) + 1, p, x.shape[-1]), x.dtype)
    for t in range(len(x)):
        gates = 1 / (1 + np.exp(-(W @ np.concatenate([x[t], h[t]]))))
        z, r = gates[:p], gates[p:]
        h[t + 1] = z * h[t] + (1 - z) * np.tanh(V @ np.concatenate([x[t], r * h[t]]))
    return h


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_gru(benchmark: Any, kind: str) -> None:
    """T = 50, batch 32, d = 128, p = 256.  Truth: the loop by hand."""
    p, d, T, B = 256, 128, 50, 32
    plan = plan_of(GRU, {"p": p, "d": d, "T": T, "B": B}, kind)
    generator = np.random.default_rng(0)
    x = generator.standard_normal((T, d, B)).astype(kind)
    W, V = ((generator.standard_normal((rows, p + d)) / 16).astype(kind) for rows in (2 * p, p))
    result = benchmark(lambda: plan.run({"x": x, "W": W, "V": V}))
    np.testing.assert_allclose(result.value("h"), gru_by_hand(x, W, V, p), atol=1e-4 if kind == "float32" else 1e-12)
    report(benchmark, 2 * 3 * p * (p + d) * B * T, kind)
    if benchmark.stats is not None:
        by_hand = best_of(lambda: gru_by_hand(x, W, V, p))
        benchmark.extra_info["times_the_loop_by_hand"] = round(benchmark.stats.stats.min / by_hand, 2)


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("text", [CONV_AS_INDICES, CONV_AS_OP], ids=["indices", "op"])
def test_convolution(benchmark: Any, text: str, kind: str) -> None:
    """56 x 56 x 64 to 64 channels, 3 x 3, padded.  Truth: nine matrix products with shifted images."""
    H, W, C, F = 56, 56, 64, 64
    plan = plan_of(text, {"H": H, "W": W, "C": C, "F": F}, kind)
    arrays = plan.run().arrays
    data = {"I": np.array(arrays["I"]), "K": np.array(arrays["K"])}
    result = benchmark(lambda: plan.run(data))
    around = np.pad(data["I"], ((1, 1), (1, 1), (0, 0)))
    expected = sum(around[m : m + H, n : n + W] @ data["K"][m, n] for m in range(3) for n in range(3))
    np.testing.assert_allclose(result.value("V"), expected, atol=1e-4)
    report(benchmark, 2 * H * W * C * F * 9, kind)
