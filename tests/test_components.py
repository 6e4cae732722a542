"""Strongly connected parts against the definition: nodes belong together where each can be reached from the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shapecheck.components import components

GRAPHS = st.integers(0, 8).flatmap(
    lambda count: st.fixed_dictionaries(
        {node: st.lists(st.integers(0, max(count - 1, 0)), max_size=4) for node in range(count)}
    )
)


def reached(arrows: dict[int, list[int]], node: int) -> set[int]:
    """All nodes that a walk along arrows comes to, the start itself included."""
    seen, waiting = {node}, [node]
    while waiting:
        new = set(arrows[waiting.pop()]) - seen
        seen |= new
        waiting += new
    return seen


@given(GRAPHS)
def test_parts_are_the_nodes_that_reach_each_other(arrows: dict[int, list[int]]) -> None:
    """By brute force, from every node."""
    reach = {node: reached(arrows, node) for node in arrows}
    wanted = {frozenset(other for other in reach[node] if node in reach[other]) for node in arrows}
    found = components(arrows)
    assert {frozenset(part) for part in found} == wanted
    assert sorted(node for part in found for node in part) == sorted(arrows)


@given(GRAPHS)
def test_a_part_comes_after_those_that_it_leads_to(arrows: dict[int, list[int]]) -> None:
    """Every arrow stays in its part, or leads to an earlier one."""
    place = {node: number for number, part in enumerate(components(arrows)) for node in part}
    assert all(place[end] <= place[node] for node, ends in arrows.items() for end in ends)


def test_long_chains() -> None:
    """No recursion: a hundred thousand nodes in a row, and the same as one circle."""
    count = 100_000
    assert len(components({node: [node + 1] if node + 1 < count else [] for node in range(count)})) == count
    assert len(components({node: [(node + 1) % count] for node in range(count)})) == 1
