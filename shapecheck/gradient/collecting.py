"""The equations of an adjoint: all shares of a tensor added up, box by box."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from shapecheck.gradient.active import Active
from shapecheck.gradient.backward import Backward
from shapecheck.gradient.member_boxes import Box, arrives, boxes
from shapecheck.gradient.model import Axis, Line, Share, Solved, Tensor
from shapecheck.gradient.named_values import fresh
from shapecheck.gradient.node_algebra import Values, is_number, negated, nodes_of
from shapecheck.gradient.solving import solve
from shapecheck.graph.nodes import Apply, Choose, Default, Index, Node, Point, Read, Reduce
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.sizes import And, Context, Formula, Not, Proved, Relation, Size, decide, symbol


@record(eq=False)
class Collecting:
    """Adds up shares; `text` tells whether two values are written alike."""

    backward: Backward
    wrt: Sequence[str]
    text: Callable[[Node], str]

    @property
    def values(self) -> Values:
        return self.backward.values

    @property
    def shapes(self) -> Shapes:
        return self.backward.shapes

    def at_most(self, left: Size, right: Size) -> bool:
        """Whether a size is at most another, for all sizes."""
        return self.backward.cutter.at_most(left, right, self.shapes)

    def lines(self, tensor: Tensor, shares: Sequence[Share]) -> Iterator[Line]:
        """The equations of the adjoint of a tensor."""
        entry = [fresh(tensor.label(axis)) for axis in range(tensor.indexed)]
        solved = [solve(share, entry, self.values, self.at_most) for share in shares]
        for region in regions(self.shapes, self.backward.active, tensor, tensor.name in self.wrt, self.at_most):
            for box in boxes(region, solved, tensor.own, self.at_most):
                yield self._line(tensor, entry, box, solved)

    def _line(self, tensor: Tensor, entry: Sequence[str], box: Box, solved: Sequence[Solved]) -> Line:
        facts = tuple(_between(name, span) for name, span in zip(entry, box) if span[0] is not span[1])
        at = {name: low for name, (low, high) in zip(entry, box) if low is high}
        shape = tensor.extents(tensor.indexed)
        parts = (self._part(item, entry, box, at, facts) for item in solved)
        terms = [self.values.full(part, shape) for part in parts if part is not None and not is_number(part, 0)]
        value = self._added(terms) if terms else self.values.zeros(shape)
        return self._numbered(tensor, entry, box, value)

    def _numbered(self, tensor: Tensor, entry: Sequence[str], box: Box, value: Node) -> Line:
        """The line with the axes of the cell counted as the text counts them."""
        points, axes, inside = [], [], set()
        for axis, (name, (low, high)) in enumerate(zip(entry, box)):
            start = tensor.starts[axis] if not tensor.is_indexed(axis) else low - low
            value = self.values.substituted(value, {name: symbol(name) - start})
            points.append(symbol(name) if low is not high else low + start)
            if low is not high:
                axes.append(Axis(name, tensor.label(axis), low + start, high + start))
                if not tensor.is_indexed(axis):
                    inside.add(name)
            elif not tensor.is_indexed(axis):  # an axis of the cell with one entry keeps its index
                points[-1] = symbol(name)
                axes.append(Axis(name, tensor.label(axis), low + start, high + start))
                inside.add(name)
        return Line(((f"~{tensor.name}", tuple(points)),), value, tuple(axes), frozenset(inside))

    # ---- one share -----------------------------------------------------------------------------

    def _part(
        self, item: Solved, entry: Sequence[str], box: Box, at: dict[str, Size], facts: tuple[Formula, ...]
    ) -> Node | None:
        """The value that a share brings to the members of a box, None for nothing."""
        if arrives(item, box, self.at_most) is False:
            return None
        conditions = list(item.conditions)
        for name, cover, (low, high) in zip(entry, item.box, box):
            if cover is not None:
                conditions += [] if self.at_most(cover[0], low) else [Relation("<=", cover[0], symbol(name))]
                conditions += [] if self.at_most(high, cover[1]) else [Relation("<=", symbol(name), cover[1])]
        conditions = [condition.substitute(at) for condition in conditions]
        ranges = [tuple(size.substitute(at) for size in one) for one in item.ranges]
        left = [Axis(one.symbol, one.label, one.low.substitute(at), one.high.substitute(at)) for one in item.left]
        value = self.values.substituted(item.value, at)
        value = self._settled(self._guarded(value, left, conditions, ranges, facts), facts + _within(left))
        return self._summed(value, left)

    def _summed(self, value: Node, left: Sequence[Axis]) -> Node:
        """The sum over the indices that are left."""
        if is_number(value, 0) or not left:
            return value
        positive = negated(value)
        if positive is not None:
            return self.values.minus(self._summed(positive, left))
        free = self.values.indices(value)
        ends = {name for axis in left for end in (axis.low, axis.high) for name in end.names}
        if not any(axis.symbol in free or axis.symbol in ends for axis in left):
            count = left[0].high - left[0].low + 1
            for axis in left[1:]:
                count = count * (axis.high - axis.low + 1)
            if all(self._never_negative(axis) for axis in left):
                return self.values.times(value, self.values.extent(count))
        indices = tuple(Index(axis.symbol, axis.label, axis.low, axis.high) for axis in left)
        return self.values.made(Reduce("sum", indices, value), self.values.shapes[value])

    def _never_negative(self, axis: Axis) -> bool:
        """Whether a range has at least 0 members for all sizes."""
        return self.at_most(axis.low, axis.high + 1)

    def _guarded(
        self,
        value: Node,
        left: Sequence[Axis],
        conditions: Sequence[Formula],
        ranges: Sequence[tuple[Size, ...]],
        facts: tuple[Formula, ...],
    ) -> Node:
        """The value under its conditions: a `default 0` where a factor is read just there, else an `if`."""
        wanted = list(conditions)
        known = self.shapes.graph.context.assuming(*facts, *_within(left))
        softened = self._with_defaults(value, ranges, known) if ranges else None
        if softened is not None:
            value = softened
        else:
            for middle, low, high in ranges:
                bounds = (Relation("<=", low, middle), Relation("<=", middle, high))
                wanted += [bound for bound in bounds if not isinstance(decide(known, bound), Proved)]
        if not wanted:
            return value
        return self.values.under(wanted[0] if len(wanted) == 1 else And(tuple(wanted)), value)

    def _with_defaults(self, value: Node, ranges: Sequence[tuple[Size, ...]], known: Context) -> Node | None:
        """A product one of whose factors is read at the very members that the ranges allow, with `default 0`.

        None where another factor may then be read outside.
        """
        positive = negated(value)
        if positive is not None:
            found = self._with_defaults(positive, ranges, known)
            return None if found is None else self.values.minus(found)
        factors, covered = _factors(value), set()
        made: list[Node] = []
        for factor in factors:
            hit = self._hit(factor, ranges)
            covered |= hit
            made.append(self.values.made(Default(factor, self.values.number(0)), ()) if hit else factor)
        others = [factor for factor in made if not isinstance(factor, Default)]
        if len(covered) < len(ranges) or not all(self._reads_inside(factor, known) for factor in others):
            return None
        result = made[0]
        for factor in made[1:]:
            result = self.values.times(result, factor)
        return result

    def _reads_inside(self, value: Node, known: Context) -> bool:
        """Whether all that a value reads is there, by what is known of the indices."""
        nodes = [*nodes_of(value)]
        bounds = [
            _between(index.symbol, self.values.range_of(index))
            for node in nodes
            if isinstance(node, Reduce)
            for index in node.indices
        ]
        softened = {node.read for node in nodes if isinstance(node, Default)}
        inside = known.assuming(*bounds)
        return all(
            isinstance(decide(inside, _between_sizes(item.size, low, high)), Proved)
            for node in nodes
            if isinstance(node, Read) and node not in softened
            for item, low, high in self._places(node)
        )

    def _places(self, read: Read) -> Iterator[tuple[Point, Size, Size]]:
        """The points at which a tensor is read, each with the ends of its axis."""
        tensor = self.backward.tensors[read.family.removeprefix("~")]
        for axis, item in enumerate(read.subscripts):
            if isinstance(item, Point):
                yield item, tensor.lows[axis], tensor.highs[axis]

    def _hit(self, factor: Node, ranges: Sequence[tuple[Size, ...]]) -> set[int]:
        """The ranges that are those of an axis of what a factor reads, at its subscript there."""
        if not isinstance(factor, Read) or self.values.shapes[factor]:
            return set()
        tensor = self.backward.tensors[factor.family.removeprefix("~")]
        return {
            number
            for axis, item in enumerate(factor.subscripts)
            for number, (middle, low, high) in enumerate(ranges)
            if isinstance(item, Point)
            and item.size is middle
            and tensor.lows[axis] is low
            and tensor.highs[axis] is high
        }

    def _settled(self, value: Node, facts: tuple[Formula, ...]) -> Node:
        """The value without conditions that always hold, or never."""
        if not isinstance(value, Choose) or value.formula is None:
            return value
        known = self.shapes.graph.context.assuming(*facts)
        parts = value.formula.parts if isinstance(value.formula, And) else (value.formula,)
        rest = tuple(part for part in parts if not isinstance(decide(known, part), Proved))
        if not rest:
            return self._settled(value.then, facts)
        if any(isinstance(decide(known, Not(part)), Proved) for part in rest):
            return self._settled(value.otherwise, facts)
        then = self._settled(value.then, (*facts, *rest))
        return (
            self.values.under(rest[0] if len(rest) == 1 else And(rest), then)
            if is_number(value.otherwise, 0)
            else value
        )

    # ---- their sum -----------------------------------------------------------------------------

    def _added(self, terms: Sequence[Node]) -> Node:
        """The sum; equal terms are counted, those with a sign stand last."""
        counts: dict[str, tuple[Node, int]] = {}
        for term in sorted(terms, key=lambda term: negated(term) is not None):
            text = self.text(term)
            counts[text] = (term, counts[text][1] + 1 if text in counts else 1)
        total: Node | None = None
        for term, often in counts.values():
            term = term if often == 1 else self.values.times(self.values.number(often), term)
            positive = negated(term)
            if total is None:
                total = term
            elif positive is not None:
                total = self.values.apply("-", total, positive)
            else:
                total = self.values.apply("+", total, term)
        assert total is not None
        return total


def regions(
    shapes: Shapes, active: Active, tensor: Tensor, is_asked: bool, at_most: Callable[[Size, Size], bool]
) -> Iterator[Box]:
    """The members whose adjoint is needed: all of a given tensor, else those that live equations define."""
    whole = tuple(zip(tensor.lows, tensor.highs))[: tensor.indexed]
    family = shapes.graph.families.get(tensor.name)
    if family is None or family.is_given or not tensor.indexed:
        yield whole
        return
    for equation, instances in active.equations:
        for target in equation.targets:
            if target.family == tensor.name and (is_asked or active.reads[equation] & active.live):
                box = []
                for size in target.subscripts[: tensor.indexed]:
                    own = [name for name in size.names if name[0] == "."]
                    ends = (
                        [(size, size)]
                        if not own
                        else [(one.ranges[own[0]].low, one.ranges[own[0]].high) for one in instances]
                    )
                    low = next(one for one, _ in ends if all(at_most(one, other) for other, _ in ends))
                    high = next(one for _, one in ends if all(at_most(other, one) for _, other in ends))
                    box.append((low, high))
                yield (*box, *whole[len(box) :])


def _between(name: str, span: tuple[Size, Size]) -> Formula:
    return _between_sizes(symbol(name), *span)


def _between_sizes(size: Size, low: Size, high: Size) -> Formula:
    return And((Relation("<=", low, size), Relation("<=", size, high)))


def _within(axes: Sequence[Axis]) -> tuple[Formula, ...]:
    return tuple(_between(axis.symbol, (axis.low, axis.high)) for axis in axes)


def _factors(value: Node) -> list[Node]:
    """The factors of a product."""
    if isinstance(value, Apply) and value.op.function == "*":
        return [factor for operand in value.arguments for factor in _factors(operand)]
    return [value]
