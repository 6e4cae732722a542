"""Equations in an order in which, recurrences apart, what is read comes first."""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.components import components
from shapecheck.graph.model import Equation, Graph
from shapecheck.graph.reads import families_read


def dependency_order(graph: Graph) -> list[Equation]:
    """All equations, each after those it reads from, except in a circle (depth first, without recursion)."""
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
    """The strongly connected parts that have an edge inside, among nodes 0..count-1, by their least nodes."""
    leads: dict[int, list[int]] = {number: [] for number in range(count)}
    for reader, definer in edges:
        leads[reader].append(definer)
    parts = [sorted(part) for part in components(leads)]
    return sorted(part for part in parts if len(part) > 1 or part[0] in leads[part[0]])
