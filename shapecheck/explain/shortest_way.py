"""The shortest way to the asked sizes: the link to use for each slot.

In: links.  Out: for every slot that follows from what is written, the link with which the longest way to it is shortest
(Knuth's generalisation of Dijkstra's algorithm).  Since the way to each premise is found before that to the goal, what
is used never goes round in a circle.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping

from shapecheck.explain.slots import Link, Slot


def shortest(links: Iterable[Link]) -> Mapping[Slot, Link]:
    """The link to use for each slot; slots that follow from nothing are left out."""
    rooted = [(_rooted(link.goal), tuple(map(_rooted, link.premises)), link) for link in links]
    waiting: dict[Slot, list[int]] = {}
    missing = []
    ready: list[tuple[int, int]] = []
    for number, (goal, premises, link) in enumerate(rooted):
        needed = {slot for slot in premises if slot != goal}
        missing.append(len(needed) if goal not in premises else -1)
        for slot in needed:
            waiting.setdefault(slot, []).append(number)
        if not premises:
            heapq.heappush(ready, (link.cost, number))
    best: dict[Slot, Link] = {}
    cost: dict[Slot, int] = {}
    while ready:
        total, number = heapq.heappop(ready)
        goal, _, link = rooted[number]
        if goal in best:
            continue
        best[goal], cost[goal] = link, total
        for other in waiting.get(goal, ()):
            missing[other] -= 1
            if missing[other] == 0:
                premises = rooted[other][1]
                heapq.heappush(ready, (rooted[other][2].cost + max(cost[slot] for slot in premises), other))
    return best


def _rooted(slot: Slot) -> Slot:
    return slot[0].find(), slot[1]
