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
