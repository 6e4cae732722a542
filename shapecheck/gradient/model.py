"""The parts of a backward pass, before it becomes text: shares of adjoints, and equations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from shapecheck.diagnostics.model import Diagnostic, Label
from shapecheck.graph.nodes import Node
from shapecheck.record import record
from shapecheck.sizes import Formula, Size
from shapecheck.source import NOWHERE, Span

BAR = "~"
"""Stands in front of a tensor's name where its adjoint is read; no name of a spec begins with it."""


class Refused(Exception):
    """A derivative that cannot be derived; `span` is the place, if there is one."""

    def __init__(self, title: str, span: Span = NOWHERE, help: str | None = None) -> None:
        super().__init__(title)
        self.title = title
        self.span = span
        self.help = help

    def diagnostic(self) -> Diagnostic:
        """The refusal as a message."""
        labels = () if self.span is NOWHERE else (Label(self.span),)
        return Diagnostic("no-gradient", self.title, labels, help=self.help)


@record
class Axis:
    """An index of an equation: its symbol in sizes, its name in the text, and its range."""

    symbol: str
    label: str
    low: Size
    high: Size


Scope = Sequence[Axis]


@record(eq=False, frozen=False)
class Tensor:
    """A tensor of which there may be an adjoint.

    `lows` and `highs` are those of all axes, the indexed ones (`own` many) first; axes of the cell count from 0 here,
    and from `starts` in the text.  The adjoint is written with indices for the first `indexed` axes, the others whole.
    """

    name: str
    lows: tuple[Size, ...]
    highs: tuple[Size, ...]
    labels: tuple[str, ...]
    own: int
    starts: tuple[Size, ...]
    indexed: int = 0

    def extents(self, start: int) -> tuple[Size, ...]:
        """The sizes of the axes from `start` on."""
        return tuple(high - low + 1 for low, high in zip(self.lows[start:], self.highs[start:]))

    def label(self, axis: int) -> str:
        """A name for the index of an axis."""
        return self.labels[axis] if axis < len(self.labels) else "ijkluvw"[(axis - len(self.labels)) % 7]

    def is_indexed(self, axis: int) -> bool:
        """Whether it is an axis by equations, not one of the cell."""
        return axis < self.own


@record(eq=False)
class Share:
    """A part of the adjoint of a tensor: members `points` of `tensor` get `value`, for all values of `scope`."""

    tensor: str
    points: tuple[Size, ...]
    value: Node
    scope: tuple[Axis, ...]


@record(eq=False)
class Line:
    """One equation to be written: `targets` are names with subscripts (a column where there are several).

    Indices in `inside` have their range in the brackets on the left side, the others behind `for`.
    """

    targets: tuple[tuple[str, tuple[Size, ...]], ...]
    value: Node
    axes: tuple[Axis, ...]
    inside: frozenset[str] = frozenset()
    cells: tuple[tuple[Size, ...] | None, ...] = ()
    """Shapes that the left side states."""


@record(eq=False)
class Solved:
    """A share seen from one entry of the adjoint: the entry gets `value`, summed over `left`, under `conditions`.

    `box` is the range along each axis in which entries get it, None where `conditions` say so; `ranges` are values
    that have to lie between two ends.
    """

    box: tuple[tuple[Size, Size] | None, ...]
    value: Node
    left: tuple[Axis, ...]
    conditions: tuple[Formula, ...] = ()
    ranges: tuple[tuple[Size, Size, Size], ...] = field(default=())
