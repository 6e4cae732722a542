"""Indices in messages are called as the author calls them, and needs of two axes are one message."""

from __future__ import annotations

import pytest

from shapecheck.check import check
from shapecheck.diagnostics import Diagnostic, Label
from shapecheck.diagnostics.indices import in_authors_words, readable
from shapecheck.diagnostics.together import together
from shapecheck.report import report_text
from shapecheck.source import Source, Span

HALVED = """dim d
assume d % 2 == 0
input q : d
theta[i in 0..d/2-1] = i
r[i in 0..d-1] = q[i] * theta[i/2]
"""


@pytest.mark.parametrize(
    ("printed", "told"),
    [("t'2 - 1", "t - 1"), ("t'2 <= t", "t'2 <= t"), ("t'12 + i'3", "t + i"), ("no mark", "no mark"), ("A'", "A'")],
)
def test_marks_go_where_no_two_indices_meet(printed: str, told: str) -> None:
    """`t'2` is t, unless another t stands beside it."""
    assert readable(printed) == told


def test_a_message_never_shows_a_mark() -> None:
    """The case `internal_name`: the title, the label and the whole story say i."""
    text = report_text(check(Source("rope.shape", HALVED)), verbose=True)
    assert "this needs 2 to divide i, which fails" in text and "needs i % 2 == 0" in text
    assert "i'" not in text and ".i" not in text.replace("..", "")


def test_all_texts_of_a_message() -> None:
    """Title, labels, notes and help."""
    told = in_authors_words(Diagnostic("code", "a'2", (Label(Span(0, 1), "b'3"),), ("c'4",), "d'5"))
    assert (told.title, told.labels[0].text, told.notes, told.help) == ("a", "b", ("c",), "d")


def _need(relation: str, help: str | None) -> Diagnostic:
    return Diagnostic("requirement-fails", "this needs a kernel", (Label(Span(3, 9), f"needs {relation}"),), (), help)


def test_needs_of_two_axes_are_one_message() -> None:
    """Both relations, both lines to add."""
    told = together(_need("H >= 2", "add: assume H >= 2"), _need("W >= 2", "add: assume W >= 2"))
    assert (told.labels[0].text, told.help) == ("needs H >= 2, W >= 2", "add: assume H >= 2, W >= 2")


def test_a_need_without_a_line_to_add_changes_nothing() -> None:
    """A help is only joined with another."""
    first = _need("H >= 2", "add: assume H >= 2")
    assert together(first, _need("W >= 2", None)) is first
    assert together(first, first).help == first.help


def test_sizes_in_messages_stand_in_the_declared_order() -> None:
    """`W + 2P - K` as in the table, not `2P + W - K`."""
    spec = "dim W, K, P, S\nassume W + 2P >= K\ninput x : [W, 1]\ny = x -> conv1d(1, K, stride = S, pad = P)\n"
    (claim,) = check(Source("net.shape", f"{spec}claim y : [(W - K + 2P) / S + 1, 1]\n")).verdicts
    assert claim.detail == ("this needs S to divide W + 2P - K",)


def test_an_exact_division_that_rounds_is_answered_with_the_form_to_write() -> None:
    """The case `division_in_a_size`; the claim with `//` is proved."""
    spec = "dim W, S\ninput x : [W, 1]\ny = x -> conv1d(1, 1, stride = S)\nclaim y : [(W - 1) / S + 1, 1]\n"
    assert "write `//` to round down" in report_text(check(Source("net.shape", spec)))
    assert check(Source("net.shape", spec.replace(" / ", " // "))).ok
