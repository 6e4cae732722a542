"""The parts put in place so far: families with their cells, equations, requirements and measures.

In: families of bodies, and values that are computed in passing, each with its place.  Out: all of them by the names
that they have in the whole spec.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from shapecheck.graph.model import Equation, Family, Target
from shapecheck.graph.nodes import Index, Node
from shapecheck.infer.blocks.places import Place, numbered, numbered_region, placed, range_of
from shapecheck.infer.model import Cell, Instance, Interval, Region, Requirement, Shape
from shapecheck.record import record
from shapecheck.sizes import Context, Formula, Proved, Relation, Size, decide


@record(frozen=False)
class Collected:
    """All that is in place; `context` is that of the spec."""

    context: Context
    families: dict[str, Family]
    cells: dict[str, list[Cell]]
    requirements: list[Requirement]
    measures: dict[str, Size]
    unfounded: set[str]
    instances: list[Instance] = field(default_factory=list)

    def family(self, family: Family, place: Place) -> None:
        """Add a family of a body."""
        made, cells = placed(family, place)
        self.families.setdefault(made.name, made)
        for cell in cells:
            self.add_cell(cell)

    def helper(
        self, name: str, value: Node, place: Place, shapes: dict[Node, Shape], bounds: Mapping[str, Interval]
    ) -> None:
        """Add a family, with its equation, for a value that is computed in passing."""
        axes = tuple(Index(f".{name}{at}", "", None, None) for at in range(len(place.members)))
        self.families.setdefault(name, Family(name, "local", axes, None, value.span))
        shape = numbered(shapes[value], place.members, 0)
        region = numbered_region(tuple(span for _, span in place.members), place.members)
        self.add_cell(Cell(name, region, shape))
        target = Target(name, tuple(size for size, _ in place.members), None, value.span)
        equation = Equation("plain", (target,), value, place.indices, value.span)
        ranges = {index.symbol: range_of(index) for index in place.indices}
        bounds = {name: span for name, span in bounds.items() if name not in ranges}
        self.instances.append(Instance(equation, ranges, bounds, shapes, {}, of_sizes(place.facts)))

    def add_cell(self, cell: Cell) -> None:
        """Add a cell, unless it is there."""
        known = self.cells.setdefault(cell.family, [])
        if cell not in known:
            known.append(cell)

    def axes(self, name: str) -> Region:
        """The least to the greatest member along each axis of a family."""
        regions = [cell.region for cell in self.cells[name]]
        return tuple(
            Interval(self._end([at.low for at in parts], "<="), self._end([at.high for at in parts], ">="))
            for parts in zip(*regions)
        )

    def _end(self, ends: list[Size], operator: Literal["<=", ">="]) -> Size:
        """The least or greatest of some ends; the first one if it depends on the sizes which that is."""
        distinct = list(dict.fromkeys(ends))
        for end in distinct if len(distinct) > 1 else ():
            others = (Relation(operator, end, other) for other in distinct if other is not end)
            if all(isinstance(decide(self.context, relation), Proved) for relation in others):
                return end
        return distinct[0]


def of_sizes(facts: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The conditions without any index."""
    return tuple(fact for fact in facts if not any(name[0] == "." for name in fact.names))
