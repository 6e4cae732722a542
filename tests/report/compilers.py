"""Every format read by a program that is not ours: compilers and parsers, and what they make of a text.

LaTeX goes through a TeX engine where one is installed; everywhere through pylatexenc, which parses it.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ENGINE = shutil.which("pdflatex")
PREAMBLE = r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{amsmath,amssymb,booktabs,longtable,array}"

_SIGNS = {"textless": "<", "textgreater": ">", "textbar": "|", "textasciigrave": "`", "textasciicircum": "^",
          "textasciitilde": "~"}  # fmt: skip
"""LaTeX's names of characters that pylatexenc does not know, from the LaTeX2e reference."""


def latex_words(fragment: str) -> str:
    """The text that a fragment of LaTeX shows, comments left out; raises where it does not parse."""
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
    from pylatexenc.latexwalker import LatexWalker

    nodes, _, _ = LatexWalker(fragment, tolerant_parsing=False).get_latex_nodes()
    database = get_default_latex_context_db()
    database.add_context_category("ours", macros=[MacroTextSpec(*pair) for pair in _SIGNS.items()], prepend=True)
    return str(LatexNodes2Text(math_mode="verbatim", latex_context=database).nodelist_to_text(nodes))


def compile_latex(body: str, folder: Path) -> None:
    """Set a document by TeX where there is one; any error of TeX's is one here."""
    latex_words(body)
    if ENGINE is None:
        return
    (folder / "notes.tex").write_text(f"{PREAMBLE}\n\\begin{{document}}\n{body}\n\\end{{document}}\n")
    command = [ENGINE, "-interaction=nonstopmode", "-halt-on-error", "-draftmode", "notes.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    told = done.stdout.decode("latin-1")
    assert done.returncode == 0, told[-2000:]
    assert "Missing character" not in told


def compile_typst(body: str) -> bytes:
    """The picture (SVG) of a Typst document; raises where it does not compile."""
    import typst

    made = typst.compile(body.encode(), format="svg")
    return b"".join(made) if isinstance(made, list) else bytes(made or b"")


def markdown_tables(text: str) -> list[list[list[str]]]:
    """The cells of every table of a GitHub Markdown text, as it shows them."""
    from markdown_it import MarkdownIt

    html = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    return html_tables(html)


def html_tables(text: str) -> list[list[list[str]]]:
    """The cells of every table of an HTML text, by the rules of HTML5; raises at the first mistake."""
    import html5lib

    parser = html5lib.HTMLParser(strict=text.startswith("<!DOCTYPE"), namespaceHTMLElements=False)
    root = parser.parse(text) if text.startswith("<!DOCTYPE") else parser.parseFragment(text)
    return [
        [["".join(cell.itertext()) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
        for table in root.iter("table")
    ]


BROWSER = shutil.which("chromium")
_QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--window-size=900,700")  # fmt: skip


def ink(page: str, folder: Path) -> int | None:
    """How many pixels a browser paints for a page of HTML; None where there is no browser, or it does not answer."""
    from PIL import Image

    if BROWSER is None:
        return None
    (folder / "page.html").write_text(page)
    picture = folder / "page.png"
    command = [BROWSER, *_QUIET, f"--user-data-dir={folder / 'profile'}", f"--screenshot={picture}"]
    try:
        subprocess.run([*command, f"file://{folder / 'page.html'}"], capture_output=True, check=False, timeout=60)
    except subprocess.TimeoutExpired:
        return None
    if not picture.exists():
        return None
    grey = Image.open(picture).convert("L")
    return sum(grey.histogram()[:128])
