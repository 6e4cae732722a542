"""The number of equations once all blocks are in place."""

from __future__ import annotations

from shapecheck.graph.model import ValueClaim
from shapecheck.infer.blocks.kinds import Kind
from shapecheck.infer.model import Shapes

MOST_IN_PLACE = 4000


def is_too_large(shapes: Shapes) -> bool:
    """Whether putting all blocks in place makes more equations than anybody waits for, and nothing needs them.

    Claims about values and tests need them; shapes and counts are those of the few kinds of blocks.
    """
    graph = shapes.graph
    needed = bool(graph.tests) or any(isinstance(claim.body, ValueClaim) for claim in graph.claims)
    return not needed and _in_place(shapes, {}) > MOST_IN_PLACE


def _in_place(shapes: Shapes, known: dict[Kind, int]) -> int:
    """The number of equations with all blocks in place; each kind of block is counted once."""
    found = len(shapes.instances)
    for instance in shapes.instances:
        for kind in (application.kind for application in instance.applications.values()):
            if kind not in known:
                known[kind] = _in_place(kind.known, known)
            found += known[kind]
    return found
