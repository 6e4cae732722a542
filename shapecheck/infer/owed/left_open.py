"""Shapes that nothing fixes, for messages.

In: an attempt after all equations have been read.  Out: one diagnostic for each unknown that is left.
"""

from __future__ import annotations

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Read
from shapecheck.infer.attempt.conflict import show
from shapecheck.infer.attempt.one_attempt import Attempt
from shapecheck.infer.attempt.state import Frame
from shapecheck.infer.owed import outcome_errors
from shapecheck.source import Span


def unknown_sizes(attempt: Attempt, incomplete: set[str], circular: set[str]) -> list[Diagnostic]:
    """Families whose shapes nothing fixes: one message for all that contain the same unknown.

    Given families first, since the others follow from them.  Those that lack a member (`incomplete`) or rest on
    themselves (`circular`) have been reported; what is open together with a missing member is fixed by it.
    """
    found: list[Diagnostic] = []
    told: set[str] = set()
    families = sorted(attempt.graph.families.values(), key=lambda family: not family.is_given)
    open_axes = {family.name: _open_axes(attempt, family.name) for family in families}
    left_open = {name for name, (unknown, _) in open_axes.items() if unknown}
    excused = circular | _consequences(attempt, incomplete, left_open)
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
        tensors = {_written(other.name): (other.span, open_axes[other.name][1]) for other in reversed(together)}
        told_of = [(name, *rest) for name, rest in reversed(tensors.items())]
        shape = _as_known(attempt, together[0].name)
        found.append(outcome_errors.unknown_left(told_of, _uses(attempt, family.name), shape))
    return found


def _written(name: str) -> str:
    """The name that the author wrote; primes are of columns of functions and of left sides that stride."""
    return name.split("'")[0]


def _open_axes(attempt: Attempt, name: str) -> tuple[set[str], str]:
    """The unknowns in a family's shape, and the first axis that contains one."""
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


def _as_known(attempt: Attempt, name: str) -> str:
    """A shape to fill in: what is known of it, and dots for the rest."""
    shapes = [attempt.dims(cell) for cell in attempt.cells[name].values()]
    dims = next((shape for shape in shapes if shape), None)
    return outcome_errors.ALL_OPEN if dims is None else show(dims).replace("?", "..")


def _uses(attempt: Attempt, name: str) -> list[Span]:
    return list(
        dict.fromkeys(
            node.span
            for frame in attempt.frames
            for node in frame.shapes
            if isinstance(node, Read) and node.family == name
        )
    )


def _consequences(attempt: Attempt, incomplete: set[str], left_open: set[str]) -> set[str]:
    """The incomplete families, and all that are open and meet an open one of them in an equation."""
    shapes = {name: [attempt.dims(cell) for cell in attempt.cells[name].values()] for name in incomplete}
    shapeless = {name for name in incomplete if None in shapes[name]}
    found, waiting = set(incomplete), incomplete & left_open | shapeless
    together = [_families(frame) & (left_open | shapeless) for frame in attempt.frames]
    while waiting:
        reached = set[str]().union(*(names for names in together if names & waiting))
        waiting = reached - found
        found |= waiting
    return found


def _families(frame: Frame) -> set[str]:
    """The families that an equation defines and reads."""
    reads = {node.family for node in frame.shapes if isinstance(node, Read)}
    if not isinstance(frame.origin, Equation):
        return reads
    return reads | {target.family for target in frame.origin.targets}
