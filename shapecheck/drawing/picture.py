"""A picture: items on a page, which notebooks show."""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.drawing.model import Item, extent, moved
from shapecheck.drawing.svg import svg_text
from shapecheck.record import record


@record
class Picture:
    """Items on a white page; `title` says what there is to see to those who cannot see it."""

    width: float
    height: float
    items: tuple[Item, ...]
    title: str = ""

    def __repr__(self) -> str:
        """A short text for terminals, without coordinates."""
        return f"Picture({self.title!r}, {self.width:.0f} x {self.height:.0f}, {len(self.items)} items)"

    def _repr_svg_(self) -> str:
        """The SVG of the picture, which notebooks show."""
        return svg_text(self)


def framed(items: Iterable[Item], margin: float = 12, title: str = "") -> Picture:
    """A picture of just the right size for the items, with a margin around."""
    kept = tuple(items)
    around = extent(kept)
    placed = tuple(moved(kept, margin - around.x, margin - around.y))
    return Picture(around.width + 2 * margin, around.height + 2 * margin, placed, title)
