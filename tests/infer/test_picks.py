"""Data as subscripts: accepted exactly where no admitted data picks something outside.

The independent truth is enumeration: all values that the data may have, put into the subscript as written in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

import pytest

from shapecheck.check import check
from shapecheck.source import Source
from shapecheck.stages import accepting
from shapecheck.verdict.acceptance import acceptance

from ..graph.asking import report_of

Values = Callable[..., Iterable[int]]

LITERAL: dict[str, Callable[[int, int], int | None]] = {
    "g[j] % 10": lambda g, j: g % 10,
    "g[j] % 11": lambda g, j: g % 11,
    "g[j] // 10": lambda g, j: g // 10,
    "g[j] // 9": lambda g, j: g // 9,
    "min(g[j], 9)": lambda g, j: min(g, 9),
    "min(g[j], 10)": lambda g, j: min(g, 10),
    "max(min(g[j] - 5, 9), 0)": lambda g, j: max(min(g - 5, 9), 0),
    "max(g[j] - 90, 0)": lambda g, j: max(g - 90, 0),
    "max(g[j] - 89, 0)": lambda g, j: max(g - 89, 0),
    "abs(g[j] - 50) // 6": lambda g, j: abs(g - 50) // 6,
    "abs(g[j] - 50) // 5": lambda g, j: abs(g - 50) // 5,
    "(g[j] * 3 + 1) % 10": lambda g, j: (g * 3 + 1) % 10,
    "g[j] - g[j]": lambda g, j: 0,
    "(if g[j] < 10 then g[j] else 9)": lambda g, j: g if g < 10 else 9,
    "(if g[j] < 11 then g[j] else 9)": lambda g, j: g if g < 11 else 9,
    "(if not (g[j] >= 10) then g[j] else j)": lambda g, j: g if g < 10 else j,
    "(if g[j] < 5 or g[j] > 94 then g[j] % 5 else j + 5)": lambda g, j: g % 5 if g < 5 or g > 94 else j + 5,
    "g[j] % 10 + j": lambda g, j: g % 10 + j,
    "g[j] % 6 + j": lambda g, j: g % 6 + j,
}


@pytest.mark.parametrize("subscript", LITERAL)
def test_a_table_of_ten(subscript: str) -> None:
    """`X : 10`, `g in 0..99`, five of them."""
    text = f"input X : 10, g : 5 in 0..99\ny[j in 0..4] = X[{subscript}]\n"
    inside = all(0 <= (LITERAL[subscript](g, j) or 0) <= 9 for g in range(100) for j in range(5))
    assert [item.code for item in report_of(text).diagnostics] == ([] if inside else ["out-of-bounds"])


SYMBOLIC: dict[str, tuple[str, Values]] = {
    "all of a table": ("y[j in 0..3] = X[h[j]]", lambda h, n, j: [h]),
    "the entry before": ("y[j in 0..3] = X[max(h[j] - 1, 0)]", lambda h, n, j: [max(h - 1, 0)]),
    "the entry behind": ("y[j in 0..3] = X[min(h[j] + 1, n - 1)]", lambda h, n, j: [min(h + 1, n - 1)]),
    "one too far": ("y[j in 0..3] = X[h[j] + 1]", lambda h, n, j: [h + 1]),
    "round": ("y[j in 0..3] = X[(h[j] + 3) % n]", lambda h, n, j: [(h + 3) % n]),
    "a half": ("y[j in 0..3] = X[h[j] // 2]", lambda h, n, j: [h // 2]),
    "in a branch": ("y[j in 0..3] = if h[j] < 3 then X[h[j]] else 0", lambda h, n, j: [h] if h < 3 else []),
    "in the other branch": ("y[j in 0..3] = if h[j] > 2 then 0 else X[h[j]]", lambda h, n, j: [h] if h <= 2 else []),
    "both conditions": (
        "y[j in 0..3] = if h[j] > 0 and j > 1 then X[h[j] - 1] else 0",
        lambda h, n, j: [h - 1] if h > 0 and j > 1 else [],
    ),
    "through a tensor": ("k[j in 0..3] = h[j] // 2 + 1\ny[j in 0..3] = X[k[j]]", lambda h, n, j: [h // 2 + 1]),
    "an argmax": ("y = X[argmax[i in 0..m-1] Z[i]]", lambda h, n, j: []),
}


@pytest.mark.parametrize("name", SYMBOLIC)
def test_a_table_of_any_size(name: str) -> None:
    """`X : n`, `h in 0..m-1`: `sizes` accepts exactly the n and m for which no h picks outside."""
    equations, picked = SYMBOLIC[name]
    text = f"dim n, m\ninput X : n, h : 4 in 0..m-1, Z : m\n{equations}\n"
    shapes, _ = accepting(Source("picks.shape", text))
    for n, m in product(range(1, 7), repeat=2):
        values = range(m) if name == "an argmax" else [p for h in range(m) for j in range(4) for p in picked(h, n, j)]
        inside = all(0 <= value < n for value in values)
        if shapes is None:
            assert not inside or not check(Source("picks.shape", text)).ok, (n, m)
            continue
        assert (acceptance(shapes, (), {"n": n, "m": m}, None, 1).least is not None) == inside, (n, m)


def test_a_tensor_that_is_defined_by_itself() -> None:
    """A remainder is inside whatever it is taken of; a sum of ones grows, and is not taken for its first member."""
    start = "dim T\ninput X : 10\ns[0] = 3\n"
    end = "y[t in 1..T] = X[s[t]]\n"
    assert report_of(f"{start}s[t] = (s[t-1] * 7 + 3) % 10 for t in 1..T\n{end}").diagnostics == ()
    grown = report_of(f"{start}s[t] = s[t-1] + 1 for t in 1..T\n{end}").diagnostics
    assert [item.code for item in grown] == ["unknown-data"]


def test_a_divisor_that_may_be_0_is_owed() -> None:
    """`h % (n - 1)` with n = 1."""
    text = "dim n\ninput X : n, h : n in 0..9\ny[j] = X[h[j] % (n - 1)]\n"
    (found,) = report_of(text).diagnostics
    assert (found.code, found.help) == ("requirement-fails", "add: assume n >= 2")


def test_a_value_read_in_two_branches_is_owed_in_both() -> None:
    """`P[i-1]` is an argument that both branches use: at i = 0 it is read outside."""
    text = "input P : 4\nfn both(a, i) = if i > 0 then a else a\ny[i in 0..4] = both(P[i-1], i)\n"
    assert [item.code for item in report_of(text).diagnostics] == ["out-of-bounds"]
