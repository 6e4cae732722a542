"""Networks as pictures: boxes with their texts, curved arrows, opened blocks as frames around their own picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from shapecheck.diagrams.model import Network, Node
from shapecheck.diagrams.placing import LABEL, Arrow, Way, label_size, place
from shapecheck.drawing.metrics import LINE_HEIGHT, text_width
from shapecheck.drawing.model import INK, PAPER, QUIET, Box, Item, Line, Point, Text, extent, moved
from shapecheck.drawing.picture import Picture, framed
from shapecheck.record import record

TITLE, NOTE, INSET = 12.0, 10.5, 9.0
FILLS = {"input": "#eef4d7", "output": "#eef4d7", "block": "#dbe8f7", "equation": "#f5f0e6"}
STROKES = {"input": "#7d8f3c", "output": "#7d8f3c", "block": "#3f6ea8", "equation": "#a08a5b"}
RECURRENT = "#b4541a"
_FRAME = "#f7f9fc"
_STACK = 4.0
_PIECES = 12


@record(eq=False)
class _Drawn:
    """A box with all that is in it, its upper left corner at the origin."""

    width: float
    height: float
    items: tuple[Item, ...]


def draw(network: Network) -> Picture:
    """The picture of a network."""
    return framed(items(network), 14, network.title)


def items(network: Network, ground: str = PAPER) -> list[Item]:
    """All there is to draw, on a ground of this colour."""
    numbers = {node.key: number for number, node in enumerate(network.nodes)}
    drawn = [_node(node) for node in network.nodes]
    arrows = [Arrow(numbers[edge.source], numbers[edge.target], edge.label, edge.recurrent) for edge in network.edges]
    placed = place([(each.width, each.height) for each in drawn], arrows)
    ways = [item for arrow, way in zip(arrows, placed.ways) for item in _arrow(arrow, way)]
    boxes = [
        item
        for each, (x, y) in zip(drawn, placed.boxes)
        for item in moved(each.items, x - each.width / 2, y - each.height / 2)
    ]
    labels = [item for arrow, way in zip(arrows, placed.ways) for item in _label(arrow, way, ground)]
    return [*ways, *boxes, *labels]


# ---- boxes -------------------------------------------------------------------------------------


def _node(node: Node) -> _Drawn:
    if node.inside is not None:
        return _opened(node, node.inside)
    title = [f"{node.times} x {node.title[0]}", *node.title[1:]] if node.times else list(node.title)
    lines = [(line, TITLE) for line in title] + [(note, NOTE) for note in node.notes]
    width = max(text_width(line, size) for line, size in lines) + 2 * INSET
    height = sum(size * LINE_HEIGHT for _, size in lines) + INSET * (1.3 if node.notes else 1)
    written = list(_lines(lines, width, INSET / 2))
    return _Drawn(width, height, (*_outline(node, width, height), *written))


def _outline(node: Node, width: float, height: float) -> Iterator[Box]:
    fill, stroke = FILLS[node.kind], STROKES[node.kind]
    radius = height / 2 if node.kind in ("input", "output") and len(node.title) == 1 else 4.0
    if node.times:
        yield Box(_STACK, _STACK, width, height, fill, stroke, 1, radius)
    yield Box(0, 0, width, height, fill, stroke, 1.2, radius, name="box")


def _lines(lines: Sequence[tuple[str, float]], width: float, top: float) -> Iterator[Text]:
    """Lines of text, centred; smaller ones are in grey, with a little room above the first."""
    at, before = top, lines[0][1]
    for line, size in lines:
        at += 3 if size != before else 0
        before = size
        yield Text(width / 2, at + size * LINE_HEIGHT / 2, line, size, fill=INK if size == TITLE else QUIET)
        at += size * LINE_HEIGHT


def _opened(node: Node, inside: Network) -> _Drawn:
    """A frame with the block's name above what it consists of."""
    content = items(inside, _FRAME)
    around = extent(content)
    title = [f"{node.times} x {node.title[0]}", *node.title[1:]] if node.times else list(node.title)
    head = len(title) * TITLE * LINE_HEIGHT + INSET
    width = max(around.width + 2 * INSET, max(text_width(line, TITLE) for line in title) + 2 * INSET)
    height = around.height + head + INSET * 1.5
    frame = Box(0, 0, width, height, _FRAME, STROKES["block"], 1.2, 6, dashed=True, name="frame")
    stack = [Box(_STACK, _STACK, width, height, _FRAME, STROKES["block"], 1, 6)] if node.times else []
    texts = [
        Text(INSET, INSET / 2 + (number + 0.5) * TITLE * LINE_HEIGHT, line, TITLE, "start")
        for number, line in enumerate(title)
    ]
    placed = moved(content, (width - around.width) / 2 - around.x, head - around.y)
    return _Drawn(width, height, (*stack, frame, *texts, *placed))


# ---- arrows ------------------------------------------------------------------------------------


def _arrow(arrow: Arrow, way: Way) -> Iterator[Item]:
    stroke = RECURRENT if arrow.recurrent else INK
    yield Line(_smooth(way.points), stroke, 1.2, arrow.recurrent, True, "edge")


def _smooth(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points with curves between them that leave and arrive in the direction of the way; straight ones stay."""
    if points[0][0] != points[1][0] and points[0][1] == points[1][1]:  # a loop beside a box
        return _round(points)
    found = [points[0]]
    for (x, y), (right, down) in pairwise(points):
        if abs(right - x) < 0.5:
            found.append((right, down))
            continue
        middle = (y + down) / 2
        for piece in range(1, _PIECES + 1):
            part = piece / _PIECES
            found.append(_bezier(((x, y), (x, middle), (right, middle), (right, down)), part))
    return tuple(found)


def _round(points: Sequence[Point]) -> tuple[Point, ...]:
    start, one, other, end = points
    bulge = 4 / 3
    first = (start[0] + (one[0] - start[0]) * bulge, one[1])
    second = (end[0] + (other[0] - end[0]) * bulge, other[1])
    pieces = range(_PIECES * 2 + 1)
    return tuple(_bezier((start, first, second, end), piece / (2 * _PIECES)) for piece in pieces)


def _bezier(corners: tuple[Point, Point, Point, Point], part: float) -> Point:
    rest = 1 - part
    weights = (rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3)
    x, y = (sum(weight * corner[axis] for weight, corner in zip(weights, corners)) for axis in (0, 1))
    return x, y


def _label(arrow: Arrow, way: Way, ground: str) -> Iterator[Item]:
    if way.label_at is None:
        return
    x, y = way.label_at
    width, height = label_size(arrow.label)
    fill = ground if arrow.source != arrow.target else None
    yield Box(x - width / 2, y - height / 2, width, height, fill, name="label")
    top = y - (len(arrow.label) - 1) * LABEL * LINE_HEIGHT / 2
    for number, line in enumerate(arrow.label):
        ink = RECURRENT if arrow.recurrent else QUIET
        yield Text(x, top + number * LABEL * LINE_HEIGHT, line, LABEL, fill=ink)
