"""The verdict on a claim: a word, and the evidence for it.

A verdict never says more than was done: `proved` holds for all admissible sizes, `tested` held in so many runs,
`refuted` comes with sizes that were evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from shapecheck.diagnostics.model import ShapePair
from shapecheck.graph.model import Claim
from shapecheck.record import record


class Word(StrEnum):
    """The five verdicts of the language."""

    PROVED = "proved"
    REFUTED = "refuted"
    TESTED = "tested"
    UNKNOWN = "unknown"
    ERROR = "error"


@record(eq=False)
class Verdict:
    """One claim's verdict.

    `method` says how it was reached and is always set; `runs` counts the sizes or cases that were tried;
    `counterexample` holds the smallest sizes that fail, evaluated; `detail` are further lines for the reader;
    `condition` would repair the claim (`d == p`), and no weaker one would if
    `condition_is_weakest`; `test` names the test case the claim stands in; `shapes` are the
    derived and the claimed one where a claim about a shape fails.
    """

    claim: Claim
    word: Word
    method: str
    runs: int = 0
    counterexample: Mapping[str, int] = field(default_factory=dict)
    detail: tuple[str, ...] = ()
    condition: str | None = None
    condition_is_weakest: bool = True
    test: str | None = None
    shapes: ShapePair | None = None

    @property
    def ok(self) -> bool:
        """Whether it is what the author expects; without `expect`, whether nothing speaks against it."""
        if self.claim.expect is not None:
            return self.word == self.claim.expect
        return self.word in (Word.PROVED, Word.TESTED)
