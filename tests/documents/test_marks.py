"""Marks in documents: which are found, what is said of broken ones, and that only what is between them changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from shapecheck.documents.document_kinds import Kind, insert
from shapecheck.documents.marked_places import Place, places
from shapecheck.documents.weaving import Filling, weave
from shapecheck.source import Source

START, END = "<!-- shapecheck: table a.shape -->", "<!-- /shapecheck -->"


def fill(place: Place) -> Filling:
    """Something of several lines."""
    return Filling("one\n\ntwo")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (f"{START}\n{END}\n", []),
        (f"{START}\n", ["1:1 open-mark"]),
        (f"text\n{START}\n{START}\n{END}\n", ["2:1 open-mark"]),
        (f"{END}\n", ["1:1 no-start"]),
        (f"{START}\n{END}\n\n  {END}\n", ["4:3 no-start"]),
        ("<!-- shapecheck: table a.shape\n\n", ["1:1 open-comment"]),
        (f"<!-- shapecheck: -->\n{END}\n", ["1:1 unreadable-mark"]),
        (f"{START} text\n{END}\n", ["1:1 mark-in-text"]),
        (f"{START}\n<!-- /shapecheck: table -->\n", ["2:1 unreadable-mark"]),
        (f"```\n{START}\n```\n", []),
        (f"{START}\n```\n{END}\n", ["1:1 open-mark"]),
        (f"In a line: {START} is no mark.\n", []),
        ("<!-- shapecheck is a program -->\n", []),
    ],
)
def test_broken_marks(text: str, codes: list[str]) -> None:
    """Each mistake at its line and column, by hand; examples inside of fences and comments about us are no marks."""
    source = Source("a.md", text)
    _, wrong = places(source, Kind.MARKDOWN)
    found = [(source.position(item.span.start), item.code) for item in wrong if item.span is not None]
    assert [f"{line}:{column} {code}" for (line, column), code in found] == codes


def test_a_mark_may_have_several_lines() -> None:
    """Long wishes are broken as any comment is."""
    text = f"<!--\n  shapecheck: table a.shape\n    -f csv\n-->\nold\n{END}\n"
    ((place,), wrong) = places(Source("a.md", text), Kind.MARKDOWN)
    assert (place.request.split(), text[place.body.start : place.body.end], wrong) == (
        ["table", "a.shape", "-f", "csv"],
        "old\n",
        (),
    )


def test_latex_comments() -> None:
    """Marks in LaTeX, not those of a listing."""
    text = "\\begin{lstlisting}\n% shapecheck: a\n\\end{lstlisting}\n  %% shapecheck: table x\n  % /shapecheck\n"
    ((place,), wrong) = places(Source("a.tex", text), Kind.LATEX)
    assert (place.request, place.indent, wrong) == ("table x", "  ", ())


PIECES = st.sampled_from(
    ["prose\n", "\n", "é — 中\n", "```\ncode\n```\n", "    indented\n", "<!-- a comment -->\n", "\u2028\n"]
)


@given(st.lists(st.lists(PIECES, max_size=3).map("".join), min_size=1, max_size=4), st.booleans())
def test_only_what_is_between_marks_changes(prose: list[str], windows: bool) -> None:
    """Any prose round any number of places comes back to the letter, and so does the whole the second time."""
    place, filled = f"{START}\nold\n{END}\n", f"{START}\none\n\ntwo\n{END}\n"
    ends = "\r\n" if windows else "\n"
    text = place.join(prose).replace("\n", ends)
    woven = weave(Source("a.md", text), Kind.MARKDOWN, fill)
    assert woven.text == filled.join(prose).replace("\n", ends)
    assert len(woven.stale) == len(prose) - 1
    again = weave(Source("a.md", woven.text), Kind.MARKDOWN, fill)
    assert (again.text, again.stale) == (woven.text, ())


@pytest.mark.parametrize("text", [END, "```\nno end", f"x\n{START}", "~~~\n```"])
def test_nothing_is_filled_in_that_would_hide_the_end(text: str) -> None:
    """Output with a mark or an open fence in it: said, and the document stays as it is."""
    document = f"{START}\nold\n{END}\n"
    woven = weave(Source("a.md", document), Kind.MARKDOWN, lambda place: Filling(text))
    assert (woven.text, [item.code for item in woven.diagnostics]) == (document, ["mark-inside"])


@given(st.lists(st.sampled_from(["```", "  ````", "~~~~", "text", "<!-- /shapecheck -->", " ```` x"]), min_size=1))
def test_output_stands_there_to_the_letter(lines: list[str]) -> None:
    """Any text in a fenced block: a CommonMark parser gives it back, and nothing stands outside of the block."""
    text = "\n".join(lines)
    (fence,) = MarkdownIt().parse(insert(text, "text", Kind.MARKDOWN))
    assert (fence.type, fence.content) == ("fence", f"{text}\n")
