"""The order of the statements: computed whole, in loops over an index, or on demand.

In: statements and the edges between them.  Out: a list of `Whole`, `Loop` and `Demand` steps.  A group of statements
without a cycle is computed whole, for all values of its indices together.  In a cycle one index of every statement is
taken as its *time*, so that nothing reads what lies in the future; a loop runs over that time, the edges that reach
into the past are thereby kept, and the rest is scheduled again inside the loop (Allen and Kennedy, 1987).  Where no
choice of times is possible, the group is computed on demand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from shapecheck.execute.planning.dependence import Edge, distance, groups
from shapecheck.execute.planning.linear import Interval
from shapecheck.execute.planning.statement import Statement
from shapecheck.execute.planning.traversal import nodes, subscript_sizes
from shapecheck.graph.nodes import Apply, Read
from shapecheck.record import record
from shapecheck.sizes import Size, integer, symbol


@record
class Time:
    """The time of a statement: one of its indices, or one moment (`index` None) if it writes one member."""

    index: str | None
    interval: Interval

    @property
    def size(self) -> Size:
        """The time as a size."""
        return integer(self.interval[0]) if self.index is None else symbol(self.index)


@record
class Whole:
    """A statement computed for all values of the indices that no loop around it runs over."""

    statement: Statement


@record
class Loop:
    """Steps repeated for every moment; `inner` are the edges that the loop has to respect."""

    times: Mapping[Statement, Time]
    upwards: bool
    body: tuple[Step, ...]
    inner: tuple[Edge, ...]

    @property
    def interval(self) -> Interval:
        """The moments from the first to the last statement's."""
        ends = [time.interval for time in self.times.values()]
        return min(low for low, _ in ends), max(high for _, high in ends)


@record
class Demand:
    """Statements computed member by member, each when it is needed."""

    statements: tuple[Statement, ...]


Step = Whole | Loop | Demand


def schedule(statements: Sequence[Statement], links: Sequence[Edge]) -> list[Step]:
    """Steps that compute all statements, each after what it needs."""
    steps: list[Step] = []
    by_number = _links_within(statements, links)
    for group, inner in by_number:
        found = _group(group, inner, {})
        steps += found if found is not None else [Demand(tuple(group))]
    return steps


def _links_within(
    statements: Sequence[Statement], links: Sequence[Edge]
) -> Iterator[tuple[list[Statement], list[Edge]]]:
    """The groups in order, each with the edges inside of it."""
    found = groups(statements, links)
    place = {statement.number: number for number, group in enumerate(found) for statement in group}
    inner: list[list[Edge]] = [[] for _ in found]
    for link in links:
        if link.writer.number in place and place[link.writer.number] == place.get(link.reader.number):
            inner[place[link.writer.number]].append(link)
    return zip(found, inner)


Used = Mapping[Statement, frozenset[str]]
"""The indices of each statement that loops around it run over."""


def _group(group: Sequence[Statement], inner: Sequence[Edge], used: Used) -> list[Step] | None:
    """Steps for a strongly connected group, or None if no loop fits."""
    if not inner:
        return [Whole(statement) for statement in group]
    best: tuple[float, Loop] | None = None
    for times in _candidates(group, inner, used):
        loop = _loop(group, inner, times, used)
        if loop is not None and (best is None or _cost(loop) < best[0]):
            best = _cost(loop), loop
    return None if best is None else [best[1]]


def _candidates(group: Sequence[Statement], inner: Sequence[Edge], used: Used) -> Iterator[dict[Statement, Time]]:
    """Times that fit together, one choice for each index of the statement with the most of them."""
    first = max(group, key=lambda statement: len(_free(statement, used)))
    for index in _free(first, used):
        times = _aligned(first, Time(index, first.boxes[index]), inner, used)
        if times is not None and len(times) == len(group):
            yield times


def _free(statement: Statement, used: Used) -> list[str]:
    return [index for index in statement.boxes if index not in used.get(statement, ())]


def _aligned(first: Statement, time: Time, inner: Sequence[Edge], used: Used) -> dict[Statement, Time] | None:
    """The times of all other statements that follow from one, by the axes that they read and write."""
    times = {first: time}
    touching: dict[Statement, list[Edge]] = {}
    for edge in inner:
        touching.setdefault(edge.writer, []).append(edge)
        touching.setdefault(edge.reader, []).append(edge)
    work = [first]
    while work:
        statement = work.pop()
        for edge in touching.get(statement, ()):
            other = edge.reader if edge.writer is statement else edge.writer
            if other in times:
                continue
            follow = _reader_time if other is edge.reader else _writer_time
            found = follow(edge, times[statement], used)
            if found is not None:
                times[other] = found
                work.append(other)
    return times


def _axis(edge: Edge, time: Time) -> int | None:
    """The axis of the family along which the writer's time runs."""
    for axis, subscript in enumerate(edge.goal.subscripts):
        if subscript is time.size or (time.index is None and edge.goal.image[axis] == time.interval):
            return axis
    return None


def _mentioned(edge: Edge, axis: int) -> frozenset[str]:
    """The reader's indices in its subscript of an axis, also through ranges of big operators."""
    names = set[str]()
    for size in subscript_sizes(edge.read.subscripts[axis : axis + 1]):
        names |= size.names
    for name in list(names):
        if name in edge.reader.bounds:
            names |= edge.reader.bounds[name].low.names | edge.reader.bounds[name].high.names
    return frozenset(names) & edge.reader.boxes.keys()


def _reader_time(edge: Edge, time: Time, used: Used) -> Time | None:
    axis = _axis(edge, time)
    if axis is None:
        return None
    names = _mentioned(edge, axis)
    for index in _free(edge.reader, used):
        if index in names:
            return Time(index, edge.reader.boxes[index])
    return _moment(edge.reader, axis, used)


def _moment(statement: Statement, axis: int, used: Used) -> Time | None:
    """The one moment of a statement that writes one member along that axis of each of its targets."""
    images = {goal.image[axis] for goal in statement.goals if axis < len(goal.image)}
    if len(images) == 1:
        low, high = next(iter(images))
        if low == high:
            return Time(None, (low, high))
    return None


def _writer_time(edge: Edge, time: Time, used: Used) -> Time | None:
    for axis, subscript in enumerate(edge.goal.subscripts):
        if time.index is not None and time.index not in _mentioned(edge, axis):
            continue
        for index in _free(edge.writer, used):
            if subscript is symbol(index):
                return Time(index, edge.writer.boxes[index])
        if edge.goal.image[axis][0] == edge.goal.image[axis][1]:
            return Time(None, edge.goal.image[axis])
    return None


def _loop(
    group: Sequence[Statement], inner: Sequence[Edge], times: Mapping[Statement, Time], used: Used
) -> Loop | None:
    """The loop over these times, or None if something would read the future, or no edge reaches into the past."""
    reaches = []
    for edge in inner:
        axis = _axis(edge, times[edge.writer])
        if axis is None:
            return None
        reaches.append(distance(edge, axis, times[edge.reader].size))
    upwards = all(low >= 0 for low, _ in reaches)
    if not upwards and not all(high <= 0 for _, high in reaches):
        return None
    rest = [edge for edge, (low, high) in zip(inner, reaches) if (low < 1 if upwards else high > -1)]
    if len(rest) == len(inner):
        return None
    now = {
        statement: used.get(statement, frozenset()) | ({time.index} if time.index else set())
        for statement, time in times.items()
    }
    body = _body(group, rest, now)
    return None if body is None else Loop(times, upwards, tuple(body), tuple(inner))


def _body(group: Sequence[Statement], rest: Sequence[Edge], used: Used) -> list[Step] | None:
    steps: list[Step] = []
    for part, inner in _links_within(group, rest):
        found = _group(part, inner, used)
        if found is None:
            return None
        steps += found
    return steps


def _cost(step: Step) -> float:
    """An estimate of the steps in Python; among equal loops, one over an index of weights is cheaper outside."""
    if isinstance(step, Demand):
        return 1e9
    if isinstance(step, Whole):
        return 1.0 + 0.01 * sum(isinstance(node, Apply) for node in nodes(step.statement.value))
    low, high = step.interval
    return (high - low + 1) * sum(_cost(inner) + 0.001 * _own_weights(inner) for inner in step.body)


def _own_weights(step: Step) -> int:
    """The number of products in a loop with a matrix of each moment's own: `W[k] @ ..` in a loop over k."""
    if not isinstance(step, Loop):
        return 0
    return sum(_weights_along(statement, time) for statement, time in step.times.items())


def _weights_along(statement: Statement, time: Time) -> int:
    """The number of products in a statement with a matrix that the index selects: `W[k] @ ..` along k."""
    count = 0
    for node in nodes(statement.value):
        if isinstance(node, Apply) and node.op.matrix_product and isinstance(node.arguments[0], Read):
            subscripts = node.arguments[0].subscripts
            count += any(time.index in size.names for size in subscript_sizes(subscripts))
    return count
