"""A message to the user, a mistake or a remark, as a value.

A stage that finds something wrong returns `Diagnostic`s; it never prints and never raises for a user's mistake.
The texts stand beside the stage that reports them (`errors.py` of each room), the layout in `diagnostics.render`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from shapecheck.record import record
from shapecheck.source import Span


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@record
class Label:
    """A place in the text and what is to be said of it; the primary one is marked `^^^`, others `---`."""

    span: Span
    text: str = ""
    primary: bool = True


@record
class ShapePair:
    """Two shapes that should agree, to be shown aligned with the axes that differ marked.

    `left` and `right` name what has each shape (`W`, `annotation`); sizes are already printed.  `axes` says which axis
    of the left one and which of the right one should agree (the columns and the rows of a product); without it
    all axes should, first with first.
    """

    left: str
    left_shape: tuple[str, ...]
    right: str
    right_shape: tuple[str, ...]
    axes: tuple[int, int] | None = None


@record
class Diagnostic:
    """Title says what, labels say where and why, help says what to write instead.

    `code` is stable (`unequal-sizes`), for tools and for searching; `sizes` are the smallest sizes that show it.
    """

    code: str
    title: str
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str | None = None
    shapes: ShapePair | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    level: Level = Level.ERROR

    @property
    def span(self) -> Span | None:
        """The place the message stands at: its first primary label, else its first label."""
        primary = (label.span for label in self.labels if label.primary)
        return next(primary, self.labels[0].span if self.labels else None)
