"""Blocks in the branches of an `if` about sizes: checked under their condition, computed only where it holds.

Independent truth: by hand; a kernel of 3 fits in an input of H entries from H = 3 on.
"""

from __future__ import annotations

import pytest

from ..graph.asking import computed, report_of, verdicts

TEXT = """
dim H
input x : [H, 1]
y = if H >= 3 then sum(x -> conv1d(1, 3)) else sum(x)
"""


def test_what_a_branch_needs_is_owed_under_its_condition() -> None:
    """At H = 1 and 2 the kernel does not fit, and nobody asks it to."""
    found = report_of(TEXT + "claim y ~= sum(x) when H < 3\nclaim y ~= sum(x) when H >= 3\n")
    assert [str(verdict.word) for verdict in found.verdicts] == ["proved", "refuted"]
    assert not found.diagnostics


@pytest.mark.parametrize("height", [1, 2])
def test_the_other_branch_is_not_computed(height: int) -> None:
    """A convolution of an image that is too small would stop the run."""
    x = [[float(2**i)] for i in range(height)]
    assert computed(TEXT, "y", {"H": height}, x=x) == 2**height - 1


def test_an_axis_in_a_branch_needs_an_entry_there_only() -> None:
    """The same with a primitive in the place of a block."""
    text = "dim H\ninput x : [H, 1]\nweight K : [3, 1, 1]\ny = if H >= {} then sum(conv(x, K)) else sum(x)\n"
    assert report_of(text.format(3)).ok
    (found,) = [item for item in report_of(text.format(2)).diagnostics if item.level == "error"]
    assert found.code == "requirement-fails" and found.sizes == {"H": 2}


def test_parameters_of_a_branch_that_is_decided() -> None:
    """A literal H decides: the convolution's 3 + 1 weights, or none."""
    for height, count in ((5, 4), (2, 0)):
        assert verdicts(TEXT.replace("dim H", f"dim H = {height}") + f"claim params == {count}\n") == ["proved"]


def test_a_fresh_set_of_weights_for_every_step_is_told() -> None:
    """And not where the cell has a name, where no input is indexed, or where a comment allows it."""
    head = "dim p, d, T\ninput x[t in 1..T] : d\nh[0] = zeros(p)\n"
    anew = "h[t] = gru_cell(p)(x[t], h[t-1]) for t in 1..T"
    cases = {
        head + anew + "\n": ["fresh-weights"],
        head + anew + "  # allow: fresh-weights\n": [],
        head + "cell = gru_cell(p)\nh[t] = cell(x[t], h[t-1]) for t in 1..T\n": [],
        "dim p, L\ninput x : p\nh[0] = x\nh[k] = dense(p)(h[k-1]) for k in 1..L\n": [],
        "dim n, T\ninput x[t in 1..T] : n\ny[t] = x[t] -> softmax for t in 1..T\n": [],
    }
    for text, codes in cases.items():
        found = report_of(text)
        assert [item.code for item in found.diagnostics] == codes, text
        assert found.ok


def test_one_application_in_both_branches() -> None:
    """A function that mentions its operand twice: the block is there at all sizes, and what it needs is owed at all."""
    head = "fn g(a, n) = if n > 2 then a else a + 1\ndim n\ninput x : n\ny = g(x -> dense(3, bias = false), n)\n"
    claims = "claim y ~= y.dense + 1 when n <= 2\nclaim y ~= y.dense when n > 2\nclaim macs == 3n\n"
    found = report_of(head + claims + "test small(n = 1)\ntest large(n = 4)\n")
    assert found.ok and not any(verdict.word == "refuted" for verdict in found.verdicts)
    text = "fn g(a, n) = if n > 2 then sum(a) else sum(a) + 1\ndim n\ninput x : [n, 1]\ny = g(x -> conv1d(1, 3), n)\n"
    (error,) = [item for item in report_of(text).diagnostics if item.level == "error"]
    assert error.sizes == {"n": 1} and error.help == "add: assume n >= 3"


def test_a_block_of_blocks_of_blocks() -> None:
    """2^12 dense layers are of 13 kinds; their counts follow from those, and nothing is put in place 4096 times."""
    text = "layer f0() = dense(3)\n" + "".join(f"layer f{k}() = f{k - 1} -> f{k - 1}\n" for k in range(1, 13))
    text += "dim n\ninput x : n\ny = x -> f12\nclaim params == 12 * 4095 + 3n + 3\nclaim macs == 9 * 4095 + 3n\n"
    deepest = "y.f11[2]" + "".join(f".f{k}[1]" for k in range(10, -1, -1)) + ".dense.W"
    found = report_of(text + f"claim {deepest} : 3 x 3\nclaim y.f11[1].params == 12 * 2047 + 3n + 3\n")
    assert found.ok and [str(verdict.word) for verdict in found.verdicts] == ["proved"] * 4
    assert not found.sizes_run
