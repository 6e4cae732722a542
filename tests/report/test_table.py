"""Tables: their rows against rows written by hand, Markdown against the rules of GitHub's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecheck.report import Table, render, shape_table

from .made_reports import report


def test_the_table_of_shapes() -> None:
    """Every tensor, one row a region, parameters factored, the totals apart.  Counts: 2p(p+q) and 4p^2 (L-1)."""
    table = shape_table(report())
    assert table.title == "stack.shape"
    assert [head.title for head in table.heads] == ["name", "role", "shape", "parameters"]
    assert table.texts[:2] == (
        ("x[t], t = 1..T", "input", "q", ""),
        ("W[1]", "weight", "2p x (p + q)", "2p * (p + q)"),
    )
    assert table.texts[2][:3] == ("W[k], k = 2..L", "weight", "2p x 2p")
    assert table.texts[3:5] == (("h[t], t = 0..T", "computed", "p", ""), ("s", "output", "L x T", ""))
    assert [row[0] for row in table.totals] == ["total parameters", "total MACs"]


def test_without_shapes_there_are_no_rows() -> None:
    """A report of a file that did not parse gives an empty table, not an error."""
    assert shape_table(report(derived=False)).rows == ()


SMALL = Table(("name", "shape"), (("x", "p x 重"), ("long", "q")), "title", (("total", "3"),))


def test_text() -> None:
    """Columns line up, wide characters counted twice, no blanks at the ends of lines."""
    assert (
        render(SMALL)
        == """\
title
name   shape
-------------
x      p x 重
long   q
-------------
total  3"""
    )


def test_markdown() -> None:
    """A table GitHub reads: title, header, rule, rows; totals in bold."""
    assert (
        render(SMALL, "markdown")
        == """\
**title**

| name | shape |
| --- | --- |
| x | p x 重 |
| long | q |
| **total** | **3** |"""
    )


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a | b", "a \\| b"),
        ("a\\b", "a\\\\b"),
        ("3p * (p + q)", "3p * (p + q)"),
        ("*p*", "\\*p\\*"),
        ("h_t", "h_t"),
        ("_h_", "\\_h\\_"),
        ("`a`", "\\`a\\`"),
        ("a<b", "a\\<b"),
        ("W[1]", "W[1]"),
        ("c[1](x)", "c[1\\](x)"),
        ("a\nb", "a b"),
    ],
)
def test_markdown_escapes_what_would_be_markup(text: str, escaped: str) -> None:
    """CommonMark: a star between blanks and an underscore inside a word are no emphasis, so they stay legible."""
    line = render(Table(("name",), ((text,),)), "markdown").split("\n")[-1]
    assert line == f"| {escaped} |"


@given(st.lists(st.text("ab|\\ ", max_size=8), min_size=1, max_size=4))
def test_no_text_adds_or_takes_a_column(cells: list[str]) -> None:
    """Independent truth: GitHub's rule, a cell ends at a `|` that no backslash stands before (pairs counted)."""
    line = render(Table(("c",) * len(cells), (tuple(cells),)), "markdown").split("\n")[-1]
    bars, escaped = 0, False
    for character in line:
        bars += character == "|" and not escaped
        escaped = character == "\\" and not escaped
    assert bars == len(cells) + 1
