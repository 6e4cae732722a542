"""The defining equation of an op as a node: how an op that says no adjoint of its own gets one, in index form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shapecheck.gradient.node_algebra import Values, find_op
from shapecheck.graph.nodes import Apply, Choose, Default, Index, Node, Picked, Point, Reduce, Subscript
from shapecheck.infer.model import Shape
from shapecheck.ops.term_types import Call, Case, Entry, Literal, Lookup, Measure, Reduction, Term
from shapecheck.record import record
from shapecheck.sizes import ZERO, And, Not, Or, Relation, Size

Reader = Callable[[int, Sequence[Subscript]], Node]
"""An entry of the operand of that number."""


def entry_of(values: Values, node: Apply, shapes: Sequence[Shape], position: Sequence[Size], reader: Reader) -> Node:
    """The entry of an op's result at a position, as a node over entries of its operands."""

    def operand(number: int) -> Callable[[Sequence[Size]], Term]:
        return lambda place: Entry(str(number), tuple(place))

    readers = [operand(number) for number in range(len(shapes))]
    return _Nodes(values, reader, shapes).node(node.op.define(node.parameters, shapes, readers, position))


@record(eq=False)
class _Nodes:
    values: Values
    reader: Reader
    shapes: Sequence[Shape]

    def node(self, term: Term) -> Node:
        """A term as a node."""
        match term:
            case Literal(value):
                return self.values.number(value)
            case Measure(size):
                return self.values.extent(size)
            case Entry(operand, subscripts):
                return self.reader(int(operand), [self._subscript(item) for item in subscripts])
            case Call(function, arguments):
                return self._call(function, [self.node(argument) for argument in arguments])
            case Reduction(operator, bounds, body):
                inner = self.node(body)
                indices = tuple(Index(item.symbol, _label(item.symbol), item.low, item.high) for item in bounds)
                return self.values.made(Reduce(operator, indices, inner), ())  # type: ignore[arg-type]
            case Case(condition, Entry() as entry, Literal() as otherwise) if self._asks_whether_inside(
                condition, entry
            ):
                return self.values.made(Default(self.node(entry), self.node(otherwise)), ())
            case Case(condition, then, otherwise):
                is_formula = isinstance(condition, Relation | And | Or | Not)
                formula, truth = (condition, None) if is_formula else (None, self.node(condition))  # type: ignore[arg-type]
                return self.values.made(Choose(formula, truth, self.node(then), self.node(otherwise)), ())  # type: ignore[arg-type]
            case Lookup():
                raise AssertionError("no op reads literal data")

    def _asks_whether_inside(self, condition: object, entry: Entry) -> bool:
        """Whether a condition says nothing but that an entry is one of its operand."""
        parts = condition.parts if isinstance(condition, And) else (condition,)
        ends = {
            relation
            for at, size in zip(entry.subscripts, self.shapes[int(entry.family)])
            if isinstance(at, Size)
            for relation in (Relation(">=", at, ZERO), Relation("<=", at, size - 1), Relation("<=", ZERO, at))
        }
        return all(part in ends for part in parts)

    def _subscript(self, item: Size | Term) -> Subscript:
        return Point(item) if isinstance(item, Size) else Picked(self.node(item))

    def _call(self, function: str, arguments: list[Node]) -> Node:
        result = arguments[0]
        if len(arguments) == 1 or find_op(function, len(arguments)).arity == len(arguments):
            return self.values.apply(function, *arguments)
        for argument in arguments[1:]:
            result = self.values.apply(function, result, argument)
        return result


def _label(symbol: str) -> str:
    """`m` of `.m#12`."""
    return symbol.strip(".").partition("#")[0]
