"""Comments that switch lints off."""

from __future__ import annotations

import pytest

from shapecheck.lints import CODES

from .told import codes, line_of, told

TEXT = "input x : 5\ny = maxpool(x, [2]){}\n"


def test_a_list_of_codes() -> None:
    """Several codes, and prose around them."""
    assert codes(TEXT.format("")) == ["unread-border"]
    assert not codes(TEXT.format("  # allow: fresh-weights, unread-border"))
    assert not codes(TEXT.format("  # the slide says so; allow: unread-border"))


def test_on_another_line_it_allows_nothing() -> None:
    """A comment counts for its own line."""
    assert codes("# allow: unread-border\n" + TEXT.format("")) == ["unread-border"]


@pytest.mark.parametrize("wrong, near", [("unread-boarder", "unread-border"), ("fresh_weights", "fresh-weights")])
def test_an_unknown_code_is_told_with_the_nearest_one(wrong: str, near: str) -> None:
    """By hand: one letter more, another sign."""
    text = TEXT.format(f"  # allow: {wrong}")
    found = [item for item in told(text) if item.code == "unknown-lint"]
    assert [item.labels[0].text for item in found] == [f"did you mean `{near}`?"]
    assert line_of(text, found[0]) == 2
    span = found[0].labels[0].span
    assert text[span.start : span.end] == wrong


def test_prose_is_no_code() -> None:
    """`allow:` in the middle of a sentence, or in a label, is no list of codes."""
    text = 'dim H  # what we allow: nothing\nassume H % 2 == 0\ninput x : H\nclaim "# allow: foo" sum(x) == sum(x)\n'
    assert "unknown-lint" not in codes(text)


def test_every_code_can_be_allowed() -> None:
    """No code of a lint is unknown to the comments."""
    assert not codes("input x : 4\ny = maxpool(x, [2])  # allow: " + ", ".join(sorted(CODES)) + "\n")
