"""Which boxes lie on a common cycle of arrows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def components(arrows: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """A number for every box; two have the same one where arrows lead from each to the other (Tarjan's algorithm)."""
    found: dict[str, int] = {}
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    for first in arrows:
        if first in order:
            continue
        waiting = [(first, iter(arrows[first]))]
        order[first] = low[first] = len(order)
        path.append(first)
        while waiting:
            here, ends = waiting[-1]
            end = next(ends, None)
            if end is None:
                waiting.pop()
                if waiting:
                    low[waiting[-1][0]] = min(low[waiting[-1][0]], low[here])
                if low[here] == order[here]:
                    _close(here, path, found)
            elif end not in order:
                order[end] = low[end] = len(order)
                path.append(end)
                waiting.append((end, iter(arrows.get(end, ()))))
            elif end not in found:
                low[here] = min(low[here], order[end])
    return found


def _close(last: str, path: list[str], found: dict[str, int]) -> None:
    number = len(set(found.values()))
    while True:
        here = path.pop()
        found[here] = number
        if here == last:
            return
