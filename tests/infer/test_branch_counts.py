"""Parameters and multiply-accumulates of branches: what is computed counts, and nothing else.

Independent truth: the definitions of the language worked out by hand, for each answer to the conditions by itself.
"""

from __future__ import annotations

import pytest

from ..graph.asking import report_of, verdicts

HEAD = """dim n, T
input x : n
weight U : n x n, V : n x n, W : 2n x n
input s[t in 1..T] : n
"""
BLOCK = """layer f(k) {
  dim n
  input x : [..., n]
  output y
  weight U : n x n
  weight V : 3 x n
  y = if k > 2 then sum(U @ x) else sum(V @ x)
}
dim n, B, k
input x : [B, n]
y = x -> f(3)
z = x -> f(1)
w = x -> f(k)
"""
RIGHT = {
    "two branches that take as much": (
        HEAD + "y = if n > 2 then U @ x else V @ x\n",
        ["macs == n^2", "macs == n^2 when n > 2", "params == n^2", "params == n^2 when n > 2", "y.params == n^2"],
    ),
    "two that do not": (
        HEAD + "y = if n > 2 then sum(W @ x) else sum(V @ x)\n",
        ["macs == 2n^2 when n > 2", "params == n^2 when n <= 2", "n^2 <= macs", "macs <= 2n^2", "macs == params"],
    ),
    "assumed": (
        "assume n > 3\n" + HEAD + "y = if n > 2 then sum(W @ x) else sum(V @ x)\n",
        ["macs == 2n^2", "params == 2n^2"],
    ),
    "one in another": (
        HEAD + "y = if n > 2 then (if n > 5 then sum(W @ x) else sum(U @ x)) else sum(V @ x)\n",
        ["macs == 2n^2 when n > 5", "macs == n^2 when n <= 5", "params == n^2 when n <= 5"],
    ),
    "an index": (
        HEAD + "y[t] = if t > 1 then sum(U @ s[t]) else 0 for t in 1..T\n",
        ["macs == (T - 1) * n^2", "params == n^2 when T >= 2", "params == 0 when T == 1"],
    ),
    "an index, both as much": (
        HEAD + "y[t] = if t > 1 then U @ s[t] else V @ s[t] for t in 1..T\n",
        ["macs == T * n^2", "params == 2n^2 when T > 1", "params == n^2 when T == 1"],
    ),
    "a triangle": (
        HEAD + "y[t, u] = if u <= t then dot(s[t], s[u]) else 0 for t in 1..T, u in 1..T\n",
        ["2 * macs == T * (T + 1) * n"],
    ),
    "every second member": (
        "dim n\ninput s[t in 1..5] : n\nweight U : n x n\n"
        "y[t] = if t % 2 == 0 then sum(U @ s[t]) else 0 for t in 1..5\n",
        ["macs == 2n^2", "params == n^2"],
    ),
    "never": (
        "dim n\ninput s[t in 1..5] : n\nweight U : n x n\ny[t] = if t > 5 then sum(U @ s[t]) else 0 for t in 1..5\n",
        ["macs == 0", "params == 0"],
    ),
    "a static argument": (
        BLOCK,
        [
            "y.macs == B * n^2",
            "y.params == n^2",
            "z.macs == 3 * B * n",
            "z.params == 3n",
            "w.macs == B * n^2 when k > 2",
            "w.params == 3n when k < 3",
            "macs == 2 * B * n^2 + 3 * B * n when k > 2",
        ],
    ),
    "a block in each": (
        HEAD + "y = if n > 2 then sum(x -> dense(5)) else sum(x -> dense(7))\n",
        ["macs == 5n when n > 2", "params == 7n + 7 when n <= 2", "y.dense[1].params == 5n + 5"],
    ),
    "one instance in both": (
        HEAD + "c = dense(4)\ny = if n > 2 then sum(c(x)) else sum(x)\nz = if n > 2 then 0 else sum(c(x))\n",
        ["params == 4n + 4", "macs == 4n"],
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_computed_counts(name: str) -> None:
    """Each count, under what is assumed, is the one worked out by hand."""
    text, claims = RIGHT[name]
    assert verdicts(text + "".join(f"claim {claim}\n" for claim in claims)) == ["proved"] * len(claims), name


WRONG = {
    HEAD + "y = if n > 2 then U @ x else V @ x\n": ("macs == 2n^2", {"n": 1}),
    HEAD + "y = if n > 2 then sum(W @ x) else sum(V @ x)\n": ("params == n^2", {"n": 3}),
    HEAD + "y[t] = if t > 1 then sum(U @ s[t]) else 0 for t in 1..T\n": ("macs == T * n^2", {"T": 1, "n": 1}),
    BLOCK: ("w.params == 3n", {"n": 1, "k": 3}),
}


@pytest.mark.parametrize("text", WRONG)
def test_both_branches_together_are_too_many(text: str) -> None:
    """The counterexample has the sizes that decide which branch there is."""
    claim, sizes = WRONG[text]
    (verdict,) = report_of(text + f"claim {claim}\n").verdicts
    assert str(verdict.word) == "refuted" and dict(verdict.counterexample) == sizes


def test_a_count_without_a_closed_form_is_not_made_up() -> None:
    """Every second of T members: T // 2 of them, which no rule here knows."""
    text = HEAD + "y[t] = if t % 2 == 0 then sum(U @ s[t]) else 0 for t in 1..T\n"
    assert verdicts(text + "claim macs == T * n^2\nclaim params == n^2\n") == ["unknown", "unknown"]
