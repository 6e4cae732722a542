"""The receptive field that a claim asks for, along one axis."""

from __future__ import annotations

from shapecheck.graph.model import Quantity
from shapecheck.infer.model import Shapes
from shapecheck.sizes import ZERO, Formula, Size, integer
from shapecheck.terms.receptive.fields import Reach


def seen_along(shapes: Shapes, quantity: Quantity, facts: tuple[Formula, ...] = ()) -> Size | None:
    """The number of entries between the first and the last one seen, or of axes; None where there is no closed form.

    In the shape of a claim, 0 along an axis that the tensor lacks: the claim fails for the number of its sizes.
    """
    seeing, seen = quantity.family, quantity.origin
    assert seeing is not None and seen is not None
    if len(shapes.cells.get(seen, ())) != 1:
        return None
    count = len(shapes.axes[seen]) + len(shapes.cells[seen][0].shape)
    if quantity.kind == "receptive-axes":
        return integer(count)
    if quantity.axis >= count:
        return ZERO if quantity.kind == "receptive-shape" else None
    found = Reach(shapes, seen).extents(seeing, quantity.members, facts)
    return None if found is None or seen not in found else found[seen][quantity.axis]
