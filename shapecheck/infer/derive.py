"""Graph -> Shapes: the attempt that the search finds, what it owes, and what is wrong with it.

In: a graph.  Out: `Shapes`, with the messages about everything that no sizes, or only some sizes, can satisfy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.model import Graph
from shapecheck.infer.attempt import errors, range_errors
from shapecheck.infer.attempt.call_origins import with_callers
from shapecheck.infer.attempt.call_rules import called
from shapecheck.infer.attempt.conflict import Conflict
from shapecheck.infer.attempt.one_attempt import Attempt
from shapecheck.infer.attempt.open_bodies import shapes_in_body
from shapecheck.infer.axis_names.agreement import check_names
from shapecheck.infer.blocks.kinds import Kinds
from shapecheck.infer.model import Broken, Shapes
from shapecheck.infer.owed.chosen_terms import ChosenTerms
from shapecheck.infer.owed.cycles import Cycles
from shapecheck.infer.owed.double_definitions import double_definitions
from shapecheck.infer.owed.left_open import unknown_sizes
from shapecheck.infer.owed.picks import Picks
from shapecheck.infer.owed.promised import Promises
from shapecheck.infer.owed.read_bounds import Bounds
from shapecheck.infer.owed.requirements import Requirements
from shapecheck.infer.owed.strongest import strongest
from shapecheck.infer.repairs import with_repairs
from shapecheck.infer.result import known_axes, result
from shapecheck.infer.search import search
from shapecheck.sizes import Context, Formula, Relation, consistent, repair


def infer(graph: Graph) -> Shapes:
    """Shapes for all sizes, or what stands against them, and how that may be mended."""
    return with_repairs(shapes_of(graph))


def shapes_of(graph: Graph, kinds: Kinds | None = None) -> Shapes:
    """Shapes for all sizes, or what stands against them; `kinds` are those known of the spec's blocks."""
    attempt = search(graph, kinds or Kinds(graph, shapes_of, shapes_in_body))
    if attempt.conflicts:
        return _in_conflict(attempt)
    unordered = _unordered(attempt)
    if unordered:
        return result(attempt, unordered, [])
    return _with_what_is_owed(attempt, is_whole=kinds is None)


def _in_conflict(attempt: Attempt) -> Shapes:
    """No shapes: the assumption or the block that no sizes can satisfy, else the first conflict at each place."""
    assumptions = Requirements(attempt, helps=False)
    assumptions.settle(assumptions.of_assumptions())
    if assumptions.broken:  # the rest follows from what the author of the block has ruled out
        return _broken(attempt, assumptions.diagnostics, assumptions.broken)
    certain = [item for item in _inside(attempt) if _never_holds(attempt.graph.context, item.relation)]
    if certain:  # what comes after a block that no sizes satisfy follows from it
        return _broken(attempt, [item.diagnostic for item in certain], certain)
    needs = [Broken(item.needs, item.diagnostic) for item in attempt.conflicts if item.needs is not None]
    return replace(result(attempt, _conflicts(attempt), []), broken=tuple(needs[:1]))


def _broken(attempt: Attempt, diagnostics: list[Diagnostic], broken: Sequence[Broken]) -> Shapes:
    found = result(attempt, diagnostics, [])
    return replace(found, broken=tuple(broken), axes=known_axes(attempt, found.cells))


def _with_what_is_owed(attempt: Attempt, is_whole: bool) -> Shapes:
    """The shapes of an attempt that succeeded, with what every equation and read needs of the sizes, decided.

    Promises about values, and names of axes, are looked at in whole specs alone: blocks are looked at from there.
    """
    requirements = Requirements(attempt, helps=False)
    requirements.settle(requirements.of_operations())
    bounds, picks, promises, cycles = Bounds(attempt), Picks(attempt), Promises(attempt), Cycles(attempt)
    twice, chosen = double_definitions(attempt), ChosenTerms(attempt)
    bounds.reads()
    picks.check()
    chosen.check()
    if is_whole:
        promises.check()
    requirements.settle(requirements.of_axes())
    cycles.check()
    inside = tuple(_inside(attempt))
    found = unknown_sizes(attempt, bounds.incomplete, cycles.circular)
    found += [*twice, *bounds.diagnostics, *picks.diagnostics, *promises.diagnostics]
    found += check_names(attempt) if is_whole else []
    found += depending_values(attempt)
    found += [*cycles.diagnostics, *chosen.diagnostics, *requirements.diagnostics]
    own = (*requirements.broken, *bounds.broken, *picks.broken, *promises.broken)
    broken = strongest(own, inside, attempt.graph.context) if inside else own
    dropped = {id(item.diagnostic) for item in own} - {id(item.diagnostic) for item in broken}
    told = [item for item in found if id(item) not in dropped]
    told += [item.diagnostic for item in inside if item in broken]
    unfounded = frozenset(cycles.unfounded | chosen.unsure | promises.unsure)
    return replace(result(attempt, told, requirements.met, broken), unfounded=unfounded)


def depending_values(attempt: Attempt) -> Iterator[Diagnostic]:
    """Messages about values whose shape depends on the index of a big operator: nothing computes those."""
    for frame in attempt.frames:
        for node, variable in frame.shapes.items() if frame.bounds else ():
            names = set[str]().union(*(size.names for size in attempt.dims(variable) or ()))
            for name in names & frame.bounds.keys():
                yield range_errors.value_depends(node.span, frame.indices[name].label)
                break


def _never_holds(context: Context, relation: Formula) -> bool:
    """Whether no admitted sizes meet it."""
    return consistent(context.assuming(relation)) is None


def _inside(attempt: Attempt) -> Iterator[Broken]:
    """The requirements of applied blocks, with the applications concerned."""
    told = set()
    for frame in attempt.frames:
        for call, application in frame.applications.items():
            shapes = [attempt.dims(frame.shapes[argument]) or () for argument in call.arguments]
            for broken in application.kind.broken:
                if broken.relation not in told:
                    told.add(broken.relation)
                    message = called(broken.diagnostic, call, shapes, attempt.graph.source)
                    yield replace(broken, diagnostic=with_callers(attempt, message, broken.relation))


# ---- conflicts ---------------------------------------------------------------------------------


def _conflicts(attempt: Attempt) -> list[Diagnostic]:
    """One message for each place: the first conflict there."""
    by_place: dict[object, Diagnostic] = {}
    for conflict in attempt.conflicts:
        diagnostic = conflict.diagnostic
        if attempt.guesses and diagnostic.code == "unequal-ranks":
            diagnostic = errors.with_note(diagnostic, f"a guess took part: {attempt.guesses[0].why}")
        if diagnostic.span not in by_place:
            by_place[diagnostic.span] = with_callers(attempt, _with_help(attempt, conflict, diagnostic), conflict.needs)
    return list(by_place.values())


def _list_of(attempt: Attempt, last: str) -> list[str]:
    """The names of a list that have the shape behind the last of them."""
    return [name for name, family in attempt.graph.families.items() if last in (name, family.listed_with)]


def _with_help(attempt: Attempt, conflict: Conflict, diagnostic: Diagnostic) -> Diagnostic:
    """A verified condition that makes the sizes equal, and the places where an unexpected shape may come from."""
    relation = conflict.needs
    if isinstance(relation, Relation):
        found = repair(attempt.solver.context, relation)
        diagnostic = errors.with_repair(diagnostic, None if found is None else found.text)
    for family in attempt.graph.families.values():
        said = any(label.text.startswith(f"{family.name} : ") for label in diagnostic.labels)
        if family.listed_with is not None and said:
            diagnostic = errors.listed_with(diagnostic, family, _list_of(attempt, family.listed_with))
    return diagnostic


def _unordered(attempt: Attempt) -> list[Diagnostic]:
    """Families whose first or last member depends on the sizes."""
    found = []
    for family in attempt.graph.families.values():
        try:
            for axis in range(len(family.axes)):
                attempt.axis(family.name, axis)
        except Conflict as conflict:
            found.append(conflict.diagnostic)
    return found
