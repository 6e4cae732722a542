"""Whether the equations define anything: no member may rest on itself.

Equations that read each other in a circle are a recurrence.  It is well-founded for all sizes if some index grows (or
falls) along every read that goes round: reads along which it provably does are taken away, and what is left must have
no circle, or another index that does the same.  What cannot be shown this way may still be right; then values that rest
on it are not proved by unfolding it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.model import Equation, Graph
from shapecheck.graph.nodes import Choose, Node, Point, Read
from shapecheck.infer.attempt.one_attempt import Attempt
from shapecheck.infer.attempt.order import circles
from shapecheck.infer.model import Interval, Region
from shapecheck.infer.owed import outcome_errors
from shapecheck.infer.regions import image, may_meet
from shapecheck.record import record
from shapecheck.sizes import Formula, Not, Proved, Relation, Size, decide, integer, symbol


@record(eq=False)
class Edge:
    """Equation `reader` needs a member that equation `definer` defines."""

    reader: int
    definer: int
    read: Read
    facts: tuple[Formula, ...]


@record(frozen=False)
class Cycles:
    """The findings: errors for certain cycles, warnings and names for those that could not be excluded."""

    attempt: Attempt
    diagnostics: list[Diagnostic] = field(default_factory=list)
    unfounded: set[str] = field(default_factory=set)
    circular: set[str] = field(default_factory=set)
    """The names for which an error was reported."""

    @property
    def graph(self) -> Graph:
        return self.attempt.graph

    def check(self) -> None:
        """Look at every recurrence."""
        edges = list(self._edges())
        certain = [edge for edge in edges if self._same_member(edge) and not edge.facts]
        for members in circles(len(self.graph.equations), _pairs(certain)):
            self._report(members, [edge for edge in certain if edge.reader in members and edge.definer in members])
        for members in circles(len(self.graph.equations), _pairs(edges)):
            inside = [edge for edge in edges if edge.reader in members and edge.definer in members]
            names = self._names(members)
            if not names & self.unfounded and not self._founded(inside, self._coordinates(names)):
                self.unfounded |= names
                first = self.graph.equations[min(members)]
                written = sorted({name.split("'")[0] for name in names})
                self.diagnostics.append(outcome_errors.maybe_circular(written, first.span))

    def _names(self, members: Iterable[int]) -> set[str]:
        return {target.family for number in members for target in self.graph.equations[number].targets}

    def _report(self, members: Sequence[int], edges: Sequence[Edge]) -> None:
        """Tell one way round: each name with what its equation reads next."""
        first = members[0]
        path, place = [first], first
        while True:
            place = next(edge.definer for edge in edges if edge.reader == place)
            if place in path:
                break
            path.append(place)
        path = path[path.index(place) :]
        names = [self.graph.equations[number].targets[0].family.split("'")[0] for number in path]
        names = [name for name, before in zip(names, (None, *names)) if name != before]
        self.circular |= self._names(members)
        self.unfounded |= self.circular
        self.diagnostics.append(outcome_errors.circular(names, self.graph.equations[path[0]].span))

    # ---- who needs whom ------------------------------------------------------------------------

    def _edges(self) -> Iterator[Edge]:
        definers: dict[str, list[tuple[int, Region]]] = {}
        for number, equation in enumerate(self.graph.equations):
            for target in equation.targets:
                region = self.attempt.region_of(target, self._ranges(equation))
                definers.setdefault(target.family, []).append((number, region))
        for number, equation in enumerate(self.graph.equations):
            for read, facts in _reads(equation.value, ()):
                images = self._images(read, equation)
                for definer, region in definers.get(read.family, ()):
                    if self._meet(images, region):
                        yield Edge(number, definer, read, facts)

    def _ranges(self, equation: Equation) -> dict[str, Interval]:
        normal = self.attempt.solver.normal
        found = {index.symbol: self.attempt.range_of(index) for index in equation.indices}
        return {name: Interval(normal(interval.low), normal(interval.high)) for name, interval in found.items()}

    def _images(self, read: Read, equation: Equation) -> list[Interval | None]:
        ranges = self._ranges(equation)
        return [image(item.size, ranges) if isinstance(item, Point) else None for item in read.subscripts]

    def _meet(self, images: Sequence[Interval | None], region: Region) -> bool:
        context = self.attempt.solver.context
        return all(part is None or may_meet(context, part, interval) for part, interval in zip(images, region))

    def _same_member(self, edge: Edge) -> bool:
        """Whether a member certainly needs that very member of the equation's own kind."""
        target = self.graph.equations[edge.reader].targets[0]
        own = edge.read.subscripts[: len(target.subscripts)]
        sizes = [item.size for item in own if isinstance(item, Point)]
        return len(sizes) == len(target.subscripts) and all(a is b for a, b in zip(sizes, target.subscripts))

    # ---- what decreases ------------------------------------------------------------------------

    def _coordinates(self, names: set[str]) -> list[dict[str, int]]:
        """Ways of naming one axis of each family: those with one label, then those at one place."""
        families = [self.graph.families[name] for name in sorted(names)]
        labels = [[axis.label for axis in family.axes] for family in families]
        common = [label for label in labels[0] if all(label in other for other in labels)]
        found = [{family.name: own.index(label) for family, own in zip(families, labels)} for label in common]
        places = range(min(map(len, labels)))
        return found + [{family.name: place for family in families} for place in places]

    def _founded(self, edges: list[Edge], coordinates: list[dict[str, int]]) -> bool:
        """Whether no circle of these reads can be closed."""
        for members in circles(len(self.graph.equations), _pairs(edges)):
            inside = [edge for edge in edges if edge.reader in members and edge.definer in members]
            if not any(self._shrinks(inside, coordinate, coordinates) for coordinate in coordinates):
                return False
        return True

    def _shrinks(self, edges: list[Edge], coordinate: dict[str, int], others: list[dict[str, int]]) -> bool:
        for sign in (1, -1):
            distances = [self._distance(edge, coordinate, sign) for edge in edges]
            if all(
                distance is not None and self._at_least(edge, distance, 0) for edge, distance in zip(edges, distances)
            ):
                left = [
                    edge for edge, size in zip(edges, distances) if size is None or not self._at_least(edge, size, 1)
                ]
                if len(left) < len(edges) and self._founded(left, [item for item in others if item is not coordinate]):
                    return True
        return False

    def _distance(self, edge: Edge, coordinate: dict[str, int], sign: int) -> Size | None:
        """The distance that a read goes back along one axis."""
        target = self.graph.equations[edge.reader].targets[0]
        axis = coordinate[edge.read.family]
        if axis >= len(edge.read.subscripts):
            return None
        item = edge.read.subscripts[axis]
        return (target.subscripts[coordinate[target.family]] - item.size) * sign if isinstance(item, Point) else None

    def _at_least(self, edge: Edge, distance: Size, low: int) -> bool:
        if distance.constant is not None:
            return distance.constant >= low
        known: list[Formula] = []
        for name, interval in self._ranges(self.graph.equations[edge.reader]).items():
            known += [Relation(">=", symbol(name), interval.low), Relation("<=", symbol(name), interval.high)]
        for frame in self.attempt.frames:
            if frame.origin is self.graph.equations[edge.reader]:
                for name, interval in frame.bounds.items():
                    known += [Relation(">=", symbol(name), interval.low), Relation("<=", symbol(name), interval.high)]
                break
        context = self.attempt.solver.context.assuming(*known, *edge.facts)
        return isinstance(decide(context, Relation(">=", distance, integer(low))), Proved)


def _pairs(edges: Iterable[Edge]) -> list[tuple[int, int]]:
    return [(edge.reader, edge.definer) for edge in edges]


def _reads(node: Node, facts: tuple[Formula, ...]) -> Iterator[tuple[Read, tuple[Formula, ...]]]:
    """All reads below a node, with the conditions on sizes and indices under which they happen."""
    if isinstance(node, Read):
        yield node, facts
    if isinstance(node, Choose) and node.formula is not None:
        yield from _reads(node.then, (*facts, node.formula))
        yield from _reads(node.otherwise, (*facts, Not(node.formula)))
        return
    for below in node.operands:
        yield from _reads(below, facts)
