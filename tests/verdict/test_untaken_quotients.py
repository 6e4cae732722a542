"""A quotient that has no value, since it would divide by 0 or less, does no harm in a branch that is not taken.

The truth is arithmetic by hand, at every size that the claims speak of.
"""

from __future__ import annotations

import pytest

from shapecheck.execute import run

from ..graph.asking import report_of, verdicts
from ..terms.specs import shapes_of

GUARDED = """dim n
input x : 13
s = if n > 1 then (sum[i in 0..12 // (n - 1)] x[i]) else 0
z[i in 0..n-1] = if i > 0 then (sum[j in 0..12 // i] x[j]) else 0
w[i in 0..n-1] = if i > 0 then (sum[j in 0..12 // i, k in 0..j] x[12 // i - k]) else 0
v[i in 0..n-1] = if i > 0 then x[12 // i] else 0
u[i in 0..n-1] = if i > 0 then (max[j in i-1..12 // i + i] i * j) else 0
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "dim n\ny = if n > 1 then 12 // (n - 1) else 0\nclaim y == 0 when n == 1\nclaim y == 12 when n == 1\n"
            "claim (if n > 1 then 12 // (n - 1) else 0) == 12\n",
            "prr",
        ),
        (
            "w = [7, 5]\nz = [3, -3]\ng[i in 0..2] = if i == 0 then 1 else (if i == 1 then 2 else 5 // (i - 1))\n"
            "q[i, j] = w[i] // z[j]\nclaim sum(g) == 8\nclaim max(g) == 5\nclaim min(g) == 1\nclaim sum(g) == 7\n"
            "claim q == [2, -3; 1, -2]\n",
            "ppprp",
        ),
        (
            "y[i in 0..9] = if i < 3 then 2^i else (if i > 20 then 2^(10000000 * i) else 0)\n"
            "claim sum(y) == 7\nclaim y[9] == 1\n",
            "pr",
        ),
        (
            GUARDED + "claim s == 0 when n == 1\nclaim s == sum(x) when n == 2\nclaim z[0] == 0\n"
            "claim z[1] == sum(x) when n >= 2\nclaim v[1] == x[12] when n >= 2\nclaim u[1] == 13 when n >= 2\n"
            "claim w[0] == 0\nclaim v[0] == x[0]\ntest t(n = 1)\ntest u(n = 14)\n",
            "pppppppr",
        ),
        (
            "y = [0, 1, 2, -1]\ns[i] = if y[i] > 0 then y[2 // y[i]] else 0\nu[i] = if y[i] >= 0 then y[y[i]] else 9\n"
            "claim s == [0, 2, 1, 0]\nclaim u == [0, 1, 2, 9]\n",
            "pp",
        ),
    ],
)
def test_what_is_not_taken_needs_no_value(text: str, words: str) -> None:
    """p: proved, r: refuted, one a claim."""
    assert "".join(word[0] for word in verdicts(text)) == words


@pytest.mark.parametrize("n", [1, 2, 3, 14])
def test_runs_at_every_size(n: int) -> None:
    """Sums whose ranges have no value for some members give what the equations say."""
    made = run(shapes_of(GUARDED), {"n": n}, {"x": list(range(13))})
    assert made.value("s") == (sum(range(12 // (n - 1) + 1)) if n > 1 else 0)
    for i in range(n):
        last = 12 // i if i else 0
        assert made.value("z")[i] == (sum(range(last + 1)) if i else 0)
        assert made.value("v")[i] == (last if i else 0)
        assert made.value("u")[i] == (i * (last + i) if i else 0)
        assert made.value("w")[i] == (sum(last - k for j in range(last + 1) for k in range(j + 1)) if i else 0)


def test_a_divisor_that_data_makes_0_is_told() -> None:
    """k[j] may be -5, so that 9 is divided by 0: an error about the divisor, not about the read."""
    report = report_of("dim J\ninput X : 10, k : J in -5..5\ny[j] = X[9 // (k[j] + 5)]\n")
    assert [item.code for item in report.diagnostics] == ["requirement-fails"]
    assert "a divisor of at least 1" in report.diagnostics[0].title


@pytest.mark.parametrize("text", ["y = [0, 1, 2, -1]\nu[i in 0..2] = if y[i] >= 0 then y[y[i + 1]] else 9\n"])
def test_a_condition_on_one_entry_says_nothing_of_another(text: str) -> None:
    """y[i + 1] is -1 for i = 2, whatever y[i] is."""
    assert [item.code for item in report_of(text).diagnostics] == ["out-of-bounds"]
