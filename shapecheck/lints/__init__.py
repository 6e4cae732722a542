"""Lints: what is right and yet looks like a mistake.

In: the shapes of a spec and of its blocks, and the verdicts on their claims.  Out: warnings, and where `remarks` are
wanted mere information, as notes.  A lint says what it saw and is never a guess; a comment `# allow: CODE` on a line
that it points at switches it off there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.lints import unread as left_out
from shapecheck.lints.allow import is_allowed, unknown_codes
from shapecheck.lints.coinciding_sizes import CODE as COINCIDING
from shapecheck.lints.coinciding_sizes import coinciding_sizes
from shapecheck.lints.empty_range import CODE as EMPTY
from shapecheck.lints.empty_range import empty_range
from shapecheck.lints.fresh_weights import fresh_weights
from shapecheck.lints.model import Lint, Subject
from shapecheck.lints.padding_modes import CODE as MODES
from shapecheck.lints.padding_modes import padding_modes
from shapecheck.lints.survey import applied_blocks
from shapecheck.lints.unused_assumption import CODE as UNUSED
from shapecheck.lints.unused_assumption import unused_assumption
from shapecheck.sizes import naming_order
from shapecheck.source import Source

__all__ = ["CODES", "Subject", "lints"]

LINTS: tuple[Lint, ...] = (
    Lint(("fresh-weights",), fresh_weights, of_applications=True),
    Lint((left_out.BORDER, left_out.BETWEEN), left_out.unread, of_applications=True),
    Lint((MODES,), padding_modes, of_applications=True),
    Lint((UNUSED,), unused_assumption),
    Lint((COINCIDING,), coinciding_sizes),
    Lint((EMPTY,), empty_range),
)
CODES: frozenset[str] = frozenset(code for lint in LINTS for code in lint.codes)


def lints(source: Source, subjects: Iterable[Subject]) -> Iterator[Diagnostic]:
    """All that no comment switches off; of messages of one code at one place the first."""
    told: set[tuple[object, ...]] = set()
    every = tuple(subjects)
    applied = applied_blocks(every[0].applied)
    for subject in every:
        for lint in LINTS:
            if lint.of_applications and subject.block in applied:
                continue  # it has been looked at where it is applied
            with naming_order(subject.applied.graph.dims):
                found = tuple(lint.look(subject))
            for diagnostic in found:
                key = (diagnostic.code, diagnostic.level, diagnostic.span)
                wanted = subject.remarks or diagnostic.level is not Level.NOTE
                if wanted and key not in told and not is_allowed(diagnostic, source):
                    told.add(key)
                    yield diagnostic
    yield from unknown_codes(source, CODES)
