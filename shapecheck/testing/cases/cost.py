"""The cost of a run, estimated by counting and not by a clock, so that every machine makes the same runs.

In: shapes, sizes.  Out: an estimate in nanoseconds of a common machine.  Entries cost more than multiply-accumulates;
every family has a price of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from shapecheck.infer.counting import counts
from shapecheck.infer.model import Cell, Shapes
from shapecheck.sizes import Size

OF_A_MAC = 1.0
OF_AN_ENTRY = 25.0
OF_A_FAMILY = 30_000.0


class Cost:
    """Estimates for one spec."""

    def __init__(self, shapes: Shapes) -> None:
        self._macs: Size | None = counts.macs(shapes)
        self._cells = [cell for cells in shapes.cells.values() for cell in cells]
        self._families = len(shapes.cells)

    def of(self, sizes: Mapping[str, int]) -> float:
        """The cost of a run at these sizes."""
        entries = sum(_entries(cell, sizes) for cell in self._cells)
        macs = 0 if self._macs is None else self._macs.evaluate(sizes)
        return OF_A_FAMILY * self._families + OF_AN_ENTRY * entries + OF_A_MAC * macs


def _entries(cell: Cell, sizes: Mapping[str, int]) -> int:
    """The entries of all members; where they grow, as if all were like the last."""
    known, lengths = dict(sizes), list[int]()
    for axis, part in enumerate(cell.region):
        lengths.append(part.extent.evaluate(known))
        known[f".{axis}"] = part.high.evaluate(known)
    return prod(max(0, length) for length in (*lengths, *(size.evaluate(known) for size in cell.shape)))
