"""The README and the guide show what the tool prints today.

Independent truth: the text of the page against the spec on disk and the command's output, read afresh.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from shapecheck.cli import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
HOW_TO = (ROOT / "shapecheck" / "guide" / "how-to.md").read_text()
_BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.S | re.M)
BLOCKS = _BLOCK.findall(README)
SHOWN = [
    text
    for language, text in (*BLOCKS, *_BLOCK.findall(HOW_TO))
    if language == "text" and text.startswith("$ shapecheck ")
]


@pytest.mark.parametrize("number, path", [(0, "slides/gru.shape"), (1, "networks/resnet50.shape")])
def test_the_specs_shown_are_the_specs(number: int, path: str) -> None:
    """Each spec of the README is a file of the project, word for word."""
    specs = [text for language, text in BLOCKS if language == "shape"]
    assert len(specs) == 2
    assert specs[number] == (ROOT / "specs" / path).read_text()


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.splitlines()[0])
def test_the_output_shown_is_the_output(shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each `$ shapecheck ..` of both, run in the root of the project, prints what stands below it."""
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
    (program,) = (text for language, text in _BLOCK.findall(HOW_TO) if language == "python")
    names: dict[str, Callable[[], None]] = {}
    exec(program, names)
    names["test_layer"]()
    exec(program.replace("x + b)\n\ndef", "x)\n\ndef"), names)
    with pytest.raises(AssertionError, match="the function gives"):
        names["test_layer"]()
