"""Counts explained: the shares add up to what is published, and to what is counted in one go."""

from __future__ import annotations

import pytest

from shapecheck.explain import explain
from shapecheck.infer.counting import counts
from tests.explain.asking import ROOT, derived, row, told

NETWORKS = sorted(path.name for path in (ROOT / "specs" / "networks").glob("*.shape"))


def test_parameters_by_weight() -> None:
    """The slide's GRU: 2p (p + d) for W, p (p + d) for V, 3p (p + d) together."""
    text = told(derived("slides/gru.shape"), "params")
    assert row(text, "W : 2p x (p + d) has 2p * (p + d) entries").startswith("1 line 5")
    assert row(text, "params is 3p * (p + d)").endswith("the sum (1, 2)")


def test_products_by_how_often() -> None:
    """W has 2p (p + d) entries, each used once a step, for T steps."""
    text = told(derived("slides/gru.shape"), "macs")
    assert "`@` takes 2p * (p + d) each time, for t in 1..T" in row(text, "W @ [x[t]; h[t-1]] takes 2p*T * (p + d)")


def test_a_sum_by_its_indices() -> None:
    """The slide's plane convolution: M N products at each of (H - M + 1) (W - N + 1) places."""
    text = told(derived("slides/convolution.shape"), "V.macs")
    assert "a product for each x, y, m, n: (H - M + 1) * (W - N + 1) * M * N" in text


def test_of_one_block() -> None:
    """The claim in resnet50.shape: the first bottleneck has 75,008 parameters."""
    assert told(derived("networks/resnet50.shape"), "c2.bottleneck[1].params").startswith(
        "c2.bottleneck[1].params is 75,008\n"
    )


@pytest.mark.parametrize("what", ["params", "macs"])
@pytest.mark.parametrize("name", NETWORKS)
def test_shares_add_up(name: str, what: str) -> None:
    """For every network the shares are told one by one, and their sum is the count (published in the specs' claims)."""
    report = derived(f"networks/{name}")
    assert report.shapes is not None
    total = (counts.params if what == "params" else counts.macs)(report.shapes)
    (section,) = explain(report, what).sections
    assert len(section.steps) > 1
    (formula,) = section.steps[-1].holds
    assert formula.difference.constant == 0 and formula.left is total  # type: ignore[union-attr]
