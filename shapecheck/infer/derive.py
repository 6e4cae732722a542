"""Graph -> Shapes: the search over cuts, and what is read off the attempt that succeeds.

All members of a range are taken to be alike first.  Where that fails, single members are cut off: fewest first, at the
low end, then at the high end, at most three in all; then shapes may grow with an index (`growth`); a short literal
range is at last looked at member by member.  When every attempt fails, what the first one ran into is reported.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.graph.model import Claim, Equation, Graph
from shapecheck.infer import growth
from shapecheck.infer.attempt import errors
from shapecheck.infer.attempt.attempt import Attempt, start
from shapecheck.infer.attempt.call_rules import called
from shapecheck.infer.attempt.errors import Conflict
from shapecheck.infer.axis_names.names import check_names
from shapecheck.infer.blocks.kinds import Kinds
from shapecheck.infer.claims import claim_where
from shapecheck.infer.model import Broken, Cell, Instance, Region, Requirement, Shape, Shapes
from shapecheck.infer.owed.bounds import Bounds
from shapecheck.infer.owed.cycles import Cycles
from shapecheck.infer.owed.left_open import unknown_sizes
from shapecheck.infer.owed.picks import Picks
from shapecheck.infer.owed.promised import Promises
from shapecheck.infer.owed.requirements import Obligations
from shapecheck.infer.regions import Cut, cuttings, member_by_member, side_by_side
from shapecheck.infer.repairs import with_repairs
from shapecheck.sizes import Context, Formula, Proved, Relation, consistent, decide, repair, symbol

MOST_COMPARED = 40


def infer(graph: Graph) -> Shapes:
    """Shapes for all sizes, or what stands against them, and how that may be mended."""
    return with_repairs(shapes_of(graph))


def shapes_of(graph: Graph, kinds: Kinds | None = None) -> Shapes:
    """Shapes for all sizes, or what stands against them; `kinds` are those known of the spec's blocks."""
    attempt = _search(graph, kinds or Kinds(graph, shapes_of))
    if attempt.conflicts:
        assumptions = Obligations(attempt, helps=False)
        assumptions.settle(assumptions.of_assumptions())
        if assumptions.broken:  # the rest follows from what the author of the block has ruled out
            result = _result(attempt, assumptions.diagnostics, [])
            return replace(result, broken=tuple(assumptions.broken), axes=_known_axes(attempt, result.cells))
        certain = [item for item in _inside(attempt) if _never_holds(graph.context, item.relation)]
        if certain:  # what stands behind a stage that nothing can pass follows from it
            result = _result(attempt, [item.diagnostic for item in certain], [])
            return replace(result, broken=tuple(certain), axes=_known_axes(attempt, result.cells))
        needs = [conflict for conflict in attempt.conflicts if conflict.needs is not None]
        broken = tuple(Broken(conflict.needs, conflict.diagnostic) for conflict in needs[:1] if conflict.needs)
        return replace(_result(attempt, _conflicts(attempt), []), broken=broken)
    unordered = _unordered(attempt)
    if unordered:
        return _result(attempt, unordered, [])
    obligations = Obligations(attempt, helps=False)
    obligations.settle(obligations.of_operations())
    bounds = Bounds(attempt)
    bounds.definitions()
    bounds.reads()
    picks = Picks(attempt)
    picks.check()
    promises = Promises(attempt)
    if kinds is None:
        promises.check()
    obligations.settle(obligations.of_axes())
    cycles = Cycles(attempt)
    cycles.check()
    inside = list(_inside(attempt))
    unknown = unknown_sizes(attempt, bounds.incomplete, cycles.unfounded)
    reads = [*bounds.diagnostics, *picks.diagnostics, *promises.diagnostics]
    reads += check_names(attempt) if kinds is None else []
    found = [*unknown, *reads, *cycles.diagnostics, *obligations.diagnostics]
    own = (*obligations.broken, *bounds.broken, *picks.broken, *promises.broken)
    broken = (*own, *inside)
    if inside:
        broken = _strongest(own, tuple(inside), graph.context)
        dropped = {id(item.diagnostic) for item in own} - {id(item.diagnostic) for item in broken}
        found = [item for item in found if id(item) not in dropped]
        found += [item.diagnostic for item in inside if item in broken]
    result = _result(attempt, found, obligations.met, broken)
    return replace(result, unfounded=frozenset(cycles.unfounded))


def _never_holds(context: Context, relation: Formula) -> bool:
    """Whether no admitted sizes meet it."""
    return consistent(context.assuming(relation)) is None


def _strongest(own: tuple[Broken, ...], inside: tuple[Broken, ...], context: Context) -> tuple[Broken, ...]:
    """What implies the rest: a kernel that fits its image needs no word about the image having an entry.

    Of needs that imply each other the first one within a block stays: what comes later in a chain follows from it.
    """
    broken = (*own, *inside)
    kept = list(broken[:MOST_COMPARED])
    for item in [item for item in reversed((*inside, *own)) if item in kept]:
        others = [other for other in kept if other is not item]
        if any(isinstance(decide(context.assuming(other.relation), item.relation), Proved) for other in others):
            kept.remove(item)
    return (*kept, *broken[MOST_COMPARED:])


def _inside(attempt: Attempt) -> Iterator[Broken]:
    """What the blocks that are applied need, with the applications that are concerned."""
    told = set()
    for frame in attempt.frames:
        for call, application in frame.applications.items():
            shapes = [attempt.dims(frame.shapes[argument]) or () for argument in call.arguments]
            for broken in application.kind.broken:
                if broken.relation not in told:
                    told.add(broken.relation)
                    message = called(broken.diagnostic, call, shapes, attempt.graph.source)
                    yield replace(broken, diagnostic=message)


# ---- the search --------------------------------------------------------------------------------


def _search(graph: Graph, kinds: Kinds) -> Attempt:
    first = _started(graph, {}, kinds)
    splits = any(conflict.splits for conflict in first.conflicts)
    labels = _labels(graph)
    for cuts in cuttings(labels) if splits else ():
        attempt = _started(graph, cuts, kinds)
        if not attempt.conflicts:
            return attempt
    grown = growth.search(graph, labels, kinds) if splits or _vanishes(first) else None
    if grown is None and splits and labels:
        grown = _started(graph, member_by_member(labels), kinds)
    if grown is None or (grown.conflicts and not any(conflict.certain for conflict in grown.conflicts)):
        return first
    return grown


def _started(graph: Graph, cuts: Mapping[str, Cut], kinds: Kinds) -> Attempt:
    """An attempt in which no shape that is kept may depend on an equation's index."""
    attempt = start(graph, cuts, kinds)
    family = None if attempt.conflicts else growth.depending(attempt)
    if family is not None:
        attempt.conflicts.append(errors.depends_on_index(family))
    return attempt


def _vanishes(attempt: Attempt) -> bool:
    """Whether the members of a range could be alike only if something had no entries."""
    solved = [attempt.solver.normal(size).constant for size in attempt.solver.solution.values()]
    return any(number is not None and number < 1 for number in solved)


def _labels(graph: Graph) -> list[str]:
    """The names of the indices whose ranges are written; first those that weights have, which are cut most often."""
    weights = [axis.label for family in graph.families.values() if family.role == "weight" for axis in family.axes]
    written = [index.label for equation in graph.equations for index in equation.indices if index.low is not None]
    return list(dict.fromkeys((*weights, *written)))


def _conflicts(attempt: Attempt) -> list[Diagnostic]:
    """One message for each place; the first conflict at a place says it all."""
    by_place: dict[object, Diagnostic] = {}
    for conflict in attempt.conflicts:
        diagnostic = conflict.diagnostic
        if attempt.guesses and diagnostic.code == "unequal-ranks":
            diagnostic = errors.with_note(diagnostic, f"a guess took part: {attempt.guesses[0].why}")
        if diagnostic.span not in by_place:
            by_place[diagnostic.span] = _with_help(attempt, conflict, diagnostic)
    return list(by_place.values())


def _with_help(attempt: Attempt, conflict: Conflict, diagnostic: Diagnostic) -> Diagnostic:
    """What would make the sizes equal, verified; and where an unexpected shape may come from."""
    relation = conflict.needs
    if isinstance(relation, Relation):
        found = repair(attempt.solver.context, relation)
        diagnostic = errors.with_repair(diagnostic, None if found is None else found.text)
    for family in attempt.graph.families.values():
        said = any(label.text.startswith(f"{family.name} : ") for label in diagnostic.labels)
        if family.listed_with is not None and said:
            diagnostic = errors.listed_with(diagnostic, family.name, family.listed_with)
    return diagnostic


def _unordered(attempt: Attempt) -> list[Diagnostic]:
    """Families of which it depends on the sizes which member is the first or the last."""
    found = []
    for family in attempt.graph.families.values():
        try:
            for axis in range(len(family.axes)):
                attempt.axis(family.name, axis)
        except Conflict as conflict:
            found.append(conflict.diagnostic)
    return found


# ---- the result --------------------------------------------------------------------------------


def _result(
    attempt: Attempt, diagnostics: list[Diagnostic], owed: list[Requirement], broken: tuple[Broken, ...] = ()
) -> Shapes:
    """All that is known; complete where nothing is wrong but what fails for some sizes alone."""
    excused = [item.diagnostic for item in broken]
    failed = any(item.level == Level.ERROR and item not in excused for item in diagnostics)
    cells = {name: _cells(attempt, name) for name in attempt.graph.families}
    known = {name: found for name, found in cells.items() if found is not None}
    instances = (
        ()
        if failed
        else tuple(
            attempt.instance(frame, frame.origin) for frame in attempt.frames if isinstance(frame.origin, Equation)
        )
    )
    claims: dict[Claim, tuple[Instance, ...]] = {}
    problems: dict[Claim, Diagnostic] = {}
    if not failed:
        for claim, sizes in _claims(attempt.graph):
            outcome = claim_where(attempt, claim, sizes)
            if isinstance(outcome, Diagnostic):
                problems[claim] = outcome
            else:
                claims[claim] = outcome
    measures = (
        {}
        if failed
        else {
            name: attempt.solver.normal(symbol(name))
            for name, item in attempt.graph.quantities.items()
            if item.node is not None
        }
    )
    axes = {} if failed else {name: _axes(attempt, name) for name in attempt.graph.families}
    doubtful = frozenset(attempt.doubtful)
    return Shapes(
        attempt.graph,
        known,
        axes,
        instances,
        claims,
        problems,
        tuple(owed),
        measures,
        tuple(diagnostics),
        doubtful,
        broken,
    )


def _claims(graph: Graph) -> Iterator[tuple[Claim, Mapping[str, int]]]:
    """All claims, with the sizes that the test they stand in sets."""
    yield from ((claim, {}) for claim in graph.claims)
    for test in graph.tests:
        yield from ((claim, test.sizes) for claim in test.claims)


def _axes(attempt: Attempt, name: str) -> Region:
    count = len(attempt.graph.families[name].axes)
    return tuple(attempt.normal(attempt.axis(name, axis)) for axis in range(count))


def _known_axes(attempt: Attempt, cells: Iterable[str]) -> dict[str, Region]:
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
