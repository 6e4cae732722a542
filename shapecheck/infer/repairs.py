"""Repairs: the assumptions that make a failing requirement hold.

Looking for a condition takes longer than deciding that one is missing; so it is done once, for what is told at last.
"""

from __future__ import annotations

from dataclasses import replace

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.infer.model import Shapes
from shapecheck.sizes import consistent, repair


def with_repairs(shapes: Shapes) -> Shapes:
    """The same shapes, with the line to add in each message about a need that is not met.

    What one message asks for is taken as given in those after it, unless no sizes meet it.
    """
    context, changed = shapes.graph.context, dict[int, Diagnostic]()
    for broken in shapes.broken:
        message = broken.diagnostic
        found = repair(context, broken.relation) if message.help is None else None
        help = broken.otherwise if found is None else f"add: assume {found.text}"
        if message.help is None and help is not None:
            changed[id(message)] = replace(message, help=help)
        mended = context.assuming(broken.relation)
        context = context if consistent(mended) is None else mended
    told = {id(broken.diagnostic): changed.get(id(broken.diagnostic), broken.diagnostic) for broken in shapes.broken}
    return replace(
        shapes,
        diagnostics=tuple(changed.get(id(item), item) for item in shapes.diagnostics),
        broken=tuple(replace(broken, diagnostic=told[id(broken.diagnostic)]) for broken in shapes.broken),
    )
