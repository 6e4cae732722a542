"""Layers of published networks compute what PyTorch computes, with the same weights.

Independent truth: the layers written with PyTorch's own functions, from the papers: softmax over the experts that topk
finds, and attention over a dense matrix of neighbours with -inf elsewhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from shapecheck.execute import run

from ..graph.asking import derived
from ..oracles.engines import engine
from .test_totals import FOLDER


def _layers(name: str) -> str:
    """The layers of a network's file, without the network."""
    return (FOLDER / f"{name}.shape").read_text().split("\ndim ")[0]


def test_a_mixture_of_experts() -> None:
    """Each token goes to its best experts, weighted by the softmax of their scores."""
    torch = engine("torch")
    text = _layers("mixtral") + "\ndim N\ninput x : [N, 3]\nm = experts(5, 2, 4)\ny = m(x)\n"
    found = run(derived(text), {"N": 6}, {})
    get = {name: torch.tensor(np.asarray(found.value(name))) for name in ("x", "y", "m.G", "m.A", "m.B", "m.C")}
    scores, chosen = torch.topk(get["x"] @ get["m.G"].T, 2)
    wanted = torch.zeros(6, 3, dtype=torch.float64)
    for n in range(6):
        for weight, expert in zip(torch.softmax(scores[n], 0), chosen[n]):
            inside = torch.nn.functional.silu(get["m.A"][expert] @ get["x"][n]) * (get["m.B"][expert] @ get["x"][n])
            wanted[n] += weight * (get["m.C"][expert] @ inside)
    np.testing.assert_allclose(get["y"], wanted, rtol=1e-12)


def _attended(torch: Any, x: Any, neighbours: Any, get: dict[str, Any]) -> Any:
    """All heads over a dense matrix: `neighbours[i, j]` where an edge goes from j to i."""
    heads = []
    for w, p, q, b in zip(get["g.W"], get["g.p"], get["g.q"], get["g.b"]):
        h = x @ w.T
        scores = torch.nn.functional.leaky_relu((h @ q)[:, None] + (h @ p)[None, :], 0.2)
        alpha = torch.softmax(torch.where(neighbours, scores, -torch.inf), dim=1)
        heads.append(alpha @ h + b)
    return torch.cat(heads, dim=1)


def test_graph_attention() -> None:
    """A softmax over the neighbours of every node, which edges of a list give."""
    torch = engine("torch")
    random = np.random.default_rng(5)
    neighbours = (random.random((7, 7)) < 0.3) | np.eye(7, dtype=bool)
    dst, src = np.nonzero(neighbours)
    text = _layers("graph_attention") + (
        "\ndim n, E\ninput x : n x 4, src[e in 1..E] in 0..n-1, dst[e in 1..E] in 0..n-1\n"
        "g = graph_attention(3, 2)\ny = g(x, src, dst)\n"
    )
    found = run(derived(text), {"n": 7, "E": len(src)}, {"src": src, "dst": dst})
    get = {name: torch.tensor(np.asarray(found.value(name))) for name in ("x", "y", "g.W", "g.p", "g.q", "g.b")}
    wanted = _attended(torch, get["x"], torch.tensor(neighbours), get)
    np.testing.assert_allclose(get["y"], wanted, rtol=1e-12)
