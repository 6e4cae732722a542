"""Nodes of the graph with their shapes, made one by one: the algebra in which adjoints are written.

A node that is made here is already in its simplest form: no factor 1, no sign inside of a product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from shapecheck import ops
from shapecheck.gradient.model import Refused
from shapecheck.graph.nodes import (
    Apply,
    Choose,
    Cut,
    Data,
    Default,
    Index,
    Node,
    Number,
    Part,
    Picked,
    Point,
    Read,
    Reduce,
    SizeValue,
    Subscript,
    Whole,
)
from shapecheck.infer.model import Shape
from shapecheck.ops.base import Op, Result, with_sizes
from shapecheck.ops.shape_rules import product
from shapecheck.ops.transpose import TRANSPOSE
from shapecheck.record import record
from shapecheck.sizes import ZERO, Formula, Size, integer

Made = TypeVar("Made", bound=Node)


def find_op(name: str, operands: int) -> Op:
    """The op of that name."""
    found = ops.find(name, operands)
    assert found is not None, name
    return found


class Outer(Op):
    """The library's `outer(a, b)`, kept as one value."""

    name = "outer"
    arity = 2

    def shape(self, parameters: Any, operands: Sequence[Shape]) -> Result:
        return Result((*operands[0], *operands[1]))


OUTER = Outer()


@record(frozen=False, eq=False)
class Values:
    """Makes nodes and remembers their shapes; `ends` are the ranges of indices that have none in their node."""

    shapes: dict[Node, Shape]
    ends: dict[str, tuple[Size, Size]]
    name_value: Callable[[Node], Node]
    """Gives a value a name of its own, and reads it."""
    cut: Callable[[Node, Sequence[Subscript], Shape], Node]
    """A part of a value."""

    def made(self, node: Made, shape: Sequence[Size]) -> Made:
        """The node, of that shape."""
        self.shapes[node] = tuple(shape)
        return node

    def shape(self, value: Node) -> Shape:
        """The shape of a node."""
        return self.shapes[value]

    def number(self, value: int | float) -> Node:
        """A number."""
        return self.made(Number(value), ())

    def extent(self, size: Size) -> Node:
        """A size as a number."""
        return self.number(size.constant) if size.constant is not None else self.made(SizeValue(size), ())

    def apply(self, name: str, *operands: Node) -> Node:
        """An op without settings, applied."""
        chosen = find_op(name, len(operands))
        result = chosen.shape(None, [self.shapes[operand] for operand in operands])
        if not isinstance(result, Result):
            raise Refused(f"the adjoint has no shape: {result.why}")
        return self.made(Apply(chosen, operands), result.shape)

    def read(self, name: str, points: Sequence[Size], shape: Shape) -> Node:
        """Members of a tensor."""
        return self.made(Read(name, tuple(map(Point, points))), shape)

    # ---- arithmetic ----------------------------------------------------------------------------

    def times(self, left: Node, right: Node) -> Node:
        if is_number(left, 1) or is_number(right, 0):
            return self._like(right, left)
        if is_number(right, 1) or is_number(left, 0):
            return self._like(left, right)
        if (positive := negated(left)) is not None:
            return self.minus(self.times(positive, right))
        if (positive := negated(right)) is not None:
            return self.minus(self.times(left, positive))
        if (folded := folded_numbers(left, right)) is not None:
            return self.times(self.number(folded[0]), folded[1])
        both = self.shapes[left] and self.shapes[right]
        return self.apply(".*" if both else "*", left, right)

    def _like(self, value: Node, other: Node) -> Node:
        """A value that a number was multiplied into, as large as the product."""
        return self.full(value, self.shapes[other]) if self.shapes[other] and not self.shapes[value] else value

    def over(self, left: Node, right: Node) -> Node:
        if is_number(right, 1):
            return left
        if (positive := negated(left)) is not None:
            return self.minus(self.over(positive, right))
        return self.apply("./" if self.shapes[right] and self.shapes[left] else "/", left, right)

    def minus(self, value: Node) -> Node:
        return negated(value) or (value if is_number(value, 0) else self.apply("neg", value))

    def power(self, base: Node, exponent: int) -> Node:
        if exponent == 1:
            return base
        return (
            self.full(self.number(1), self.shapes[base])
            if exponent == 0
            else self.apply("^", base, self.number(exponent))
        )

    def where(self, condition: Node, value: Node) -> Node:
        shape = self.shapes[value] or self.shapes[condition]
        return self.made(Choose(None, condition, value, self.number(0)), shape)

    def under(self, formula: Formula, value: Node) -> Node:
        """The value where a condition on sizes and indices holds, else 0."""
        return self.made(Choose(formula, None, value, self.number(0)), self.shapes[value])

    # ---- tensors -------------------------------------------------------------------------------

    def product(self, left: Node, right: Node) -> Node:
        if (positive := negated(left)) is not None:
            return self.minus(self.product(positive, right))
        if (positive := negated(right)) is not None:
            return self.minus(self.product(left, positive))
        return self.apply("@", left, right)

    def transposed(self, matrix: Node) -> Node:
        match matrix:
            case Apply(op, (inner,)) if op is TRANSPOSE:
                return inner
            case Apply(op, (left, right)) if op.matrix_product and len(self.shapes[right]) == 2:
                return self.product(self.transposed(right), self.transposed(left))
        if (positive := negated(matrix)) is not None:
            return self.minus(self.transposed(positive))
        return self.apply("transpose", matrix)

    def outer(self, left: Node, right: Node) -> Node:
        if (positive := negated(left)) is not None:
            return self.minus(self.outer(positive, right))
        return self.made(Apply(OUTER, (left, right)), (*self.shapes[left], *self.shapes[right]))

    def full(self, value: Node, shape: Sequence[Size]) -> Node:
        if self.shapes[value] or not shape:
            return value
        if (positive := negated(value)) is not None:
            return self.minus(self.full(positive, shape))
        ones = find_op("ones", 0)
        filled = self.made(Apply(ones, (), ones.parameters({"shape": tuple(shape)})), shape)
        return filled if is_number(value, 1) else self.apply("*", value, filled)

    def filling(self, value: Size | float) -> Node:
        """The number that a tensor is filled with."""
        return self.extent(value) if isinstance(value, Size) else self.number(value)

    def zeros(self, shape: Shape) -> Node:
        """Zeros of that shape."""
        if not shape:
            return self.number(0)
        return self.made(Apply(find_op("zeros", 0), (), find_op("zeros", 0).parameters({"shape": tuple(shape)})), shape)

    def reshaped(self, value: Node, shape: Sequence[Size]) -> Node:
        reshape = find_op("reshape", 1)
        return self.made(Apply(reshape, (value,), reshape.parameters({"shape": tuple(shape)})), shape)

    def summed(self, value: Node, shape: Shape) -> Node:
        """The sum of all that a number gets which was spread over a tensor of this shape."""
        if not self.shapes[value]:
            return self.times(value, self.extent(product(shape)))
        if (positive := negated(value)) is not None:
            return self.minus(self.summed(positive, shape))
        return self.apply("sum", value)

    def once(self, value: Node) -> Node:
        return self.name_value(value)

    def parts(self, value: Node, axis: int, extents: Sequence[Size]) -> Sequence[Node | None]:
        value, start, found = self.once(value), ZERO, []
        shape = self.shapes[value]
        for extent in extents:
            cuts: tuple[Subscript, ...] = (*(Whole() for _ in range(axis)), Cut(start, start + extent - 1))
            found.append(self.cut(value, cuts, (*shape[:axis], extent, *shape[axis + 1 :])))
            start = start + extent
        return found

    def entries(self, value: Node, count: int) -> Sequence[Node | None]:
        value = self.once(value)
        return [self.cut(value, (Point(integer(place)),), self.shapes[value][1:]) for place in range(count)]

    # ---- the indices in a node -----------------------------------------------------------------

    def range_of(self, index: Index) -> tuple[Size, Size]:
        """The range of an index of a big operator."""
        if index.symbol in self.ends:
            return self.ends[index.symbol]
        assert index.low is not None and index.high is not None
        return index.low, index.high

    def indices(self, node: Node) -> frozenset[str]:
        """The indices that a value depends on."""
        own = frozenset(name for size in self._sizes(node) for name in size.names if name[0] == ".")
        below = own.union(*map(self.indices, node.operands))
        return below - {index.symbol for index in node.indices} if isinstance(node, Reduce) else below

    def _sizes(self, node: Node) -> Iterator[Size | Formula]:
        match node:
            case SizeValue(size):
                yield size
            case Read(_, subscripts) | Part(_, subscripts):
                for item in subscripts:
                    yield from (item.size,) if isinstance(item, Point) else ()
                    yield from (item.low, item.high) if isinstance(item, Cut) else ()
            case Choose(formula) if formula is not None:
                yield formula
            case Apply(_, _, parameters) if parameters is not None:
                yield from sizes_in(parameters)
            case Reduce(_, indices):
                for index in indices:
                    yield from self.range_of(index)
            case _:
                return

    def mapped(self, node: Node, below: Callable[[Node], Node], at: Mapping[str, Size]) -> Node:
        """A copy of a node with its operands mapped, and sizes put in the place of indices."""

        def put(size: Size) -> Size:
            return size.substitute(at) if at else size

        def subscript(item: Subscript) -> Subscript:
            match item:
                case Point(size, first):
                    return Point(put(size), first)
                case Cut(low, high):
                    return Cut(put(low), put(high))
                case Picked(inner):
                    return Picked(below(inner))
                case Whole():
                    return item

        match node:
            case Number() | Data():
                return node
            case SizeValue(size):
                copy: Node = SizeValue(put(size), span=node.span)
            case Read(family, subscripts):
                copy = Read(family, tuple(map(subscript, subscripts)), span=node.span)
            case Part(base, subscripts):
                copy = Part(below(base), tuple(map(subscript, subscripts)), span=node.span)
            case Apply(chosen, arguments, parameters):
                settings = with_sizes(parameters, put) if at and parameters is not None else parameters
                copy = Apply(chosen, tuple(map(below, arguments)), settings, span=node.span)
            case Reduce(operator, indices, body):
                ends = {item: self.range_of(item) for item in indices}
                ranged = tuple(
                    Index(item.symbol, item.label, put(low), put(high)) for item, (low, high) in ends.items()
                )
                copy = Reduce(operator, ranged, below(body), span=node.span)
            case Default(read, fallback):
                copy = Default(below(read), below(fallback), span=node.span)
            case Choose(formula, condition, then, otherwise):
                copy = Choose(
                    formula.substitute(at) if formula is not None and at else formula,
                    None if condition is None else below(condition),
                    below(then),
                    below(otherwise),
                    span=node.span,
                    leaves_out=node.leaves_out,
                )
            case _:
                raise AssertionError("blocks have been put in place")
        return self.made(copy, tuple(map(put, self.shapes[node])))

    def substituted(self, node: Node, at: Mapping[str, Size]) -> Node:
        """The value with sizes put in the place of indices."""
        if not at or not self.indices(node) & at.keys():
            return node
        return self.mapped(node, lambda inner: self.substituted(inner, at), at)


def sizes_in(parameters: Any) -> Iterator[Size]:
    """The sizes in the settings of an op."""
    found: list[Size] = []

    def noted(size: Size) -> Size:
        found.append(size)
        return size

    with_sizes(parameters, noted)
    yield from found


def folded_numbers(left: Node, right: Node) -> tuple[int, Node] | None:
    """The number c and the value x of `2 * (1 / 2 * x)` as `c * x`, where c is whole; None for any other product."""
    match right:
        case Apply(op, (inner, rest)) if op in (find_op("*", 2), find_op(".*", 2)):
            outside, inside = constant(left), constant(inner)
            if outside is not None and inside is not None and (outside * inside).denominator == 1:
                return int(outside * inside), rest
    return None


def constant(node: Node) -> Fraction | None:
    """The value of a whole number, or of a fraction of two."""
    match node:
        case Number(int(value)):
            return Fraction(value)
        case Apply(op, (Number(int(above)), Number(int(below)))) if op is find_op("/", 2) and below:
            return Fraction(above, below)
    return None


def is_number(node: Node, value: int) -> bool:
    """Whether a node is that very number."""
    return isinstance(node, Number) and node.value == value


def negated(node: Node) -> Node | None:
    """The value of which a node is the negative, None if it is none."""
    return node.arguments[0] if isinstance(node, Apply) and node.op.function == "neg" else None


def nodes_of(node: Node) -> Iterator[Node]:
    """A node and all below it."""
    yield node
    for operand in node.operands:
        yield from nodes_of(operand)
