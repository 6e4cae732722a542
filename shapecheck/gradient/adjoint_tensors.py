"""The tensors of a spec as the backward pass sees them, and the names that its own ones get."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import field

from shapecheck.gradient.model import BAR, Axis, Refused, Tensor
from shapecheck.graph.nodes import Apply, Node, Read, Whole
from shapecheck.infer.blocks.places import Placed
from shapecheck.infer.model import Shape, Shapes
from shapecheck.ops.base import Numbering
from shapecheck.ops.elementwise import MIXED
from shapecheck.record import record
from shapecheck.sizes import ZERO, Size
from shapecheck.source import Source
from shapecheck.syntax import parse


@record(frozen=False, eq=False)
class Names:
    """Names that nobody has yet."""

    used: set[str]
    bars: dict[str, str] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)
    """Names for values inside of a statement or a block that have none in the text."""

    def unused(self, wanted: str) -> str:
        """The name, or the first with a number behind it that is free."""
        stem, number = wanted.rstrip("0123456789"), 1
        while wanted in self.used or not is_name(wanted):
            wanted, number = f"{stem}{number}", number + 1
        self.used.add(wanted)
        return wanted

    def bar(self, name: str) -> str:
        """The name of the adjoint of a tensor."""
        if name not in self.bars:
            self.bars[name] = self.unused(f"{self.plain.get(name) or flat(name)}bar")
        return self.bars[name]


def is_name(word: str) -> bool:
    """Whether a word is no word of the language."""
    return not parse(Source("", f"{word} = 1\n")).diagnostics


def flat(name: str) -> str:
    """The name of a tensor, or of a part of a block, as one word: `y_dense_W` of `y.dense.W`."""
    return re.sub(r"\W+", "_", name).strip("_")


def tensors_of(shapes: Shapes) -> dict[str, Tensor]:
    """All tensors of the spec; each is indexed as far as some equation subscripts it."""
    found = {name: _tensor(shapes, name) for name in shapes.graph.families if shapes.cells.get(name)}
    for instance in shapes.instances:
        for node in instance.shapes:
            if isinstance(node, Read) and node.family in found:
                widen(found[node.family], subscripted(node))
    return found


def _tensor(shapes: Shapes, name: str) -> Tensor:
    family, region, cells = shapes.graph.families[name], shapes.axes[name], shapes.cells[name]
    cell = cells[-1].shape
    starts = _starts(shapes, name, len(family.axes))
    made = Tensor(
        name,
        (*(axis.low for axis in region), *(ZERO for _ in cell)),
        (*(axis.high for axis in region), *(size - 1 for size in cell)),
        tuple(axis.label for axis in family.axes),
        len(region),
        (*starts, *(ZERO for _ in range(len(region) + len(cell) - len(starts)))),
    )
    differ = len({item.shape for item in cells}) > 1
    if differ or any(low is not ZERO for low in made.lows[: made.own]):
        made.indexed = made.own
    return made


def _starts(shapes: Shapes, name: str, own: int) -> tuple[Size, ...]:
    """The first indices of all axes as the text counts them; those in a block as its body counts them."""
    path, point, inner = name.rpartition(".")
    if "'" in name:
        return ()
    if not point:
        return tuple(first or ZERO for first in shapes.graph.numbering.get(name, ()))
    graph = body_of(shapes, path, inner).kind.known.graph
    front = own - len(graph.families[inner].axes)
    return (*(ZERO for _ in range(front)), *(first or ZERO for first in graph.numbering.get(inner, ())))


def body_of(shapes: Shapes, path: str, name: str) -> Placed:
    """The body at a path that a name belongs to."""
    for placed in shapes.placed.get(path, ()):
        if not placed.place.hidden and name in placed.kind.known.graph.families:
            return placed
    raise Refused(f"the value `{path}.{name}` inside of a block")


def own_tensor(name: str, axes: Sequence[Axis], shape: Shape, starts: Numbering = ()) -> Tensor:
    """A tensor of the backward pass; `starts` are the first indices of the axes of its members."""
    firsts = [ZERO if first is None or first is MIXED else first for first in starts]
    return Tensor(
        name,
        (*(axis.low for axis in axes), *(ZERO for _ in shape)),
        (*(axis.high for axis in axes), *(size - 1 for size in shape)),
        tuple(axis.label for axis in axes),
        len(axes),
        (*(ZERO for _ in axes), *firsts, *(ZERO for _ in shape[len(firsts) :])),
        len(axes),
    )


def widen(tensor: Tensor, axes: int) -> None:
    """Index the adjoint by so many axes at least; by all axes of equations, if by any."""
    if axes > tensor.indexed:
        tensor.indexed = max(axes, tensor.own)


def subscripted(read: Read) -> int:
    """The number of axes that a read subscripts, up to the last subscript that is not `:`."""
    return max((place + 1 for place, item in enumerate(read.subscripts) if not isinstance(item, Whole)), default=0)


def is_bar(node: Node) -> bool:
    """Whether a node reads an adjoint."""
    return isinstance(node, Read) and node.family.startswith(BAR)


def in_index_form(node: Node) -> bool:
    """Whether the adjoint of an application is that of its defining equation."""
    return isinstance(node, Apply) and node.op.adjoint_in_index_form


def words(shapes: Shapes) -> Iterable[str]:
    """All names that a spec uses."""
    graph = shapes.graph
    yield from graph.dims
    yield from ("params", "macs", "e", "x")
    for name in graph.families:
        yield from (name.partition(".")[0].partition("'")[0],)
