"""The README and the guide show what the tool prints today.

Independent truth: the text of the page against the spec on disk and the command's output, read afresh.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from shapecheck import guide
from shapecheck.cli import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PAGES = {
    name: (ROOT / "shapecheck" / "guide" / f"{name}.md").read_text() for name in ("how-to", "testing", "documents")
}
_BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.S | re.M)
BLOCKS = _BLOCK.findall(README)
SHOWN = [
    text
    for page in (README, *PAGES.values())
    for language, text in _BLOCK.findall(page)
    if language == "text" and text.startswith("$ shapecheck ")
]


@pytest.mark.parametrize(
    "page, path", [(README, "slides/gru.shape"), (PAGES["how-to"], "networks/resnet50.shape")], ids=["README", "how-to"]
)
def test_the_spec_shown_is_the_spec(page: str, path: str) -> None:
    """The one spec of the page is a file of the project, word for word."""
    (spec,) = (text for language, text in _BLOCK.findall(page) if language == "shape")
    assert spec == (ROOT / "specs" / path).read_text()


def test_the_readme_is_read_in_five_minutes() -> None:
    """At most 200 lines; whatever is longer stands in the guide."""
    assert len(README.splitlines()) <= 200


@pytest.mark.parametrize("place", re.findall(r"\]\(([\w./-]+)\)", README))
def test_a_link_of_the_readme_leads_somewhere(place: str) -> None:
    """Each link is a file or a folder of the project."""
    assert (ROOT / place).exists()


def test_the_readme_names_every_page_and_every_command() -> None:
    """A page or a command that is not in the tables is found by nobody."""
    assert [page for page in guide.PAGES if f"guide/{page}.md)" not in README] == []
    assert [name for name in main.commands if f"`shapecheck {name}" not in README] == []


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.splitlines()[0])
def test_the_output_shown_is_the_output(shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each `$ shapecheck ..`, run in the root of the project, prints what stands below it."""
    command, _, expected = shown.partition("\n")
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(main, command.split()[2:])
    assert result.output.rstrip() == expected.rstrip()


def test_there_is_output_to_compare() -> None:
    """One good run and one diagnostic at least."""
    assert len(SHOWN) >= 2


def test_ci_runs_the_readmes_tests() -> None:
    """The second shell block's last command stands in `.ci/run` too, in that script's own environment."""
    shell = [text for language, text in BLOCKS if language == "sh"]
    command = shell[1].strip().splitlines()[-1].removeprefix(".venv/bin/")
    assert f'"$bin/python" {command.removeprefix("python ")}' in (ROOT / ".ci" / "run").read_text()


def test_the_program_of_the_guide_matches_its_spec() -> None:
    """The guide's test in Python, cut out and run; with the bias left out it fails."""
    (program,) = (text for language, text in _BLOCK.findall(PAGES["how-to"]) if language == "python")
    names: dict[str, Callable[[], None]] = {}
    exec(program, names)
    names["test_layer"]()
    exec(program.replace("x + b)\n\ndef", "x)\n\ndef"), names)
    with pytest.raises(AssertionError, match="the function gives"):
        names["test_layer"]()
