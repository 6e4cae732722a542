"""What the tests of derivations share: specs read once, derivations as text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from shapecheck.check import check
from shapecheck.checked import Report
from shapecheck.explain import explain, explain_claims
from shapecheck.folders import reader
from shapecheck.report.derivation import render_derivation
from shapecheck.source import Source
from shapecheck.stages import derive

ROOT = Path(__file__).parents[2]


@cache
def derived(path: str) -> Report:
    """The shapes of one of the project's specs."""
    source = _source(path)
    shapes, diagnostics = derive(source)
    return Report(source, shapes, (), diagnostics)


@cache
def checked(path: str) -> Report:
    """The verdicts, too."""
    return check(_source(path))


def _source(path: str) -> Source:
    file = ROOT / "specs" / path
    return Source(path, file.read_text(), reader([str(file)]))


def of_text(text: str) -> Report:
    """The verdicts of a spec in the test."""
    return check(Source("test.shape", text))


def told(report: Report, name: str) -> str:
    """A derivation as text, on lines that are long enough for one step each."""
    return render_derivation(explain(report, name), "text", 1000)


def told_of_line(report: Report, line: int) -> str:
    """How the verdicts on a line came about."""
    return "\n\n".join(render_derivation(item, "text", 1000) for item in explain_claims(report, line))


def row(text: str, says: str) -> str:
    """The one step that states this, with its reason, which stands on the next line where the statement is wide."""
    lines = [*text.splitlines(), ""]
    ((at, found),) = [(at, line) for at, line in enumerate(lines) if f"  {says}  " in f"{line}  "]
    return " ".join(f"{found} {lines[at + 1] if found.endswith(says) else ''}".split())
