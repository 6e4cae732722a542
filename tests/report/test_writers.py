"""Every writer's output is read back by somebody else's compiler or parser, with texts that try to break out of it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from shapecheck.report.table import Amount, Column, Dims, Extent, Name, Phrase, Table, render
from shapecheck.report.table.table_label import reference
from shapecheck.sizes import integer, symbol

from .compilers import compile_latex, compile_typst, html_tables, ink, latex_words, markdown_tables

p, d, L, H = map(symbol, "pdLH")
TEXTS = (
    "a & b", "100 %", "h_t", "#1", "$5", "a < b > c", "x | y", "back\\slash", 'say "hi"', "it's", "`code`", "{brace}",
    "^hat~", "*star*", "_under_", "<script>alert(1)</script>", "a -- b --- c", "// not a comment", "/* nor this */",
    "= heading", "- item", "+ item", "/ term: x", "[link](x)", "@ref", "<label>", "\\end{document}", "#import", "~~x~~",
    "https://example.org", "&amp;", "![image](x)", "*", "]", ")",
)  # fmt: skip
HOSTILE = Table(
    (Column("a & b_c | <d>"), Column("numbers", "n", "right")),
    tuple((text, Amount(integer(12345))) for text in TEXTS),
    title="title & <b> | $x$ %",
    totals=(("total #1", Amount(2 * p * (p + d))),),
    caption='caption & 50 % of {$h_t$} \\ "q" # ~ ^ | <i> @x',
    label="tab:my label & %#{}\\",
    names=("p", "d"),
)
TYPED = Table(
    ("name", "shape", "kernel", "count"),
    (
        (
            Name("W", (symbol("k"),), (Extent("k", integer(2), L),), layers=(0,)),
            Dims((2 * p, p + d)),
            "",
            Amount(p * d),
        ),
        (Name("c1.K", depth=1, path="y.c1.K"), Dims(((H - 3) // 2 + 1,)), Phrase((Dims((p, d)), ", stride ", p)), ""),
        (Name("sigma"), Dims(()), Phrase(("VALID",)), Amount(integer(-3))),
        (Name("a_very_long_name2"), Dims((symbol("?1"), p)), "", Amount(symbol("?2"))),
    ),
    names=("p", "d", "L", "H"),
)
TABLES = pytest.mark.parametrize("table", [HOSTILE, TYPED], ids=["hostile", "typed"])


def shown(table: Table) -> list[list[str]]:
    """What a reader should see: headings, rows, totals, blanks as one."""
    rows = [tuple(head.title for head in table.heads), *table.texts]
    return [[" ".join(cell.split()) for cell in row] for row in rows]


@TABLES
def test_markdown_shows_what_the_cells_say(table: Table) -> None:
    """A CommonMark parser with GitHub's tables, on every cell; indents are no-break spaces."""
    (found,) = markdown_tables(render(table, "markdown"))
    assert [[" ".join(cell.split()) for cell in row] for row in found] == shown(table)


@pytest.mark.parametrize("format", ["html", "html-fragment"])
def test_html_shows_what_the_cells_say(format: str) -> None:
    """An HTML5 parser on every cell; the page is parsed strictly, any mistake raises."""
    (found,) = html_tables(render(HOSTILE, format))
    assert found[:-1] == shown(HOSTILE)[:-1]
    assert found[-1] == ["total #1", "2p(p+d)"]


@TABLES
def test_html_is_painted_by_a_browser(table: Table, tmp_path: Path) -> None:
    """Where Chromium is installed: a page has more dark pixels than the same page with the rows taken out."""
    pages = (render(table, "html"), render(replace(table, rows=(), totals=()), "html"))
    painted, bare = (ink(page, tmp_path) for page in pages)
    if painted is None or bare is None:
        pytest.skip("no Chromium that answers; the page is read by an HTML5 parser in the tests above")
    assert painted > bare + 100


def test_html_sets_formulas_as_mathml() -> None:
    """What MathML's elements hold, read one after the other, is the formula: written by hand."""
    (found,) = html_tables(render(TYPED, "html"))
    assert found[1:] == [
        ["W(k), k=2,…,L", "2p×(p+d)", "", "pd"],
        ["c1.K", "⌊H−12⌋", "p×d, stride p", ""],
        ["σ", "scalar", "VALID", "-3"],
        ["a_very_long_name2", "?", "", "?"],
    ]


def test_mathml_holds_text_in_its_tokens_only() -> None:
    """Browsers drop text that stands between the elements of a formula (MathML Core)."""
    import html5lib

    root = html5lib.parse(render(TYPED, "html"), namespaceHTMLElements=False)
    formulas = list(root.iter("{http://www.w3.org/1998/Math/MathML}math"))
    inside = [node for formula in formulas for node in formula.iter()]
    loose = [node.text for node in inside if node.text and node.tag.rsplit("}")[-1] not in ("mi", "mn", "mo")]
    loose += [node.tail for node in inside if node.tail and node not in formulas]
    assert formulas and loose == []


@TABLES
def test_latex_is_set_by_tex(table: Table, tmp_path: Path) -> None:
    """TeX where it is installed, and a parser of LaTeX everywhere, take it without an error."""
    compile_latex(render(table, "latex"), tmp_path)


def test_latex_shows_what_the_cells_say() -> None:
    """Each hostile text comes back from a converter of LaTeX to text, hyphens and quotes as TeX prints them."""
    words = latex_words(render(HOSTILE, "latex"))
    for text in TEXTS:
        assert text.replace('"', "”") in words.replace("''", "”").replace("“", "”"), text


@TABLES
def test_typst_compiles(table: Table) -> None:
    """Typst's own compiler."""
    assert compile_typst(render(table, "typst")).startswith(b"<svg")


def test_typst_has_a_label_that_can_be_referred_to() -> None:
    """`@label` resolves, with the label that `reference` gives."""
    source = f"#set heading(numbering: none)\n{render(HOSTILE, 'typst')}\nSee @{reference(HOSTILE.label)}."
    assert compile_typst(source).startswith(b"<svg")


@TABLES
def test_csv_is_read_back(table: Table) -> None:
    """Python's own reader; names as whole paths, numbers without separators."""
    read = list(csv.reader(io.StringIO(render(table, "csv"))))
    assert [len(row) for row in read] == [len(table.columns)] * (1 + len(table.rows) + len(table.totals))
    if table is TYPED:
        assert read[2] == ["y.c1.K", "(H - 1) // 2", "p x d, stride p", ""]
        assert read[3][3] == "-3"


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "|calc", " =1"])
def test_csv_holds_no_formulas(text: str) -> None:
    """What spreadsheets take for a formula (OWASP's list of first characters) starts with an apostrophe."""
    (_, (cell,)) = csv.reader(io.StringIO(render(Table(("a",), ((text,),)), "csv")))
    assert cell == f"'{text}"


@TABLES
def test_json_is_read_back(table: Table) -> None:
    """One object a row, a key a column."""
    made = json.loads(render(table, "json"))
    assert [list(row) for row in made["rows"]] == [[key["key"] for key in made["columns"]]] * len(table.rows)


def test_json_keeps_numbers_and_shapes() -> None:
    """Numbers are numbers, shapes lists, what is not known is null."""
    rows = json.loads(render(TYPED, "json"))["rows"]
    assert rows[0] == {
        "name": {"label": "W[k]", "where": "k = 2..L", "depth": 0}, "shape": ["2p", "p + d"], "kernel": None,
        "count": "p*d",
    }  # fmt: skip
    assert (rows[2]["shape"], rows[2]["count"], rows[3]["count"]) == ([], -3, None)


def test_json_keys_of_equal_columns_differ() -> None:
    """Two columns of one name stay two."""
    assert json.loads(render(Table(("a", "a"), (("1", "2"),)), "json"))["rows"] == [{"a": "1", "a 2": "2"}]


def test_a_long_table_goes_on_on_the_next_page(tmp_path: Path) -> None:
    """More rows than fit on a page: LaTeX's longtable, with the headings again."""
    table = Table(("n",), tuple((str(row),) for row in range(100)), caption="long", label="tab:long")
    assert r"\begin{longtable}" in render(table, "latex")
    compile_latex(render(table, "latex"), tmp_path)


@pytest.mark.parametrize("text", ["a\nb", "a\x1b[31mb", "a\rb"])
def test_no_cell_moves_the_cursor(text: str) -> None:
    """Line ends and escapes in a cell are blanks in every format that is lines."""
    for format in ("text", "latex", "typst", "markdown"):
        assert text not in render(Table(("a",), ((text,),)), format)
