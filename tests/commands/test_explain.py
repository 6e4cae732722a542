"""`shapecheck explain` as a command: what it prints and writes, what it refuses; its formats read by other programs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shapecheck.cli import main
from shapecheck.explain import explain, explain_claims
from shapecheck.explain.asked import tensor_names
from shapecheck.report.derivation import render_derivation
from tests.explain.asking import checked, derived
from tests.report.compilers import compile_latex, latex_words

SPEC = "dim n, m\ninput x : m\nweight W : n x m\ny = W @ x\nclaim y : n\nclaim y : m expect refuted\n"
SLIDES = ["gru", "gru_stack", "convolution", "same"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one spec in it, as the working directory."""
    (tmp_path / "net.shape").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """The command run."""
    return CliRunner().invoke(main, ["explain", *arguments])


def test_a_name(folder: Path) -> None:
    """By hand: y has as many entries as W has rows."""
    result = run("net.shape", "y")
    assert result.exit_code == 0
    assert [" ".join(line.split()) for line in result.stdout.splitlines()] == [
        "y : n",
        "",
        "1 line 3 W : n x m as declared",
        "2 line 4 y : n in `W @ x`: the product has the rows of its left side and the columns of its right side (1)",
    ]


def test_a_line_in_both_ways(folder: Path) -> None:
    """`net.shape:6` is the file and the line, as editors write it."""
    one, other = run("net.shape:6"), run("net.shape", "--line", "6")
    assert one.exit_code == other.exit_code == 0
    assert one.stdout == other.stdout and "n = 1, m = 2" in one.stdout


def test_a_file_whose_name_looks_like_a_line(folder: Path) -> None:
    """A file of that very name is that file."""
    (folder / "odd:3").write_text(SPEC)
    assert run("odd:3", "y").exit_code == 0


@pytest.mark.parametrize(("name", "start"), [("y.md", "### `y`"), ("y.tex", "% \\usepackage"), ("y.txt", "y : n")])
def test_files_by_their_ending(folder: Path, name: str, start: str) -> None:
    """The format follows the ending; nothing is printed, nothing else is left behind."""
    result = run("net.shape", "y", "-o", name)
    assert (result.exit_code, result.output) == (0, "")
    assert (folder / name).read_text().startswith(start)
    assert sorted(os.listdir(folder)) == sorted(["net.shape", name])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["net.shape"], "nothing to explain: say a name"),
        (["net.shape", "zz"], "there is no zz in this spec"),
        (["net.shape:1"], "there is no claim on line 1; claims are on lines 5, 6"),
        (["net.shape", "y", "-o", "y.pdf"], "cannot tell the format from 'y.pdf'; end it in one of .txt, .md, .tex"),
        (["net.shap", "y"], "cannot find net.shap; did you mean net.shape?"),
        ([".", "y"], "this command takes one spec"),
    ],
)
def test_what_is_refused(folder: Path, arguments: list[str], message: str) -> None:
    """A line that says what is wrong, exit code 2, and no file."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.replace("│", " ").split())
    assert os.listdir(folder) == ["net.shape"]


def test_a_spec_with_mistakes(folder: Path) -> None:
    """Its mistakes are told, exit code 1: there is nothing to explain yet."""
    (folder / "bad.shape").write_text("input x : n\n")
    result = run("bad.shape", "x")
    assert result.exit_code == 1 and "error[" in result.stdout


@pytest.mark.parametrize("name", SLIDES)
def test_latex_is_read_by_other_programs(name: str, tmp_path: Path) -> None:
    """pylatexenc parses all derivations of a slide, an item for each step; TeX sets them where there is one."""
    report = checked(f"slides/{name}.shape")
    assert report.shapes is not None
    found = [explain(report, tensor) for tensor in tensor_names(report.shapes)]
    lines = {report.source.position(verdict.claim.span.start)[0] for verdict in report.verdicts}
    found += [item for line in sorted(lines)[:8] for item in explain_claims(report, line)]
    texts = [render_derivation(item, "latex") for item in found]
    steps = [sum(len(section.steps) for section in item.sections) for item in found]
    assert [latex_words(text).count("\n  * ") for text in texts] == steps
    compile_latex("\n\n".join(texts), tmp_path)


def test_markdown_is_read_by_another_program() -> None:
    """markdown-it shows a heading and one item a step, and code as it is."""
    from markdown_it import MarkdownIt

    derivation = explain(derived("slides/gru.shape"), "W")
    html = MarkdownIt("commonmark").render(render_derivation(derivation, "markdown"))
    assert html.startswith("<h3><code>W</code> : <code>2p x (p + d)</code></h3>")
    assert html.count("<li>") == len(derivation.sections[0].steps)
    assert "<code>[z; r] = [sigm; sigm](W @ [x[t]; h[t-1]])</code>" in html
