"""What a check prints, whole: the report made by hand beside what a person reads."""

from __future__ import annotations

import dataclasses

import pytest

from shapecheck.diagnostics import Diagnostic, Label, Level, ShapePair
from shapecheck.report import report_concise, report_text
from shapecheck.report.findings import finding
from shapecheck.verdict.model import Verdict, Word

from .made_reports import EXPECTED, FALSE, REFUTED, claim, report, span_of


def test_one_line_where_all_is_well() -> None:
    """How many claims by verdict, and at how many sizes the shapes were confirmed."""
    proved = Verdict(FALSE, Word.PROVED, "normal form")
    assert report_text(report(proved, proved, EXPECTED)) == (
        "stack.shape: ok  2 proved, 1 refuted as expected, shapes confirmed at 2 sizes"
    )


def test_quiet_where_all_is_well() -> None:
    """Nothing at all."""
    assert report_text(report(EXPECTED), quiet=True) == ""


def test_a_claim_that_fails_is_shown_in_full() -> None:
    """The line with carets, the smallest sizes, what was found, the method, and the claim that does hold."""
    message = """\
error[claim-refuted]: the claim `W[k] : 2p x 2p for k in 1..L` does not hold
 --> stack.shape:4:1
  |
4 | claim W[k] : 2p x 2p for k in 1..L
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ refuted
  |
  = with p = 1, q = 2, T = 1, L = 1
  = note: W[1] is 2p x (p + q)
  = note: method: normal form
  = help: it holds where q == p; write `claim W[k] : 2p x 2p for k in 1..L when q == p`

stack.shape: failed  1 refuted, 1 refuted as expected"""
    assert report_text(report(REFUTED, EXPECTED)) == message
    assert report_text(report(REFUTED, EXPECTED), quiet=True) == message


def test_the_whole_story() -> None:
    """Sizes, table, every claim with its method, what the equations need, the runs; then the usual line."""
    story = report_text(report(EXPECTED), verbose=True)
    for part in [
        "sizes\n  p >= 1, q >= 1, T >= 1, L >= 1\n",
        "  W[1]              weight    2p x (p + q)  2p * (p + q)\n",
        "claims\n  refuted  line 5  params == 2p * (p + q) expect refuted  integer sets; p = 1, q = 1, T = 1, L = 2\n",
        "what the equations need\n  proved   line 4  ",
        "equal operands  normal form\n",
        "runs\n  p = 3, q = 2, T = 4, L = 2\n  p = 2, q = 5, T = 1, L = 1\n  14 shapes compared",
    ]:
        assert part in story
    assert story.endswith("\nstack.shape: ok  1 refuted as expected, shapes confirmed at 2 sizes")


def test_concise() -> None:
    """One line a finding, for editors; no summary."""
    assert report_concise(report(REFUTED, EXPECTED)) == (
        "stack.shape:4:1: error[claim-refuted]: the claim `W[k] : 2p x 2p for k in 1..L` does not hold"
    )


def test_a_claim_without_meaning_is_not_reported_beside_the_error_that_it_rests_on() -> None:
    """The same mistake is told once."""
    error = Diagnostic("unequal-sizes", "title", (Label(span_of("2p x 2p")),))
    text = report_text(report(Verdict(FALSE, Word.ERROR, "not judged"), diagnostics=(error,)))
    assert "claim-error" not in text
    assert text.endswith("stack.shape: failed  1 error, 1 not judged")


def test_a_claim_without_meaning_is_reported_where_nothing_else_is() -> None:
    """Or the file would fail without a word."""
    text = report_text(report(Verdict(FALSE, Word.ERROR, "not judged", detail=("no sizes are admitted",))))
    assert "error[claim-error]: the claim `W[k] : 2p x 2p for k in 1..L` cannot be judged" in text
    assert "^ no sizes are admitted\n" in text


def test_a_warning_is_shown_though_all_is_well() -> None:
    """And counted in the line."""
    warning = Diagnostic("undecided", "title", (Label(span_of("2p x 2p")),), level=Level.WARNING)
    text = report_text(report(diagnostics=(warning,)))
    assert text.startswith("warning[undecided]: title\n")
    assert text.endswith("stack.shape: ok  1 warning, no claims, shapes confirmed at 2 sizes")


@pytest.mark.parametrize(
    ("verdict", "code", "title", "help"),
    [
        (
            Verdict(claim("params == 2p * (p + q) expect refuted", expect="refuted"), Word.PROVED, "normal form"),
            "claim-unexpected",
            "is proved, not refuted",
            "write `expect proved` if that is right",
        ),
        (
            Verdict(FALSE, Word.UNKNOWN, "undecided"),
            "claim-unknown",
            "is neither proved nor refuted",
            "add a `test` with sizes to try it at, or limit it to the sizes that matter with `when`",
        ),
        (
            Verdict(FALSE, Word.TESTED, "search", runs=12),
            "claim-tested",
            "is tested, not proved",
            "add `expect tested` if that is enough",
        ),
        (
            dataclasses.replace(REFUTED, condition=None),
            "claim-refuted",
            "does not hold",
            "if the sentence is meant to be false, add `expect refuted`",
        ),
    ],
)
def test_each_way_to_fail(verdict: Verdict, code: str, title: str, help: str) -> None:
    """Each has a code of its own, a sentence, and what to do about it."""
    diagnostic = finding(verdict)
    assert (diagnostic.code, diagnostic.help) == (code, help)
    assert diagnostic.title.endswith(title)
    assert any(verdict.method in note for note in diagnostic.notes)


def test_both_shapes_are_shown() -> None:
    """The derived one and the claimed one in columns, with the axis that differs marked."""
    pair = ShapePair("derived", ("2p", "p + q"), "claimed", ("2p", "2p"))
    assert """
  = derived  2p x (p + q)
    claimed  2p x 2p
                  ^^^^^^^
  = with p = 1, q = 2""" in report_text(report(dataclasses.replace(REFUTED, shapes=pair)))


def test_the_test_is_named() -> None:
    """A claim inside of a test fails in that test, which is said."""
    diagnostic = finding(dataclasses.replace(REFUTED, test="tiny", runs=1))
    assert diagnostic.notes[-1] == "method: normal form, 1 case tried, in the test tiny"
