"""The hand-outs in all languages of documents: up to date, whole, and with the numbers that the slides print.

Independent truths: the printed table in the seed's spec, 27 rows and 23 columns of 24, other programs' parsers.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from pylatexenc.latexwalker import LatexWalker

from shapecheck.cli import main

SLIDES = Path(__file__).parents[2] / "specs" / "slides"
MARKDOWN, LATEX = SLIDES / "handout.md", SLIDES / "handout.tex"
LANGUAGES = (".md", ".tex", ".typ", ".html")
STEMS = (
    SLIDES / "handout",
    SLIDES / "backward" / "handout",
    SLIDES.parent / "networks" / "convolutional",
    SLIDES.parent / "networks" / "recurrent",
)
DOCUMENTS = [stem.with_suffix(ending) for stem in STEMS for ending in LANGUAGES]
SPECS = sorted(path.name for path in SLIDES.glob("*.shape"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_it_is_up_to_date(document: Path) -> None:
    """Every table, equation and picture is what the command prints now; else: `shapecheck weave` on both documents."""
    result = CliRunner().invoke(main, ["weave", "--check", str(document)])
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize("document", DOCUMENTS[: len(LANGUAGES)], ids=lambda document: document.suffix)
@pytest.mark.parametrize("spec", SPECS)
def test_every_slide_has_its_equations_and_its_table(document: Path, spec: str) -> None:
    """A slide that is added to the folder belongs into the hand-out."""
    for command in ("equations", "table"):
        assert re.search(rf"shapecheck: {command} {spec}\b", document.read_text())


def test_the_markdown_has_27_rows_of_23() -> None:
    """The table of the slide "VALID convolution", as a parser of Markdown reads it, behind a column of numbers."""
    text = MARKDOWN.read_text().partition("show valid.shape")[2].partition("<!-- /")[0]
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    cells = [one.content for before, one in pairwise(tokens) if before.type == "td_open"]
    rows = [cells[at : at + 24] for at in range(0, len(cells), 24)]
    assert [row[1:] for row in rows] == [["24"] * 23] * 27


def test_the_picture_has_the_printed_numbers() -> None:
    """The output of the filter as the slide prints it, read off the SVG row by row."""
    printed = re.search(r'printed = table """\n(.*?)"""', (SLIDES / "line_filter.shape").read_text(), re.S)
    assert printed is not None
    root = ElementTree.parse(SLIDES / "handout" / "filter_output.svg").getroot()
    texts = [(element.text or "").replace("−", "-") for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert [text for text in texts if re.fullmatch(r"-?\d+", text)] == printed[1].split()


def test_the_markdown_shows_pictures_that_are_there() -> None:
    """Every image that a parser of Markdown finds, or a tag names, is a file beside it."""
    text = MARKDOWN.read_text()
    shown = re.findall(r'<img src="([^"]+)"', text) + [
        str(child.attrs["src"])
        for token in MarkdownIt().parse(text)
        for child in token.children or ()
        if child.type == "image"
    ]
    assert len(shown) >= 3
    assert [name for name in shown if not (SLIDES / name).is_file()] == []


def test_the_latex_has_a_table_for_each_slide() -> None:
    """A strict parser of LaTeX reads it all."""
    body = LATEX.read_text().partition("\\begin{document}")[2].partition("\\end{document}")[0]
    nodes, _, length = LatexWalker(body, tolerant_parsing=False).get_latex_nodes()
    assert length == len(body) and nodes
    assert len(re.findall(r"\\begin{tabularx?}", body)) >= len(SPECS)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX engine is installed")
@pytest.mark.parametrize("stem", STEMS, ids=lambda stem: stem.name)
def test_the_latex_fits_its_pages(stem: Path, tmp_path: Path) -> None:
    """TeX sets it, and no line is more than 6 pt wider than the page."""
    shutil.copytree(SLIDES / "handout", tmp_path / "handout")
    shutil.copy(stem.with_suffix(".tex"), tmp_path)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{stem.name}.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-1500:]
    sticks_out = map(float, re.findall(rb"Overfull .hbox .([\d.]+)pt", done.stdout))
    assert [points for points in sticks_out if points > 6] == []


@pytest.mark.parametrize("stem", STEMS, ids=lambda stem: stem.name)
def test_the_typst_compiles(stem: Path) -> None:
    """Typst's own compiler, with the pictures."""
    import typst

    assert typst.compile(str(stem.with_suffix(".typ")), format="pdf").startswith(b"%PDF")


@pytest.mark.parametrize("stem", STEMS, ids=lambda stem: stem.name)
def test_the_html_is_whole(stem: Path) -> None:
    """A parser of HTML5 finds a table or formula for each place that asks for one, and pictures that exist."""
    import html5lib

    text = stem.with_suffix(".html").read_text()
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(text)
    assert {code for _, code, _ in parser.errors} <= {"unexpected-char-in-comment"}  # `--test`: allowed since HTML5
    asked = re.findall(r"<!-- shapecheck: (\w+) [^>]*?(-o)?[^>]*-->", text)
    pictures = [stem.parent / str(item.get("src")) for item in root.iter("img")]
    assert len(list(root.iter("table"))) >= sum(command == "table" for command, _ in asked) > 0
    assert len(pictures) == text.count(" -o ") and all(picture.is_file() for picture in pictures)
    assert len(list(root.iter("{http://www.w3.org/1998/Math/MathML}mtable"))) >= text.count("shapecheck: equations")
