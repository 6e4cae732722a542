"""Conditions, orders and stated ranges beside the other additions: strides, families of sizes, defaults, axis names.

Whether each spec is right was decided by hand.
"""

from __future__ import annotations

import pytest

from .asking import mistakes, report_of

RIGHT = [
    """dim n, d
assume d % 2 == 0
input k : d/2 in 0..1, x : d
for i in 0..d/2-1 {
  y[2i] = sum[j in 0..d-1 when k[i] == 1] x[j]
  y[2i+1] = x[2i]
}
claim y : d
""",
    """dim n, d
input x : 2d in 0..9
for i in 0..d-1 {
  q[2i] in 0..9 = x[2i]
  q[2i+1] in 0..9 = x[2i+1]
}
E = [1,2,3,4,5,6,7,8,9,10]
y[i] = E[q[i]]
claim y : 2d
""",
    """dim L, n[l in 0..L]
input x : n[0], k : n[0] in 0..1
y = sum[i in 0..n[0]-1 when k[i] == 1] x[i]
o = argsort[i in 0..n[0]-1] x[i]
claim o : n[0]
""",
    """layer f(k) {
  dim n
  assume k <= n
  input x : [..., n], m : n in 0..1 = ones(n)
  output y : k
  b = (argsort[i in 0..n-1] -x[i])[0..k-1]
  y[r] = x[b[r]] * m[b[r]]
}
dim N
input x : [N, 5]
y = x -> f(3)
claim y : N x 3
""",
    """layer pool() {
  dim T, D
  input x[..., t in 1..T] : D, L : [...] in 1..T
  output y : D
  y = mean[t in 1..L] x[t]
}
dim B, T
input x[b in 1..B, t in 1..T] : 4, L[b in 1..B] in 1..T
y = pool()(x, L)
claim y : B x 4
""",
    """dim T
input L in 1..T, x : T
y = sum[t in 1..L] x[t-1]
claim receptive(y, x) : T
h = argsort[t] x[t]
claim receptive(h, x) : T
""",
    """dim n
input A : n x n in 0..1
assume A[i, i] == 1 for i in 0..n-1
claim (argmax[j in 0..n-1 when A[0, j] == 1] j) <= n - 1
""",
    """dim n
input x : [batch=n, channel=n], k : n in 0..1
y[c] = max[b when k[b] == 1] x[b, c]
z = argsort[i] x[i, 0]
claim y : [channel=n]
""",
    """dim S, d
input x[t in 1..S] : d, m : S in 0..1
weight W
s[0] = zeros(d)
s[t] = tanh(W @ s[t-1] + (sum[u in 1..t when m[u-1] == 1] x[u])) for t in 1..S
claim W : d x d
""",
    """dim n
input x : n
y = sum[i in 0..n-1 when sum[j in 0..n-1 when x[j] > 0] 1 > 2] x[i]
""",
    """dim n
input x : n in 0..n-1
y = argsort[i in 0..n-1] (argsort[j in 0..n-1] x[j])[i]
z = argsort[i in 0..n-1] (max[j in 0..n-1 when x[j] == i] j)
""",
    """fn f(x : n, k) = sum[i in 0..n-1 when x[i] > k] x[i]
dim n
input x[t in 1..n] : scalar
y = f(x, 2)
claim y >= 0
""",
    """dim n
input x : n in 0..9
q[0] in 0..9 = 0
q[i] in 0..9 = max(q[i-1], x[i]) for i in 1..n-1
E = [1,2,3,4,5,6,7,8,9,10]
y[i] = E[q[i]]
""",
]


@pytest.mark.parametrize("text", RIGHT)
def test_additions_go_together(text: str) -> None:
    """No message at all."""
    report = report_of(text)
    assert report.ok and not [item for item in report.diagnostics if item.code != "unused-size"]


WRONG = [
    (
        """dim n
input k : n in 0..1, x : n
y = sum[i when k == 1] x[i]
""",
        "not-scalar",
    ),
    (
        """dim n
input k : n in 0..1, x : n
y = sum[i in 0..n-1 when zz[i] == 1] x[i]
""",
        "undeclared-name",
    ),
    (
        """dim n
input x : n
y[i in 0..n-1] in 0..x = 3
""",
        "not-a-size",
    ),
    (
        """dim n
input x : n
claim x[i] == 0 for i in 0..n-1 when x[i] == 0 and size(x, 0) == n
claim params == 0 when x[0] == 1
""",
        "not-a-size",
    ),
    (
        """dim n
input x : n in 0..9
weight W[l in 1..x[0]] : n
""",
        "not-a-size",
    ),
    (
        """dim n
input x : n in 0..9
for t in 1..x[0] {
  y[t] = 1
}
""",
        "not-a-size",
    ),
]


@pytest.mark.parametrize(("text", "code"), WRONG)
def test_additions_mixed_wrongly(text: str, code: str) -> None:
    """One error."""
    assert [found for _, found in mistakes(text)] == [code]
