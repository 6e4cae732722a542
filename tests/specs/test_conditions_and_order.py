"""Graphs, sentences of unequal length, sorting and mixtures of experts, as a lecture writes them.

Independent truth: the specs were written before there were conditions in big operators, and say what holds of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from shapecheck.check import check
from shapecheck.source import Source

FILES = sorted((Path(__file__).parent / "conditions").glob("*.shape"))
PROVED = {"padding stays zero"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_holds(path: Path) -> None:
    """No message, every claim proved or tested, and run."""
    report = check(Source(path.name, path.read_text()))
    assert report.ok and not report.diagnostics
    assert {str(verdict.word) for verdict in report.verdicts} <= {"proved", "tested"}
    assert report.sizes_run
    assert all(str(verdict.word) == "proved" for verdict in report.verdicts if verdict.claim.label in PROVED)
