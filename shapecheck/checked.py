"""The outcome of a check, as values: a report of everything, or one finding after the other."""

from __future__ import annotations

from typing import Literal

from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.infer.model import Shapes
from shapecheck.infer.rederive import Second
from shapecheck.record import record
from shapecheck.sizes import Size
from shapecheck.source import Source
from shapecheck.verdict.model import Verdict, Word

Lints = Literal["none", "warnings", "all"]
"""The lints that are reported: `all` adds mere information, as notes."""


@record(eq=False)
class Part:
    """A part of a spec that stands on its own: the file's own equations (`name` is empty), or a block by its name."""

    name: str
    shapes: Shapes
    verdicts: tuple[Verdict, ...]


@record(eq=False)
class Finding:
    """Something that is wrong: with the shapes or before them, with a claim, or with a run."""

    stage: Literal["shapes", "claims", "runs"]
    what: Diagnostic | Verdict


@record(eq=False)
class Report:
    """The outcome of checking one spec.

    `shapes` is None when the text could not be read; `sizes_run` are the settings at which the spec was executed and
    `confirmed` the number of arrays whose shape was compared with the derived one there.
    """

    source: Source
    shapes: Shapes | None
    verdicts: tuple[Verdict, ...]
    diagnostics: tuple[Diagnostic, ...]
    sizes_run: tuple[dict[str, int], ...] = ()
    confirmed: int = 0
    params: Size | None = None
    macs: Size | None = None
    strict: bool = False
    second: Second | None = None
    """The outcome of a second derivation of all shapes, where one was asked for."""
    parts: tuple[Part, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong: no errors, and every claim as expected."""
        return not self.has_errors and all(self.accepts(verdict) for verdict in self.verdicts)

    @property
    def has_errors(self) -> bool:
        return any(diagnostic.level == Level.ERROR for diagnostic in self.diagnostics)

    def accepts(self, verdict: Verdict) -> bool:
        """Whether a verdict is fine; when strict, a claim that is only tested must say `expect tested`."""
        if self.strict and verdict.word is Word.TESTED and verdict.claim.expect is None:
            return False
        return verdict.ok
