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
