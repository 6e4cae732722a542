"""Whole ranges at once give what the equations say entry by entry, at sizes drawn by Hypothesis.

The independent truth is `terms.evaluate.Reference`: the defining equations unfolded into scalar terms and evaluated one
entry at a time, which shares no code with plans, views, loops or contractions.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shapecheck.execute import run

from .running import assert_agrees, shapes_of

SPECS = {
    "gru": """
dim p, d, T
input  x[t in 1..T] : d
weight W, V
h[0] = zeros(p)
for t in 1..T {
  [z; r] = sigm(W @ [x[t]; h[t-1]])
  h[t] = z .* h[t-1] + (1 - z) .* tanh(V @ [x[t]; r .* h[t-1]])
}
""",
    "stacked": """
dim p, d, T, L
input  x[t in 1..T] : d
weight W[k in 1..L], V[k in 1..L]
h[0, t] = x[t] for t in 1..T
h[k, 0] = zeros(p) for k in 1..L
for k in 1..L, t in 1..T {
  [z; r] = sigm(W[k] @ [h[k-1, t]; h[k, t-1]])
  h[k, t] = z .* h[k, t-1] + (1 - z) .* tanh(V[k] @ [h[k-1, t]; r .* h[k, t-1]])
}
""",
    "backwards": """
dim p, d, T
input  x[t in 1..T] : d
weight W
b[T+1] = zeros(p)
b[t] = tanh(W @ [x[t]; b[t+1]]) for t in 1..T
y[t] = b[T + 1 - t] for t in 1..T
""",
    "convolutions": """
dim H, W, M, N, C, F
assume H >= M, W >= N
input I : H x W, K : M x N, J : [H, W, C], L : [M, N, C, F], D : [M, N, C]
V[x, y] = sum[m, n] I[x+m, y+n] * K[m, n]
S[x, y] = sum[m, n] I[2x+m, 2y+n] * K[m, n]
P[x in 0..H-1, y in 0..W-1] = sum[m, n] (I[x+m-1, y+n-1] default 0) * K[m, n]
B[y, x, f] = sum[m, n, c] J[y+m, x+n, c] * L[m, n, c, f]
E[y, x, c] = sum[m, n] J[y+m, x+n, c] * D[m, n, c]
R[x, y] = max[m in 0..M-1, n in 0..N-1] I[x+m, y+n]
""",
    "causal": """
dim T, d
input q[t in 1..T] : d, v[t in 1..T] : d
s[t, u in 1..T] = (if u <= t then dot(q[t], v[u]) else -inf) for t in 1..T
w[t] = softmax(s[t]) for t in 1..T
o[t] = sum[u in 1..t] w[t, u] * v[u] for t in 1..T
e[t] = sum[u in t+1..T] v[u] for t in 1..T
g[t] = prod[u in t+1..T] v[u] for t in 1..T
c[t] = sum[u in 1..t] u for t in 1..T
m[t] = max[u in 1..t] sum(v[u]) for t in 1..T
n[t] = mean[u in 1..t] v[u] for t in 1..T
a[t] = argmax[u in 1..t] v[u, 0] for t in 1..T
f[0] = 1
f[t] = sum[u in 0..t-1] f[u] for t in 1..T
""",
    "gathers": """
dim T, V, D
input tok[t in 1..T] in 0..V-1, E : V x D
y[t] = E[tok[t]] for t in 1..T
z[t] = argmax[i] y[t, i] for t in 1..T
k[t] = argmin[i] y[t, i] for t in 1..T
u[i in 0..2*V-1, j in 0..D-1] = E[i // 2, j]
r[i in 0..V-1] = E[V - 1 - i]
c[i in 0..3*V-1] = E[i % V]
s = stack[i in 0..V-1, t in 1..T] E[i] .* y[t]
jj = concat[t in 1..T] y[t]
""",
    "no fixed direction": """
dim T
assume T >= 4
input x[t in 1..T] : scalar
weight W
g[0] = x
g[t] = (if t % 2 == 0 then tanh(W @ g[t-1]) else (if t + 3 <= T then tanh(W @ g[t+3]) else x)) for t in 1..T
f[1] = x[1]
f[t] = f[t // 2] + x[t] for t in 2..T
""",
    "grid": """
dim m, n
input c[i in 1..m, j in 1..n] : scalar
a[0, 0] = 0
a[i, 0] = a[i-1, 0] + 1 for i in 1..m
a[0, j] = a[0, j-1] + 1 for j in 1..n
a[i, j] = min(a[i-1, j] + 1, min(a[i, j-1] + 1, a[i-1, j-1] + c[i, j])) for i in 1..m, j in 1..n
""",
    "two chains": """
dim T, d
input x[t in 1..T] : d
a[0] = zeros(d)
b[0] = ones(d)
a[t] = b[t-1] + x[t] for t in 1..T
b[s] = 0.5 * a[s] + a[s-1] for s in 1..T
""",
    "contractions": """
dim a, b, c, d
input X : a x b, Y : b x c, Z : c x d, u : a, A : [a, b, c]
P[i, l] = sum[j, k] X[i, j] * Y[j, k] * Z[k, l]
Q[i] = sum[j, k] A[i, j, k] * X[i, j] * Y[j, k]
R = sum[i, j] X[i, j] * u[i]
S[k] = sum[i, j] A[i, j, k]
TT[i, j] = sum[k in 1..3] X[i, j] * u[i]
U = sum[i] u[i] * X[i]
""",
}


def _sizes(text: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith("dim"))
    return [name.strip() for name in line[4:].split(",")]


@pytest.mark.parametrize("name", SPECS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whole_ranges_agree_with_single_entries(name: str, data: st.DataObject) -> None:
    """Truth: the naive reference (see the module)."""
    shapes = SHAPES.setdefault(name, None) or shapes_of(SPECS[name])
    SHAPES[name] = shapes
    names = _sizes(SPECS[name])
    sizes = {size: data.draw(st.integers(1, 4), label=size) for size in names}
    for low, high in (("M", "H"), ("N", "W")):
        if name == "convolutions":
            sizes[high] = max(sizes[high], sizes[low]) + (1 if sizes[high] == 3 else 0)
    if name == "no fixed direction":
        sizes["T"] += 3
    seed = data.draw(st.integers(0, 3), label="seed")
    assert assert_agrees(shapes, sizes, run(shapes, sizes, seed=seed)) > 0


SHAPES: dict[str, object] = {}
