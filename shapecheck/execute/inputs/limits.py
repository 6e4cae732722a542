"""Declared ranges of entries (`in 0..9`) at concrete sizes."""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.graph.model import Entries
from shapecheck.record import record
from shapecheck.sizes import Size


@record
class Limits:
    """A declared range of entries at concrete sizes."""

    low: float
    high: float
    real: bool


def limits_of(entries: Entries | None, env: Mapping[str, int]) -> Limits | None:
    """The declared range of a tensor's entries at these sizes; None where none is declared."""
    if entries is None:
        return None
    low, high = (end.evaluate(env) if isinstance(end, Size) else end for end in (entries.low, entries.high))
    return Limits(low, high, entries.real)
