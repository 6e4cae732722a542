"""Nodes of the graph unfolded to the term of one entry.

In: the result of inference, a node in one instance of its equation, and a position in the node's value (counted from
0 on every axis).  Out: a `Term` in which no op is left; reads of families stay `Entry` (`expand` goes on
through their definitions).  Assumed: inference found no error in the node.

Every node is unfolded once, at placeholder positions (`.@0`, `.@1`, ..), and then moved to where it is asked for by
substitution without capture; so an op's `define` needs no care for the bound variables around it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from functools import partial

from shapecheck.graph import nodes
from shapecheck.graph.nodes import (
    Apply,
    Choose,
    Cut,
    Data,
    Default,
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
    left_out,
)
from shapecheck.infer.model import Cell, Instance, Interval, Shape, Shapes
from shapecheck.ops.term_types import MISSING, Bound, Call, Case, Entry, Literal, Lookup, Measure, Reduction, Term
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, And, Formula, Proved, Relation, Size, decide, integer, symbol
from shapecheck.terms.unfolding.substitute import renumbered, substitute


def unfold(shapes: Shapes, instance: Instance, node: Node, position: Sequence[Size]) -> Term:
    """The entry of the node's value at the position, as a term over the instance's indices and the sizes."""
    return Unfolder(shapes, instance).at(node, position)


def placeholder(axis: int) -> Size:
    """The position on an axis of the value that is being unfolded."""
    return symbol(f".@{axis}")


@record
class Unfolder:
    """Unfolds nodes of one instance, each once."""

    shapes: Shapes
    instance: Instance
    _known: dict[Node, Term] = field(default_factory=dict)

    def at(self, node: Node, position: Sequence[Size]) -> Term:
        """The entry of the node's value at a position."""
        if node not in self._known:
            self._known[node] = renumbered(substitute(self._define(node), self.shapes.measures))
        moves = {f".@{axis}": size for axis, size in enumerate(position) if size is not placeholder(axis)}
        return substitute(self._known[node], moves)

    def rank(self, node: Node) -> int:
        """The number of axes of the node's value."""
        return len(self.instance.shapes[node])

    def _spread(self, node: Node, position: Sequence[Size]) -> Term:
        """The entry at a position, where a scalar stands for a tensor of its one value."""
        return self.at(node, position if self.rank(node) else ())

    def _define(self, node: Node) -> Term:
        position = tuple(placeholder(axis) for axis in range(self.rank(node)))
        match node:
            case Number():
                return Literal(node.value)
            case SizeValue():
                return Measure(node.size)
            case Data():
                return Lookup(node.shape, node.values, position)
            case Read():
                return self._entry(node, position)
            case Part():
                return self._part(node, position)
            case Apply():
                return self._apply(node, position)
            case Reduce():
                return self._reduce(node, position)
            case Default():
                return self._default(node, position)
            case Choose():
                return self._choose(node, position)
            case nodes.Call() | nodes.Output() | nodes.Inner():
                raise AssertionError("blocks are written out before anything is unfolded")

    def _apply(self, node: Apply, position: Sequence[Size]) -> Term:
        shapes = [self.instance.shapes[argument] for argument in node.arguments]
        operands: list[Callable[[Sequence[Size]], Term]] = [partial(self.at, argument) for argument in node.arguments]
        return node.op.define(node.parameters, shapes, operands, position)

    # ---- subscripts ----------------------------------------------------------------------------

    def _entry(self, node: Read, position: Sequence[Size]) -> Term:
        lows = [interval.low for interval in self.shapes.axes[node.family]]
        lows += [ZERO for _ in self._cell(node).shape]
        return Entry(node.family, self._members(node.subscripts, lows, position))

    def _members(
        self, subscripts: Sequence[Subscript], lows: Sequence[Size], position: Sequence[Size]
    ) -> tuple[Size | Term, ...]:
        """The subscript on every axis, given the first number on each."""
        rest = list(position)
        members: list[Size | Term] = []
        for axis, low in enumerate(lows):
            match subscripts[axis] if axis < len(subscripts) else Whole():
                case Whole():
                    members.append(low + rest.pop(0))
                case Point(size):
                    members.append(size)
                case Cut(first, _):
                    members.append(first + rest.pop(0))
                case Picked(node):
                    own = [rest.pop(0) for _ in range(self.rank(node))]
                    members.append(_as_subscript(self.at(node, own)))
        return tuple(members)

    def _cell(self, node: Read) -> Cell:
        """A cell that the read may hit; inference made sure that all of them have one shape where it matters."""
        cells = self.shapes.cells[node.family]
        return next((cell for cell in cells if not self._misses(node, cell)), cells[0]) if len(cells) > 1 else cells[0]

    def _misses(self, node: Read, cell: Cell) -> bool:
        points = zip(node.subscripts, cell.region)
        inside = [within(subscript.size, interval) for subscript, interval in points if isinstance(subscript, Point)]
        context = self.shapes.graph.context.assuming(
            *(within(symbol(name), interval) for name, interval in self.instance.ranges.items())
        )
        return isinstance(decide(context, And(tuple(inside)).negated()), Proved)

    def _part(self, node: Part, position: Sequence[Size]) -> Term:
        shape = self.instance.shapes[node.base]
        members = self._members(node.subscripts, [ZERO for _ in shape], position)
        return _pick(members, shape, partial(self.at, node.base))

    def _default(self, node: Default, position: Sequence[Size]) -> Term:
        value, fallback = self.at(node.read, position), self.at(node.fallback, ())
        formulas, tests = self._bounds_of(node.read)
        for test in tests:
            value = Case(test, value, fallback)
        return Case(And(tuple(formulas)), value, fallback)

    def _bounds_of(self, node: Node) -> tuple[list[Formula], list[Term]]:
        """The conditions that every point subscript is in bounds: formulas, and tests where the subscript is data."""
        if not isinstance(node, Read | Part):
            return [], []
        formulas: list[Formula] = []
        tests: list[Term] = []
        for subscript, interval in zip(node.subscripts, self._axes(node)):
            if isinstance(subscript, Point):
                formulas.append(within(subscript.size, interval))
            elif isinstance(subscript, Picked):
                data = self.at(subscript.node, ())
                tests.append(Call("<=", (Measure(interval.low), data)))
                tests.append(Call("<=", (data, Measure(interval.high))))
        return formulas, tests

    def _axes(self, node: Read | Part) -> list[Interval]:
        if isinstance(node, Part):
            return _from_zero(self.instance.shapes[node.base])
        return [*self.shapes.axes[node.family], *_from_zero(self._cell(node).shape)]

    # ---- big operators and conditions ----------------------------------------------------------

    def _choose(self, node: Choose, position: Sequence[Size]) -> Term:
        alive = self.instance.shapes
        if node.then not in alive or node.otherwise not in alive:
            return self._spread(node.then if node.then in alive else node.otherwise, position)
        condition: Formula | Term
        if node.formula is not None:
            condition = node.formula
        else:
            assert node.condition is not None
            condition = self._spread(node.condition, position)
        return Case(condition, self._spread(node.then, position), self._spread(node.otherwise, position))

    def _reduce(self, node: Reduce, position: Sequence[Size]) -> Term:
        if node.operator == "stack":
            return self._stack(node, position)
        if node.operator == "concat":
            return self._concat(node, position)
        if node.operator == "argsort":
            return self._in_order(node, position[0])
        ranges = [self.instance.bounds[index.symbol] for index in node.indices]
        bounds = tuple(Bound(index.symbol, own.low, own.high) for index, own in zip(node.indices, ranges))
        conditions, terms = left_out(node.body)
        if conditions and node.operator in ("argmax", "argmin"):
            return Reduction(node.operator, bounds, self._under(conditions, self.at(terms, position), MISSING))
        body = self.at(node.body, position)
        if node.operator != "mean":
            return Reduction(node.operator, bounds, body)
        if conditions:
            count: Term = Reduction("sum", bounds, self._under(conditions, Literal(1), Literal(0)))
        else:
            count = _count(bounds)
        return Call("/", (Reduction("sum", bounds, body), count))

    def _under(self, conditions: Sequence[Choose], term: Term, otherwise: Term) -> Term:
        """The term where all conditions of a `when` hold."""
        for choice in reversed(conditions):
            if choice.then not in self.instance.shapes:
                return otherwise
            if choice.otherwise in self.instance.shapes:
                term = Case(self._condition(choice), term, otherwise)
        return term

    def _condition(self, node: Choose) -> Formula | Term:
        if node.formula is not None:
            return node.formula
        assert node.condition is not None
        return self._spread(node.condition, ())

    def _in_order(self, node: Reduce, place: Size) -> Term:
        """The index before which as many others come as the place says: those of less, and equal ones before it."""
        (index,) = node.indices
        own = self.instance.bounds[index.symbol]
        here, other = Measure(symbol(index.symbol)), symbol(".@other")
        body = self.at(node.body, ())
        theirs = substitute(body, {index.symbol: other})
        tie = Call("and", (Call("==", (theirs, body)), Call("<", (Measure(other), here))))
        before = Case(Call("or", (Call("<", (theirs, body)), tie)), Literal(1), Literal(0))
        rank = Reduction("sum", (Bound(".@other", own.low, own.high),), before)
        chosen = Case(Call("==", (rank, Measure(place))), here, Literal(0))
        return Reduction("sum", (Bound(index.symbol, own.low, own.high),), chosen)

    def _stack(self, node: Reduce, position: Sequence[Size]) -> Term:
        body = self.at(node.body, position[len(node.indices) :])
        lows = [self.instance.bounds[index.symbol].low for index in node.indices]
        return substitute(body, {index.symbol: low + at for index, low, at in zip(node.indices, lows, position)})

    def _concat(self, node: Reduce, position: Sequence[Size]) -> Term:
        shape = self.instance.shapes[node.body]
        length = shape[0] if shape else ONE
        member, inner = position[0] // length, position[0] % length
        moves: dict[str, Size] = {}
        for index in reversed(node.indices):
            own = self.instance.bounds[index.symbol]
            outermost = index is node.indices[0]
            moves[index.symbol] = own.low + (member if outermost else member % own.extent)
            member = member // own.extent
        body = self.at(node.body, (symbol(".@inner"), *position[1:]) if shape else ())
        return substitute(body, {**moves, ".@inner": inner})


def within(size: Size, interval: Interval) -> Formula:
    """The formula that a size lies in an interval."""
    return And((Relation(">=", size, interval.low), Relation("<=", size, interval.high)))


def _from_zero(shape: Shape) -> list[Interval]:
    return [Interval(ZERO, size - 1) for size in shape]


def _as_subscript(term: Term) -> Size | Term:
    """Data as a subscript: a size where the data is one."""
    if isinstance(term, Measure):
        return term.size
    if isinstance(term, Literal) and isinstance(term.value, int):
        return integer(term.value)
    return term


def _pick(members: Sequence[Size | Term], shape: Shape, at: Callable[[Sequence[Size]], Term]) -> Term:
    """The entry at subscripts, some of which are data: a sum over positions of `if data == i then entry else 0`."""
    position = [member if isinstance(member, Size) else symbol(f".@pick{axis}") for axis, member in enumerate(members)]
    term = at(position)
    for axis, member in enumerate(members):
        if not isinstance(member, Size):
            name = f".@pick{axis}"
            term = Case(Call("==", (member, Measure(symbol(name)))), term, Literal(0))
            term = Reduction("sum", (Bound(name, ZERO, shape[axis] - 1),), term)
    return term


def _count(bounds: Sequence[Bound]) -> Term:
    """The number of members."""
    own = {bound.symbol for bound in bounds}
    if any(own & (bound.low.names | bound.high.names) for bound in bounds):
        return Reduction("sum", tuple(bounds), Literal(1))
    total = ONE
    for bound in bounds:
        total = total * (bound.high - bound.low + 1)
    return Measure(total)
