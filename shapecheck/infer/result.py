"""The result of an attempt: the shapes, the boxes of equations and claims, and the axes that are known.

In: an attempt that has been run, and what was found out about it.  Out: `Shapes`.  They are complete where nothing is
wrong but what fails for some sizes alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping

from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.graph.model import Claim, Equation, Graph
from shapecheck.infer import growth
from shapecheck.infer.attempt.one_attempt import Attempt
from shapecheck.infer.claims import claim_where
from shapecheck.infer.model import Broken, Cell, Instance, Region, Requirement, Shape, Shapes
from shapecheck.infer.regions import side_by_side
from shapecheck.sizes import symbol


def result(
    attempt: Attempt, diagnostics: list[Diagnostic], owed: list[Requirement], broken: tuple[Broken, ...] = ()
) -> Shapes:
    """All that is known; complete where nothing is wrong but what fails for some sizes alone."""
    excused = [item.diagnostic for item in broken]
    failed = any(item.level == Level.ERROR and item not in excused for item in diagnostics)
    graph = attempt.graph
    cells = {name: _cells(attempt, name) for name in graph.families}
    known = {name: found for name, found in cells.items() if found is not None}
    told = tuple(diagnostics)
    if failed:
        doubtful = frozenset(attempt.doubtful)
        return Shapes(graph, known, {}, (), {}, {}, tuple(owed), {}, told, doubtful, broken)
    origins = ((frame, frame.origin) for frame in attempt.frames)
    instances = tuple(attempt.instance(frame, origin) for frame, origin in origins if isinstance(origin, Equation))
    claims, problems = _claims(attempt)
    told += tuple(problems.pop(claim) for claim in graph.assumed if claim in problems)
    measured = [name for name, item in graph.quantities.items() if item.node is not None]
    measures = {name: attempt.solver.normal(symbol(name)) for name in measured}
    axes = {name: _axes(attempt, name) for name in graph.families}
    doubtful = frozenset(attempt.doubtful)
    return Shapes(graph, known, axes, instances, claims, problems, tuple(owed), measures, told, doubtful, broken)


def _claims(attempt: Attempt) -> tuple[dict[Claim, tuple[Instance, ...]], dict[Claim, Diagnostic]]:
    """The boxes of all claims, and what is wrong with others."""
    claims: dict[Claim, tuple[Instance, ...]] = {}
    problems: dict[Claim, Diagnostic] = {}
    for claim, sizes in _all_claims(attempt.graph):
        outcome = claim_where(attempt, claim, sizes)
        if isinstance(outcome, Diagnostic):
            problems[claim] = outcome
        else:
            claims[claim] = outcome
    return claims, problems


def _all_claims(graph: Graph) -> Iterator[tuple[Claim, Mapping[str, int]]]:
    """All claims, with the sizes that the test they stand in sets."""
    yield from ((claim, {}) for claim in (*graph.claims, *graph.assumed))
    for test in graph.tests:
        yield from ((claim, test.sizes) for claim in test.claims)


def _axes(attempt: Attempt, name: str) -> Region:
    count = len(attempt.graph.families[name].axes)
    return tuple(attempt.normal(attempt.axis(name, axis)) for axis in range(count))


def known_axes(attempt: Attempt, cells: Iterable[str]) -> dict[str, Region]:
    """The axes that are known although something is wrong."""
    axes = {name: _axes(attempt, name) for name in cells}
    ends = {name: [end for axis in region for end in (axis.low, axis.high)] for name, region in axes.items()}
    return {name: axes[name] for name in axes if not any(map(attempt.solver.unknowns, ends[name]))}


def _cells(attempt: Attempt, name: str) -> tuple[Cell, ...] | None:
    """The regions of a family with their shapes, neighbours of one shape put together."""
    by_shape: dict[Shape, list[Region]] = {}
    for region, dims in growth.told(attempt, name).items():
        if dims is None or any(attempt.solver.unknowns(size) for size in dims):
            return None
        by_shape.setdefault(dims, []).append(tuple(attempt.normal(interval) for interval in region))
    return tuple(Cell(name, region, shape) for shape, regions in by_shape.items() for region in _fewest(regions))


def _fewest(regions: list[Region]) -> list[Region]:
    """As few boxes as cover the same members: neighbours are put together while there are any."""
    merged = list(regions)
    while True:
        pairs = ((left, right, side_by_side(left, right)) for left, right in itertools.permutations(merged, 2))
        found = next(((left, right, both) for left, right, both in pairs if both is not None), None)
        if found is None:
            return merged
        left, right, both = found
        merged = [region for region in merged if region not in (left, right)] + [both]
