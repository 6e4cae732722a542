"""Conditions in big operators and ends of ranges that are data.

The independent truths are NumPy (`np.add.at`, masks), loops of Python, and the form with `if` written by hand.
"""

from __future__ import annotations

import numpy as np
import pytest

from shapecheck.execute.errors import ExecutionError
from shapecheck.source import Source
from shapecheck.stages import derive

from .asking import Array, computed, mistakes, report_of

GRAPH = """dim n, E, F
input src[e in 1..E] in 0..n-1, dst[e in 1..E] in 0..n-1
input h : n x F
"""
LENGTHS = """dim B, T, D
input L[s in 1..B] in 1..T
input x[s in 1..B, t in 1..T] : D
"""


def _graph(nodes: int, edges: int, width: int) -> dict[str, Array]:
    random = np.random.default_rng(edges)
    ends = {name: random.integers(0, nodes, edges) for name in ("src", "dst")}
    return {**ends, "h": random.integers(-9, 9, (nodes, width)).astype(float)}


def test_a_scatter_is_that_of_numpy() -> None:
    """Sums, counts and maxima over the edges that end in a node."""
    given, sizes = _graph(5, 23, 3), {"n": 5, "E": 23, "F": 3}
    total, degree, best = np.zeros((5, 3)), np.zeros(5), np.full((5, 3), -np.inf)
    np.add.at(total, given["dst"], given["h"][given["src"]])
    np.add.at(degree, given["dst"], 1)
    np.maximum.at(best, given["dst"], given["h"][given["src"]])
    text = GRAPH + "y[i in 0..n-1] = {}[e in 1..E when dst[e] == i] {}\n"
    np.testing.assert_array_equal(computed(text.format("sum", "h[src[e]]"), "y", sizes, **given), total)
    np.testing.assert_array_equal(computed(text.format("sum", "1"), "y", sizes, **given), degree)
    np.testing.assert_array_equal(computed(text.format("max", "h[src[e]]"), "y", sizes, **given), best)


@pytest.mark.parametrize(
    ("operator", "none"), [("sum", 0.0), ("prod", 1.0), ("max", -np.inf), ("min", np.inf)]
)  # fmt: skip
def test_over_nothing_there_is_a_neutral_number(operator: str, none: float) -> None:
    """Entry by entry, for tensors as well; the branch that is left out is never looked at."""
    text = f"dim n\ninput a : n x 2, k : n in 0..1\ny = {operator}[i when k[i] == 1] a[i]\n"
    given = {"a": np.array([[3.0, 1.0], [2.0, 5.0]]), "k": np.array([0, 0])}
    np.testing.assert_array_equal(computed(text, "y", {"n": 2}, **given), [none, none])
    lazy = f"dim n\ninput a : n in 0..9\ny = {operator}[i when a[i] > 0] 12 // a[i]\n"
    assert computed(lazy, "y", {"n": 2}, a=np.array([0, 0])) == none
    assert computed(lazy, "y", {"n": 2}, a=np.array([0, 4])) == 3


def test_a_mean_and_a_best_index_are_among_the_terms_that_are_left() -> None:
    """As loops of Python find them, ties and infinities included."""
    text = (
        "dim n, m\ninput A : n x m in 0..1\ninput e : n x m\n"
        "mu[i] = mean[j in 0..m-1 when A[i, j] == 1] e[i, j]\n"
        "best[i] = argmax[j in 0..m-1 when A[i, j] == 1 and j != 1] e[i, j]\n"
        "least[i in 0..n-1] = argmin[j in 0..m-1 when A[i, j] == 1] (if j == 3 then inf else inf)\n"
    )
    mask = np.array([[0, 1, 1, 1], [1, 0, 0, 1], [0, 0, 0, 1]])
    e = np.array([[9.0, 8.0, 2.0, 2.0], [1.0, 5.0, 6.0, 7.0], [4.0, 3.0, 2.0, -np.inf]])
    found = {name: computed(text, name, {"n": 3, "m": 4}, A=mask, e=e) for name in ("mu", "best", "least")}
    means = [sum(row[j] for j in range(4) if on[j]) / sum(on) for row, on in zip(e.tolist(), mask.tolist())]
    np.testing.assert_array_equal(found["mu"], means)
    assert found["best"].tolist() == [2, 3, 3]
    assert found["least"].tolist() == [1, 0, 3]


def test_an_end_that_is_data_is_a_condition() -> None:
    """A length for every sentence: the sum over its words, of padded ones and of NumPy's cuts."""
    given = {"L": np.array([3, 1, 2]), "x": np.arange(18.0).reshape(3, 3, 2)}
    sizes = {"B": 3, "T": 3, "D": 2}
    cuts = [row[:length] for row, length in zip(given["x"], given["L"])]
    for operator in ("sum", "mean", "max"):
        text = LENGTHS + f"y[s] = {operator}[t in 1..L[s]] x[s, t] for s in 1..B\n"
        np.testing.assert_array_equal(
            computed(text, "y", sizes, **given), [getattr(cut, operator)(axis=0) for cut in cuts]
        )
    text = LENGTHS + "y[s] = sum[t in max(L[s] - 1, 1)..min(L[s] + 1, T)] x[s, t] for s in 1..B\n"
    bands = [row[max(length - 2, 0) : length + 1].sum(axis=0) for row, length in zip(given["x"], given["L"])]
    np.testing.assert_array_equal(computed(text, "y", sizes, **given), bands)


def test_conditions_on_indices_guard_the_reads() -> None:
    """A read of the entry before is inside where the index is not the first one."""
    text = "dim n\ninput a : n\ny = sum[i in 0..n-1 when i >= 1 and a[i-1] > 0] a[i-1] * a[i]\n"
    a = np.array([2.0, -3.0, 5.0, 7.0])
    assert computed(text, "y", {"n": 4}, a=a) == sum(a[i - 1] * a[i] for i in range(1, 4) if a[i - 1] > 0)
    chain = "dim n, k\nassume k < n\ninput a : n\ny = sum[i in 0..n when 1 <= i <= k] a[i-1]\n"
    assert computed(chain, "y", {"n": 4, "k": 2}, a=a) == -1


WRONG = [
    ("dim n\ninput a : n\ny = stack[i in 0..n-1 when a[i] > 0] a[i]\n", [(3, "bad-argument")]),
    ("dim n\ninput a : n\ny = concat[i in 0..n-1 when i > 0] [a[i], 1]\n", [(3, "bad-argument")]),
    # a comparison bounds no index
    ("dim n, E\ninput d : E in 0..n-1\nweight w : E\ny[i] = sum[e when d[e] == i] w[e]\n", [(4, "unbounded-index")]),
    # a read in a condition bounds an index where no term does
    ("dim n, m\ninput a : n\ny = sum[i when a[i] > 0] 1\nclaim y <= n\n", []),
    ("dim n, m\ninput a : n, b : m\ny = sum[i when a[i] > 0] b[i]\n", [(3, "out-of-bounds")]),
    # a condition is one truth value
    ("dim n\ninput a : n x 2\ny = sum[i when a[i] > 0] a[i]\n", [(3, "not-scalar")]),
    # an end is a size, or data that says which integers it holds
    ("dim T\ninput L, x : T\ny = sum[t in 0..L] 1\n", [(3, "unknown-data")]),
    ("dim T\ninput L in 0.0..1.0\ny = sum[t in 0..L] 1\n", [(3, "unknown-data")]),
    ("dim T\ninput L in 1..T\ny = stack[t in 1..L] 1\n", [(3, "not-a-size")]),
    ("dim T\ninput L in 1..T\ny[t in 1..L] = 1\n", [(3, "not-a-size")]),
    ("dim T\ninput L in 1..T+1, x : T\ny = sum[t in 1..L] x[t-1]\n", [(3, "out-of-bounds")]),
    # a claim on shapes is about all data
    ("dim n\ninput a : n in 0..1\nclaim a : n when a[0] == 1\n", [(3, "not-a-size")]),
    # some term is needed
    ("dim n\ninput a : n\ny = mean[i in 0..n-1 when i >= 2] a[i]\n", [(3, "requirement-fails")]),
    ("dim n\ninput a : n\nclaim (argmax[i in 0..n-1 when i >= 2] a[i]) >= 2\n", []),
]


@pytest.mark.parametrize(("text", "expected"), WRONG)
def test_what_is_wrong_is_told_where_it_stands(text: str, expected: list[tuple[int, str]]) -> None:
    """One error at the line of the mistake."""
    assert mistakes(text) == expected


def test_the_assumption_that_leaves_a_term_is_offered() -> None:
    """With it the spec is accepted."""
    text = "dim n\n{}input a : n\ny = mean[i in 0..n-1 when i >= 2] a[i]\nclaim y : scalar\n"
    (found,) = report_of(text.format("")).diagnostics
    assert found.help == "add: assume n >= 3"
    assert report_of(text.format("assume n >= 3\n")).ok


PROVED = [
    ("mean[t in 1..L[s]] x[s, t]", LENGTHS),
    ("argmax[t in 1..T when t <= L[s]] x[s, t, 0]", LENGTHS),
    ("mean[t in 1..T when t >= L[s]] x[s, t]", LENGTHS),
    ("mean[t in 1..T when t == s] x[s, t]", LENGTHS + "assume B <= T\n"),
]


@pytest.mark.parametrize(("value", "given"), PROVED)
def test_a_term_is_proved_to_be_left(value: str, given: str) -> None:
    """At an end of the range, or at an index around: no warning."""
    report = report_of(given + f"y[s] = {value} for s in 1..B\nclaim size(y, 0) == B\n")
    assert report.ok and not report.diagnostics


UNKNOWN = [
    ("mean[t in 1..T when t < L[s]] x[s, t]", LENGTHS),
    ("argmax[t in 1..T when x[s, t, 0] > 0] x[s, t, 0]", LENGTHS),
    ("mean[t in 1..K[s]] x[s, t]", LENGTHS + "input K[s in 1..B] in 0..T\n"),
]


@pytest.mark.parametrize(("value", "given"), UNKNOWN)
def test_where_no_term_may_be_left_a_warning_says_so(value: str, given: str) -> None:
    """What rests on it is tested at most, and an empty case stops a run."""
    text = given + f"y[s] = {value} for s in 1..B\nclaim y[s] == y[s] for s in 1..B\n"
    report = report_of(text)
    assert "requirement-undecided" in {item.code for item in report.diagnostics if item.level == "warning"}
    assert all(verdict.word != "proved" for verdict in report.verdicts)
    sizes = {"B": 2, "T": 2, "D": 1}
    empty = {"L": np.array([1, 1]), "x": -np.ones((2, 2, 1))} | ({"K": np.array([1, 0])} if "K" in given else {})
    with pytest.raises(ExecutionError, match=r"of nothing.*s = [12]"):
        computed(text, "y", sizes, **empty)


ASSUMED = [
    ("A : n x n in 0..1", "A[i, i] == 1 for i in 0..n-1", "A[i, j] == 1", True),
    ("A : n x n in 0..1", "A[i, i] == 1 for i in 0..n-1", "A[i, j] > 0", True),
    ("A : n x n in 0..9", "A[i, 0] >= 2 for i in 0..n-1", "A[i, j] > 1 and A[i, j] < 10", True),
    ("A : n x n", "A[i, n-1] == 2.5 for i in 0..n-1", "A[i, j] == 2.5", True),
    ("A[i in 0..n-1, j in 0..n-1] in 0..1", "A[k, k] == 1 for k in 0..n-1", "1 == A[i, j]", True),
    ("A : n x n in 0..1", "A[i-1, i-1] == 1 for i in 1..n", "A[i, j] == 1", True),
    ("A : n x n in 0..1", "A[i, i] == 1 for i in 1..n-1", "A[i, j] == 1", False),
    ("A : n x n in 0..1", "A[0, 0] == 1", "A[i, j] == 1", False),
    ("A : n x n in 0..1", "A[i, i] == 1 for i in 0..n-1", "A[j, j] == 1 and j > i", False),
    ("A : n x n in 0..1", "A[i, i] == 1 for i in 0..n-1", "A[i, j] == 1 and j != i", False),
    ("A : n x n in 0..1", "A[i, i] == 0 for i in 0..n-1", "A[i, j] == 1", False),
    ("A : n x n in 0..1", "A[i, i] <= 1 for i in 0..n-1", "A[i, j] == 1", False),
    ("A : n x n in 0..1, B : n x n in 0..1", "B[i, i] == 1 for i in 0..n-1", "A[i, j] == 1", False),
]


@pytest.mark.parametrize(("given", "assumed", "condition", "known"), ASSUMED)
def test_an_assumption_on_entries_leaves_a_term(given: str, assumed: str, condition: str, known: bool) -> None:
    """Every node is its own neighbour, so that none has no neighbours; by hand where it does not follow."""
    text = f"dim n\ninput {given}\nassume {assumed}\ny[i in 0..n-1] = argmax[j in 0..n-1 when {condition}] j\n"
    found = derive(Source("test.shape", text))[1]
    assert [item.code for item in found] == ([] if known else ["requirement-undecided"])


@pytest.mark.parametrize(("guard", "known"), [("d[j] == i", True), ("i == d[j]", True), ("d[j] != i", False)])
def test_a_branch_around_leaves_a_term(guard: str, known: bool) -> None:
    """Where d[j] is i, j is one of the terms."""
    best = "argmax[k in 1..E when d[k] == i] k"
    text = "dim n, E\ninput d[e in 1..E] in 0..n-1\n"
    text += f"y[i in 0..n-1] = sum[j in 1..E] (if {guard} then {best} else 0)\n"
    found = derive(Source("test.shape", text))[1]
    assert [item.code for item in found] == ([] if known else ["requirement-undecided"])


CLAIMS = [
    ("y[t] == 0 for t in 1..T when t <= 2", "proved"),
    ("y[t] == x[t] for t in 1..T when t >= 3", "proved"),
    ("y[t] == x[t] for t in 1..T when t >= 2", "refuted"),
    ("y[t] == x[t] for t in 1..T when x[t] == 0", "tested"),
    ("x[t] < 5 for t in 1..T when x[t] < 5", "tested"),
    ("x[t] < 5 for t in 1..T when x[t] < 6", "refuted"),
    ("x[t] != 5 for t in 1..T when x[t] > 5 and t > 1", "tested"),
    ("x[t] == 1 or x[t] == 2 for t in 1..T when 1 <= x[t] <= 2", "tested"),
    ("(sum[t in 1..k] x[t]) == (sum[t in 1..T when t <= k] x[t])", "proved"),
    ("x[t] > k for t in k+1..T when x[t] > k", "tested"),
    ("x[t] >= 1 for t in 1..T, u in t..T when x[t] > x[u]", "tested"),
]


@pytest.mark.parametrize(("claim", "word"), CLAIMS)
def test_claims_under_conditions_on_members_and_entries(claim: str, word: str) -> None:
    """Members for which the condition is false are not compared; the verdicts are evident by hand."""
    text = "dim T\nassume T >= 6\ninput x[t in 1..T] in 0..9, k in 1..T\ny[t] = if t <= 2 then 0 else x[t]\n"
    report = report_of(f"{text}claim {claim}\n")
    (verdict,) = report.verdicts
    assert verdict.word == word, (report.diagnostics, verdict.detail)


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        ("v[t] > 1 for t in 0..2 when v[t] > 4", "error"),
        ("v[t] > 1 for t in 0..2 when v[t] > 1", "proved"),
        ("x[t] > 9 for t in 1..T when x[t] > 9", "unknown"),
        ("x[t] > 9 for t in 1..T when t > T", "error"),
        ("x[t] > 4 for t in 1..T when x[t] >= 5", "tested"),
    ],
)
def test_a_claim_that_compares_nothing_is_none(claim: str, word: str) -> None:
    """An error where the numbers are written in the spec, unknown where other data might be compared."""
    text = "dim T\ninput x[t in 1..T] in 0..9\nv = [1, 2, 3]\n"
    assert [verdict.word for verdict in report_of(f"{text}claim {claim}\n").verdicts] == [word]


def test_padding_stays_zero() -> None:
    """A choice is settled by the condition of the claim: t > L[s] contradicts t <= L[s]."""
    text = LENGTHS + (
        "mu[s] = mean[t in 1..L[s]] x[s, t] for s in 1..B\n"
        "y[s, t] = if t <= L[s] then x[s, t] - mu[s] else zeros(D) for s in 1..B, t in 1..T\n"
        "claim y[s, t] == zeros(D) for s in 1..B, t in L[s]+1..T\n"
    )
    assert [verdict.word for verdict in report_of(text).verdicts] == ["proved"]
    wider = text.replace("L[s]+1..T\n", "L[s]..T\n")
    assert [verdict.word for verdict in report_of(wider).verdicts] != ["proved"]
