"""The guide: every example is a spec that holds, every topic is found, and what is not there is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from shapecheck import guide, ops
from shapecheck.cli import main
from shapecheck.documents import library_page
from shapecheck.graph.library import Library
from shapecheck.source import Source

FOLDER = Path(guide.__file__).parent


def _help(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["help", *words])
    return result.exit_code, result.output


@pytest.mark.parametrize("page", ["language", "frameworks"])
def test_every_example_holds(page: str) -> None:
    """The examples are checked as the command does: no error, no warning, every claim as it says."""
    result = CliRunner().invoke(main, ["check", str(FOLDER / f"{page}.md")])
    assert result.exit_code == 0, result.output
    assert "warning" not in result.output
    assert result.output.count(": ok") >= 5


def test_the_page_on_the_library_is_that_of_the_library() -> None:
    """The page is made from `specs/std`; `python -m shapecheck.documents.library_page` writes it anew."""
    assert library_page.PAGE.read_text() == library_page.library_page()


def test_every_name_of_the_library_and_every_operation_has_a_section() -> None:
    """Whatever may be called can be looked up: names from the library's index and from the list of operations."""
    names = {*Library(Source("t", "")).names, *(op.name for op in ops.OPS if op.name.isidentifier())}
    unwritten = {"neg", "join", "list", "transpose"}  # written -a, [a; b], [a, b], A.T
    assert {name for name in names - unwritten if not guide.find(name)} == set()


def test_every_page_in_the_folder_is_listed() -> None:
    """A page that nobody can open is no page: the command and the site list the same ones."""
    assert {path.stem for path in FOLDER.glob("*.md")} == {"index", *guide.PAGES}
    listed = (FOLDER / "index.md").read_text().split("```{toctree}")[1]
    assert [page for page in listed.split() if page in guide.PAGES] == list(guide.PAGES)


@pytest.mark.parametrize("page", guide.PAGES)
def test_a_page_is_printed_whole(page: str) -> None:
    """`shapecheck help PAGE` prints the file."""
    assert _help(page) == (0, (FOLDER / f"{page}.md").read_text())


@pytest.mark.parametrize(
    ("word", "heading"),
    [
        ("default", "## Reads outside of a tensor: `default`"),
        ("einsum", "## Products: `einsum`, `matmul`, `bmm`"),
        ("IF", "## Choices: `if`"),
        ("broadcasting", "## Broadcasting"),
        ("operators in values", "## Operators in values"),
        ("claim", "## Claims and verdicts: `claim`"),
        ("refuted", "## The five verdicts: `proved`, `refuted`, `tested`, `unknown`, `error`"),
        ("cross_entropy", "## Losses: `loss`, `cross_entropy`, `mse`"),
        ("linear", "## Names of functions and layers: `linear`, `concatenate`, `ceil_mode`"),
    ],
)
def test_a_section_is_found_by_its_words(word: str, heading: str) -> None:
    """Headings as they stand on the pages, read there by hand; one section is printed, and no other."""
    code, text = _help(*word.split())
    assert (code, text.splitlines()[0]) == (0, heading)
    assert text.count("\n## ") == 0


def test_the_list_names_every_page() -> None:
    """Without a topic all pages are listed with their sections."""
    code, text = _help()
    assert code == 0
    assert all(f"## {page}\n" in text for page in guide.PAGES)
    assert "- Claims and verdicts" in text


def test_a_misspelt_topic_is_told_with_the_nearest() -> None:
    """No traceback: exit code 2 and the word that was probably meant."""
    assert _help("defualt") == (2, "shapecheck: the guide has no topic defualt; did you mean default?\n")
    assert _help("conv2D") == (0, _help("conv2d")[1])
    assert _help("zzz") == (2, "shapecheck: the guide has no topic zzz; see shapecheck help\n")


def test_the_guide_sends_nobody_to_a_topic_that_is_not_there() -> None:
    """Every `shapecheck help WORD` that is written on a page, or in a help text of the command, is a topic."""
    written = "".join(guide.page_text(page) for page in guide.PAGES) + _help("--help")[1]
    told = re.findall(r"`?shapecheck help ([a-z][\w-]*)`", written)
    assert "verdicts" in told
    assert [word for word in told if not guide.find(word)] == []


def test_a_word_that_is_no_topic_leads_to_what_is_like_it() -> None:
    """A name of programs to what it is here; any other word to the sections in which it stands, read there by hand."""
    assert _help("matmul_") == (2, "shapecheck: the guide has no topic matmul_; here that is x @ y\n")
    assert _help("avg_pool_2d") == (2, "shapecheck: the guide has no topic avg_pool_2d; here that is avgpool\n")
    code, text = _help("padding")
    assert code == 2
    assert text.startswith("shapecheck: the guide has no topic padding; it is mentioned in shapecheck help default, ")


def test_every_module_of_operations_is_on_the_page() -> None:
    """A module that is not listed gets no section, and nothing would say so."""
    modules = {type(op).__module__.rpartition(".")[2] for op in ops.OPS}
    assert {name for name in modules if name not in (*library_page._PRIMITIVES, "elementwise")} == set()
