"""Families whose members have shapes that an op or a block fixes by the number of the member.

The truth is read off the equations by hand: `zeros(l)` has l entries.
"""

from __future__ import annotations

import pytest

from ..graph.asking import report_of, verdicts

LINEAR = """layer lin(k) {
  dim n
  input x : [..., n]
  output y : k
  weight W : k x n
  y = W @ x
}
dim n, T, L
input u : n, v : T x n
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dim L\nh[l] = zeros(l) for l in 1..L\nclaim h[L] : L\nclaim h[2] : 2 when L >= 2\n", "pp"),
        ("h[l] = zeros(l * l + 1) for l in 1..4\nclaim h[3] : 10\nclaim h[2] : 5\n", "pp"),
        ("h[l, m] = zeros(l + m) for l in 1..3, m in 1..2\nclaim h[2, 2] : 4\nclaim h[3, 2] : 5\n", "pp"),
        (
            "dim n\ninput x : n\nh[l] = zeros(2l) + sum(x) * ones(l * 2) for l in 1..3\n"
            "s[l] = sum(h[l]) for l in 1..3\n"
            "claim s[2] == 4 * sum(x)\nclaim s[3] == 4 * sum(x)\nclaim h[3, 5] == sum(x)\n",
            "prp",
        ),
        (
            LINEAR + "g[l] = lin(l)(u) for l in 1..3\nclaim g[2] : 2\nclaim g.params == 6n\nclaim g.macs == 6n\n",
            "ppp",
        ),
        (
            LINEAR + "g[l] = lin(l)(v) for l in 1..L\nclaim g[L] : T x L\nclaim g.params == n * L * (L + 1) / 2\n"
            "claim g.macs == T * n * L * (L + 1) / 2\nclaim g.macs == T * n * L\n",
            "pppr",
        ),
    ],
)
def test_each_member_has_its_own(text: str, words: str) -> None:
    """p: proved, r: refuted, one a claim."""
    assert "".join(word[0] for word in verdicts(text)) == words


@pytest.mark.parametrize(
    "text",
    [
        "dim L\nh[l] = zeros(l * l + 1) for l in 1..L\n",
        "dim L\nh[l, m] = zeros(l + m) for l in 1..L, m in 1..L\n",
        "dim L\nweight W\ny[l] = sum(W @ zeros(l)) for l in 1..L\n",
        "h[l] = zeros(12 // l) for l in 0..3\n",
    ],
)
def test_what_has_no_formula_is_told(text: str) -> None:
    """No formula in the number of the member is looked for beyond affine and geometric ones of one index."""
    assert {item.code for item in report_of(text).diagnostics} == {"range-depends-on-index"}


@pytest.mark.parametrize("axis", ["g[i]", "g[n-1]", "g[:, 0..m-1][i]"])
def test_the_size_of_a_member_reads_nothing(axis: str) -> None:
    """i is an index of the equation around `size`, so that the read inside is no read outside."""
    text = f"dim n, m\ninput g : n x m\nb[i in 0..n-1] = stack[q in 0..size({axis}, 0)-1] g[i, q]\nclaim b == g\n"
    assert [str(word) for word in verdicts(text)] == ["proved"]


def test_rows_may_be_reversed() -> None:
    """The library's `reverse` asks for the size of what it is given."""
    text = "dim n, m\ninput g : n x m\nb[i in 0..n-1] = g[i] - reverse(g[i])\nclaim b[0, 0] == g[0, 0] - g[0, m-1]\n"
    assert [str(word) for word in verdicts(text)] == ["proved"]
