"""Shape variables, frames, and what waits for more to be known.

A `Variable` is a shape that may still be unknown; variables are unified.  A `Frame` is one equation or claim looked at
over one box of its indices; it keeps the variable of every node below it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from shapecheck.graph.model import Claim, Equation
from shapecheck.graph.nodes import Call, Index, Inner, Node
from shapecheck.graph.reads import claim_values
from shapecheck.infer.attempt.solver import Blame
from shapecheck.infer.counting.equation_work import in_common, on_data, on_sizes
from shapecheck.infer.model import Application, Interval, Shape
from shapecheck.record import record
from shapecheck.sizes import ZERO, Formula, Size
from shapecheck.source import Span

if TYPE_CHECKING:
    from shapecheck.infer.blocks.block_parts import Part

PATIENCE = 3
"""The boldness that guesses may reach (see `Op.ranks`)."""


class Variable:
    """A shape, known or not (union-find).

    `failed`: it has been reported that there is none.  `unsolved` is the shape as it was when some of its sizes were
    unknowns, where they have been found since.
    """

    __slots__ = ("dims", "failed", "link", "origin", "unsolved")

    def __init__(self, dims: Shape | None = None, origin: Blame | None = None) -> None:
        self.link: Variable | None = None
        self.dims = dims
        self.failed = False
        self.origin = origin
        self.unsolved: Shape | None = None

    def find(self) -> Variable:
        """The variable that stands for this one (paths are shortened on the way)."""
        root = self
        while root.link is not None:
            root = root.link
        step = self
        while step.link is not None:
            step.link, step = root, step.link
        return root


Guards = tuple[tuple[Node, bool], ...]
"""Conditions on data around a place, and whether they hold there."""


@record
class Access:
    """One subscript of a read: `subscript` must lie in the axis.

    For a family axis `family` and `axis` say which; for a cell axis `base` is the variable of what is subscripted and
    `axis` counts in it.  `guarded`: a `default` catches what is outside.
    """

    node: Node
    name: str
    axis: int
    subscript: Size
    family: str | None
    base: Variable | None
    guarded: bool
    facts: tuple[Formula, ...]
    span: Span
    start: Size = ZERO
    """The difference between the author's numbers of this axis and those from 0."""
    guards: Guards = ()
    idle: frozenset[str] = frozenset()
    """The indices that it bounds only where no other read does: it stands in a `when`."""


@record
class Pick:
    """One subscript that is data, `E[tok[t]]`: the value of `data` must lie in the axis (told as in `Access`)."""

    node: Node
    data: Node
    name: str
    axis: int
    family: str | None
    base: Variable | None
    guarded: bool
    facts: tuple[Formula, ...]
    span: Span
    guards: Guards = ()


@record(frozen=False, slots=False)
class Frame:
    """One equation or claim over one box of its indices."""

    origin: Equation | Claim | None
    ranges: dict[str, Interval]
    own: tuple[Index, ...] = ()
    bounds: dict[str, Interval] = field(default_factory=dict)
    open: list[Index] = field(default_factory=list)
    shapes: dict[Node, Variable] = field(default_factory=dict)
    accesses: list[Access] = field(default_factory=list)
    picks: list[Pick] = field(default_factory=list)
    indices: dict[str, Index] = field(default_factory=dict)
    results: dict[Call, list[Variable]] = field(default_factory=dict)
    applications: dict[Call, Application] = field(default_factory=dict)
    refused: set[Call] = field(default_factory=set)
    """The calls whose equations contradict others."""
    parts: dict[Inner, Part] = field(default_factory=dict)
    """The meaning of the paths into blocks that are known by now."""
    conditions: dict[str, tuple[Formula, ...]] = field(default_factory=dict)
    """The conditions of the branches that a big operator's index stands in, where there are any."""
    under: dict[Node, tuple[Formula, ...]] = field(default_factory=dict)
    """The conditions of the branches that a value stands in: those that all places where it stands have in common."""
    measured: tuple[Node, ...] = ()
    """The subject where there is neither an equation nor a claim."""

    @cached_property
    def common(self) -> dict[Node, frozenset[Formula]]:
        """For every node the conditions that all places have in common where it stands."""
        return in_common(self.measured if self.origin is None else _values(self.origin), on_sizes)

    @cached_property
    def guarded(self) -> dict[Node, frozenset[tuple[Node, bool]]]:
        """As `common`, of conditions on data, each with whether it holds."""
        values = self.measured if self.origin is None else _values(self.origin)
        return in_common(values, on_data)

    def interval(self, name: str) -> Interval | None:
        """The range of an index, its own or a big operator's."""
        return self.ranges.get(name) or self.bounds.get(name)


def _values(origin: Equation | Claim) -> tuple[Node, ...]:
    return (origin.value,) if isinstance(origin, Equation) else claim_values(origin)


Task = Callable[[int], bool]
"""Something to be done when enough is known: called with the patience, says whether it is done."""
