"""Places boxes and arrows in layers from top to bottom, with few crossings and straight lines.

Comes in: boxes with their sizes, and arrows.  Goes out: `Placed`, a place for every box and label and a way for every
arrow.  Boxes stand in even layers, as deep as the longest way from a start; labels in the odd ones between them, so
that nothing but the arrows' curves needs the gaps, and no label covers anything.  An arrow across several layers passes
each through a slot of its own.  A recurrence is laid out as the reversed arrow; from a box to itself, it has room
beside the box.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from shapecheck.diagrams.slot_order import ordered, positions
from shapecheck.drawing.metrics import LINE_HEIGHT, text_width
from shapecheck.drawing.model import Point
from shapecheck.record import record

LABEL, GAP, APART = 10.5, 16.0, 20.0
"""Font size of labels, height of the gaps between layers, room between boxes of one layer."""
LOOP = 22.0
"""Width of a loop beside a box."""


@record
class Arrow:
    """An arrow to be placed, by the numbers of its boxes."""

    source: int
    target: int
    label: tuple[str, ...]
    recurrent: bool


@record
class Way:
    """The way of an arrow: points at the borders of layers, and the middle of its label."""

    points: tuple[Point, ...]
    label_at: Point | None


@record
class Placed:
    """The middles of all boxes, and the ways of all arrows, in the order in which they came in."""

    boxes: tuple[Point, ...]
    ways: tuple[Way, ...]


@record(eq=False, frozen=False)
class Slot:
    """Something with a place in a layer: a box, a label, or a passing arrow."""

    layer: int
    left: float
    right: float
    height: float
    x: float = 0.0
    above: list[Slot] = field(default_factory=list)
    below: list[Slot] = field(default_factory=list)
    along: list[Slot] = field(default_factory=list)
    """The slots of a passing arrow behind its label, which should stand one below the other."""


def label_size(label: Sequence[str]) -> tuple[float, float]:
    """The room that a label takes, with a little around it."""
    if not label:
        return 0.0, 0.0
    width = max(text_width(line, LABEL) for line in label)
    return width + 8, len(label) * LABEL * LINE_HEIGHT + 4


def place(sizes: Sequence[tuple[float, float]], arrows: Sequence[Arrow]) -> Placed:
    """The places of boxes of these widths and heights, and of the arrows between them."""
    depth = depths(len(sizes), arrows)
    loops = [arrow for arrow in arrows if arrow.source == arrow.target]
    room = {
        number: max(LOOP + label_size(arrow.label)[0] for arrow in loops if arrow.source == number)
        for number in {arrow.source for arrow in loops}
    }
    boxes = [
        Slot(2 * depth[number], width / 2, width / 2 + room.get(number, 0), height)
        for number, (width, height) in enumerate(sizes)
    ]
    chains = [_chain(arrow, boxes, depth) for arrow in arrows]
    slots = [*boxes, *(slot for chain in chains for slot in chain)]
    layers = ordered(slots)
    positions(layers)
    tops, bottoms = _bands(layers)
    middles = tuple((slot.x, (tops[slot.layer] + bottoms[slot.layer]) / 2) for slot in boxes)
    ports = _ports(boxes, chains, arrows, depth)
    ways = tuple(
        _way(arrow, number, boxes, chains[number], ports, (tops, bottoms), middles)
        for number, arrow in enumerate(arrows)
    )
    return Placed(middles, ways)


def depths(count: int, arrows: Sequence[Arrow]) -> list[int]:
    """The layer of every box: as deep as the longest way to it; a start stands just before what first needs it."""
    forward = [(a.target, a.source) if a.recurrent else (a.source, a.target) for a in arrows if a.source != a.target]
    forward = _without_cycles(count, forward)
    found = [0] * count
    for here in _sorted(count, forward):
        found[here] = max((found[start] + 1 for start, end in forward if end == here), default=0)
    ends = {end for _, end in forward}
    for here in range(count):
        behind = [found[end] for start, end in forward if start == here]
        if here not in ends and behind:
            found[here] = min(behind) - 1
    return found


def _without_cycles(count: int, arrows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The arrows, those turned round that close a cycle with arrows before them."""
    kept: list[tuple[int, int]] = []
    after: dict[int, set[int]] = {number: set() for number in range(count)}
    for start, end in arrows:
        if _reaches(end, start, after):
            start, end = end, start
        kept.append((start, end))
        after[start].add(end)
    return kept


def _reaches(start: int, end: int, after: Mapping[int, Iterable[int]]) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        if here == end:
            return True
        fresh = set(after[here]) - seen
        seen |= fresh
        waiting += fresh
    return False


def _sorted(count: int, arrows: Sequence[tuple[int, int]]) -> list[int]:
    """Numbers such that all arrows lead onwards."""
    entering = [0] * count
    for _, end in arrows:
        entering[end] += 1
    ready = [number for number in range(count) if not entering[number]]
    for here in ready:
        for start, end in arrows:
            if start == here:
                entering[end] -= 1
                if not entering[end]:
                    ready.append(end)
    return ready


def _chain(arrow: Arrow, boxes: Sequence[Slot], depth: Sequence[int]) -> list[Slot]:
    """The slots through which an arrow goes down from its upper box to its lower one, linked to them."""
    upper, lower = sorted((arrow.source, arrow.target), key=lambda number: depth[number])
    if depth[upper] == depth[lower]:
        return []
    width, height = label_size(arrow.label)
    chain = []
    for layer in range(boxes[upper].layer + 1, boxes[lower].layer):
        labelled = layer == boxes[upper].layer + 1
        half = width / 2 if labelled and width else 5.0
        chain.append(Slot(layer, half, half, height if labelled else 0.0))
    straight = chain[1:] or chain
    for slot in straight:
        slot.along = straight
    for above, below in zip([boxes[upper], *chain], [*chain, boxes[lower]]):
        above.below.append(below)
        below.above.append(above)
    return chain


def _bands(layers: Sequence[Sequence[Slot]]) -> tuple[list[float], list[float]]:
    """The start and the end of every layer."""
    tops: list[float] = []
    bottoms: list[float] = []
    at = 0.0
    for layer in layers:
        height = max((slot.height for slot in layer), default=0.0)
        tops.append(at)
        bottoms.append(at + height)
        at += height + (GAP if height else 4.0)
    return tops, bottoms


# ---- the ways of arrows ------------------------------------------------------------------------


def _ports(
    boxes: Sequence[Slot], chains: Sequence[Sequence[Slot]], arrows: Sequence[Arrow], depth: Sequence[int]
) -> dict[tuple[int, int], float]:
    """The points where each arrow touches its boxes, spread along each side in the order of where they lead."""
    sides: dict[tuple[int, bool], list[tuple[float, int]]] = {}
    for number, (arrow, chain) in enumerate(zip(arrows, chains)):
        if not chain:
            continue
        upper, lower = sorted((arrow.source, arrow.target), key=lambda box: depth[box])
        sides.setdefault((upper, True), []).append((chain[0].x, number))
        sides.setdefault((lower, False), []).append((chain[-1].x, number))
    found: dict[tuple[int, int], float] = {}
    for (box, _), ends in sides.items():
        slot = boxes[box]
        room = min(2 * slot.left - 16, 28.0 * (len(ends) - 1))
        for place, (x, number) in enumerate(sorted(ends)):
            spread = room * (place / (len(ends) - 1) - 0.5) if len(ends) > 1 else 0.0
            free = slot.left - 10
            own = max(-free, min(free, x - slot.x)) if len(ends) == 1 else spread
            found[box, number] = slot.x + own
    return found


def _way(
    arrow: Arrow,
    number: int,
    boxes: Sequence[Slot],
    chain: Sequence[Slot],
    ports: Mapping[tuple[int, int], float],
    bands: tuple[Sequence[float], Sequence[float]],
    middles: Sequence[Point],
) -> Way:
    if not chain:
        return _loop(arrow, boxes[arrow.source], middles[arrow.source])
    tops, bottoms = bands
    upper, lower = (arrow.source, arrow.target)
    if boxes[upper].layer > boxes[lower].layer:
        upper, lower = lower, upper
    start, end = ports[upper, number], ports[lower, number]
    points: list[Point] = [(start, middles[upper][1] + boxes[upper].height / 2), (start, bottoms[boxes[upper].layer])]
    for slot in chain:
        points += [(slot.x, tops[slot.layer]), (slot.x, bottoms[slot.layer])]
    points += [(end, tops[boxes[lower].layer]), (end, middles[lower][1] - boxes[lower].height / 2)]
    if upper != arrow.source:
        points.reverse()
    first = chain[0]
    label_at = (first.x, (tops[first.layer] + bottoms[first.layer]) / 2) if arrow.label else None
    return Way(tuple(points), label_at)


def _loop(arrow: Arrow, slot: Slot, middle: Point) -> Way:
    """The way of a loop: out at the right side of a box and in again above."""
    x, y = middle[0] + slot.left, middle[1]
    reach = min(slot.height / 4, 14.0)
    points = ((x, y + reach), (x + LOOP - 6, y + reach), (x + LOOP - 6, y - reach), (x, y - reach))
    width, _ = label_size(arrow.label)
    return Way(points, (x + LOOP + width / 2 - 4, y) if arrow.label else None)
