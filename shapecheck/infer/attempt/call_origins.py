"""Sizes that were found through calls, in messages: where a shape does not fit, the call that it comes from is shown.

In: an attempt that has run, a message, and the relation that fails.  Out: the message with a label for each call that
gave a size in this relation to a tensor which is read at a place that the message shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from shapecheck.diagnostics.model import Diagnostic, Label
from shapecheck.graph.nodes import Read
from shapecheck.infer.attempt.conflict import size_text
from shapecheck.infer.attempt.solver import Blame
from shapecheck.sizes import Formula, Relation, Size
from shapecheck.source import Span

if TYPE_CHECKING:
    from shapecheck.infer.attempt.one_attempt import Attempt

MOST_SHOWN = 2


def with_callers(attempt: Attempt, diagnostic: Diagnostic, relation: Formula | None) -> Diagnostic:
    """The message with the places of calls from which the sizes at its places were found."""
    if not isinstance(relation, Relation) or not any(blame.backwards for blame in attempt.solver.origins.values()):
        return diagnostic
    taken = {label.span for label in diagnostic.labels}
    found: dict[Span, Label] = {}
    for name in _families_at(attempt, diagnostic):
        for blame, size in _origins(attempt, name):
            if blame.span not in taken and size in (relation.left, relation.right):
                text = f"{name} has {size_text(size)} from here: {blame.why}"
                found.setdefault(blame.span, Label(blame.span, text, primary=False))
    return replace(diagnostic, labels=(*diagnostic.labels, *list(found.values())[:MOST_SHOWN]))


def _families_at(attempt: Attempt, diagnostic: Diagnostic) -> list[str]:
    """The tensors that are read at the places that a message shows."""
    places = [label.span for label in diagnostic.labels]
    reads = (node for frame in attempt.frames for node in frame.shapes if isinstance(node, Read))
    shown = (node for node in reads if any(span.start <= node.span.start < span.end for span in places))
    return list(dict.fromkeys(node.family for node in shown))


def _origins(attempt: Attempt, family: str) -> Iterator[tuple[Blame, Size]]:
    """The calls from which sizes of a tensor were found, each with such a size."""
    for cell in attempt.cells[family].values():
        for size in cell.find().unsolved or ():
            for blame in _blames(attempt, size):
                yield blame, attempt.solver.normal(size)


def _blames(attempt: Attempt, size: Size) -> Iterator[Blame]:
    """The calls among the reasons for which the unknowns in a size are what they are."""
    solver, left = attempt.solver, list(size.names)
    while left:
        name = left.pop()
        if name in solver.solution:
            left += solver.solution[name].names
            if solver.origins[name].backwards:
                yield solver.origins[name]
