"""The body of a block as a graph, for the shapes that one application passes to it.

In: a definition, its static arguments, the shapes of its inputs (without the axes that it is mapped over) and of the
weights given to it.  Out: a `Graph` in the sizes of the spec that applies the block: the block's own sizes are solved
for from the shapes passed in.  The body of one kind of application is read, and its shapes are derived, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from shapecheck.graph.applied_bodies import Body, Shape, body_as_written
from shapecheck.graph.blocks_alone import BLOCKS
from shapecheck.graph.model import Graph
from shapecheck.graph.nodes import Call
from shapecheck.graph.numbering.renumber import renumber
from shapecheck.ops.base import Setting
from shapecheck.sizes import Context


def body(
    call: Call, settings: Mapping[str, Setting], given: Mapping[str, Shape], root: Graph, context: Context
) -> Body:
    """The body of a block as one call applies it; raises `Rejected` if nothing fixes one of its sizes."""
    made = body_as_written(call, settings, given, root, context)
    graph, unclear = renumber(made.graph, BLOCKS)
    return replace(made, graph=graph, diagnostics=(*made.diagnostics, *unclear))
