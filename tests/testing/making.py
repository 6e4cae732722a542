"""Helpers of these tests: the parts of a spec, judged."""

from __future__ import annotations

from pathlib import Path

from shapecheck.checked import Part
from shapecheck.source import Source
from shapecheck.testing.cases.amounts import Amounts
from shapecheck.testing.part_runs import Outcome
from shapecheck.testing.part_runs import test_part as tried
from shapecheck.testing.whole_spec import checked

ROOT = Path(__file__).parents[2]


def part_of(text: str, name: str = "") -> Part:
    """The whole of a spec, or a block of it."""
    report = checked(Source("test.shape", text), 1 << 30)
    assert not report.has_errors, report.diagnostics
    return next(part for part in report.parts if part.name == name)


def spec(path: str) -> str:
    """The text of a spec of the project."""
    return (ROOT / "specs" / path).read_text(encoding="utf-8")


def outcome(text: str, name: str = "", examples: int = 12) -> Outcome:
    """What comes of trying a part of a spec."""
    return tried(part_of(text, name), Amounts(max_examples=examples))
