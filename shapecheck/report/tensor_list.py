"""The tensors of a spec: each with its role and shape, one entry for each region of its members.

Comes in: `Shapes`.  Goes out: `Tensor`s, the givens first, else in order of declaration.  Neighbouring regions of one
shape are one entry (`h[0] : p` and `h[t] : p for t in 1..T` are `h[t] : p`, t = 0..T), and a tensor whose members are
numbers is shown whole (`V[x, y]` is `V : (H - M + 1) x (W - N + 1)`).
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.diagnostics.indices import readable
from shapecheck.diagnostics.shapes import shape_text
from shapecheck.graph.model import Family
from shapecheck.infer.counting.counts import cell_entries
from shapecheck.infer.model import Cell, Interval, Region, Shape, Shapes
from shapecheck.record import record
from shapecheck.report.wording import written_size
from shapecheck.sizes import Size, symbol
from shapecheck.sizes.writing.text import text_of

_ORDER = {"input": 0, "weight": 1, "buffer": 1, "local": 2, "output": 2}


@record
class Tensor:
    """The members of one tensor that have one shape.

    `label` names them as the author would (`W[1]`, `W[k]`), `ranges` says for which indices (`k = 2..L`), `where` says
    both for programs (`k = 1`); `count` is the number of entries of all these members, None without a closed form.
    `subscripts`, `extents` and `sizes` say the same in sizes; `axes` are the names of the indices.
    """

    name: str
    role: str
    label: str
    ranges: str
    where: str
    shape: tuple[str, ...]
    count: Size | None
    subscripts: tuple[Size, ...] = ()
    extents: tuple[tuple[str, Interval], ...] = ()
    sizes: Shape = ()
    axes: tuple[str, ...] = ()
    region: Region = ()

    @property
    def shape_text(self) -> str:
        """`2p x (p + d)`."""
        return shape_text(self.shape)


def tensors(shapes: Shapes) -> tuple[Tensor, ...]:
    """Every tensor that the spec names and whose shape is known."""
    named = (family for family in shapes.graph.families.values() if is_told(family))
    families = sorted(named, key=lambda family: _ORDER[family.role])
    return tuple(tensor for family in families for tensor in tensors_of(shapes, family))


def tensors_of(shapes: Shapes, family: Family, cells: Sequence[Cell] | None = None) -> tuple[Tensor, ...]:
    """The entries of one tensor, or of some of its members alone."""
    found = shapes.cells.get(family.name, ()) if cells is None else cells
    return tuple(_tensor(family, cell) for cell in _whole(_merged(found)))


def is_authors(name: str) -> bool:
    """Whether a tensor's name stands in the spec; parts of equations have a prime, which no author can write."""
    return "'" not in name


def is_told(family: Family) -> bool:
    """Whether a tensor is listed: the author's own, and the weights of blocks; not what is computed inside of them."""
    return is_authors(family.name) and ("." not in family.name or family.role in ("weight", "buffer"))


def _text(size: Size) -> str:
    """A size as people write it; one that could not be worked out is a question mark."""
    return "?" if any(name[0] == "?" for name in size.names) else readable(text_of(written_size(size)))


def _tensor(family: Family, cell: Cell) -> Tensor:
    labels = [axis.label for axis in family.axes[: len(cell.region)]]
    named = list(zip(labels, cell.region))
    subscripts = [_text(span.low) if _is_one(span) else label for label, span in named]
    ranges = [f"{label} = {_range(span)}" for label, span in named if not _is_one(span)]
    where = [f"{label} = {_range(span)}" for label, span in named]
    label = f"{family.name}[{', '.join(subscripts)}]" if subscripts else family.name
    called = {f".{axis}": symbol(label) for axis, label in enumerate(labels)}
    sizes = tuple(size.substitute(called) for size in cell.shape)
    return Tensor(
        family.name,
        family.role,
        label,
        ", ".join(ranges),
        ", ".join(where),
        tuple(map(_text, sizes)),
        cell_entries(cell),
        tuple(symbol(label) if not _is_one(span) else span.low for label, span in named),
        tuple((label, span) for label, span in named if not _is_one(span)),
        sizes,
        tuple(labels),
        cell.region,
    )


def _is_one(span: Interval) -> bool:
    return span.low == span.high


def _range(span: Interval) -> str:
    low, high = _text(span.low), _text(span.high)
    return low if _is_one(span) else f"{low}..{high}"


def _whole(cells: Sequence[Cell]) -> Sequence[Cell]:
    """A tensor of numbers, all in one region, as one array."""
    if len(cells) != 1 or cells[0].shape or not cells[0].region:
        return cells
    return [Cell(cells[0].family, (), tuple(span.extent for span in cells[0].region))]


def _merged(cells: Sequence[Cell]) -> list[Cell]:
    """As few boxes as joining neighbours gives, in their order."""
    boxes = list(cells)
    while (pair := _neighbours(boxes)) is not None:
        first, second, joined = pair
        boxes[first] = joined
        del boxes[second]
    return boxes


def _neighbours(boxes: Sequence[Cell]) -> tuple[int, int, Cell] | None:
    for first, one in enumerate(boxes):
        for second, other in enumerate(boxes[first + 1 :], start=first + 1):
            joined = _joined(one, other)
            if joined is not None:
                return first, second, joined
    return None


def _joined(one: Cell, other: Cell) -> Cell | None:
    """The box of both, if they have one shape and differ along one axis alone, where one follows on the other."""
    differing = [axis for axis, (left, right) in enumerate(zip(one.region, other.region)) if left != right]
    if one.shape != other.shape or len(differing) != 1:
        return None
    axis = differing[0]
    left, right = one.region[axis], other.region[axis]
    if right.high + 1 == left.low:
        left, right = right, left
    if left.high + 1 != right.low:
        return None
    region = (*one.region[:axis], Interval(left.low, right.high), *one.region[axis + 1 :])
    return Cell(one.family, region, one.shape)
