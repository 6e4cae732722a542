"""All mutants of one spec, tried one after the other.

Comes in: a source, and how much may be done.  Goes out: each mutant's outcome, in the order of the text, or the report
of `check` where the spec is not right as it is: then nothing that is found says anything of a change.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from shapecheck.budgets import MEMORY_LIMIT
from shapecheck.check import check
from shapecheck.checked import Report
from shapecheck.record import record
from shapecheck.source import Source
from shapecheck.syntax import parse
from shapecheck.testing.mutation.equivalence import proved_same
from shapecheck.testing.mutation.mutants import Mutant, chosen, mutants
from shapecheck.testing.mutation.outcome import Clock, Fate, MutantOutcome, OutOfTime, noticed
from shapecheck.testing.mutation.seen import compared

Advance = Callable[[int, int], None]


@record
class Limits:
    """The number of mutants that are tried, the seconds that each may take, and the bytes of a run."""

    most: int = 200
    seconds: float = 10.0
    memory: int = MEMORY_LIMIT


@record(eq=False)
class Campaign:
    """The fates of the mutants that were tried, of `total`; `report` where the spec itself is wrong."""

    source: Source
    outcomes: tuple[MutantOutcome, ...] = ()
    total: int = 0
    report: Report | None = None

    def fates(self, fate: Fate) -> list[MutantOutcome]:
        """The mutants with this fate."""
        return [outcome for outcome in self.outcomes if outcome.fate is fate]


def mutate(source: Source, limits: Limits | None = None, advance: Advance | None = None) -> Campaign:
    """Try the mutants of a spec."""
    limits = limits or Limits()
    report = check(source, memory_limit=limits.memory, lint="none")
    if not report.ok:
        return Campaign(source, report=report)
    every = list(mutants(source))
    return Campaign(source, tuple(_outcomes(source, chosen(every, limits.most), limits, advance)), len(every))


def _outcomes(source: Source, tried: list[Mutant], limits: Limits, advance: Advance | None) -> Iterator[MutantOutcome]:
    spec = parse(source).spec
    for done, mutant in enumerate(tried, 1):
        clock = _clock(limits.seconds)
        try:
            outcome = noticed(mutant, limits.memory, clock)
            if outcome.fate is Fate.SURVIVED and proved_same(mutant, spec, source, limits.memory):
                outcome = MutantOutcome(mutant, Fate.SAME)
            elif outcome.fate is Fate.SURVIVED:
                outcome = replace(outcome, seen=compared(mutant, source, limits.memory).note)
        except OutOfTime:
            outcome = MutantOutcome(mutant, Fate.LATE)
        except Exception as error:
            outcome = MutantOutcome(mutant, Fate.BROKEN, error)
        yield outcome
        if advance is not None:
            advance(done, len(tried))


def _clock(seconds: float) -> Clock:
    end = time.monotonic() + seconds

    def ask() -> None:
        if time.monotonic() > end:
            raise OutOfTime

    return ask
