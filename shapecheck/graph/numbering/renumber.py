"""Subscripts rewritten to count from 0: the last step in reading a graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph import errors
from shapecheck.graph.expressions.ops_applied import apply
from shapecheck.graph.model import Claim, Equation, Graph, Quantity, ShapeClaim, SizeClaim, ValueClaim
from shapecheck.graph.nodes import (
    Apply,
    Call,
    Choose,
    Cut,
    Data,
    Default,
    Inner,
    Node,
    Number,
    Output,
    Part,
    Picked,
    Point,
    Read,
    Reduce,
    SizeValue,
    Step,
    Subscript,
    Whole,
)
from shapecheck.graph.numbering.first_indices import Blocks, FirstIndices
from shapecheck.graph.numbering.part_axes import axes_of
from shapecheck.graph.operand_views import View
from shapecheck.ops.elementwise import MIXED
from shapecheck.record import record
from shapecheck.sizes import ZERO, Size


def renumber(graph: Graph, blocks: Blocks) -> tuple[Graph, list[Diagnostic]]:
    """The graph whose subscripts of cell axes and of values count from 0, and errors for unclear subscripts."""
    first = FirstIndices(graph, blocks)
    if first.plain:
        return graph, []
    firsts = {name: (*map(_or_0, first.firsts(name)), *first.cell(name)) for name in graph.families}
    new = _Rewriting(first)
    renumbered = replace(
        graph,
        numbering={name: numbering for name, numbering in firsts.items() if any(numbering)},
        equations=tuple(map(new.equation, graph.equations)),
        claims=tuple(map(new.claim, graph.claims)),
        assumed=tuple(map(new.claim, graph.assumed)),
        tests=tuple(replace(test, claims=tuple(map(new.claim, test.claims))) for test in graph.tests),
        quantities={name: new.quantity(quantity) for name, quantity in graph.quantities.items()},
    )
    return renumbered, new.diagnostics


def _or_0(first: Size) -> Size | None:
    return None if first is ZERO else first


@record(frozen=False)
class _Rewriting:
    """Rewrites the nodes of one graph; a node in which nothing changes stays the very same."""

    first: FirstIndices
    diagnostics: list[Diagnostic] = field(default_factory=list)
    calls: dict[Call, Call] = field(default_factory=dict)

    def equation(self, equation: Equation) -> Equation:
        """The equation with its value rewritten."""
        value = self.rewrite(equation.value)
        return equation if value is equation.value else replace(equation, value=value)

    def claim(self, item: Claim) -> Claim:
        """The claim with its values rewritten."""
        match item.body:
            case ShapeClaim(value):
                return replace(item, body=replace(item.body, value=self.rewrite(value)))
            case ValueClaim():
                return replace(item, body=item.body.with_values(self.rewrite))
            case SizeClaim():
                return item

    def quantity(self, quantity: Quantity) -> Quantity:
        """The quantity with the value rewritten whose size it is."""
        return quantity if quantity.node is None else replace(quantity, node=self.rewrite(quantity.node))

    def rewrite(self, node: Node) -> Node:
        """The same value with cell axes subscripted from 0."""
        match node:
            case Read(family, subscripts):
                firsts: list[Size | None] = [None for _ in self.first.firsts(family)]
                firsts += self.first.cell(family)
                new = self._subscripts(subscripts, firsts, node)
                return node if new == subscripts else replace(node, subscripts=new)
            case Part(base, subscripts):
                inner, new = self.rewrite(base), self._subscripts(subscripts, list(self.first.of(base)), node)
                return node if inner is base and new == subscripts else replace(node, base=inner, subscripts=new)
            case Apply(View(), (operand,)):
                return self.rewrite(operand)
            case Apply(_, arguments):
                rewritten = tuple(self.rewrite(argument) for argument in arguments)
                return node if _same(rewritten, arguments) else replace(node, arguments=rewritten)
            case Reduce(_, _, body):
                inner = self.rewrite(body)
                return node if inner is body else replace(node, body=inner)
            case Default(read, fallback):
                parts = (self.rewrite(read), self.rewrite(fallback))
                return node if _same(parts, (read, fallback)) else replace(node, read=parts[0], fallback=parts[1])
            case Choose(_, condition, then, otherwise):
                return self._choose(node, condition, then, otherwise)
            case Call():
                return self._rewritten_call(node)
            case Output(call):
                inside = self._rewritten_call(call)
                return node if inside is call else replace(node, call=inside)
            case Inner(path):
                axes = axes_of(self.first, path)
                last: list[Size | None] = [] if axes is None else [*axes.front, *(None for _ in axes.own), *axes.cell]
                steps = (*(self._step(step, node, []) for step in path[:-1]), self._step(path[-1], node, last))
                return node if steps == path else replace(node, path=steps)
            case Number() | SizeValue() | Data():
                return node

    def _choose(self, node: Choose, condition: Node | None, then: Node, otherwise: Node) -> Node:
        new = None if condition is None else self.rewrite(condition)
        branches = (self.rewrite(then), self.rewrite(otherwise))
        if new is condition and _same(branches, (then, otherwise)):
            return node
        return replace(node, condition=new, then=branches[0], otherwise=branches[1])

    def _subscripts(
        self, subscripts: tuple[Subscript, ...], firsts: list[Size | None], node: Node
    ) -> tuple[Subscript, ...]:
        if any(first is MIXED and not isinstance(item, Whole) for item, first in zip(subscripts, firsts)):
            self.diagnostics.append(errors.mixed_numbering(node.span))
            return subscripts
        return tuple(
            self._shift(item, firsts[axis] if axis < len(firsts) else None) for axis, item in enumerate(subscripts)
        )

    def _shift(self, item: Subscript, first: Size | None) -> Subscript:
        start = ZERO if first is None else first
        match item:
            case Point(size):
                return item if start is ZERO else Point(size - start, start)
            case Cut(low, high):
                return item if start is ZERO else Cut(low - start, high - start)
            case Picked(node):
                inner = self.rewrite(node)
                if start is not ZERO:
                    inner = apply("-", [inner, SizeValue(start, span=inner.span)], inner.span)
                return item if inner is node else Picked(inner)
            case Whole():
                return item

    def _rewritten_call(self, node: Call) -> Call:
        rewritten = tuple(self.rewrite(argument) for argument in node.arguments)
        if node not in self.calls:
            self.calls[node] = node if _same(rewritten, node.arguments) else replace(node, arguments=rewritten)
        return self.calls[node]

    def _step(self, step: Step, node: Inner, firsts: list[Size | None]) -> Step:
        new = self._subscripts(step.subscripts, firsts, node)
        return step if new == step.subscripts else replace(step, subscripts=new)


def _same(new: Sequence[Node], old: Sequence[Node]) -> bool:
    return all(a is b for a, b in zip(new, old))
