"""Shares of adjoints: what arrives at a value, handed back to all that it is made of.

Comes in: shapes of a linked spec, a number, and the tensors to derive by.  Goes out: a `Share` for every read of a live
tensor, and equations for values that are needed by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shapecheck.gradient.active import is_active
from shapecheck.gradient.adjoint_tensors import flat, in_index_form, own_tensor, subscripted, widen
from shapecheck.gradient.defining import entry_of
from shapecheck.gradient.model import BAR, Axis, Line, Refused, Share
from shapecheck.gradient.named_values import NamedValues, Pending, fresh
from shapecheck.gradient.node_algebra import is_number
from shapecheck.graph.model import Equation, Target
from shapecheck.graph.nodes import (
    Apply,
    Choose,
    Cut,
    Default,
    Index,
    Node,
    Part,
    Picked,
    Point,
    Read,
    Reduce,
    Subscript,
    Whole,
)
from shapecheck.infer.model import Instance
from shapecheck.ops import JOIN
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.shape_rules import product
from shapecheck.record import record
from shapecheck.sizes import ZERO, Formula, Or, Relation, Size, symbol


@record(frozen=False, eq=False)
class Backward(NamedValues):
    """Walks through all equations, the last ones first."""

    # ---- equations -----------------------------------------------------------------------------

    def equation(self, equation: Equation, boxes: Sequence[Instance]) -> None:
        """Hand back what arrives at the left side of an equation."""
        if equation.form == "tuple":
            raise Refused("the outputs of a block that is not put in place", equation.span)
        for box in boxes:
            self.values.shapes.update(box.shapes)
            self.values.ends.update({name: (item.low, item.high) for name, item in box.bounds.items()})
        self.scope = tuple(self.whole_range(index, boxes) for index in equation.indices)
        self.labels.update({index.symbol: index.label for index in equation.indices})
        start = len(self.kept)
        self.named[equation.value] = self._left_side(equation)
        self._keep_below(equation.value, self.scope, False)
        scope = self.scope
        self.conditions = ()
        self.back(equation.value, self._seed(equation), root=True)
        for name, value, axes in reversed(self.kept[start:]):
            self.scope, self.conditions = axes, ()
            self.back(value, self._bar(name, [symbol(axis.symbol) for axis in axes]), root=True)
        self.scope = scope

    def whole_range(self, index: Index, boxes: Sequence[Instance]) -> Axis:
        """An index over all boxes of its equation."""
        ends = [box.ranges[index.symbol] for box in boxes]
        lows, highs = [item.low for item in ends], [item.high for item in ends]
        low = next((one for one in lows if all(self.cutter.at_most(one, other, self.shapes) for other in lows)), None)
        high = next(
            (one for one in highs if all(self.cutter.at_most(other, one, self.shapes) for other in highs)), None
        )
        if low is None or high is None:
            raise Refused(f"the whole range of `{index.label}` is not known", index.span)
        return Axis(index.symbol, index.label, low, high)

    def _left_side(self, equation: Equation) -> Node:
        """The value of an equation, as its left side names it."""
        read = [
            self.values.read(item.family, item.subscripts, self.tensors[item.family].extents(len(item.subscripts)))
            for item in equation.targets
        ]
        return read[0] if equation.form == "plain" else self.values.apply("join", *read)

    def _seed(self, equation: Equation) -> Node:
        """The adjoint of the value of an equation."""
        if equation.form == "plain":
            return self._arriving(equation.targets[0])
        return self.values.apply("join", *map(self._arriving, equation.targets))

    def _arriving(self, target: Target) -> Node:
        if target.family not in self.live:
            return self.values.zeros(self.tensors[target.family].extents(len(target.subscripts)))
        if target.family == self.of:  # nothing that it is made of can read it
            return self.values.number(1)
        return self._bar(target.family, target.subscripts)

    def _bar(self, name: str, members: Sequence[Size]) -> Node:
        """The adjoint of members of a tensor."""
        self.names.bar(name)
        tensor = self.tensors[name]
        widen(tensor, len(members))
        return self.values.read(f"{BAR}{name}", members, tensor.extents(len(members)))

    # ---- one value -----------------------------------------------------------------------------

    def back(self, node: Node, given: Node, root: bool = False) -> None:
        """Hand what arrives at a value back to what it is made of."""
        if not is_active(node, self.live) or is_number(given, 0):
            return
        named = self.named.get(node)
        if not root and named is not None:
            assert isinstance(named, Read), "only a whole left side is a column"
            self.contribute(named, given)
            return
        match node:
            case Read():
                self.contribute(node, given)
            case Part(base, subscripts):
                self.part(base, subscripts, self.values.shapes[node], given)
            case Default(read, _):
                self.back(read, given)
            case Choose():
                self._back_choice(node, given)
            case Reduce():
                self._back_reduce(node, given)
            case Apply():
                self._back_apply(node, given)
            case _:
                raise AssertionError("nothing else depends on a tensor")

    def part(self, base: Node, subscripts: Sequence[Subscript], shape: tuple[Size, ...], given: Node) -> None:
        """Hand back to a part of a value that can be read by name."""
        read = self.forward(base)
        assert isinstance(read, Read), "it has got a name"
        cut = self.cutter.at(read, subscripts, shape)
        assert isinstance(cut, Read), "members of what is read are read"
        self.contribute(cut, given)

    def contribute(self, read: Read, given: Node) -> None:
        """A share for what is read."""
        place = next((place for place, item in enumerate(read.subscripts) if isinstance(item, Picked)), None)
        if place is not None:
            self._picked(read, place, given)
            return
        widen(self.tensors[read.family], subscripted(read))
        self.pending.append(Pending(read, self._under(given), self.scope))

    def _picked(self, read: Read, place: int, given: Node) -> None:
        """Members picked by data: those members get it whose number is the one picked."""
        tensor, picked = self.tensors[read.family], read.subscripts[place]
        assert isinstance(picked, Picked)
        if self.values.shapes[picked.node]:
            raise Refused("a whole tensor of subscripts", read.span, "write it with indices, one subscript a member")
        index = Axis(fresh("v"), "v", tensor.lows[place], tensor.highs[place])
        here = self.values.apply("==", self.forward(picked.node), self.values.extent(symbol(index.symbol)))
        subscripts = (*read.subscripts[:place], Point(symbol(index.symbol)), *read.subscripts[place + 1 :])
        member = self.values.made(Read(read.family, subscripts, span=read.span), self.values.shapes[read])
        scope = self.scope
        self.scope = (*scope, index)
        self.contribute(member, self.values.where(here, given))
        self.scope = scope

    def _back_choice(self, node: Choose, given: Node) -> None:
        condition = None if node.condition is None else self.forward(node.condition)
        entrywise = condition is not None and self.values.shapes[condition]
        before = self.conditions
        for branch, formula, truth in self._branches(node, condition):
            if entrywise:
                assert truth is not None
                self.back(branch, self._fitted(branch, self.values.where(truth, given), node))
            else:
                self.conditions = (*before, (formula, truth))
                self.back(branch, self._fitted(branch, given, node))
            self.conditions = before

    def _branches(self, node: Choose, condition: Node | None) -> Sequence[tuple[Node, Formula | None, Node | None]]:
        from shapecheck.sizes import Not

        otherwise = None if condition is None else self.values.apply("not", condition)
        negation = None if node.formula is None else Not(node.formula)
        return ((node.then, node.formula, condition), (node.otherwise, negation, otherwise))

    def _fitted(self, operand: Node, share: Node, result: Node) -> Node:
        """A share as large as its operand: summed up for a number that was spread."""
        if not self.values.shapes[operand] and self.values.shapes[result]:
            return self.values.summed(share, self.values.shapes[result])
        return share

    def _inside(self, axes: Sequence[Axis], body: Node, given: Node) -> None:
        scope = self.scope
        self.scope = (*scope, *axes)
        self.back(body, given)
        self.scope = scope

    # ---- big operators -------------------------------------------------------------------------

    def _back_reduce(self, node: Reduce, given: Node) -> None:
        axes = self._axes(node)
        match node.operator:
            case "sum":
                self._inside(axes, node.body, given)
            case "mean":
                if isinstance(node.body, Choose) and node.body.leaves_out:
                    raise Refused(
                        "a mean that leaves terms out", node.span, "write the sum, divided by the number of terms"
                    )
                terms = self.values.extent(product([axis.high - axis.low + 1 for axis in axes]))
                self._inside(axes, node.body, self.values.over(given, terms))
            case "max" | "min":
                self._back_extreme(node, axes, given)
            case "prod":
                self._back_product(node, axes, given)
            case "stack":
                given = self.with_name(self.values.full(given, self.values.shapes[node]))
                points = [Point(symbol(axis.symbol) - axis.low) for axis in axes]
                self._inside(axes, node.body, self.cutter.at(given, points, self.values.shapes[node.body]))
            case "concat":
                given = self.with_name(self.values.full(given, self.values.shapes[node]))
                place, extent = ZERO, self.values.shapes[node.body][0]
                for axis in axes:
                    place = place * (axis.high - axis.low + 1) + (symbol(axis.symbol) - axis.low)
                cut = Cut(place * extent, place * extent + extent - 1)
                self._inside(axes, node.body, self.cutter.at(given, (cut,), self.values.shapes[node.body]))
            case "argmax" | "argmin" | "argsort":
                return

    def _back_extreme(self, node: Reduce, axes: tuple[Axis, ...], given: Node) -> None:
        """The first of the best terms gets all: for each index in turn, the first that reaches the best."""
        if self.values.shapes[node.body]:
            raise Refused(f"`{node.operator}` over tensors", node.span, "write its entries with indices")
        given, body = self.with_name(given), self.plain(node.body)
        for place in reversed(range(len(axes))):
            best = body
            if axes[place + 1 :]:
                best = self._renamed(node.operator, axes[place + 1 :], body)
            first = self._renamed(f"arg{node.operator}", axes[place : place + 1], best)
            here = self.values.apply("==", self.values.extent(symbol(axes[place].symbol)), first)
            given = self.values.where(here, given)
        self._inside(axes, node.body, given)

    def _renamed(self, operator: str, axes: Sequence[Axis], body: Node) -> Node:
        """A big operator over the body, with indices of its own."""
        new = {axis.symbol: fresh(axis.label) for axis in axes}
        at = {old: symbol(name) for old, name in new.items()}
        self.labels.update({name: self.labels.get(old, old) for old, name in new.items()})
        indices = tuple(
            Index(new[axis.symbol], axis.label, axis.low.substitute(at), axis.high.substitute(at)) for axis in axes
        )
        return self.values.made(Reduce(operator, indices, self.values.substituted(body, at)), self.values.shapes[body])  # type: ignore[arg-type]

    def _back_product(self, node: Reduce, axes: tuple[Axis, ...], given: Node) -> None:
        """A factor gets the product of the others."""
        body = self.plain(node.body)
        others = self._renamed("prod", axes, body)
        assert isinstance(others, Reduce)
        unlike = [
            Relation("!=", symbol(index.symbol), symbol(axis.symbol)) for index, axis in zip(others.indices, axes)
        ]
        formula = unlike[0] if len(unlike) == 1 else Or(tuple(unlike))
        kept = Choose(formula, None, others.body, self.values.number(1), leaves_out=True)
        self.values.made(kept, self.values.shapes[body])
        rest = self.values.made(replace(others, body=kept), self.values.shapes[body])
        self._inside(axes, node.body, self.values.times(given, rest))

    # ---- ops -----------------------------------------------------------------------------------

    def _back_apply(self, node: Apply, given: Node) -> None:
        moving = [is_active(operand, self.live) for operand in node.arguments]
        shape = self.values.shapes[node]
        if node.op is JOIN:
            self._back_join(node, self.values.full(given, shape))
            return
        if in_index_form(node):
            self._by_definition(node, given)
            return
        if self._mapped(node):
            self._by_rows(node, given)
            return
        if sum(moving) > 1:
            given = self.with_name(given)
        if not node.op.aligns:
            given = self.values.full(given, shape)
        operands = [self.forward(operand) for operand in node.arguments]
        result = self.named.get(node) or self.plain(node)
        shares = node.op.adjoint(self.values, node.parameters, operands, result, given)
        for operand, share, moves in zip(node.arguments, shares, moving):
            if moves and share is not None:
                spread = isinstance(node.op, Elementwise)
                self.back(operand, self._fitted(operand, share, node) if spread else share)

    def _back_join(self, node: Apply, given: Node) -> None:
        """The adjoint of a column is a column on a left side."""
        if isinstance(given, Apply) and given.op is JOIN and len(given.arguments) == len(node.arguments):
            for operand, share in zip(node.arguments, given.arguments):
                self.back(operand, share)
            return
        value = self._under(given)
        axes = self._axes_of(value, self.scope)
        points = tuple(symbol(axis.symbol) for axis in axes)
        targets, reads = [], []
        for operand in node.arguments:
            stem = self.names.plain.get(operand.family) or flat(operand.family) if isinstance(operand, Read) else "g"
            name, shape = self.names.unused(f"{stem}bar1"), self.values.shapes[operand]
            self.tensors[name] = own_tensor(name, axes, shape)
            targets.append((name, points))
            reads.append(self.values.read(name, points, shape))
        cells = tuple(_stated(self.values.shapes[operand]) for operand in node.arguments)
        self.lines.append(Line(tuple(targets), value, axes, cells=cells))
        for operand, read in zip(node.arguments, reads):
            self.back(operand, read)

    def _by_rows(self, node: Apply, given: Node) -> None:
        """An op that is mapped over axes in front, row by row."""
        shape, operand = self.values.shapes[node], node.arguments[0]
        rows = self._mapped(node)
        given = self.with_name(self.values.full(given, shape))
        axes = tuple(
            Axis(fresh("ijk"[place % 3]), "ijk"[place % 3], ZERO, size - 1) for place, size in enumerate(shape[:rows])
        )
        points = tuple(Point(symbol(axis.symbol)) for axis in axes)
        scope, rest = self.scope, shape[rows:]
        self.scope = (*scope, *axes)
        read, result, own = (
            self.cutter.at(value, points, rest) for value in (self.forward(operand), self.forward(node), given)
        )
        share = node.op.adjoint(self.values, node.parameters, [read], result, own)[0]
        assert share is not None, "an op that is mapped is smooth"
        self.part(operand, points, rest, share)
        self.scope = scope

    def _by_definition(self, node: Apply, given: Node) -> None:
        """The adjoint of the defining equation, entry by entry."""
        shape = self.values.shapes[node]
        given = self.with_name(self.values.full(given, shape))
        labels = ["yxzuvw"[place % 6] for place in range(len(shape))]
        axes = tuple(Axis(fresh(label), label, ZERO, size - 1) for label, size in zip(labels, shape))
        position = [symbol(axis.symbol) for axis in axes]
        scope = self.scope
        self.scope = (*scope, *axes)

        def reader(number: int, subscripts: Sequence[Subscript]) -> Node:
            return self.cutter.at(self.forward(node.arguments[number]), subscripts, ())

        shapes = [self.values.shapes[operand] for operand in node.arguments]
        entry = entry_of(self.values, node, shapes, position, reader)
        self.back(entry, self.cutter.at(given, [Point(at) for at in position], ()), root=True)
        self.scope = scope

    # ---- what has arisen -----------------------------------------------------------------------

    def shares(self) -> list[Share]:
        """All shares, with an index for every axis by which the adjoint is indexed."""
        return [self._settled(item) for item in self.pending]

    def _settled(self, item: Pending) -> Share:
        tensor = self.tensors[item.read.family]
        given = [*item.read.subscripts, *(Whole() for _ in range(tensor.indexed))][: tensor.indexed]
        points: list[Size] = []
        parts: list[Subscript] = []
        extra: list[Axis] = []
        for place, subscript in enumerate(given):
            if isinstance(subscript, Point):
                points.append(subscript.size)
                continue
            low, high = tensor.lows[place], tensor.highs[place]
            if isinstance(subscript, Cut):
                low, high = subscript.low, subscript.high
            axis = Axis(fresh(tensor.label(place)), tensor.label(place), low, high)
            extra.append(axis)
            points.append(symbol(axis.symbol))
            parts.append(Point(symbol(axis.symbol) - low))
        value = item.value
        self.scope, self.conditions = (*item.scope, *extra), ()
        if parts and self.values.shapes[value]:
            value = self.cutter.at(value, parts, tensor.extents(tensor.indexed))
        return Share(tensor.name, tuple(points), value, self.scope)


def _stated(shape: Sequence[Size]) -> tuple[Size, ...] | None:
    """The shape that a part of a column states, if it depends on no index."""
    return None if any(name[0] == "." for size in shape for name in size.names) else tuple(shape)
