"""All properties of one run.

In: a source, the name of a block (empty for the whole), a run of it, the case.  Out: diagnostics for those that fail.
"""

from __future__ import annotations

from shapecheck.check import check
from shapecheck.diagnostics.model import Diagnostic
from shapecheck.execute import Run
from shapecheck.source import Source
from shapecheck.testing.cases.case import Case
from shapecheck.testing.properties.subject import Subject

STEPS = 2_000_000
ENTRIES = 200


def failures_of(source: Source, block: str, run: Run, case: Case) -> list[Diagnostic]:
    """Every property that the run does not have; nothing where its part has no claims and no tests to judge."""
    parts = [part for part in check(source).parts if part.name == block]
    return [failure.diagnostic for part in parts for failure in Subject(part, 0, STEPS, ENTRIES).failures(run, case)]
