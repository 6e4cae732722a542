"""Parts of values: subscripts pushed down to what is read, so that `(a + b)[i]` is `a[i] + b[i]`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from shapecheck.gradient.model import BAR, Tensor
from shapecheck.gradient.node_algebra import Values
from shapecheck.graph.nodes import Apply, Choose, Cut, Node, Number, Picked, Point, Read, SizeValue, Subscript, Whole
from shapecheck.infer.model import Shape, Shapes
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.fill import Fill, Filling
from shapecheck.ops.transpose import TRANSPOSE
from shapecheck.record import record
from shapecheck.sizes import ZERO, Proved, Relation, Size, decide


@record(eq=False)
class Cutter:
    """Cuts values; `name` gives a name to one that cannot be cut as it stands."""

    values: Values
    tensors: Mapping[str, Tensor]
    name: Callable[[Node], Node]

    def at(self, value: Node, cuts: Sequence[Subscript], shape: Shape) -> Node:
        """Members of a value; subscripts count from 0."""
        if not cuts or not self.values.shapes[value]:
            return value
        if all(isinstance(cut, Whole) for cut in cuts):
            return value
        found = self._pushed(value, tuple(cuts), tuple(shape))
        return found if found is not None else self.at(self.name(value), cuts, shape)

    def _pushed(self, value: Node, cuts: tuple[Subscript, ...], shape: Shape) -> Node | None:
        values = self.values
        match value:
            case Number() | SizeValue():
                return value
            case Read():
                return values.made(Read(value.family, self._combined(value, cuts), span=value.span), shape)
            case Apply(Elementwise() as op, arguments, parameters):
                parts = tuple(self.at(operand, cuts, shape) for operand in arguments)
                return values.made(Apply(op, parts, parameters), shape)
            case Apply(Fill() as op, (), Filling(_, filling)):
                settings = Filling(shape, filling)
                return values.made(Apply(op, (), settings), shape) if shape else values.filling(filling)
            case Apply(op, (matrix,)) if op is TRANSPOSE and len(cuts) == 2:
                return self.at(matrix, (cuts[1], cuts[0]), shape)
            case Apply(op, (left, right)) if op.matrix_product and isinstance(cuts[0], Point):
                return self._entry_of_product(left, right, cuts)
            case Choose(formula, condition, then, otherwise):
                truth = None if condition is None else self.at(condition, cuts, shape)
                return values.made(
                    Choose(formula, truth, self.at(then, cuts, shape), self.at(otherwise, cuts, shape)), shape
                )
            case _:
                return None

    def _entry_of_product(self, left: Node, right: Node, cuts: tuple[Subscript, ...]) -> Node | None:
        shapes, values = self.values.shapes, self.values
        row = self.at(left, cuts[:1], shapes[left][1:])
        if len(shapes[right]) == 1:
            return values.apply("dot", row, right)
        if len(cuts) == 1:
            return values.product(values.transposed(right), row)
        if not isinstance(cuts[1], Point):
            return None
        return values.apply("dot", row, self.at(right, (Whole(), cuts[1]), shapes[right][:1]))

    def _combined(self, read: Read, cuts: tuple[Subscript, ...]) -> tuple[Subscript, ...]:
        """The subscripts of a read, and further ones on the axes that it keeps."""
        tensor = self.tensors[read.family.removeprefix(BAR)]
        as_numbered = tensor.indexed if read.family.startswith(BAR) else tensor.own
        rest, found = list(cuts), []
        for axis in range(len(tensor.lows)):
            own = read.subscripts[axis] if axis < len(read.subscripts) else Whole()
            if isinstance(own, Point | Picked) or not rest:
                found.append(own)
                continue
            low = own.low if isinstance(own, Cut) else tensor.lows[axis] if axis < as_numbered else ZERO
            found.append(_moved(rest.pop(0), low, own))
        return tuple(found)

    def at_most(self, left: Size, right: Size, shapes: Shapes) -> bool:
        """Whether a size is at most another, for all sizes."""
        difference = left - right
        if difference.constant is not None:
            return difference.constant <= 0
        return isinstance(decide(shapes.graph.context, Relation("<=", left, right)), Proved)


def _moved(cut: Subscript, low: Size, own: Subscript) -> Subscript:
    """A subscript from 0 as one that counts from `low`."""
    match cut:
        case Point(size):
            return Point(size + low)
        case Cut(first, last):
            return Cut(first + low, last + low)
        case Whole():
            return own
        case Picked():
            return cut
