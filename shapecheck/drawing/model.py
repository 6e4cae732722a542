"""The parts of a picture: boxes, lines and texts at places, in units of which a screen shows one as one pixel.

x grows to the right, y downwards.  Later items lie on top of earlier ones.  Curves are lines of many short pieces, and
a hatching is lines, so that a writer needs to know these three things only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import hypot
from typing import Literal

from shapecheck.drawing.metrics import LINE_HEIGHT, text_width
from shapecheck.record import record

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

INK = "#1f2933"
QUIET = "#616e7c"
PAPER = "#ffffff"


@record
class Box:
    """A rectangle; `fill` or `stroke` None leaves that out.  `name` says what it is, for programs."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1
    radius: float = 0
    dashed: bool = False
    name: str = ""

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


@record
class Text:
    """One line of text; `y` is its middle, `x` what `anchor` says."""

    x: float
    y: float
    text: str
    size: float = 12
    anchor: Anchor = "middle"
    fill: str = INK

    @property
    def box(self) -> Box:
        """The room it takes at most."""
        width = text_width(self.text, self.size)
        left = {"start": self.x, "middle": self.x - width / 2, "end": self.x - width}[self.anchor]
        return Box(left, self.y - self.size * LINE_HEIGHT / 2, width, self.size * LINE_HEIGHT)


@record
class Line:
    """Straight pieces from point to point; `arrow` puts a head at the last one.  `name` says what it is."""

    points: tuple[Point, ...]
    stroke: str = INK
    width: float = 1
    dashed: bool = False
    arrow: bool = False
    name: str = ""


Item = Box | Text | Line


def moved(items: Iterable[Item], right: float, down: float) -> Iterator[Item]:
    """The items moved by an offset."""
    for item in items:
        if isinstance(item, Line):
            yield replace(item, points=tuple((x + right, y + down) for x, y in item.points))
        else:
            yield replace(item, x=item.x + right, y=item.y + down)


def extent(items: Iterable[Item]) -> Box:
    """The least box around all items."""
    corners = [corner for item in items for corner in _corners(item)] or [(0.0, 0.0)]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    return Box(left, top, max(x for x, _ in corners) - left, max(y for _, y in corners) - top)


def _corners(item: Item) -> list[Point]:
    if isinstance(item, Line):
        return list(item.points)
    box = item.box if isinstance(item, Text) else item
    return [(box.x, box.y), (box.right, box.bottom)]


def hatched(box: Box, stroke: str = "#9aa5b1", step: float = 7) -> Iterator[Line]:
    """Slanted lines that fill a box."""
    offset = step - (box.x + box.y) % step  # lines of neighbouring boxes continue each other
    while offset < box.width + box.height:
        start = (box.x + min(offset, box.width), box.y + max(0.0, offset - box.width))
        end = (box.x + max(0.0, offset - box.height), box.y + min(offset, box.height))
        yield Line((start, end), stroke, 0.8)
        offset += step


HEAD_LENGTH, HEAD_WIDTH = 8.0, 6.0


def head(line: Line) -> tuple[Point, Point, Point]:
    """The corners of the arrow's head at the end of a line."""
    (x, y), back = line.points[-1], line.points[-2]
    for earlier in reversed(line.points[:-1]):  # short last pieces of a curve do not turn the head
        back = earlier
        if abs(back[0] - x) + abs(back[1] - y) >= HEAD_LENGTH:
            break
    length = hypot(x - back[0], y - back[1]) or 1.0
    along, across = (x - back[0]) / length, (y - back[1]) / length
    size = HEAD_LENGTH + line.width
    foot = (x - along * size, y - across * size)
    half = (HEAD_WIDTH + line.width) / 2
    return (x, y), (foot[0] - across * half, foot[1] + along * half), (foot[0] + across * half, foot[1] - along * half)


def shaft(line: Line) -> tuple[Point, ...]:
    """The points of a line without the room of its head."""
    if not line.arrow:
        return line.points
    tip, left, right = head(line)
    foot = ((left[0] + right[0]) / 2, (left[1] + right[1]) / 2)
    far = [point for point in line.points[:-1] if _distance(point, tip) > HEAD_LENGTH] or [line.points[0]]
    return (*far, foot)


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])
