"""Reads, ranges and operators of many kinds: each derivative agrees with differences, and none is refused.

Independent truth: central differences of the number at a point off the grid, at sizes of 3 and more.
"""

from __future__ import annotations

import pytest

from shapecheck.spec import loads
from tests.gradient.derived import derived

SPECS = (
    (
        "dim T\n"
        "input x[t in 1..T] : scalar\n"
        "c[t] = sum[u in 1..t] x[u]^2 for t in 1..T\n"
        "loss = sum[t in 1..T] c[t]*x[t]\n"
    ),
    (
        "dim T,d\n"
        "input x[t in 1..T] : d\n"
        "weight W : d x d\n"
        "b[T] = x[T]\n"
        "b[t] = tanh(W @ b[t+1]) + x[t] for t in 1..T-1\n"
        "loss = sum(b[1])\n"
    ),
    (
        "dim n, m\n"
        "input A : n x m, B : n x m\n"
        "C = concat(A, B, axis = 1)\n"
        "D = reshape(C, 2n*m)\n"
        "loss = sum(D .* D .* D)\n"
    ),
    ("dim n\nassume n >= 3\ninput x : n\ny = x[1..n-1]\nz[i] = y[i] * x[i-1] for i in 1..n-1\nloss = sum(z .* z)\n"),
    ("dim n\ninput x : n\ny[i in 0..n-1] = (x[i-1] default 2) * x[i]\nloss = sum(y .* y)\n"),
    (
        "dim n\n"
        "input x : n, k[i in 0..n-1] in 0..n-1\n"
        "y[i] = sum[j in 0..n-1 when k[j] == i] x[j]^2 for i in 0..n-1\n"
        "loss = sum(y .* y)\n"
    ),
    (
        "dim T\n"
        "input s : T x T\n"
        "w[t] = softmax(stack[u in 1..T] (if u <= t then s[t-1, u-1] else -100)) for t in 1..T\n"
        "loss = sum[t in 1..T] sum(w[t] .* w[t])\n"
    ),
    ("dim n\ninput x : n, y : n\nloss = sum(max(x, y) .* min(x, 2 * y))\n"),
    ("dim n\ninput x : n\nfn f(a) = a .* tanh(a)\nloss = sum(f(f(x)))\n"),
    ("dim n\ninput x : n x n\nloss = sum(x @ x.T @ x)\n"),
    ("dim n\ninput x : n, p : n\nassume n >= 2\nloss = sum[i in 1..n-1] (x[i] - x[i-1])^2 / (1 + p[i]^2)\n"),
    ("dim n\ninput x : 2n\ny[2i] = x[i]^2 for i in 0..n-1\ny[2i+1] = x[i+n] for i in 0..n-1\nloss = sum(y .* y)\n"),
    ("dim n\ninput x : n\nu = max(x)\nloss = log(sum(exp(x - u * ones(n)))) + u\n"),
    ("dim n\ninput x : n\nloss = x[0] + sum(x) / mean(x .* x)\n"),
    ("dim n,m\ninput x : n\nweight A : m x n\ny[i, j] = A[i, j] * x[j]\nz[j] = prod[i] y[i, j]\nloss = sum(z)\n"),
    ("dim n\ninput x : n\ny[i] = sum[j in i..n-1] x[j] for i in 0..n-1\nloss = sum(y .* y)\n"),
    ("dim n\ninput x : n x 3\n[a; b] = x.T @ x @ ones(3)\na : 1\nloss = sum(a) * sum(b)\n"),
    ("dim n, k\nassume n >= k\ninput x : n\ny[i in 0..n-k] = max[j in 0..k-1] x[i+j]\nloss = sum(y .* y)\n"),
    ("dim n\ninput x : n in 0.0..1.0\nloss = sum(sqrt(x + ones(n)))\n"),
    ("dim n\ninput x : n\nh[0] = x\nh[1] = tanh(h[0])\nh[2] = h[1] + h[0]\nloss = sum(h[2] .* h[1])\n"),
    ("dim n\ninput x : n\ny[i] = x[i] * x[n-1-i] for i in 0..n-1\nloss = sum(y .* y)\n"),
    ("dim n\ninput x : n\ny[i,j] = x[i]*x[j]^2 for i in 0..n-1, j in 0..n-1\nloss = sum[i in 0..n-1] y[i,i]\n"),
    ("dim n\ninput x : n, c in 0..n-1\nloss = -log(softmax(x)[c])\n"),
    ("dim n\ninput x : n\nm = mean(x)\nloss = sum[i in 0..n-1] abs(x[i] - m)\n"),
    ("dim n\ninput x : n\ny = x -> dense(3, relu) -> dense(1)\nloss = y[0]^2\n"),
    ("dim n\ninput A : n x n, x : n\nloss = dot(x, A @ x) / dot(x, x)\n"),
    ("dim n\ninput A : 3 x n, x : n\nloss = sum[i in 0..2] dot(A[i], x)^3\n"),
    ("dim n\ninput x : n\nI = [1, 2, 3]\nloss = sum[i in 0..2] I[i] * sum(x)^i\n"),
    ("dim n, s\ninput x : n\ny[i in 0..(n-1)//s] = x[s*i]^2\nloss = sum(y)\n"),
    ("dim n\ninput x : n\ny[i in 0..n//2-1] = x[2i] * x[2i+1]\nassume n >= 2\nloss = sum(y)\n"),
    ("dim n\ninput x : n\ny[i in 0..n-1] = x[i//2]\nloss = sum(y .* y)\n"),
    ("dim n\ninput x : n\ny[i in 0..2n-1] = x[i % n]^2\nloss = sum(y .* y)\n"),
    ("dim n\ninput x : n, a[i in 0..n-1] in 0..1\nloss = sum[i in 0..n-1] (if a[i] == 1 then x[i]^2 else 3 * x[i])\n"),
    (
        "dim n\n"
        "layer f() {\n"
        " dim m\n"
        " input a : m, b : m\n"
        " output c, d\n"
        " c = a .* b\n"
        " d = a + tanh(b)\n"
        "}\n"
        "input x : n, y : n\n"
        "(p, q) = f()(x, y)\n"
        "loss = sum(p .* q)\n"
    ),
)


@pytest.mark.parametrize("text", SPECS, ids=range(len(SPECS)))
def test_agrees_with_differences(text: str) -> None:
    """By every real input and weight at once."""
    families = loads(text).shapes.graph.families
    asked = [name for name, item in families.items() if item.is_given and (item.entries is None or item.entries.real)]
    assert derived(text, ",".join(asked)).runs >= 1
