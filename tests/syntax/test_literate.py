"""Specs inside of Markdown: which blocks are read, against a CommonMark parser (markdown-it) and by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from shapecheck.source import Source
from shapecheck.syntax import format_source, parse
from shapecheck.syntax.literate import fenced, fences, spec_text, specs_in

LINES = (
    "```shape", "```", "~~~ shape gru", "~~~", "````", " ``` shape", "```python", "y = x", "", "   ```", "``` a`b ```",
)  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=9), st.booleans(), st.booleans())
def test_fences_are_those_of_commonmark(lines: list[str], windows: bool, ended: bool) -> None:
    """Any order of fences: the same blocks, marks and bodies as markdown-it finds (bodies without their indent)."""
    end = "\r\n" if windows else "\n"
    text = end.join(lines) + (end if ended else "")
    found = [(fence.info, *fence.body) for fence in fences(text)]
    expected = [token for token in MarkdownIt().parse(text) if token.type == "fence"]
    assert [info for info, *_ in found] == [token.info.strip() for token in expected]
    bodies = [text[start:stop].replace("\r\n", "\n").splitlines() for _, start, stop in found]
    assert [[line.lstrip(" ") for line in body] for body in bodies] == [
        [line.lstrip(" ") for line in token.content.splitlines()] for token in expected
    ]


def test_a_fence_that_is_shown_is_not_read() -> None:
    """Inside of a longer fence stands an example, as in the notes on Markdown itself."""
    assert fenced("````md\n```shape\nnonsense\n```\n````\n") == []


def test_places_are_those_of_the_document() -> None:
    """Same length, same lines: a mistake in line 4 of the document is told there."""
    text = "prose, é\r\n\r\n```shape\r\ny = = 1\r\n```\r\nmore\r\n"
    assert len(spec_text(text)) == len(text)
    (mistake,) = parse(Source("notes.md", text)).diagnostics
    assert mistake.span is not None
    assert Source("notes.md", text).position(mistake.span.start) == (4, 5)


def test_blocks_of_one_name_are_one_spec() -> None:
    """The names behind the mark group the blocks; those without one are a spec together."""
    text = "```shape a\n1\n```\n```shape\n2\n```\n```shape a\n3\n```\n"
    assert {name: body.split() for name, body in specs_in(text).items()} == {"a": ["1", "3"], "": ["2"]}


def test_words_that_begin_alike_are_other_languages() -> None:
    """Only the whole word marks a spec."""
    assert fenced("```shapes\na\n```\n```shape-old\nb\n```\n") == []


def test_an_indented_block_stays_indented() -> None:
    """Formatting keeps the blanks that put the block where it is, in a list for example."""
    text = "* a list\n\n  ```shape\n  dim n,m\n  ```\n"
    assert format_source(Source("notes.md", text)) == text.replace("n,m", "n, m")
