"""Dependences between statements at concrete sizes, and their distances along an index.

In: statements.  Out: `Edge`s from the statement that writes members to the one that reads them, for each read whose
members may meet the written ones; strongly connected groups of statements in an order in which they can run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shapecheck.components import components
from shapecheck.execute.planning.linear import Interval, bounds
from shapecheck.execute.planning.memory_layout import Box, BoxIndex, Layout, image_of
from shapecheck.execute.planning.statement import Goal, Statement
from shapecheck.execute.planning.traversal import nodes
from shapecheck.graph.nodes import Cut, Point, Read, Whole
from shapecheck.infer.model import Interval as SizeInterval
from shapecheck.record import record
from shapecheck.sizes import Size, Undefined, integer


@record(eq=False)
class Edge:
    """`reader` reads, by the node `read`, members that `writer` may write as its `goal`."""

    writer: Statement
    goal: Goal
    reader: Statement
    read: Read


def edges(statements: Sequence[Statement], layout: Layout) -> list[Edge]:
    """All edges between the statements."""
    written: dict[str, list[tuple[Box, tuple[Statement, Goal]]]] = {}
    for statement in statements:
        for goal in statement.goals:
            written.setdefault(goal.family, []).append((goal.image, (statement, goal)))
    writers = {family: BoxIndex(goals) for family, goals in written.items()}
    found = []
    for statement in statements:
        for read, image in reads(statement, layout):
            if read.family in writers:
                met = writers[read.family].meeting(image)
                found += [Edge(writer, goal, statement, read) for _, (writer, goal) in met]
    return found


def reads(statement: Statement, layout: Layout) -> Iterable[tuple[Read, Box]]:
    """The reads of a statement with the members that each may meet."""
    boxes = inner_boxes(statement)
    for node in nodes(statement.value, statement.env):
        if isinstance(node, Read):
            if not layout.regions.get(node.family):
                continue
            whole = layout.around[node.family]
            members = (*node.subscripts[: len(whole)], *[Whole()] * (len(whole) - len(node.subscripts)))
            yield node, image_of(members, whole, lambda size: bounds(size, statement.env, boxes))


def inner_boxes(statement: Statement) -> dict[str, Interval]:
    """The ranges of the statement's indices and of those of its big operators."""
    return big_operator_boxes(statement.bounds, statement.env, statement.boxes)


def big_operator_boxes(
    inner: Mapping[str, SizeInterval], env: Mapping[str, int], boxes: Mapping[str, Interval]
) -> dict[str, Interval]:
    """`boxes` and the ranges `inner` of big operators, outer before inner.

    An empty one counts as a single point, and so does one that has no value, in a branch that is not taken.
    """
    found = dict(boxes)
    for symbol, ends in inner.items():
        try:
            low = bounds(ends.low, env, found)[0]
            found[symbol] = low, max(low, bounds(ends.high, env, found)[1])
        except Undefined:
            found[symbol] = 0, 0
    return found


def distance(edge: Edge, axis: int, time: Size) -> Interval:
    """Least and greatest `time - member` over the reader's points, `member` being read along an axis of the family.

    Ranges that depend on other indices are put in: `h[u]` for u in 0..t-1 is at least 1 behind t.
    """
    statement, way = edge.reader, edge.read.subscripts[axis : axis + 1]
    match way:
        case (Point(size),):
            ends = size, size
        case (Cut(low, high),):
            ends = low, high
        case _:
            first, last = edge.goal.image[axis]
            ends = integer(first), integer(last)
    boxes = inner_boxes(statement)
    least = bounds(_extreme(time - ends[1], statement, False), statement.env, boxes)[0]
    greatest = bounds(_extreme(time - ends[0], statement, True), statement.env, boxes)[1]
    return least, greatest


def _extreme(size: Size, statement: Statement, greatest: bool) -> Size:
    """The size with big operators' indices put at the end of their range where it is least (or greatest)."""
    for _ in range(8):
        inner = [name for name in size.names if name not in statement.env and name not in statement.boxes]
        changed = False
        for name in inner:
            parts = size.linear_in(name)
            slope = parts[0].substitute(dict(statement.env)).constant if parts is not None else None
            if parts is not None and slope is not None and name in statement.bounds:
                ends = statement.bounds[name]
                size = size.substitute({name: ends.high if (slope > 0) == greatest else ends.low})
                changed = True
                break
        if not changed:
            break
    return size


def groups(statements: Sequence[Statement], links: Sequence[Edge]) -> list[list[Statement]]:
    """Strongly connected groups, each after those that it reads from."""
    by_number = {statement.number: statement for statement in statements}
    found = components(_needs(statements, links))
    return [[by_number[number] for number in sorted(members)] for members in found]


def _needs(statements: Sequence[Statement], links: Sequence[Edge]) -> dict[int, list[int]]:
    needs: dict[int, list[int]] = {statement.number: [] for statement in statements}
    for link in links:
        if link.reader.number in needs and link.writer.number in needs:
            needs[link.reader.number].append(link.writer.number)
    return needs
