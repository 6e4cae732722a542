"""How verdicts come about, against the printed ones and by putting numbers in."""

from __future__ import annotations

import pytest

from shapecheck.explain import Unknown, explain_claims
from shapecheck.sizes import Proved, decide
from tests.explain.asking import checked, of_text, row, told_of_line

SLIDES = ("gru", "gru_stack", "lstm", "convolution", "same", "valid", "nhwc", "multichannel", "advantages")


def test_a_refuted_shape() -> None:
    """The README's GRU: W is no 2p x 2p; at p = 1, d = 2 it has 3 columns, not 2; right where d == p."""
    text = told_of_line(checked("slides/gru.shape"), 21)
    assert "refuted, as expected by expect refuted" in text
    assert "p + d = 3 against 2p = 2" in row(text, "axis 1: they differ for p = 1, d = 2")
    assert "no weaker condition does" in row(text, "it holds where d == p")


def test_a_condition_takes_part() -> None:
    """The same claim where d = p: the condition is what proves it."""
    text = told_of_line(checked("slides/gru.shape"), 24)
    assert "since `when d == p`" in row(text, "axis 1: p + d == 2p")
    assert "since" not in row(text, "axis 0: 2p == 2p")


def test_an_assumption_takes_part() -> None:
    """ceil(H / 4) is H / 4 since H % 8 == 0, and W has no part in it."""
    spec = "dim H, W\nassume H % 8 == 0, W % 8 == 0\ninput x : H\ny = conv(x, ones(3), stride = 4, pad = SAME)\n"
    text = told_of_line(of_text(f"{spec}claim y : H / 4"), 5)
    assert "since `assume H % 8 == 0` (" in row(text, "axis 0: ceil(H / 4) == H // 4")


def test_a_claim_of_sizes() -> None:
    """Both sides in numbers at the smallest counterexample: 1 * 1 against 2."""
    text = told_of_line(of_text("dim n\nclaim n * n >= n + 1\nclaim n * n >= n"), 2)
    assert "n^2 = 1 against n + 1 = 2" in text and "fails for n = 1" in text


def test_a_claim_about_ranks() -> None:
    """One axis is never two."""
    text = told_of_line(of_text("dim n\ninput x : n\nclaim x : n x n"), 3)
    assert "1 axes against 2" in text or "1 axis against 2" in text


def test_a_claim_inside_of_a_block() -> None:
    """It is judged on the block's own sizes: n rows times m columns are n^2 where n = m."""
    block = "layer d(n) {\n  dim m\n  input x : m\n  output y : n\n  weight W : n x m\n  y = W @ x\n"
    text = told_of_line(of_text(f"{block}  claim params == n^2 when n == m\n}}\ndim k\ninput z : k\nu = d(k)(z)"), 7)
    assert "since `when n == m`" in row(text, "n*m == n^2") and "params is n*m" in text


def test_a_line_without_a_claim() -> None:
    """The message says where claims are."""
    with pytest.raises(Unknown, match="there is no claim on line 3; claims are on lines 13, 14"):
        explain_claims(checked("slides/gru.shape"), 3)
    with pytest.raises(Unknown, match="this spec has no claims"):
        explain_claims(of_text("dim n\ninput x : n"), 1)


@pytest.mark.parametrize("name", SLIDES)
def test_all_claims_of_the_slides(name: str) -> None:
    """Every claim's line is explained, with its verdict; what its steps state follows from what is assumed there."""
    report = checked(f"slides/{name}.shape")
    for verdict in report.verdicts:
        line = report.source.position(verdict.claim.span.start)[0]
        for derivation in explain_claims(report, line):
            for section in derivation.sections:
                assert section.steps[-1].number == len(section.steps)
                for step in section.steps:
                    for formula in step.holds:
                        context = report.parts[0].shapes.graph.context.assuming(*step.facts)
                        assert isinstance(decide(context, formula), Proved), (line, str(formula))
