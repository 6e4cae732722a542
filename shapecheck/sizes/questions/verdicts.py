"""The answers to questions about sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from shapecheck.record import record

NO_SIZES = "no sizes meet the assumptions"


@record
class Proved:
    """True at every admissible point; `method` says how that is known."""

    method: str


@record
class Refuted:
    """False at `witness`, which is admissible and was evaluated; the smallest by the sum of sizes, then in
    the order of names, where the method is not `search` of a formula with free indices or `search of large sizes`."""

    witness: Mapping[str, int] = field(hash=False)
    method: str


@record
class Tested:
    """Neither proved nor refuted: true at the smallest admissible points, this many."""

    count: int


@record
class Unknown:
    """Neither proved nor refuted, and no admissible point was found to try."""

    reason: str


@record
class Undecided:
    """It is not known whether any sizes meet the assumptions."""

    reason: str


Answer: TypeAlias = Proved | Refuted
Decision: TypeAlias = Answer | Tested | Unknown
