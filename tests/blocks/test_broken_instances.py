"""Instances and layers with mistakes in their arguments end with messages.

Independent truth: a block cannot be made of itself, and half a filter is none; found by changing the specs at random.
"""

from __future__ import annotations

import pytest

from shapecheck.check import check
from shapecheck.source import Source


@pytest.mark.parametrize(
    "text",
    [
        "dim p\ninput x : p\nenc = gru_cell(enc)\ny = enc(x, x)\n",
        "dim p\ninput x : p\na = gru_cell(b)\nb = gru_cell(a)\ny = a(x, x)\n",
        "dim p\ninput x : p\na[k] = dense(a[k]) for k in 1..3\ny = x -> a[1]\n",
    ],
)
def test_a_block_is_not_made_of_itself(text: str) -> None:
    """One message, and no endless reading."""
    assert "recursion" in {item.code for item in check(Source("t", text)).diagnostics}


def test_the_numbering_behind_a_wrong_layer_is_not_asked() -> None:
    """The layer's output is not known, because a number of filters is no whole number."""
    text = "input x : [14, 6]\nv = x -> conv1d(0.5, 1)\nm = v -> gru(2)\nz = m[14]\nclaim z : 2\n"
    report = check(Source("t", text))
    assert not report.ok
    assert any("0.5" in item.title for item in report.diagnostics)
