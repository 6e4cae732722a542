"""The state of a backward pass, and the values in it that get names.

Names go to values of the forward pass that adjoints need, and to adjoints that are used more than once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from itertools import count

from shapecheck.gradient.active import Active, is_active
from shapecheck.gradient.adjoint_tensors import Names, in_index_form, own_tensor
from shapecheck.gradient.cutting import Cutter
from shapecheck.gradient.model import BAR, Axis, Line, Refused, Scope, Tensor
from shapecheck.gradient.node_algebra import Values, negated, nodes_of
from shapecheck.graph.nodes import (
    Apply,
    Choose,
    Cut,
    Default,
    Node,
    Number,
    Part,
    Read,
    Reduce,
    Subscript,
    Whole,
)
from shapecheck.infer.model import Shapes
from shapecheck.ops.base import Numbering
from shapecheck.ops.elementwise import combine
from shapecheck.record import record
from shapecheck.sizes import ZERO, Formula, Size, symbol

Conditions = tuple[tuple["Formula | None", "Node | None"], ...]
"""The conditions under which a value is looked at: on sizes and indices, or truth values; innermost last."""
_numbers = count(1)


def fresh(label: str) -> str:
    """The symbol of a new index."""
    return f".{label}%{next(_numbers)}"


@record(eq=False)
class Pending:
    """A share as it arises: what is read, and what the entries read get."""

    read: Read
    value: Node
    scope: tuple[Axis, ...]


@record(frozen=False, eq=False)
class NamedValues:
    """All that has arisen on the way through the equations."""

    shapes: Shapes
    of: str
    active: Active
    tensors: dict[str, Tensor]
    names: Names
    live: set[str]
    labels: dict[str, str] = field(default_factory=dict)
    values: Values = field(init=False)
    cutter: Cutter = field(init=False)
    named: dict[Node, Node] = field(default_factory=dict)
    kept: list[tuple[str, Node, tuple[Axis, ...]]] = field(default_factory=list)
    """Values of the forward pass that get a name: the name, the value, and its indices."""
    pending: list[Pending] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    scope: tuple[Axis, ...] = ()
    conditions: Conditions = ()

    def __post_init__(self) -> None:
        self.values = Values({}, {}, self.with_name, lambda value, cuts, shape: self.cutter.at(value, cuts, shape))
        self.cutter = Cutter(self.values, self.tensors, self.with_name)

    def _keep_below(self, node: Node, scope: tuple[Axis, ...], here: bool) -> None:
        """Give names to the values that adjoints need by name; none where a condition decides what is looked at."""
        if not is_active(node, self.live) or isinstance(node, Choose | Default):
            return
        inner = scope
        if isinstance(node, Reduce):
            inner = (*scope, *self._axes(node))
        for operand in node.operands:
            self._keep_below(operand, inner, True)
        if here and isinstance(node, Apply) and node.op.adjoint_reads_result:
            self._keep(node, scope)
        if isinstance(node, Part) and not isinstance(node.base, Read):
            self._keep(node.base, scope)
        if in_index_form(node) or self._mapped(node):
            for operand in node.operands:
                if is_active(operand, self.live) and not isinstance(operand, Read):
                    self._keep(operand, scope)

    def _keep(self, node: Node, scope: tuple[Axis, ...]) -> None:
        if node in self.named or isinstance(node, Read):
            return
        name, axes = self.names.unused("u1"), self._axes_of(node, scope)
        self.tensors[name] = own_tensor(name, axes, self.values.shapes[node], self._numbering(node))
        self.live.add(name)
        self.kept.append((name, node, axes))
        points = [symbol(axis.symbol) for axis in axes]
        self.named[node] = self.values.read(name, points, self.values.shapes[node])

    def _axes_of(self, node: Node, scope: Scope) -> tuple[Axis, ...]:
        """The indices that a value depends on."""
        free = self.values.indices(node)
        axes = tuple(axis for axis in scope if axis.symbol in free)
        for axis in axes:
            inner = {name for end in (axis.low, axis.high) for name in end.names if name[0] == "."}
            if inner:
                raise Refused(
                    f"a value needs a name, and the range of its index `{axis.label}` depends on another index",
                    node.span,
                )
        return axes

    def with_name(self, value: Node) -> Node:
        """A name for an adjoint that is used more than once."""
        if isinstance(value, Number | Read) or not any(isinstance(node, Read) for node in nodes_of(value)):
            return value
        if (positive := negated(value)) is not None:
            return self.values.minus(self.with_name(positive))
        value = self._under(value)
        name, axes = self.names.unused("delta1"), self._axes_of(value, self.scope)
        shape = self.values.shapes[value]
        self.tensors[name] = own_tensor(name, axes, shape, self._numbering(value))
        points = tuple(symbol(axis.symbol) for axis in axes)
        self.lines.append(Line(((name, points),), value, axes))
        return self.values.read(name, points, shape)

    def _numbering(self, value: Node) -> Numbering:
        """The first indices of the axes of a value, as the text counts them."""
        match value:
            case Read(family, subscripts):
                return self._numbering_of_read(self.tensors[family.removeprefix(BAR)], subscripts)
            case Apply(op, arguments, parameters):
                return op.numbering(parameters, [self._numbering(operand) for operand in arguments])
            case Choose(_, _, then, otherwise):
                return combine((self._numbering(then), self._numbering(otherwise)))
            case Reduce(operator, _, body) if operator not in ("stack", "concat"):
                return self._numbering(body)
            case _:
                return ()

    def _numbering_of_read(self, tensor: Tensor, subscripts: Sequence[Subscript]) -> Numbering:
        found: list[Size | None] = []
        for axis, low in enumerate(tensor.lows):
            start = low if tensor.is_indexed(axis) else tensor.starts[axis]
            item = subscripts[axis] if axis < len(subscripts) else Whole()
            if isinstance(item, Whole):
                found.append(start)
            elif isinstance(item, Cut):
                found.append(item.low if tensor.is_indexed(axis) else item.low + start)
        return [None if first is ZERO else first for first in found]

    def _under(self, value: Node) -> Node:
        """A value under all conditions around it."""
        for formula, condition in reversed(self.conditions):
            if formula is not None:
                value = self.values.under(formula, value)
            elif condition is not None:
                value = self.values.where(condition, value)
        return value

    def _axes(self, node: Reduce) -> tuple[Axis, ...]:
        self.labels.update({index.symbol: index.label for index in node.indices})
        return tuple(Axis(index.symbol, index.label, *self.values.range_of(index)) for index in node.indices)

    def forward(self, node: Node) -> Node:
        """A value of the forward pass; what has a name is read."""
        found = self.named.get(node)
        if found is not None:
            return found
        return self.values.mapped(node, self.forward, {}) if node.operands else node

    def plain(self, node: Node) -> Node:
        """The value itself, with what is below it read by name."""
        return self.values.mapped(node, self.forward, {}) if node.operands else node

    def _mapped(self, node: Node) -> int:
        """Over how many axes in front an op is mapped."""
        if not isinstance(node, Apply) or node.op.maps_over is None:
            return 0
        return len(self.values.shapes[node.arguments[0]]) - node.op.maps_over
