"""The equations of an attempt, or of a block's body, as values are looked up in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from shapecheck.graph.nodes import Call, Inner
from shapecheck.infer.model import Application, Instance, Interval
from shapecheck.record import record
from shapecheck.sizes import Size

if TYPE_CHECKING:
    from shapecheck.infer.attempt.state import Frame
    from shapecheck.infer.blocks.block_parts import Part


@record(eq=False)
class Box:
    """An equation or a claim over one box of its indices: all ranges in force, and the blocks applied."""

    origin: object
    ranges: Mapping[str, Interval]
    applications: Mapping[Call, Application]
    parts: Mapping[Inner, Part]

    @staticmethod
    def of(found: Frame | Instance, normal: Callable[[Size], Size]) -> Box:
        """The box of a frame or an instance."""
        ranges = {
            name: Interval(normal(interval.low), normal(interval.high))
            for name, interval in (*found.ranges.items(), *found.bounds.items())
        }
        return Box(found.origin, ranges, found.applications, found.parts)
