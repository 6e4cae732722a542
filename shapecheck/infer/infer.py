"""Graph -> Shapes: the search over cuts, and what is read off the attempt that succeeds.

All members of a range are taken to be alike first.  Where that fails, single members are cut off: fewest first, at the
low end, then at the high end, at most three in all; a short literal range is at last looked at member by member.  When
every attempt fails, what the first one ran into is reported.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace

from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.graph.model import Claim, Equation, Graph, Index, Read, SizeClaim
from shapecheck.infer import errors
from shapecheck.infer.attempt import Attempt, start
from shapecheck.infer.bounds import Bounds
from shapecheck.infer.call_errors import no_such_part
from shapecheck.infer.calling import called
from shapecheck.infer.cycles import Cycles
from shapecheck.infer.errors import Conflict
from shapecheck.infer.kinds import Kinds
from shapecheck.infer.model import Broken, Cell, Instance, Interval, Region, Requirement, Shape, Shapes
from shapecheck.infer.paths import hits, known_paths
from shapecheck.infer.picks import Picks
from shapecheck.infer.regions import Cut, side_by_side
from shapecheck.infer.requirements import Obligations
from shapecheck.infer.solver import Unequal
from shapecheck.infer.state import Frame
from shapecheck.sizes import Context, Formula, Proved, Relation, decide, integer, repair, symbol
from shapecheck.source import Span

MOST_CUTS = 3
MOST_ATTEMPTS = 60
MOST_COMPARED = 40


def infer(graph: Graph, kinds: Kinds | None = None) -> Shapes:
    """Shapes for all sizes, or what stands against them; `kinds` are those known of the spec's blocks."""
    attempt = _search(graph, kinds or Kinds(graph, infer))
    if attempt.conflicts:
        assumptions = Obligations(attempt)
        assumptions.settle(assumptions.of_assumptions())
        if assumptions.broken:  # the rest follows from what the author of the block has ruled out
            return replace(_result(attempt, assumptions.diagnostics, []), broken=tuple(assumptions.broken))
        needs = [conflict for conflict in attempt.conflicts if conflict.needs is not None]
        broken = tuple(Broken(conflict.needs, conflict.diagnostic) for conflict in needs[:1] if conflict.needs)
        return replace(_result(attempt, _conflicts(attempt), []), broken=broken)
    unordered = _unordered(attempt)
    if unordered:
        return _result(attempt, unordered, [])
    obligations = Obligations(attempt)
    obligations.settle(obligations.of_operations())
    bounds = Bounds(attempt)
    bounds.definitions()
    bounds.reads()
    picks = Picks(attempt)
    picks.check()
    obligations.settle(obligations.of_axes())
    cycles = Cycles(attempt)
    cycles.check()
    inside = list(_inside(attempt))
    unknown = _unknown_sizes(attempt, bounds.incomplete | cycles.unfounded)
    found = [*unknown, *bounds.diagnostics, *picks.diagnostics, *cycles.diagnostics, *obligations.diagnostics]
    broken = (*obligations.broken, *inside)
    if inside:
        broken = _strongest(broken, graph.context)
        kept = [item.diagnostic for item in broken]
        owed = [own.diagnostic for own in obligations.broken]
        found = [item for item in found if item in kept or all(item is not own for own in owed)]
        found += [item.diagnostic for item in inside if item in broken]
    result = _result(attempt, found, obligations.met, broken)
    return replace(result, unfounded=frozenset(cycles.unfounded))


def _strongest(broken: tuple[Broken, ...], context: Context) -> tuple[Broken, ...]:
    """What implies the rest: a kernel that fits its image needs no word about the image having an entry."""
    kept = list(broken[:MOST_COMPARED])
    for item in broken[:MOST_COMPARED]:
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
                    yield Broken(broken.relation, message)


# ---- the search --------------------------------------------------------------------------------


def _search(graph: Graph, kinds: Kinds) -> Attempt:
    first = start(graph, {}, kinds)
    if not any(conflict.splits for conflict in first.conflicts):
        return first
    for cuts in itertools.islice(_cuttings(_labels(graph)), MOST_ATTEMPTS):
        attempt = start(graph, cuts, kinds)
        if not attempt.conflicts:
            return attempt
    return first


def _labels(graph: Graph) -> list[str]:
    """The names of the indices whose ranges are written; first those that weights have, which are cut most often."""
    weights = [axis.label for family in graph.families.values() if family.role == "weight" for axis in family.axes]
    written = [index.label for equation in graph.equations for index in equation.indices if index.low is not None]
    return list(dict.fromkeys((*weights, *written)))


def _cuttings(labels: list[str]) -> Iterator[Mapping[str, Cut]]:
    for total in range(1, MOST_CUTS + 1):
        for counts in itertools.product(range(total, -1, -1), repeat=len(labels)):
            if sum(counts) == total:
                for end in ("low", "high"):
                    yield {label: Cut(end, count) for label, count in zip(labels, counts) if count}
    if labels:
        yield {label: Cut("each", 1) for label in labels}


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


# ---- what is left open -------------------------------------------------------------------------


def _unknown_sizes(attempt: Attempt, excused: set[str]) -> list[Diagnostic]:
    """Families whose shapes nothing fixes: one message for those that hang on the same unknown.

    Given families first, since the others follow from them; `excused` ones have been reported for something else.
    """
    found: list[Diagnostic] = []
    told: set[str] = set()
    families = sorted(attempt.graph.families.values(), key=lambda family: not family.is_given)
    open_axes = {family.name: _open_axes(attempt, family.name) for family in families}
    for family in families:
        unknown, _ = open_axes[family.name]
        if not unknown or family.name in excused or unknown & told or (found and not family.is_given):
            continue
        together = [
            other
            for other in families
            if open_axes[other.name][0] & unknown and (other.is_given or not family.is_given)
        ]
        told |= set[str]().union(*(open_axes[other.name][0] for other in together))
        tensors = [(other.name, other.span, open_axes[other.name][1]) for other in together]
        found.append(errors.unknown_left(tensors, _uses(attempt, family.name)))
    return found


def _open_axes(attempt: Attempt, name: str) -> tuple[set[str], str]:
    """The unknowns that a family's shape hangs on, and the first axis that does."""
    for cell in attempt.cells[name].values():
        dims = attempt.dims(cell)
        if cell.find().failed:
            return set(), ""
        if dims is None:
            return {f"rank of {name}"}, "its number of axes"
        for axis, size in enumerate(dims):
            unknown = attempt.solver.unknowns(attempt.solver.normal(size))
            if unknown:
                return set(unknown), f"axis {axis}"
    return set(), ""


def _uses(attempt: Attempt, name: str) -> list[Span]:
    return list(
        dict.fromkeys(
            node.span
            for frame in attempt.frames
            for node in frame.shapes
            if isinstance(node, Read) and node.family == name
        )
    )


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
            _instance(attempt, frame, frame.origin) for frame in attempt.frames if isinstance(frame.origin, Equation)
        )
    )
    claims: dict[Claim, tuple[Instance, ...]] = {}
    problems: dict[Claim, Diagnostic] = {}
    if not failed:
        for claim, sizes in _claims(attempt.graph):
            outcome = _claim_where(attempt, claim, sizes)
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
    return tuple(_normal(attempt, attempt.axis(name, axis)) for axis in range(count))


def _normal(attempt: Attempt, interval: Interval) -> Interval:
    return Interval(attempt.solver.normal(interval.low), attempt.solver.normal(interval.high))


def _cells(attempt: Attempt, name: str) -> tuple[Cell, ...] | None:
    """The regions of a family with their shapes, neighbours of one shape put together."""
    by_shape: dict[Shape, list[Region]] = {}
    for region, variable in attempt.cells[name].items():
        dims = attempt.dims(variable)
        if dims is None or any(attempt.solver.unknowns(size) for size in dims):
            return None
        by_shape.setdefault(dims, []).append(tuple(_normal(attempt, interval) for interval in region))
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


def _instance(attempt: Attempt, frame: Frame, origin: Equation | Claim) -> Instance:
    shapes = {}
    for node, variable in frame.shapes.items():
        dims = attempt.dims(variable)
        if dims is not None:
            shapes[node] = dims
    ranges = {name: _normal(attempt, interval) for name, interval in frame.ranges.items()}
    bounds = {name: _normal(attempt, interval) for name, interval in frame.bounds.items()}
    return Instance(origin, ranges, bounds, shapes, dict(frame.applications))


# ---- claims ------------------------------------------------------------------------------------


def _claim_where(attempt: Attempt, claim: Claim, sizes: Mapping[str, int]) -> tuple[Instance, ...] | Diagnostic:
    """The claim under its `when` and the sizes of its test."""
    facts: list[Formula] = [Relation("==", symbol(name), integer(value)) for name, value in sizes.items()]
    if claim.condition is not None:
        facts.append(claim.condition)
    outer = attempt.solver.context
    attempt.solver.context = outer.assuming(*facts)
    try:
        return _claim(attempt, claim)
    finally:
        attempt.solver.context = outer


def _claim(attempt: Attempt, claim: Claim) -> tuple[Instance, ...] | Diagnostic:
    """The claim's values in as few boxes of its indices as have one shape each, or why there are no shapes."""
    first: Diagnostic | None = None
    labels = [index.label for index in claim.indices]
    for cuts in ({}, *itertools.islice(_cuttings(labels), MOST_ATTEMPTS)):
        outcome = _claim_under(attempt, claim, cuts)
        if not isinstance(outcome, Diagnostic):
            return outcome
        first = first or outcome
    assert first is not None
    return first


def _claim_under(attempt: Attempt, claim: Claim, cuts: Mapping[str, Cut]) -> tuple[Instance, ...] | Diagnostic:
    parts = [attempt.pieces(_range(index), cuts.get(index.label)) for index in claim.indices]
    instances = []
    for box in itertools.product(*parts):
        at = {index.symbol: interval for index, interval in zip(claim.indices, box)}
        attempt.waiting, attempt.conflicts, attempt.solver.wanted = [], [], []
        try:
            frame = attempt.claim_frame(claim, at)
        except Conflict as conflict:
            return conflict.diagnostic
        except Unequal as unequal:
            return errors.unequal(unequal, claim.span).diagnostic
        attempt.settle()
        if attempt.conflicts:
            return attempt.conflicts[0].diagnostic
        problem = _counted_parts(attempt, claim, at) or _claim_reads(attempt, claim, frame) or _unclear(attempt, frame)
        if problem is not None:
            return problem
        instances.append(_instance(attempt, frame, claim))
    return tuple(instances)


def _counted_parts(attempt: Attempt, claim: Claim, ranges: Mapping[str, Interval]) -> Diagnostic | None:
    """A path whose parameters or MACs are counted and that leads to no application."""
    if not isinstance(claim.body, SizeClaim):
        return None
    for name in sorted(claim.body.formula.names):
        quantity = attempt.graph.quantities.get(name)
        path = () if quantity is None else quantity.path
        if path and all(hit.name for hit in hits(attempt.applied(), path, attempt.solver.context, ranges)):
            known = known_paths(attempt.applied(), path[0].name)
            return no_such_part(name.rstrip("'"), claim.span, known).diagnostic
    return None


def _unclear(attempt: Attempt, frame: Frame) -> Diagnostic | None:
    """A value in a claim whose shape nothing fixes."""
    for node, variable in frame.shapes.items():
        dims = attempt.dims(variable)
        if dims is None or any(map(attempt.solver.unknowns, dims)):
            text = " ".join(attempt.graph.source[node.span].split())
            return errors.unknown_left([(text, node.span, "its shape")], [])
    return None


def _claim_reads(attempt: Attempt, claim: Claim, frame: Frame) -> Diagnostic | None:
    """A claim's own reads stay inside, and what its values owe holds; where that is not known, it is `doubtful`."""
    probe = replace(attempt, frames=[frame])
    bounds, picks, obligations = Bounds(probe), Picks(probe), Obligations(probe)
    bounds.reads()
    picks.check()
    context = attempt.solver.context
    obligations.settle(obligations.of_frames())
    attempt.solver.context = context
    found = [*bounds.diagnostics, *picks.diagnostics, *obligations.diagnostics]
    if any(diagnostic.level != Level.ERROR for diagnostic in found):
        attempt.doubtful.add(claim)
    return next((diagnostic for diagnostic in found if diagnostic.level == Level.ERROR), None)


def _range(index: Index) -> Interval:
    assert index.low is not None and index.high is not None
    return Interval(index.low, index.high)
