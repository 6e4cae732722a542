"""A whole spec as its own property test: checked, then run in many cases, part by part.

In: a source, `Amounts`, words to choose by.  Out: `Tested`: the report of the check, an outcome for each part, and all
there is to tell as diagnostics, those of failing cases with a line that shows the failure again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shapecheck.check import check
from shapecheck.checked import Part, Report
from shapecheck.diagnostics.model import Diagnostic
from shapecheck.execute import ShapeMismatch
from shapecheck.record import record
from shapecheck.report.check_text import messages_of
from shapecheck.source import Source
from shapecheck.stages import derive
from shapecheck.testing.cases.amounts import Amounts
from shapecheck.testing.part_runs import Outcome, Progress, test_part
from shapecheck.testing.properties.subject import Failure


@record(eq=False)
class Tested:
    """The outcome of testing one spec."""

    report: Report
    outcomes: tuple[Outcome, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed, neither in the check nor in any run."""
        return self.report.ok and not any(outcome.failures for outcome in self.outcomes)

    @property
    def messages(self) -> tuple[Diagnostic, ...]:
        """The messages of the check if it fails, then the failing cases."""
        told = () if self.report.ok else messages_of(self.report)
        return (*told, *(reproducible(self.report.source, item, failure)
                         for item in self.outcomes for failure in item.failures))  # fmt: skip


def test_spec(source: Source, amounts: Amounts, words: Sequence[str] = (), progress: Progress | None = None) -> Tested:
    """Check a spec and test its parts; with `words`, only the parts whose `file::block` contains them all.

    Where shapes cannot be derived, nothing is run.
    """
    report = checked(source, amounts.memory_limit)
    outcomes: list[Outcome] = []
    for part in report.parts if not report.has_errors else ():
        if chosen(source, part, words):
            outcomes.append(test_part(part, amounts, progress))
            if amounts.stop_at_first and outcomes[-1].failures:
                break
    return Tested(report, tuple(outcomes))


def checked(source: Source, memory_limit: int) -> Report:
    """The report of a check; where the check breaks off in a run, one that says nothing of claims, so that the runs
    here can tell what is wrong."""
    try:
        return check(source, memory_limit=memory_limit)
    except ShapeMismatch:
        shapes, diagnostics = derive(source)
        assert shapes is not None, "something was run"
        return Report(source, shapes, (), diagnostics, parts=(Part("", shapes, ()),))


def chosen(source: Source, part: Part, words: Sequence[str]) -> bool:
    """Whether a part's name, `gru.shape::block`, contains all the words, upper or lower case."""
    name = f"{source.title}::{part.name}".lower()
    return all(word.lower() in name for word in words)


def reproducible(source: Source, outcome: Outcome, failure: Failure) -> Diagnostic:
    """The failure with the line to paste."""
    block = f" --block {outcome.part.name}" if outcome.part.name else ""
    line = f"shapecheck run {_quoted(source.title)}{block}{failure.case.options()} --check"
    return replace(failure.diagnostic, notes=(*failure.diagnostic.notes, f"see it again: {line}"))


def _quoted(text: str) -> str:
    from shlex import quote

    return quote(text)
