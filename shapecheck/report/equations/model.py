"""Typeset equations: sections of lines, a section for the spec and one for each block that it defines."""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.infer.model import Shape
from shapecheck.record import record
from shapecheck.report.cells import Extent
from shapecheck.report.wording import Wording
from shapecheck.syntax import tree


@record(eq=False)
class Line:
    """One equation over some of its indices.

    `weights` are the shapes to write above weights; `fixed` are indices that have one value here, put in wherever they
    stand; `extents` and `binders` are the ranges to tell, worked out where the equation falls into cases, else as
    written.
    """

    equation: tree.Equation
    weights: Mapping[str, Shape]
    fixed: Mapping[str, int]
    extents: tuple[Extent, ...]
    binders: tuple[tree.Binder, ...]
    note: str = ""
    """Words behind the equation: `unless given` for the default of an input."""


@record(eq=False)
class Section:
    """Equations that belong together; `heading` is empty for those of the spec itself.

    `layers` tells which subscripts of a tensor number layers, `entries` how many subscripts name one entry of it, and
    `wording` how sizes are told.
    """

    heading: str
    lines: tuple[Line, ...]
    layers: Mapping[str, tuple[int, ...]]
    entries: Mapping[str, int]
    wording: Wording | None = None
