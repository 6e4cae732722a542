"""Declared ranges of entries (`in 0..9`) at concrete sizes."""

from __future__ import annotations

from collections.abc import Mapping
from math import isinf

from shapecheck.graph.model import Entries
from shapecheck.record import record


@record
class Limits:
    """A declared range of entries at concrete sizes."""

    low: float
    high: float
    real: bool

    @property
    def drawn(self) -> tuple[float, float]:
        """The least and the greatest number that is drawn: near an end beside an open one, and never that end.

        Reals are 1/16..4 away from it, integers 1..9.
        """
        near, far = (1 / 16, 4.0) if self.real else (1, 9)
        if isinf(self.low) and isinf(self.high):
            return (-2.0, 2.0) if self.real else (-9, 9)
        if isinf(self.high):
            return self.low + near, self.low + far
        return (self.high - far, self.high - near) if isinf(self.low) else (self.low, self.high)


def limits_of(entries: Entries | None, env: Mapping[str, int]) -> Limits | None:
    """The declared range of a tensor's entries at these sizes; None where none is declared."""
    return None if entries is None else Limits(*entries.at(env), entries.real)
