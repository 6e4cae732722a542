"""The backward passes in `specs/slides/backward` are those that the command writes, with claims behind them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shapecheck.check import check
from shapecheck.source import Source
from tests.gradient.derived import derived

FOLDER = Path(__file__).parents[2] / "specs" / "slides" / "backward"
SLIDES = sorted(path.stem for path in FOLDER.glob("*.shape"))


@pytest.mark.parametrize("name", SLIDES)
def test_is_up_to_date(name: str) -> None:
    """The forward part, put through the command, gives the file up to its claims."""
    text = (FOLDER / f"{name}.shape").read_text()
    forward = text.partition("\n# Backward")[0]
    asked = re.search(r"--wrt (\S+)", forward)
    assert asked is not None
    assert derived(forward, asked[1]).text == text.partition("\n# Claims")[0]


@pytest.mark.parametrize("name", SLIDES)
def test_shapes_are_proved(name: str) -> None:
    """Every derivative is claimed to have the shape of its tensor, for all sizes."""
    text = (FOLDER / f"{name}.shape").read_text()
    report = check(Source(name, text))
    assert report.ok
    shapes = [verdict for verdict in report.verdicts if " : " in verdict.claim.text]
    assert shapes and all(str(verdict.word) == "proved" for verdict in shapes)
