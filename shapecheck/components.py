"""Strongly connected components of a graph.

Comes in: for every node those that its arrows lead to.  Goes out: the parts, each after those that its arrows lead to,
with its nodes in the order in which they were found.  Tarjan's algorithm, with a stack of its own, so that long chains
need no recursion.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def components(arrows: Mapping[Node, Sequence[Node]]) -> list[list[Node]]:
    """The components of the graph whose nodes are the keys; every arrow leads to one of them."""
    order: dict[Node, int] = {}
    low: dict[Node, int] = {}
    path: list[Node] = []
    closed: set[Node] = set()
    found: list[list[Node]] = []
    for root in arrows:
        if root in order:
            continue
        order[root] = low[root] = len(order)
        path.append(root)
        work = [(root, iter(arrows[root]))]
        while work:
            here, rest = work[-1]
            end = next(rest, None)
            if end is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[here])
                if low[here] == order[here]:
                    found.append(_taken_off(path, here))
                    closed.update(found[-1])
            elif end not in order:
                order[end] = low[end] = len(order)
                path.append(end)
                work.append((end, iter(arrows[end])))
            elif end not in closed:
                low[here] = min(low[here], order[end])
    return found


def _taken_off(path: list[Node], first: Node) -> list[Node]:
    """The end of the path from a node on, taken off it."""
    start = len(path) - 1
    while path[start] != first:
        start -= 1
    members = path[start:]
    del path[start:]
    return members
