"""Claims about receptive fields, against the sizes that a count of the kernels by hand gives."""

from __future__ import annotations

import pytest

import shapecheck

HEAD = """
dim N, H, W, C
assume H >= 9, W >= 9
input x : [N, H, W, C], z : N
two = x -> conv2d(C, 3) -> conv2d(C, 3)
pooled = two -> maxpool(2)
s[0] = x[0, 0, 0, 0]
s[i] = s[i-1] + x[0, i, 0, 0] for i in 1..H-1
"""


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        ("receptive(two, x) : 1 x 5 x 5 x C", "proved"),
        ("receptive(two, x) : 1 x 3 x 3 x C", "refuted"),
        ("receptive(two, x) : 5 x 5", "refuted"),
        ("receptive(two, x)[1] == 5", "proved"),
        ("receptive(pooled, x) : 1 x 6 x 6 x C", "proved"),  # 2 + 2 + 2
        ("receptive(pooled, two) : 1 x 2 x 2 x 1", "proved"),
        ("receptive(two, x)[4] == 0", "unknown"),  # there is no such axis
        ("receptive(s, x)[1] == H", "unknown"),  # grows with i
    ],
)
def test_receptive(claim: str, word: str) -> None:
    """Kernels of 3 and 3 see 5, and a window of 2 behind them 6; where entries see differently much nothing is said."""
    report = shapecheck.loads(f"{HEAD}claim {claim}\n").check()
    assert [str(item.word) for item in report.verdicts] == [word]


@pytest.mark.parametrize("claim", ["receptive(two) : 1", "receptive(two, 3) : 1", "receptive(two, x) : 1 in 0..1"])
def test_receptive_takes_two_tensors(claim: str) -> None:
    """Anything but the names of two tensors is refused with the form to write."""
    assert not shapecheck.loads(f"{HEAD}claim {claim}\n").check().ok


DEEP = """
dim N, H, L
assume H >= 9
input x : [N, H, 2], z : N
m = x -> repeat(L, conv1d(2, 3, pad = SAME))
h[0] = x
h[k] = h[k-1] -> conv1d(2, 3, pad = SAME) for k in 1..L
w[0] = x
w[k] = w[k-1] -> conv1d(2, 2, dilation = 2^(k-1), pad = CAUSAL) for k in 1..L
a[0] = x[0]
a[k] = stack[i in 0..H-1] ((a[k-1][i-1] default 0) + (a[k-1][i+1] default 0)) for k in 1..L
s[0] = x
s[k] = if k % 2 == 0 then s[k-1] else (s[k-1] -> conv1d(2, 3, pad = SAME)) for k in 1..L
"""


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        ("receptive(m, x) : 1 x (2L + 1) x 2", "proved"),
        ("receptive(m, x) : 1 x (2L + 2) x 2", "refuted"),
        ("receptive(h[k], x) : 1 x (2k + 1) x 2 for k in 1..L", "proved"),
        ("receptive(h[k], x)[1] == 2k + 1 for k in 1..L", "proved"),
        ("receptive(h[k], x)[1] == 3 for k in 1..L", "refuted"),
        ("receptive(h[L], x)[1] == 2L + 1", "proved"),
        ("receptive(h[0], x) : 1 x 1 x 1", "proved"),
        ("receptive(h[3], x)[1] == 7 when L == 3", "proved"),
        ("receptive(h[k], x)[2] == 2 for k in 0..L", "unknown"),  # of h[0] it is 1: one entry sees one channel
        ("receptive(w[k], x) : 1 x 2^k x 2 for k in 1..L", "proved"),  # 1 + 1 + 2 + 4 + ..
        ("receptive(w[k], x)[1] == 2k for k in 1..L", "refuted"),
        ("receptive(a[k], x)[1] == 2k + 1 for k in 0..L", "proved"),
        ("receptive(s[L], x)[1] == L", "unknown"),  # every second layer: no formula is looked for
        ("receptive(h, x)[1] == 2L + 1", "unknown"),  # the members see differently much
    ],
)
def test_any_depth(claim: str, word: str) -> None:
    """A layer of width 3 sees one entry more on each side, and dilated ones of width 2 twice as much each time."""
    report = shapecheck.loads(f"{DEEP}claim {claim}\n").check()
    assert [str(item.word) for item in report.verdicts] == [word]


def test_a_tensor_that_has_no_part_in_it() -> None:
    """m is not computed from z."""
    (found,) = shapecheck.loads(f"{DEEP}claim receptive(m, z)[0] == 1\n").check().diagnostics
    assert "m does not depend on z" in found.title
