"""The fate of a mutant: it is checked as any spec is, up to the first finding.

Comes in: a mutant.  Goes out: the fate, with the finding if there is one.  Assumed: nothing is wrong with the
original, so every finding is due to the change.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from shapecheck.check import findings
from shapecheck.diagnostics.model import Diagnostic
from shapecheck.record import record
from shapecheck.testing.mutation.mutants import Mutant
from shapecheck.verdict.model import Verdict


class Fate(StrEnum):
    """The fates of mutants, in the words of the summary; `BROKEN` is a bug of ours."""

    WRONG = "wrong shapes"
    CLAIM = "refuted by claims"
    RUN = "stopped in a run"
    SAME = "proved to be the same"
    LATE = "ran out of time"
    BROKEN = "made shapecheck fail"
    SURVIVED = "not noticed"


@record(eq=False)
class MutantOutcome:
    """A mutant's fate; `by` is the message or the claim that noticed it, or our own error.

    `seen` says what a survivor's runs showed.
    """

    mutant: Mutant
    fate: Fate
    by: Diagnostic | Verdict | Exception | None = None
    seen: str = ""


class OutOfTime(Exception):
    """A mutant took longer than it may."""


Clock = Callable[[], None]
"""Raises `OutOfTime` where the time is over; asked between two claims, which have bounds of their own."""


_FATES = {"shapes": Fate.WRONG, "claims": Fate.CLAIM, "runs": Fate.RUN}


def noticed(mutant: Mutant, memory_limit: int, clock: Clock) -> MutantOutcome:
    """The fate of the mutant by the spec; `SURVIVED` where the spec says nothing."""
    for found in findings(mutant.source, memory_limit):
        if found is not None:
            return MutantOutcome(mutant, _FATES[found.stage], found.what)
        clock()
    return MutantOutcome(mutant, Fate.SURVIVED)
