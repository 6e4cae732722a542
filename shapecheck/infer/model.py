"""The results of inference: the shape of every family, node and claim, for all sizes.

The definitions of a family cut its members into *regions* (boxes of index ranges) in which all cells have one shape.
An equation is looked at once per box of its own indices (an *instance*); in one instance every node has one shape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.model import Claim, Equation, Graph
from shapecheck.graph.nodes import Call, Inner, Node
from shapecheck.record import record
from shapecheck.sizes import Decision, Formula, Inadmissible, Relation, Size, TooLargeToWrite, symbol
from shapecheck.source import Span

if TYPE_CHECKING:
    from shapecheck.infer.blocks.block_parts import Part
    from shapecheck.infer.blocks.kinds import Kind
    from shapecheck.infer.blocks.places import Placed

Shape = tuple[Size, ...]


@record
class Interval:
    """Members `low..high` of one axis, both included; one member where the two are the same size."""

    low: Size
    high: Size

    @property
    def extent(self) -> Size:
        """The number of members."""
        return self.high - self.low + 1


Region = tuple[Interval, ...]


def member(axis: int) -> Size:
    """The number of a member along an axis of its family, in shapes that depend on it (`C + k*g` for `h[k]`)."""
    return symbol(f".{axis}")


def at_members(shape: Shape, subscripts: Sequence[Size | None]) -> Shape | None:
    """A cell's shape at one member, given its number along each axis; None where a number that counts is missing."""
    used = {f".{axis}": size for axis, size in enumerate(subscripts)}
    used = {name: size for name, size in used.items() if any(name in part.names for part in shape)}
    if not used:
        return shape
    known = {name: size for name, size in used.items() if size is not None}
    try:
        return tuple(part.substitute(known) for part in shape) if len(known) == len(used) else None
    except (Inadmissible, TooLargeToWrite):  # a member before, or far beyond, those of which the formula speaks
        return None


@record
class Cell:
    """All members of `family` in `region` (one interval per family axis) have this shape.

    Where it grows from member to member, it is written in the members' numbers (`member`).
    """

    family: str
    region: Region
    shape: Shape

    @property
    def grows(self) -> bool:
        """Whether the shape differs from member to member, or how many members there are along another axis."""
        ends = (end for interval in self.region for end in (interval.low, interval.high))
        return any(name[0] == "." for size in (*self.shape, *ends) for name in size.names)


@record(eq=False)
class Instance:
    """An equation or a claim over one box of its indices.

    `ranges` maps the symbols of its own indices to intervals (a claim's may mention outer ones), `bounds` those of the
    big operators below it, outer before inner, whose ends may mention indices around them.  `shapes` maps every node
    below it that is ever looked at to its cell shape in this box; it mentions an index only where shapes grow with it.
    """

    origin: Equation | Claim
    ranges: Mapping[str, Interval]
    bounds: Mapping[str, Interval]
    shapes: Mapping[Node, Shape]
    applications: Mapping[Call, Application] = field(default_factory=dict)
    facts: tuple[Formula, ...] = ()
    """Conditions on sizes alone under which it is needed: at other sizes it is left out."""
    parts: Mapping[Inner, Part] = field(default_factory=dict)
    """The meaning of paths into blocks."""


@record(eq=False)
class Application:
    """A block applied in one box: its kind, the axes that it is mapped over, and which arguments have those.

    `facts` are the conditions around it, `around` the symbols of the big operators' indices around it.
    """

    kind: Kind
    leading: Shape
    mapped: tuple[bool, ...]
    facts: tuple[Formula, ...] = ()
    around: tuple[str, ...] = ()


@record
class Broken:
    """A relation that the equations need and that fails for some sizes."""

    relation: Formula
    diagnostic: Diagnostic
    otherwise: str | None = None
    """The help where no condition on the sizes is known that would do."""
    witness: Mapping[str, int] = field(default_factory=dict, hash=False)
    """Sizes at which the relation fails, as far as they are known."""


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
    broken: tuple[Broken, ...] = ()
    """Relations that fail for some sizes; if they are assumed, nothing is wrong."""
    origin: Shapes | None = None
    """The shapes of a linked spec before its blocks were put in place."""
    placed: Mapping[str, tuple[Placed, ...]] = field(default_factory=dict)
    """The bodies that were put in place, by the path in front of their names."""
    unfounded: frozenset[str] = frozenset()
    """Families of which it is not known that every member has a value: it may rest on itself, or on no terms."""

    def environment(self, sizes: Mapping[str, int]) -> dict[str, int]:
        """All size symbols that may occur in the graph at these sizes: the free sizes, and measured ones."""
        return {**sizes, **{name: size.evaluate(sizes) for name, size in self.measures.items()}}

    @property
    def applies(self) -> bool:
        """Whether blocks are still applied: they have not been put in place, so that nothing can be run."""
        return any(instance.applications for instance in self.instances)

    @property
    def grows(self) -> bool:
        """Whether the shape of a family or of a value differs from member to member by a formula."""
        return any(cell.grows for cells in self.cells.values() for cell in cells) or any(
            name[0] == "."
            for instance in self.instances
            for shape in instance.shapes.values()
            for size in shape
            for name in size.names
        )

    @property
    def failed(self) -> bool:
        """Whether something could not be derived."""
        return any(diagnostic.level == "error" for diagnostic in self.diagnostics)
