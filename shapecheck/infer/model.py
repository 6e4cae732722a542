"""What inference hands on: the shape of every family, node and claim, for all sizes.

The definitions of a family cut its members into *regions* (boxes of index ranges) in which all cells have one shape.
An equation is looked at once per box of its own indices (an *instance*); in one instance every node has one shape.
"""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.model import Claim, Equation, Graph, Node
from shapecheck.record import record
from shapecheck.sizes import Decision, Formula, Relation, Size
from shapecheck.source import Span

Shape = tuple[Size, ...]


@record
class Interval:
    """Members `low..high` of one axis, both included; one member where the two are the same size."""

    low: Size
    high: Size

    @property
    def extent(self) -> Size:
        """How many members there are."""
        return self.high - self.low + 1


Region = tuple[Interval, ...]


@record
class Cell:
    """All members of `family` in `region` (one interval per family axis) have this shape."""

    family: str
    region: Region
    shape: Shape


@record(eq=False)
class Instance:
    """An equation or a claim over one box of its indices.

    `ranges` maps the symbols of its own indices to intervals (a claim's may mention outer ones), `bounds` those of the
    big operators below it, outer before inner, whose ends may mention indices around them.  `shapes` maps every node
    below it that is ever looked at to its cell shape, free of indices, in this box.
    """

    origin: Equation | Claim
    ranges: Mapping[str, Interval]
    bounds: Mapping[str, Interval]
    shapes: Mapping[Node, Shape]


@record
class Requirement:
    """A relation that must hold for the equations to make sense, and what decided it.

    `why` completes "this needs ..."; `facts` are the conditions (of an `if`) under which it is owed.
    """

    relation: Relation
    span: Span
    why: str
    decision: Decision
    facts: tuple[Formula, ...] = ()


@record(eq=False)
class Shapes:
    """The result of inference.

    `axes` gives every family's axes over all its members.  A claim that makes no sense is in `problems`, not in
    `claims`.  With errors in `diagnostics` the rest is incomplete: families that could not be derived are absent from
    `cells`, and there are no instances.
    """

    graph: Graph
    cells: Mapping[str, tuple[Cell, ...]]
    axes: Mapping[str, Region]
    instances: tuple[Instance, ...]
    claims: Mapping[Claim, tuple[Instance, ...]]
    problems: Mapping[Claim, Diagnostic]
    requirements: tuple[Requirement, ...]
    measures: Mapping[str, Size]
    """The value of every size symbol that stands for `size(x, axis)`."""
    diagnostics: tuple[Diagnostic, ...]
    doubtful: frozenset[Claim] = frozenset()
    """Claims whose own values owe something that could not be decided."""
    unfounded: frozenset[str] = frozenset()
    """Families of which it is not known that no member rests on itself."""

    def environment(self, sizes: Mapping[str, int]) -> dict[str, int]:
        """All size symbols that may occur in the graph at these sizes: the free sizes, and measured ones."""
        return {**sizes, **{name: size.evaluate(sizes) for name, size in self.measures.items()}}

    @property
    def failed(self) -> bool:
        """Whether something could not be derived."""
        return any(diagnostic.level == "error" for diagnostic in self.diagnostics)
