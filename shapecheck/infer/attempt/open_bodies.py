"""Bodies read for their equations alone: what a block says of shapes that are not known yet.

In: a call with its static arguments, and the shapes of its inputs, results and given weights as far as they are known:
a number of axes, and sizes, which may be unknowns (`?`).  Out: the shapes of all of these as far as the body says; new
unknowns are names with `*`.  Where the equations of the body contradict each other, results are left out, and what goes
in has the shapes that were found before: with these the body is applied, and the contradiction is told.

A chain or a `repeat` has inputs without a shape, so that its signature says nothing of them: what is known stands in
the calls inside.  The body is walked as one that is applied, with unknowns where sizes are missing.  Inside, calls are
equations again, and operations guess nothing: what is found follows from the equations.  With `bold` an input of
unknown rank may be taken to have no axes in front of those that the blocks inside declare.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace

from shapecheck.graph.applied_bodies import declared_shapes, own_sizes
from shapecheck.graph.block_definitions import REPEAT
from shapecheck.graph.bodies import body
from shapecheck.graph.errors import Rejected
from shapecheck.graph.model import Graph
from shapecheck.graph.nodes import Call
from shapecheck.infer.attempt.call_equations import NO_FRONT
from shapecheck.infer.attempt.conflict import Conflict
from shapecheck.infer.attempt.one_attempt import Attempt, start
from shapecheck.infer.blocks.kinds import Kinds, Settings
from shapecheck.infer.model import Interval, Shape
from shapecheck.infer.regions import cuttings, may_meet
from shapecheck.sizes import Context, Size, symbol

Known = Mapping[str, Shape]
MOST_CUT = 6
"""Most ways to cut the ranges in a body that are tried."""


def shapes_in_body(
    kinds: Kinds, call: Call, settings: Settings, given: Known, results: Known, context: Context, bold: bool
) -> Known:
    """The shapes of inputs, results and given weights by name, as far as the body says.

    Raises `Conflict` for what stays wrong whatever the shapes are.
    """
    try:
        made = body(call, dict(settings), {**_declared(call, settings), **given}, kinds.root, context)
    except Rejected:  # which is told where the body is applied
        return {}
    graph = _with_results(made.graph, results)
    attempt = _attempt(graph, kinds, NO_FRONT if bold else 0)
    certain = next((item for item in attempt.conflicts if item.certain), None)
    if certain is not None:
        raise certain
    names = (*made.inputs, *call.names, *(() if attempt.conflicts else made.outputs))
    found = {name: _whole(attempt, name) for name in names}
    return {name: tuple(map(_exported, shape)) for name, shape in found.items() if shape is not None}


def _declared(call: Call, settings: Settings) -> Known:
    """The declared shapes of inputs in a block with sizes of its own, which are unknowns."""
    bound = {item.name: symbol(f"?*{item.name}") for item in own_sizes(call.definition)}
    if call.definition is REPEAT or not bound:
        return {}
    return declared_shapes(call.definition, dict(settings), "input", bound)


def _with_results(graph: Graph, results: Known) -> Graph:
    """The graph with results of these shapes, where the body declares none."""
    families = dict(graph.families)
    for name, shape in results.items():
        family = families.get(name)
        if family is not None and family.cell is None and not family.axes and not family.whole:
            families[name] = replace(family, cell=shape)
    return replace(graph, families=families)


def _attempt(graph: Graph, kinds: Kinds, boldness: int) -> Attempt:
    """The first attempt without a contradiction, over few ways to cut the ranges; else the one without cuts."""
    first = start(graph, {}, kinds, calls_alone=boldness)
    labels = list(dict.fromkeys(index.label for item in graph.equations for index in item.indices))
    for cuts in itertools.islice(cuttings(labels), MOST_CUT if labels and first.conflicts else 0):
        attempt = start(graph, cuts, kinds, calls_alone=boldness)
        if not attempt.conflicts:
            return attempt
    return first


def _whole(attempt: Attempt, name: str) -> Shape | None:
    """The shape of a whole tensor, its indexed axes first, with unknowns; None where even its rank is unknown."""
    family = attempt.graph.families.get(name)
    if family is None:
        return None
    try:
        axes = [attempt.normal(attempt.axis(name, axis)) for axis in range(len(family.axes))]
    except Conflict:
        return None
    ends = [(axis.low, axis.high) for axis in family.axes]
    axes = [found if low is None or high is None else Interval(low, high) for (low, high), found in zip(ends, axes)]
    context = attempt.solver.context
    regions = attempt.cells[name].items()
    met = [cell for region, cell in regions if all(may_meet(context, a, b) for a, b in zip(region, axes))]
    shapes = {attempt.dims(cell) for cell in met}
    (shape,) = shapes if len(shapes) == 1 else (None,)
    return None if shape is None else (*(axis.extent for axis in axes), *shape)


def _exported(size: Size) -> Size:
    """The size with the names of new unknowns changed, so that they are not taken for others."""
    new = {name: symbol(f"*{name}") for name in size.names if name[0] == "?" and name[1] != ":"}
    return size.substitute(new) if new else size
