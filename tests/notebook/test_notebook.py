"""Notebooks: a real IPython shell is given cells, and what it would send to a frontend is looked at."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import RichOutput, capture_output
from pylatexenc.latexwalker import LatexEnvironmentNode, LatexWalker

GOOD = "dim n, m\ninput x : m\nweight W : n x m\ny = W @ x\nclaim y : n\n"
WRONG = "dim n, m\ninput x : m, y : n\nz = x + y\n"
HOSTILE = 'dim n\ninput x : n\nclaim "<script>alert(1)</script> \x1b[1m & </pre>" x : n\n'


class Texts(HTMLParser):
    """The tags of a page that are open at its end, those that were seen, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """A fresh shell with the extension."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "shapecheck")
    yield shell
    InteractiveShell.clear_instance()


def shown(shell: InteractiveShell, cell: str) -> tuple[list[RichOutput], str]:
    """What a cell displays, and what it prints."""
    with capture_output() as caught:
        shell.run_cell(cell)
    return caught.outputs, caught.stdout + caught.stderr


def test_a_cell_is_checked_and_kept(shell: InteractiveShell) -> None:
    """The report is displayed; the spec is a value of the next cell, where NumPy's shape is the derived one."""
    (report,), printed = shown(shell, f"%%shapecheck --name lin\n{GOOD}")
    assert printed == ""
    assert report.data["text/plain"].endswith("ok  1 proved, shapes confirmed at 1 size")
    assert shell.run_cell("lin.run({'n': 2, 'm': 3}).value('y').shape").result == (2,)


@pytest.mark.parametrize("value", ["lin", "lin.check()", "lin.table()", "lin.run({'n': 2, 'm': 3})"])
def test_values_show_themselves(shell: InteractiveShell, value: str) -> None:
    """Specs, reports, tables and runs in all four languages; the HTML closes what it opens."""
    shown(shell, f"%%shapecheck -q --name lin\n{GOOD}")
    data, _ = shell.display_formatter.format(shell.ev(value))
    assert {"text/plain", "text/html", "text/markdown", "text/latex"} <= set(data)
    page = Texts(data["text/html"])
    assert page.open == [] and page.seen & {"pre", "table"}
    assert not data["text/plain"].startswith(("Spec(", "Report(", "Table(", "Run("))


def test_the_table_beside_the_report(shell: InteractiveShell) -> None:
    """`--table` displays it, too; GitHub Markdown has the declared shape in the row of W."""
    outputs, _ = shown(shell, f"%%shapecheck --table\n{GOOD}")
    assert len(outputs) == 2
    assert "| W | weight | n x m |" in outputs[1].data["text/markdown"]


def test_the_equations(shell: InteractiveShell) -> None:
    """`--equations` displays them typeset, W with the shape that the spec declares; a parser of LaTeX reads them."""
    outputs, _ = shown(shell, f"%%shapecheck --equations --name lin\n{GOOD}")
    latex = outputs[1].data["text/latex"]
    nodes, _, _ = LatexWalker(latex, tolerant_parsing=False).get_latex_nodes()
    assert [node.environmentname for node in nodes if isinstance(node, LatexEnvironmentNode)] == ["align*"]
    assert r"\overset{n \times m}{W}" in latex and outputs[1].data["text/markdown"].startswith("$$")
    assert shell.display_formatter.format(shell.ev("lin"))[0]["text/latex"] == latex


def test_the_whole_story(shell: InteractiveShell) -> None:
    """`-v` as on the command line."""
    (story,), _ = shown(shell, f"%%shapecheck -v\n{GOOD}")
    assert [line for line in story.data["text/plain"].split("\n") if line in ("sizes", "shapes", "claims", "runs")] == [
        "sizes", "shapes", "claims", "runs",
    ]  # fmt: skip


def test_a_mistake_is_shown_with_its_line_in_the_cell(shell: InteractiveShell) -> None:
    """The magic is line 1 of the cell, so `z = x + y` is line 4; and the spec is kept all the same."""
    (report,), printed = shown(shell, f"%%shapecheck --name wrong\n{WRONG}")
    assert "wrong:4:5\n" in report.data["text/plain"] and "unequal-sizes" in report.data["text/plain"]
    assert printed == "" and "wrong" in shell.user_ns


@pytest.mark.parametrize(
    ("cell", "says"), [("wrong.shapes", "z = x + y"), ("lin.run({'n': 2})", "the size m has no value")]
)
def test_mistakes_have_carets_and_no_traceback(shell: InteractiveShell, cell: str, says: str) -> None:
    """Python that uses what is wrong: the message as on the command line, nothing of our code."""
    shown(shell, f"%%shapecheck -q --name wrong --no-check\n{WRONG}")
    shown(shell, f"%%shapecheck -q --name lin\n{GOOD}")
    _, printed = shown(shell, cell)
    assert says in printed and "^" in printed
    assert "Traceback" not in printed and ".py" not in printed


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("%%shapecheck --nam lin\ndim n", "Did you mean '--name'?"),
        ("%%shapecheck --name 'a b'\ndim n", "'a b' is no name in Python"),
        ("%%shapecheck 'a\ndim n", "no closing quotation"),
        ("%%shapecheck a.shape\ndim n", "write %%shapecheck above a spec"),
        ("%shapecheck", "write %%shapecheck above a spec"),
        ("%shapecheck nothing.shape", "cannot read nothing.shape"),
    ],
)
def test_wrong_options(shell: InteractiveShell, line: str, says: str) -> None:
    """One line, with the nearest name, and no traceback."""
    outputs, printed = shown(shell, line)
    assert outputs == [] and says in printed and "Traceback" not in printed


def test_a_file(shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`%shapecheck FILE`, and a cell that imports a block from a file beside the notebook."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "blocks.shape").write_text("layer lin(k) = dense(k)\n")
    (report,), _ = shown(shell, "%shapecheck blocks.shape")
    assert report.data["text/plain"].startswith("blocks.shape: ok")
    (report,), _ = shown(shell, '%%shapecheck\nfrom "blocks.shape" import lin\ndim n\ninput x : n\ny = lin(3)(x)\n')
    assert ": ok" in report.data["text/plain"]


@pytest.mark.parametrize("option", ["", "-v"])
def test_labels_are_escaped(shell: InteractiveShell, option: str) -> None:
    """A spec that somebody else wrote brings no markup into the page; the parser sees our own tags alone."""
    outputs, _ = shown(shell, f"%%shapecheck {option} --name hostile\n{HOSTILE}")
    for value in (*(output.data for output in outputs), shell.display_formatter.format(shell.ev("hostile"))[0]):
        page = Texts(value["text/html"])
        assert page.open == [] and page.seen <= {"pre", "span", "div", "details", "summary"}
        assert "\x1b" not in value["text/html"]


def test_without_the_extension(tmp_path: Path) -> None:
    """`shapecheck.load` in a shell is enough for values to show themselves; plain Python never imports IPython."""
    (tmp_path / "a.shape").write_text(GOOD)
    program = (
        "import sys, json, shapecheck\n"
        "shapecheck.load('a.shape').check()\n"
        "plain = 'IPython' in sys.modules\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "data, _ = shell.display_formatter.format(shapecheck.load('a.shape').check())\n"
        "print(json.dumps([plain, sorted(data)]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [False, ["text/html", "text/latex", "text/markdown", "text/plain"]]
