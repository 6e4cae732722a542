"""Filling in documents, through the command: what is written, what is told, and that nothing else is touched."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from markdown_it import MarkdownIt
from pylatexenc.latexwalker import LatexEnvironmentNode, LatexWalker

from shapecheck.cli import main
from shapecheck.cli.weave import weave as weave_command

SPEC = "dim n, m\ninput x : m\nweight W : n x m\ny = W @ x\n"
MARKDOWN = "# Notes\n\n<!-- shapecheck: table lin.shape -->\n<!-- /shapecheck -->\n\nThe end.\n"
LATEX = (
    "\\documentclass{article}\n\\usepackage{amsmath,booktabs}\n\\begin{document}\n"
    "% shapecheck: table lin.shape\n% /shapecheck\n\\end{document}\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a spec and two documents; the command runs beside it, so that paths have to be the document's."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "lin.shape").write_text(SPEC)
    (notes / "a.md").write_text(MARKDOWN)
    (notes / "a.tex").write_text(LATEX)
    monkeypatch.chdir(tmp_path)
    return notes


def weave(*arguments: str) -> Result:
    """`shapecheck weave` with these arguments."""
    return CliRunner().invoke(main, ["weave", *arguments])


def cells(markdown: str) -> list[str]:
    """The texts of all cells of the tables in a document."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    return [tokens[at + 1].content for at, token in enumerate(tokens) if token.type in ("td_open", "th_open")]


def test_a_table_is_filled_in(folder: Path) -> None:
    """A CommonMark parser finds the table between the marks; the shapes are those that the spec declares."""
    result = weave("notes/a.md")
    assert (result.exit_code, result.output) == (0, "notes/a.md: 1 place brought up to date\n")
    text = (folder / "a.md").read_text()
    assert text.startswith(MARKDOWN.partition("<!-- /")[0]) and text.endswith("<!-- /shapecheck -->\n\nThe end.\n")
    found = cells(text)
    assert found[found.index("W") :][:3] == ["W", "weight", "n x m"]


def test_latex_holds_together(folder: Path) -> None:
    """Another program's parser of LaTeX, and a TeX engine where there is one, read the document with its table."""
    assert weave("notes/a.tex").exit_code == 0
    nodes, _, _ = LatexWalker((folder / "a.tex").read_text(), tolerant_parsing=False).get_latex_nodes()
    (document,) = (node for node in nodes if isinstance(node, LatexEnvironmentNode))
    inside = [node.environmentname for node in document.nodelist if isinstance(node, LatexEnvironmentNode)]
    assert inside == ["tabular"]
    if shutil.which("pdflatex"):
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
        assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def test_typst_compiles(folder: Path) -> None:
    """A Typst document with a table, a report to the letter and a picture: compiled by Typst itself."""
    import typst

    picture = 'show lin.shape W --set n=2,m=3 -o w.svg --width 30% --alt "\\"W"'
    wishes = ("table lin.shape", "check -v lin.shape", picture)
    places = "".join(f"// shapecheck: {wish}\n// /shapecheck\n" for wish in wishes)
    (folder / "a.typ").write_text(f"= Notes\n\n```\n// shapecheck: an example\n```\n{places}")
    assert weave("notes/a.typ").exit_code == 0
    assert typst.compile(str(folder / "a.typ"), format="svg")
    assert weave("notes/a.typ", "--check").exit_code == 0


def test_html_is_read_by_a_parser(folder: Path) -> None:
    """A table, equations in MathML, a report to the letter and two drawings, where html5lib finds them."""
    import html5lib

    wishes = ("table lin.shape", "equations lin.shape", "check -v lin.shape", "diagram lin.shape",
              "show lin.shape W --set n=2,m=3 -o w.svg --width 30%")  # fmt: skip
    places = "".join(f"<!-- shapecheck: {wish} -->\n<!-- /shapecheck -->\n" for wish in wishes)
    script = "<script>\nlet mark = `\n<!-- shapecheck: table lin.shape -->\n`;\n</script>\n"
    head = '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Notes</title>\n'
    (folder / "a.html").write_text(f"{head}{script}</head>\n<body>\n{places}</body>\n</html>\n")
    result = weave("notes/a.html")
    assert result.output == "notes/a.html: 5 places and 1 picture brought up to date\n"
    text = (folder / "a.html").read_text()
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(text)
    assert {code for _, code, _ in parser.errors} <= {"unexpected-char-in-comment"}  # `--set`: allowed since HTML5
    assert script in text and (folder / "w.svg").is_file()
    assert [len(list(root.iter(tag))) for tag in ("table", "pre", "img")] == [1, 1, 1]
    assert len(list(root.iter("{http://www.w3.org/2000/svg}svg"))) == 1
    formulas = ["".join(item.itertext()) for item in root.iter("{http://www.w3.org/1998/Math/MathML}mtr")]
    assert ["".join(formula.split()) for formula in formulas] == ["y=Wn×mx"]
    assert weave("notes/a.html", "--check").exit_code == 0


def test_diagrams_are_in_the_words_of_the_document(folder: Path) -> None:
    """Mermaid in Markdown, in a block that GitHub draws; TikZ in LaTeX."""
    (folder / "a.md").write_text(MARKDOWN.replace("table", "diagram"))
    (folder / "a.tex").write_text(LATEX.replace("table", "diagram"))
    assert weave("notes/a.md", "notes/a.tex").exit_code == 0
    (fence,) = (item for item in MarkdownIt().parse((folder / "a.md").read_text()) if item.type == "fence")
    assert fence.info == "mermaid" and fence.content.startswith("flowchart")
    body = (folder / "a.tex").read_text().partition("\\begin{document}")[2].partition("\\end{document}")[0]
    nodes, _, _ = LatexWalker(body, tolerant_parsing=False).get_latex_nodes()
    assert [node.environmentname for node in nodes if isinstance(node, LatexEnvironmentNode)] == ["tikzpicture"]


def test_once_is_enough(folder: Path) -> None:
    """The second time nothing is written and nothing said; `--check` agrees."""
    weave("notes/a.md", "notes/a.tex")
    before = [(file.read_bytes(), file.stat().st_mtime_ns) for file in sorted(folder.iterdir())]
    again = weave("notes/a.md", "notes/a.tex")
    checked = weave("--check", "notes/a.md", "notes/a.tex")
    assert [(result.exit_code, result.output) for result in (again, checked)] == [(0, ""), (0, "")]
    assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in sorted(folder.iterdir())] == before


def test_check_tells_what_is_out_of_date(folder: Path) -> None:
    """The spec changes under a woven document: the place is named by its line, with the first line that differs."""
    weave("notes/a.md", "notes/a.tex")
    (folder / "lin.shape").write_text(SPEC.replace("n x m", "2n x m"))
    before = (folder / "a.md").read_bytes()
    result = weave("--check", "notes/a.md", "notes/a.tex")
    assert result.exit_code == 1
    assert "notes/a.md:3:18" in result.output and "notes/a.tex:4:15" in result.output
    assert "it says   | W | weight | n x m |" in result.output
    assert (folder / "a.md").read_bytes() == before


def test_a_place_that_was_edited_is_out_of_date(folder: Path) -> None:
    """Text that somebody typed between the marks; blank lines there, as formatters of Markdown add them, are not."""
    weave("notes/a.md")
    woven = (folder / "a.md").read_text()
    (folder / "a.md").write_text(woven.replace("shape -->\n", "shape -->\n\n").replace("<!-- /", "\n\n<!-- /"))
    assert weave("--check", "notes/a.md").exit_code == 0
    (folder / "a.md").write_text(woven.replace("<!-- /", "I changed this.\n<!-- /"))
    assert weave("--check", "notes/a.md").exit_code == 1
    weave("notes/a.md")
    assert (folder / "a.md").read_text() == woven


def test_line_ends_and_the_mark_of_bytes_stay(folder: Path) -> None:
    """A file from Windows: CRLF inside and outside of the marks, and the byte-order mark in front."""
    (folder / "a.md").write_bytes(b"\xef\xbb\xbf" + MARKDOWN.replace("\n", "\r\n").encode())
    assert weave("notes/a.md").exit_code == 0
    data = (folder / "a.md").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf# Notes\r\n") and data.count(b"\n") == data.count(b"\r\n") > 10


def test_a_place_in_a_list_stays_in_it(folder: Path) -> None:
    """What is filled in has the blanks of its mark; the parser finds the table inside of the list."""
    (folder / "a.md").write_text("* one\n\n  <!-- shapecheck: table lin.shape -->\n  <!-- /shapecheck -->\n\n* two\n")
    weave("notes/a.md")
    tokens = MarkdownIt("commonmark").enable("table").parse((folder / "a.md").read_text())
    inside = [token.type for token in tokens if token.level == 2 and "table" in token.type]
    assert inside == ["table_open", "table_close"]
    assert sum(token.type == "bullet_list_open" for token in tokens) == 1


@pytest.mark.parametrize(
    ("wish", "says", "column"),
    [
        ("tabel lin.shape", "did you mean table?", 18),
        ("fmt lin.shape", "no command for a place is called 'fmt'", 18),
        ("table lin.shape --formatt csv", "No such option '--formatt'", 34),
        ("table lin.shape -f csw", "'csw' is not one of", 34),
        ("table lim.shape", "cannot find lim.shape; did you mean lin.shape?", 18),
        ("table -", "a document has no standard input", 18),
        ("table", "Missing argument 'SPEC'", 18),
        ("table --help", "this prints help", 18),
        ('table "lin.shape', "a quotation mark is missing", 18),
        ("run lin.shape --set n=2", "1 size has no value: m", 18),
        ("run lin.shape --set n=2,m=1 -o out.npz", "this document cannot show out.npz", 18),
        ("run lin.shape --set n=2,m=1 -o ../out.png", "../out.png would not lie beside the document", 18),
        ("run lin.shape --set n=2,m=1 -o new/out.png", "new/out.png would not lie beside the document", 18),
        ("run lin.shape --set n=2,m=1 -o 'a](b).png'", "'a](b).png' cannot stand in a document", 18),
        ("run lin.shape --set n=2,m=1 -o out.png --width wide", "'wide' is no part of the page", 18),
        ("table lin.shape --check -o t.png", "--check is for `shapecheck weave`", 18),
        ("check lin.shape -o t.png", "No such option '-o'", 34),
        ("table broken.shape", "this command found something wrong", 18),
    ],
)
def test_a_wish_that_cannot_be_met(folder: Path, wish: str, says: str, column: int) -> None:
    """Told at its line (and word, where one word is wrong); the place before it, which could be filled in, is not."""
    (folder / "broken.shape").write_text("dim n, m\ninput x : n, y : m\nz = x + y\n")
    text = MARKDOWN + f"<!-- shapecheck: {wish} -->\n<!-- /shapecheck -->\n"
    (folder / "a.md").write_text(text)
    result = weave("notes/a.md")
    assert result.exit_code == 1
    assert says in result.output and f"notes/a.md:7:{column}" in result.output
    assert (folder / "a.md").read_text() == text
    assert sorted(file.name for file in folder.iterdir()) == ["a.md", "a.tex", "broken.shape", "lin.shape"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["notes/lin.shape"], "is no document; their names end in .md, .markdown, .tex, .ltx, .typ"),
        (["notes/b.md"], "cannot find notes/b.md; did you mean notes/a.md?"),
        (["notes"], "is a directory"),
    ],
)
def test_what_is_no_document(arguments: list[str], says: str) -> None:
    """Refused with exit code 2; the other documents are woven all the same."""
    result = weave(*arguments, "notes/a.md")
    assert result.exit_code == 2
    assert says in result.stderr and "1 place" in result.stdout


def test_a_document_that_reads_itself(folder: Path) -> None:
    """A check above its spec moves the spec down, and names the line where it comes to stand."""
    spec = "```shape\ndim n, m\ninput x : n\nclaim x : m\n```\n"
    (folder / "a.md").write_text(f"<!-- shapecheck: check a.md -->\n<!-- /shapecheck -->\n\n{spec}")
    assert weave("notes/a.md").exit_code == 0
    text = (folder / "a.md").read_text()
    line = text.split("\n").index("claim x : m") + 1
    assert f"--> a.md:{line}:1" in text and line > 10
    assert weave("notes/a.md", "--check").exit_code == 0


def test_findings_are_what_a_check_shows(folder: Path) -> None:
    """A lecture shows a mistake and what is said of it: to the letter, with a fence longer than any inside."""
    (folder / "bad.shape").write_text('dim n, m\ninput x : n, y : m\nclaim "```\n" x : m\nz = x + y\n')
    (folder / "a.md").write_text("<!-- shapecheck: check bad.shape -->\n<!-- /shapecheck -->\n")
    assert weave("notes/a.md").exit_code == 0
    (fence,) = (item for item in MarkdownIt().parse((folder / "a.md").read_text()) if item.type == "fence")
    assert fence.content.rstrip().endswith("errors") and "bad.shape:3" in fence.content


def test_a_label_that_looks_like_a_mark(folder: Path) -> None:
    """A spec whose label ends places and environments: it stands there to the letter, and ends nothing."""
    label = "<!-- /shapecheck --> \\end{verbatim} % /shapecheck"
    (folder / "lin.shape").write_text(f'{SPEC}claim "{label}" W : n x m\n')
    (folder / "a.md").write_text("<!-- shapecheck: check -v lin.shape -->\n<!-- /shapecheck -->\n")
    (folder / "a.tex").write_text(LATEX.replace("table", "check -v"))
    assert weave("notes/a.md", "notes/a.tex").exit_code == 0
    assert weave("notes/a.md", "notes/a.tex", "--check").exit_code == 0
    assert (folder / "a.tex").read_text().count("\\end{verbatim}") == 1


# ---- pictures ----------------------------------------------------------------------------------


def draw(*arguments: str) -> Result:
    """`weave` with a command `show` that draws what its argument says."""

    @click.command("show")
    @click.argument("spec")
    @click.option("-o", "--output")
    def show(spec: str, output: str | None) -> None:
        assert output is not None
        Path(output).write_text(f"<svg>{Path(spec).read_text()}</svg>")

    return CliRunner().invoke(click.Group("main", [show, weave_command]), ["weave", *arguments], standalone_mode=False)


@pytest.fixture
def pictured(folder: Path) -> Path:
    """A document that shows a picture."""
    wish = 'show lin.shape -o "lin 1.svg" --alt "A [picture]"'
    (folder / "a.md").write_text(f"<!-- shapecheck: {wish} -->\n<!-- /shapecheck -->\n")
    return folder


def test_a_picture_lies_beside_the_document(pictured: Path) -> None:
    """The parser finds the image, with the file that was written and its text."""
    assert draw("notes/a.md").return_value == 0
    (line,) = (token for token in MarkdownIt().parse((pictured / "a.md").read_text()) if token.type == "inline")
    assert line.children is not None
    (image,) = line.children
    assert (image.attrs["src"], image.content) == ("lin%201.svg", "A \\[picture\\]")
    assert (pictured / "lin 1.svg").read_text() == f"<svg>{SPEC}</svg>"


def test_a_picture_that_is_out_of_date(pictured: Path) -> None:
    """The document's own text is as before: the file beside has changed, or is gone."""
    draw("notes/a.md")
    assert draw("notes/a.md", "--check").return_value == 0
    (pictured / "lin 1.svg").unlink()
    result = draw("notes/a.md", "--check")
    assert result.return_value == 1 and "the picture lin 1.svg is out of date" in result.output
    assert not (pictured / "lin 1.svg").exists()
    draw("notes/a.md")
    (pictured / "lin.shape").write_text(SPEC + "# more\n")
    assert draw("notes/a.md", "--check").return_value == 1


def test_two_pictures_of_one_name(pictured: Path) -> None:
    """The second would overwrite the first: nothing is written."""
    (pictured / "other.shape").write_text("dim k\n")
    place = "<!-- shapecheck: show {}.shape -o p.svg -->\n<!-- /shapecheck -->\n"
    (pictured / "a.md").write_text(place.format("lin") + place.format("other"))
    result = draw("notes/a.md")
    assert result.return_value == 1 and "two pictures would be p.svg" in result.output
    assert not (pictured / "p.svg").exists()


def test_pictures_are_compared_not_their_compression(pictured: Path) -> None:
    """The same picture packed anew by Pillow is up to date; another text in it, or a torn file, is not."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    from shapecheck.drawing import Text, framed, png_file

    own, other = (png_file(framed([Text(0, 0, text)])) for text in ("a", "b"))
    packed, image, info = BytesIO(), Image.open(BytesIO(own)), PngInfo()
    info.add_text("shapecheck", image.text["shapecheck"])  # type: ignore[attr-defined]
    image.save(packed, "png", compress_level=0, pnginfo=info)

    @click.command("show")
    @click.option("-o", "--output")
    def show(output: str) -> None:
        Path(output).write_bytes(own)

    (pictured / "a.md").write_text("<!-- shapecheck: show -o p.png -->\n![show](p.png)\n<!-- /shapecheck -->\n")
    for data, code in ((packed.getvalue(), 0), (other, 1), (b"torn", 1)):
        (pictured / "p.png").write_bytes(data)
        group = click.Group("main", [show, weave_command])
        result = CliRunner().invoke(group, ["weave", "--check", "notes/a.md"], standalone_mode=False)
        assert result.return_value == code
