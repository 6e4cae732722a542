"""A block looked at on its own: what it needs of the sizes is taken as given, and told.

In: the graph of a body as a spec of its own.  Out: its shapes, under the weakest conditions that were found to make
them right.  A requirement that fails for some sizes is no mistake of a block: every application owes it.
"""

from __future__ import annotations

from dataclasses import replace

from shapecheck.graph.model import Assumption, Graph
from shapecheck.infer.derive import shapes_of
from shapecheck.infer.model import Shapes
from shapecheck.infer.repairs import with_repairs
from shapecheck.sizes import consistent

MOST_ROUNDS = 12


def alone(graph: Graph) -> Shapes:
    """Shapes for all sizes that meet what the body needs; an error stays where no sizes do."""
    shapes = shapes_of(graph)
    for _ in range(MOST_ROUNDS):
        found = [item for item in shapes.broken if not any(name[0] in ".?" for name in item.relation.names)]
        if not found:
            break
        context = graph.context.assuming(*(item.relation for item in found))
        if consistent(context) is None:
            break
        owed = tuple(
            Assumption(item.relation, str(item.relation), item.diagnostic.span)
            for item in found
            if item.diagnostic.span is not None
        )
        graph = replace(graph, context=context, assumptions=(*graph.assumptions, *owed))
        shapes = shapes_of(graph)
    return with_repairs(shapes)
