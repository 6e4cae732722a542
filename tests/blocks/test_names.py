"""What blocks become under one name.

Independent truth: the equations by hand: `byt` adds t, `plain` adds 1.
"""

from __future__ import annotations

from shapecheck.check import check
from shapecheck.execute import run
from shapecheck.source import Source
from shapecheck.verdict.model import Word

from ..execute.running import assert_agrees, shapes_of

TEXT = """layer byt(D) {
  dim T
  input x[t in 1..T] : D
  output y[t in 1..T] : D
  y[t] = x[t] + t for t in 1..T
}
layer plain() {
  dim T, D
  input x : [T, D]
  output y
  y = x + 1
}
dim T, D
input x : T x D
h[0] = x -> byt(D)
h[k] = h[k-1] -> plain() for k in 1..2
claim h[0, 1, 0] == x[0, 0] + 1
claim h[1, 1, 0] == x[0, 0] + 2
claim h[0, 1, 0] == x[0, 0]
test one(T = 2, D = 3)
"""


def test_two_blocks_under_one_name_with_other_axes() -> None:
    """`h.y` of `byt` is indexed by t, that of `plain` is not: each entry agrees with its equation."""
    shapes = shapes_of(TEXT)
    sizes = {"T": 2, "D": 3}
    assert assert_agrees(shapes, sizes, run(shapes, sizes)) > 0


def test_claims_about_them() -> None:
    """x + 1 at t = 1 for h[0], one more for h[1]; without it the claim is false."""
    words = [verdict.word for verdict in check(Source("test.shape", TEXT)).verdicts]
    assert words[0] is Word.PROVED and words[1] in (Word.PROVED, Word.TESTED) and words[2] is Word.REFUTED
