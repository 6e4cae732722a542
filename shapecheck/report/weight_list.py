"""The weights of a spec: a public list, with stable keys, in the order in which the equations use them.

Comes in: `Shapes`.  Goes out: `Weight`s.  A key is the same at all sizes, in claims, in `run -o` and in `--weights`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shapecheck.graph.model import Family
from shapecheck.infer.counting.branches import Open, Unclear
from shapecheck.infer.counting.counts import weights_used
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.report.tensor_list import is_told
from shapecheck.sizes import Size, to_sympy

if TYPE_CHECKING:
    import sympy


@record
class Weight:
    """A weight or buffer.

    `path` is its key for data (`c2.conv1.K`), `role` its name in the layer that declares it (`K`), `layer` the name of
    that layer (`conv2d`), empty where the spec itself declares it, and `settings` are the layer's arguments.  `part` is
    the path of the layer (`c2.conv1`).  `shape` are SymPy expressions in the sizes, the axes of repeats (`repeats` of
    them) and of families in front; None where the members differ in shape.  Buffers are not `trained`.
    """

    path: str
    role: str
    shape: tuple[sympy.Expr, ...] | None
    layer: str
    part: str
    trained: bool
    repeats: int = 0
    settings: tuple[tuple[str, Any], ...] = ()


@record
class _Owner:
    """The layer that has weights under a path, and the number of its axes in front."""

    layer: str
    settings: tuple[tuple[str, Any], ...]
    repeats: int


def weights_of(shapes: Shapes) -> tuple[Weight, ...]:
    """All weights and buffers that the equations use, in the order of their first use."""
    owners = _owners(shapes)
    used = _used(shapes)
    return tuple(_weight(shapes, shapes.graph.families[name], owners) for name in used)


def _used(shapes: Shapes) -> list[str]:
    """The weights that are read at some sizes, and all buffers."""
    known = [family for family in shapes.graph.families.values() if family.holds_weights and is_told(family)]
    try:
        read = set(weights_used(shapes, None, shapes.graph.context))
    except (Open, Unclear):
        return [family.name for family in known]
    return [family.name for family in known if family.name in read or family.role == "buffer"]


def _owners(shapes: Shapes) -> Mapping[str, _Owner]:
    """The layers by the paths of their weights."""
    found: dict[str, _Owner] = {}
    for bodies in shapes.placed.values():
        for body in bodies:
            owner = _Owner(body.kind.definition.name, body.kind.settings, len(body.place.owned))
            found.setdefault(body.place.weights, owner)
    return found


def _weight(shapes: Shapes, family: Family, owners: Mapping[str, _Owner]) -> Weight:
    part, _, role = family.name.rpartition(".")
    owner = owners.get(part, _Owner("", (), 0))
    shape = _shape(shapes, family.name)
    return Weight(
        family.name,
        role,
        None if shape is None else tuple(to_sympy(size, shapes.graph.context) for size in shape),
        owner.layer,
        part,
        family.role == "weight",
        min(owner.repeats, len(family.axes)),
        owner.settings,
    )


def _shape(shapes: Shapes, name: str) -> tuple[Size, ...] | None:
    """The whole shape, indexed axes first; None where the members differ."""
    cells = {cell.shape for cell in shapes.cells.get(name, ())}
    if len(cells) != 1:
        return None
    shape = (*(interval.extent for interval in shapes.axes[name]), *cells.pop())
    return None if any(part[0] == "." for size in shape for part in size.names) else shape
