"""Equations in an order in which, recurrences apart, what is read comes first."""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.graph.model import Equation, Graph
from shapecheck.graph.reads import families_read


def dependency_order(graph: Graph) -> list[Equation]:
    """All equations, each after those it reads from where that is possible (depth first, without recursion)."""
    definers: dict[str, list[int]] = {}
    for number, equation in enumerate(graph.equations):
        for target in equation.targets:
            definers.setdefault(target.family, []).append(number)
    needs = [
        [other for name in sorted(families_read(equation.value)) for other in definers.get(name, ())]
        for equation in graph.equations
    ]
    return [graph.equations[number] for number in _after_what_it_needs(needs)]


def _after_what_it_needs(needs: list[list[int]]) -> list[int]:
    done, order = [False] * len(needs), []
    for first in range(len(needs)):
        stack = [(first, 0)]
        while stack:
            number, position = stack.pop()
            if position == 0:
                if done[number]:
                    continue
                done[number] = True
            if position < len(needs[number]):
                stack += [(number, position + 1), (needs[number][position], 0)]
            else:
                order.append(number)
    return order


def circles(count: int, edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The strongly connected parts that have an edge inside, among nodes 0..count-1 (Kosaraju's two walks)."""
    needs: list[list[int]] = [[] for _ in range(count)]
    needed: list[list[int]] = [[] for _ in range(count)]
    loops = set()
    for reader, definer in edges:
        needs[reader].append(definer)
        needed[definer].append(reader)
        if reader == definer:
            loops.add(reader)
    part: dict[int, int] = {}
    for first in reversed(_after_what_it_needs(needs)):
        stack = [first]
        while stack:
            number = stack.pop()
            if number not in part:
                part[number] = first
                stack.extend(needed[number])
    members: dict[int, list[int]] = {}
    for number, first in sorted(part.items()):
        members.setdefault(first, []).append(number)
    return [found for found in members.values() if len(found) > 1 or found[0] in loops]
