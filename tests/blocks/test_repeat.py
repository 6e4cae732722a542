"""`repeat(n, stage)` for all n: induction, the identity at 0, a first pass of another shape, and where it goes wrong.

Independent truth: the language reads it as h[k] = s(h[k-1]) for k in 1..n; each spec is worked out by hand from that.
"""

from __future__ import annotations

import numpy as np
import pytest

from shapecheck.execute import run
from shapecheck.source import Source
from shapecheck.stages import derive

from ..graph.asking import computed, counterexamples, derived, report_of, verdicts


def test_it_is_the_recurrence() -> None:
    """The same numbers as the recurrence written out, with the same weights."""
    weights = np.arange(12.0).reshape(3, 2, 2) / 16
    blocks = "dim n, L\ninput x : n\ny = x -> repeat(L, dense(n, act = tanh, bias = false)) as h\n"
    flat = """
dim n, L
input x : n
weight U[k in 1..L] : n x n
h[0] = x
h[k] = tanh(U[k] @ h[k-1]) for k in 1..L
y = h[L]
"""
    sizes, x = {"n": 2, "L": 3}, [1.0, -0.5]
    one = computed(blocks, "y", sizes, x=x, **{"h.W": weights})
    other = computed(flat, "y", sizes, x=x, U=weights)
    assert np.allclose(one, other, rtol=1e-12) and not np.allclose(one, 0)


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_number_of_passes(count: int) -> None:
    """Doubling n times; 0 times is the identity."""
    text = f"fn twice(x) = 2 * x\nlayer step() = twice\ninput x : 3\ny = x -> repeat({count}, step)\n"
    assert computed(text, "y", x=[1.0, 2.0, -3.0]).tolist() == [2**count * entry for entry in (1.0, 2.0, -3.0)]


def test_a_shape_that_changes_at_every_pass() -> None:
    """VALID with 3 entries takes 2 off each time, n times."""
    text = "dim H, n\nassume H >= 2n + 1\ninput x : [H, 1]\ny = x -> repeat(n, conv1d(1, 3))\nclaim y : [H - 2n, 1]\n"
    report = report_of(text)
    assert report.ok and [str(verdict.word) for verdict in report.verdicts] == ["proved"]


def test_a_shape_that_changes_without_a_rule() -> None:
    """n^2 + 1 follows no rule that is known; the message shows what goes in and what the first passes give."""
    square = "layer square() {\n  dim n\n  input x : n\n  output y\n  y = [reshape(stack[i in 1..n] x, n * n); 1]\n}\n"
    report = report_of(f"{square}dim d, L\ninput x : d\ny = x -> repeat(L, square)\n")
    (found,) = [item for item in report.diagnostics if item.level == "error"]
    assert found.labels[0].text.split(", then ")[:2] == ["d", "d^2 + 1"]


def test_no_pass_at_all_keeps_the_shape() -> None:
    """For L = 0 the result is the input, so that the shape n of the stage is wrong where m is another size."""
    text = "dim n, m\ndim L >= 0\ninput x : m\ny = x -> repeat(L, dense(n))\nclaim y : n\n"
    report = report_of(text)
    assert not report.ok


def test_the_first_pass_may_widen() -> None:
    """d to p, then p to p, for all L >= 1."""
    text = """
dim d, p, L
input x : d
y = x -> repeat(L, dense(p)) as f
claim y : p
claim f[1].W : p x d
claim f[k].W : p x p for k in 2..L
"""
    assert verdicts(text) == ["proved"] * 3


def test_channels_that_grow() -> None:
    """Each pass adds g channels: a literal number of passes is written out."""
    text = """
layer grow(g) {
  dim n
  input x : n
  weight W : g x n
  output y
  y = [x; W @ x]
}
dim n, g
input x : n
y = x -> repeat(3, grow(g)) as f
claim y : n + 3g
claim f[3].W : g x (n + 2g)
claim params == 3g * n + 3g^2
"""
    assert verdicts(text) == ["proved"] * 3


def test_an_output_that_does_not_fit_the_next_pass() -> None:
    """`halve` needs an even size; 8 can be halved three times, not four."""
    text = """
layer halve() {
  dim n
  assume n % 2 == 0
  input x : n
  output y : n / 2
  y[i in 0..n/2-1] = x[2i] + x[2i+1]
}
input x : 8
y = x -> repeat({}, halve)
"""
    assert report_of(text.replace("{}", "3")).ok
    wrong = report_of(text.replace("{}", "4"))
    assert not wrong.ok
    assert len([item for item in wrong.diagnostics if item.level == "error"]) == 1


def test_the_smallest_number_of_passes_that_fails() -> None:
    """The result has n numbers for every L, so that L of them are too few first at L = 1, n = 2."""
    text = "dim n, L\ninput x : n\ny = x -> repeat(L, dense(n))\nclaim y : L\n"
    assert counterexamples(text) == [{"n": 1, "L": 2}]


def test_a_run_has_a_set_of_weights_for_every_pass() -> None:
    """Three passes, three matrices, each drawn for itself."""
    shapes = derived("dim n, L\ninput x : n\ny = x -> repeat(L, dense(n)) as f\n")
    found = run(shapes, {"n": 2, "L": 3}, {})
    matrices = [found.value("f.W")[k].tolist() for k in range(3)]
    assert len({str(matrix) for matrix in matrices}) == 3


def test_ten_thousand_passes_are_inferred_as_one() -> None:
    """The kinds of blocks that inference looks at do not depend on the number of passes."""
    kinds = []
    for count in (10, 10000):
        shapes, _ = derive(Source("test.shape", f"dim n\ninput x : n\ny = x -> repeat({count}, dense(n))\n"))
        assert shapes is not None
        kinds.append(len(shapes.instances))
    assert kinds[0] == kinds[1]


HALVE = """layer halve() {
  dim n
  assume n % 2 == 0
  input x : n
  output y : n / 2
  y[i in 0..n/2-1] = x[2i] + x[2i+1]
}
"""
WRONG = {
    # 8, 4, 2, 1: the fourth pass is the first that cannot be
    HALVE + "input x : 8\ny = x -> repeat(4, halve)\n": ("this needs n % 2 == 0, which does not hold", "1"),
    # H, H - 2, H - 4: the third pass needs H - 4 >= 3
    "dim H\nassume H >= 3\ninput x : [H, 1]\ny = x -> repeat(3, conv1d(1, 3))\n": (
        "this needs a kernel that fits in its image, which fails for some sizes",
        "(H - 4) x 1",
    ),
    # the first pass adds d numbers to p
    "dim p, d, L\ninput x : d\ny = x -> repeat(L, residual(dense(p)))\n": (
        "this needs equal shapes on both sides of `+`: d is not p",
        "d",
    ),
}


@pytest.mark.parametrize("text", WRONG)
def test_the_first_pass_that_fails_is_told(text: str) -> None:
    """One message, with what goes into that pass."""
    title, operand = WRONG[text]
    (found,) = [item for item in report_of(text).diagnostics if item.level == "error"]
    assert found.title == title
    assert any(label.text.endswith(f"applied to {operand}") for label in found.labels)
