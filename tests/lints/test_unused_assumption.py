"""Assumptions that nothing needs.

The independent truth: the spec's text without the assumption is checked from the start, and its verdicts, errors and
shapes are compared with those of the text as it is.
"""

from __future__ import annotations

import pytest

from ..graph.asking import report_of
from .told import codes, line_of, told

TEMPLATE = "dim H, W, d, p\n{}input x : [H, W], h : p, g : d\n{}\n"

NEEDED = {
    "an exact division": ("H % 2 == 0", "claim sum(x) == sum(x) when W == H / 2"),
    "a kernel that fits": ("H >= 2, W >= 2", "y = maxpool(x, 2)"),
    "equal sizes": ("p == d", "y = h + g"),
    "a claim on sizes": ("H % 2 == 0", "claim 2 * (H // 2) == H"),
    "a claim on a shape": ("p == d", "claim h : d"),
    "a smaller counterexample": ("p + d > 3", "claim h : d expect refuted"),
    "what is tested at sizes that are admitted": (
        "p <= 2",
        "test a(H = 1, W = 1, d = 1, p = 2)\nclaim sum(abs(h)) <= abs(h[0]) + abs(h[p-1])",
    ),
}
UNUSED = {
    "nothing divides": ("H % 2 == 0", "y = x -> relu\nclaim y : H x W"),
    "a claim is refuted anyway": ("p != 3", "claim h : d expect refuted"),
    "it is implied by a bound": ("H >= 1", "y = maxpool(x, 1)"),
    "no test is at other sizes": ("p >= 2", "claim sum(h) == sum(h) + 0"),
}


def outcome(text: str) -> tuple[object, ...]:
    """What a check says, without the lints."""
    found = report_of(text, lint="none")
    assert found.shapes is not None
    shapes = {name: [cell.shape for cell in cells] for name, cells in found.shapes.cells.items()}
    errors = [item.code for item in found.diagnostics]
    verdicts = [(str(verdict.word), dict(verdict.counterexample)) for verdict in found.verdicts]
    return errors, verdicts, shapes if not errors else None


@pytest.mark.parametrize("case", [*NEEDED, *UNUSED])
def test_a_warning_exactly_where_the_text_without_it_comes_out_the_same(case: str) -> None:
    """Leaving the line out changes what the check says, or the lint speaks."""
    assumption, rest = {**NEEDED, **UNUSED}[case]
    text = TEMPLATE.format(f"assume {assumption}\n", rest)
    found = [item for item in told(text, "warnings") if item.code == "unused-assumption"]
    same = outcome(text) == outcome(TEMPLATE.format("", rest))
    if case != "what is tested at sizes that are admitted":
        assert same == (case in UNUSED), case
    assert bool(found) == (case in UNUSED), case


def test_what_is_tested_is_tried_outside() -> None:
    """|h[0]| + |h[1]| + |h[2]| is more than |h[0]| + |h[2]|: the claim that is tested up to 2 fails at p = 3."""
    assumption, rest = NEEDED["what is tested at sizes that are admitted"]
    words = [verdict.word for verdict in report_of(TEMPLATE.format("", rest.replace("p = 2", "p = 3"))).verdicts]
    assert words == ["refuted"]
    assert "unused-assumption" not in codes(TEMPLATE.format(f"assume {assumption}\n", rest), "warnings")


def test_each_part_of_a_line_by_itself() -> None:
    """H is halved, W is not; the message stands at W's part."""
    text = "dim H, W\nassume H % 2 == 0, W % 2 == 0\ninput x : H x W\nclaim 2 * (H // 2) == H\n"
    (found,) = told(text, "warnings")
    assert found.labels[0].span.start == text.index("W % 2")


def test_what_another_assumption_says() -> None:
    """A multiple of 4 is even."""
    text = "dim H\nassume H % 2 == 0\nassume H % 4 == 0\ninput x : H\nclaim 4 * (H // 4) == H\n"
    (found,) = told(text, "warnings")
    assert line_of(text, found) == 2 and "follows from" in found.labels[0].text


def test_a_comment_allows_it() -> None:
    """On its line."""
    text = "dim H\nassume H % 2 == 0  # allow: unused-assumption\ninput x : H\n"
    assert not codes(text)


BLOCK = """\
layer f(k) {{
  dim n
  assume {}
  input x : n
  output y
  y = {}
  test t(k = 2, n = 4)
}}
"""


@pytest.mark.parametrize(
    "assumption, value, unused",
    [("n % k == 0", "x -> relu", True), ("n % k == 0", "zeros(n / k)", False), ("n >= k", "maxpool(x, [k])", False)],
)
def test_inside_of_a_block(assumption: str, value: str, unused: bool) -> None:
    """By hand: k cuts n into parts, or a window of k fits; that the block would owe it anyway is a need as well."""
    text = BLOCK.format(assumption, value)
    found = [item for item in told(text, "warnings") if item.code == "unused-assumption"]
    assert [line_of(text, item) for item in found] == ([3] if unused else [])


def test_a_default_of_a_parameter_says_nothing() -> None:
    """With g = 1 every n is a multiple of it; applications have other settings."""
    text = BLOCK.replace("f(k)", "f(k, g = 1)").format("n % g == 0", "x -> relu")
    assert "unused-assumption" not in codes(text)


def test_nothing_beside_an_error() -> None:
    """A test that breaks the assumption is the one mistake; whether it is needed is not known before that is mended."""
    text = "dim n\nassume n > 2\ninput x : n\ntest small(n = 2)\n"
    assert [item.code for item in report_of(text, lint="all").diagnostics] == ["bad-test"]


@pytest.mark.parametrize("claim", ["2^k + 2^(2k) >= k + k^2", "3^k >= k^2", "2^k * 3^k >= k"])
def test_a_claim_about_sizes_that_is_only_tested(claim: str) -> None:
    """It is computed at the sizes that the assumption rules out, and holds there: by induction, for all k."""
    assert "unused-assumption" in codes(f"dim k >= 0, n\nassume n != 7 or k != 8\nclaim {claim}\n", "warnings")
