"""The cells of all families and the frames of all equations, before anything is known of their shapes.

In: an attempt with its cuts.  Out: for each family a cell for each region that its definitions, or its declaration,
cut; for each equation a frame for each box of its indices.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from shapecheck.graph.model import Equation, Family, Target
from shapecheck.infer.attempt.order import dependency_order
from shapecheck.infer.attempt.solver import Blame
from shapecheck.infer.attempt.state import Frame, Variable
from shapecheck.infer.model import Interval, Region, Shape, at_members
from shapecheck.infer.regions import may_meet

if TYPE_CHECKING:
    from shapecheck.infer.attempt.one_attempt import Attempt


def lay_out(attempt: Attempt) -> None:
    """Give every family its cells and every equation its frames."""
    defined: dict[str, list[Region]] = {}
    for equation in dependency_order(attempt.graph):
        _place(attempt, equation, defined)
    for family in attempt.graph.families.values():
        _cells_of(attempt, family, defined)
    for signature in attempt.graph.signatures:
        _annotate(attempt, signature.target, {index.symbol: attempt.range_of(index) for index in signature.indices})


def _place(attempt: Attempt, equation: Equation, defined: dict[str, list[Region]]) -> None:
    """One frame for each box of the equation's indices, and the regions that it defines."""
    names = [index.symbol for index in equation.indices]
    parts = [attempt.pieces(attempt.range_of(index), attempt.cuts.get(index.label)) for index in equation.indices]
    for box in itertools.product(*parts):
        at = dict(zip(names, box))
        frame = Frame(equation, at, equation.indices, indices={index.symbol: index for index in equation.indices})
        frame.open.extend(index for index in equation.indices if index.low is None)
        attempt.frames.append(frame)
        for target in equation.targets:
            region = attempt.region_of(target, at)
            defined.setdefault(target.family, []).append(region)


def _cells_of(attempt: Attempt, family: Family, defined: Mapping[str, list[Region]]) -> None:
    if family.is_given:
        parts = [attempt.pieces(attempt.range_of(axis), attempt.cuts.get(axis.label)) for axis in family.axes]
        regions: Iterable[Region] = itertools.product(*parts)
    else:
        regions = dict.fromkeys(defined.get(family.name, ()))
    blame = Blame(family.span, f"{family.name} as declared")
    attempt.cells[family.name] = {region: Variable(_cell(attempt, family, region), blame) for region in regions}


def _cell(attempt: Attempt, family: Family, region: Region) -> Shape | None:
    """The shape that is known of a region from the start; a declared one may differ from member to member."""
    if not family.varies or family.cell is None:
        return attempt.growing.get((family.name, region), family.cell)
    one = at_members(family.cell, [part.low if part.low is part.high else None for part in region])
    if one is None:
        attempt.growing = {**attempt.growing, (family.name, region): family.cell}
    return one or family.cell


def _annotate(attempt: Attempt, target: Target, at: Mapping[str, Interval]) -> None:
    if target.cell is None:
        return
    region = attempt.region_of(target, at)
    blame = Blame(target.span, f"{target.family} as annotated")
    for other, cell in attempt.cells[target.family].items():
        if all(may_meet(attempt.solver.context, a, b) for a, b in zip(region, other)):
            cell = attempt.at(target.family, other, target.subscripts, at) or cell
            attempt.guard(attempt.unify, cell, Variable(target.cell, blame), blame)
