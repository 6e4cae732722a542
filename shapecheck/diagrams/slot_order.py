"""The order of the slots within layers, and their places from left to right.

The order comes from sweeps down and up in which every slot goes to the mean place of its neighbours (barycentres), and
the best one met is kept.  The places come from the same means, as near as the room between neighbours allows: the exact
least-squares answer for each layer (by pooling neighbours that would overlap), in sweeps.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecheck.diagrams.placing import Slot

SWEEPS = 8
PLACING_SWEEPS, STRAIGHTENING_SWEEPS = 30, 40
APART = 18.0
"""Room between two slots of a layer."""


def ordered(slots: Sequence[Slot]) -> list[list[Slot]]:
    """The slots by layer, from left to right, with few crossings."""
    layers: list[list[Slot]] = [[] for _ in range(1 + max((slot.layer for slot in slots), default=-1))]
    for slot in slots:
        layers[slot.layer].append(slot)
    best, fewest = [list(layer) for layer in layers], crossings(layers)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            _sort(layer, (lambda slot: slot.above) if down else (lambda slot: slot.below), layers)
        count = crossings(layers)
        if count < fewest:
            best, fewest = [list(layer) for layer in layers], count
    return best


def _sort(layer: list[Slot], neighbours: Callable[[Slot], Sequence[Slot]], layers: Sequence[Sequence[Slot]]) -> None:
    places = {id(slot): place for own in layers for place, slot in enumerate(own)}

    def mean(slot: Slot) -> float:
        near = [places[id(other)] for other in neighbours(slot)]
        return sum(near) / len(near) if near else float(places[id(slot)])

    layer.sort(key=mean)


def crossings(layers: Sequence[Sequence[Slot]]) -> int:
    """The number of crossings of arrows between neighbouring layers."""
    total = 0
    for upper, lower in pairwise(layers):
        places = {id(slot): place for place, slot in enumerate(lower)}
        seen: list[int] = []
        for slot in upper:
            ends = sorted(places[id(below)] for below in slot.below)
            total += sum(len(seen) - bisect(seen, end) for end in ends)
            seen = sorted([*seen, *ends])
    return total


def positions(layers: Sequence[Sequence[Slot]]) -> None:
    """Gives every slot its place."""
    for layer in layers:
        _spread(layer, [0.0] * len(layer), [1.0] * len(layer))
    for sweep in range(PLACING_SWEEPS):
        late = sweep >= PLACING_SWEEPS // 2
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wanted = [_wanted(slot, sweep % 2 == 0, late) for slot in layer]
            _spread(layer, wanted, [_weight(slot) for slot in layer])
    for _ in range(STRAIGHTENING_SWEEPS):
        for layer in layers:
            _spread(layer, [_straight(slot) for slot in layer], [_firmness(slot) for slot in layer])


def _wanted(slot: Slot, down: bool, late: bool) -> float:
    """The mean place of the neighbours; in late sweeps a passing arrow wants to be straight."""
    if late and len(slot.along) > 1:
        return sum(other.x for other in slot.along) / len(slot.along)
    near = [*slot.above, *slot.below] if late else slot.above if down else slot.below
    near = near or [*slot.above, *slot.below]
    return sum(other.x for other in near) / len(near) if near else slot.x


def _straight(slot: Slot) -> float:
    """The place at which a passing arrow is straight; everything else stays."""
    return sum(other.x for other in slot.along) / len(slot.along) if len(slot.along) > 1 else slot.x


def _firmness(slot: Slot) -> float:
    return 1.0 if len(slot.along) > 1 else 1e6


def _weight(slot: Slot) -> float:
    """Weight of a slot: passing arrows are kept straight before boxes are moved."""
    return 8.0 if len(slot.along) > 1 else 1.0


def _spread(layer: Sequence[Slot], wanted: Sequence[float], weights: Sequence[float]) -> None:
    """Places as near as possible to those wanted, in order and apart."""
    offset = 0.0
    offsets = []
    for before, slot in zip([None, *layer], layer):
        if before is not None:
            offset += before.right + APART + slot.left
        offsets.append(offset)
    blocks: list[tuple[float, float, int]] = []  # mean, weight, members
    for want, weight, shift in zip(wanted, weights, offsets):
        mean, heavy, members = want - shift, weight, 1
        while blocks and blocks[-1][0] > mean:
            other, other_weight, other_members = blocks.pop()
            mean = (mean * heavy + other * other_weight) / (heavy + other_weight)
            heavy, members = heavy + other_weight, members + other_members
        blocks.append((mean, heavy, members))
    means = [mean for mean, _, members in blocks for _ in range(members)]
    for slot, mean, shift in zip(layer, means, offsets):
        slot.x = mean + shift
