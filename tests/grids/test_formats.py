"""Grids in documents and for programs, each read back by a compiler or parser of its own.

Independent truth: those readers, and the slide's table as it is pasted in the spec.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shapecheck.cli import main

from ..report.compilers import compile_latex, compile_typst, html_tables, latex_words, markdown_tables

LINE_FILTER = Path(__file__).parents[2] / "specs" / "slides" / "line_filter.shape"
TABLE = re.search(r'table """\n(.*?)"""', LINE_FILTER.read_text(), re.S)
assert TABLE is not None
PRINTED = [line.split() for line in TABLE[1].strip().splitlines()]


def shapecheck(*arguments: str, stdin: str | None = None) -> Result:
    """The command with these arguments, in this process."""
    return CliRunner().invoke(main, arguments, input=stdin)


def shown(*arguments: str) -> str:
    """What `show` prints of the slide's filter."""
    result = shapecheck("show", str(LINE_FILTER), *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_markdown_is_a_table() -> None:
    """A CommonMark parser finds the slide's table under an empty first line, which Markdown demands."""
    (rows,) = markdown_tables(shown("V", "-f", "markdown"))
    assert rows == [[""] * 20, *PRINTED]


def test_html_is_a_page_of_tables() -> None:
    """By the rules of HTML5; with numbers in front and above."""
    (rows,) = html_tables(shown("V", "-f", "html", "-n"))
    assert rows[0] == ["", *map(str, range(20))]
    assert [row[1:] for row in rows[1:]] == PRINTED


def test_latex_compiles_and_says_the_same(tmp_path: Path) -> None:
    """By TeX, where there is one, and a parser; minus signs are in formulas."""
    text = shown("V", "K", "-f", "latex", "-n")
    compile_latex(text, tmp_path)
    words = latex_words(text).replace("$", "")
    assert words.count("-320") == 17
    assert text.count(r"\hline") == 2


def test_typst_compiles() -> None:
    """Two tables, by Typst itself."""
    assert b"<svg" in compile_typst(shown("V[0..3, 0..3]", "K", "-f", "typst", "-n"))


def test_csv_is_read_back() -> None:
    """By Python's csv."""
    assert list(csv.reader(io.StringIO(shown("V", "-f", "csv")))) == PRINTED


def test_json_is_read_back() -> None:
    """Numbers as numbers, with how rows and columns are counted."""
    (tensor,) = json.loads(shown("V[18..19, :]", "-f", "json"))["tensors"]
    (panel,) = tensor["panels"]
    assert panel["rows"] == [18, 19]
    assert panel["values"] == [[int(text) for text in row] for row in PRINTED[18:]]
    assert tensor["shape"] == [2, 20]


def test_programs_get_tensors_of_any_size() -> None:
    """500 x 500 is too large to look at, and not to read in."""
    spec = "dim n\ninput a : n x n\n"
    result = shapecheck("show", "-", "a", "--set", "n=500", "-f", "csv", stdin=spec)
    assert len(list(csv.reader(io.StringIO(result.stdout)))) == 500


@pytest.mark.parametrize("ending", ["md", "tex", "typ", "html", "csv", "json", "svg", "png", "txt"])
def test_the_ending_says_the_format_and_check_compares(ending: str, tmp_path: Path) -> None:
    """Not there: 1; written: 0; changed: 1, and the changed file is left alone."""
    path = tmp_path / f"v.{ending}"
    asked = ("show", str(LINE_FILTER), "K", "-o", str(path))
    assert shapecheck(*asked, "--check").exit_code == 1
    assert not path.exists()
    assert shapecheck(*asked).exit_code == 0
    assert shapecheck(*asked, "--check").exit_code == 0
    path.write_bytes(path.read_bytes() + b"x")
    changed = path.read_bytes()
    assert shapecheck(*asked, "--check").exit_code == 1
    assert path.read_bytes() == changed


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("V", "K", "-f", "csv"), "CSV has room for one tensor"),
        (("V", "--at", "1,1", "-f", "csv"), "steps are shown as text, in Markdown, or as a picture"),
        (("V", "--check"), "name it with -o"),
    ],
)
def test_what_a_format_cannot_hold_is_said(arguments: tuple[str, ...], message: str) -> None:
    """Exit code 2 and one clear sentence."""
    result = shapecheck("show", str(LINE_FILTER), *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
