"""The answers to questions about sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Proved:
    """True at every admissible point; `method` says how that is known."""

    method: str


@dataclass(frozen=True, slots=True)
class Refuted:
    """False at `witness`, which is admissible and was evaluated; the smallest by the sum of sizes, then in
    the order of names, where the method is not `search` of a formula with free indices."""

    witness: Mapping[str, int] = field(hash=False)
    method: str


@dataclass(frozen=True, slots=True)
class Tested:
    """Neither proved nor refuted: true at the smallest admissible points, this many."""

    count: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Neither proved nor refuted, and no admissible point was found to try."""

    reason: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """It is not known whether any sizes meet the assumptions."""

    reason: str


Decision: TypeAlias = Proved | Refuted | Tested | Unknown
