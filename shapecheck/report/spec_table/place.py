"""The place of a body in the whole spec: the path of its names, and what one member of it counts for."""

from __future__ import annotations

from shapecheck.infer.model import Shape, Shapes
from shapecheck.record import record
from shapecheck.report.spec_table.item import Scale


@record(eq=False)
class Place:
    """The place of a body: the path in front of its names, and what one member of it counts in the whole spec."""

    shapes: Shapes
    path: str
    depth: int
    weights: Scale
    work: Scale
    lead: Shape = ()
    """The axes that the blocks around are mapped over, which all but the weights have in front."""
