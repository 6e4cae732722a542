"""Where an axis starts counting, and subscripts rewritten to count from 0.

An axis that is made with a range is numbered by it, every other axis counts from 0.  Elementwise operations and `@`
hand the numbering on.  After `renumber` nobody needs to know: subscripts of a cell's axes, and of any value that is
not a family, count from 0; only a family's own axes keep their numbers.

A numbering is a tuple of first indices, one an axis from the front; None, and axes past its end, are plain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from functools import cached_property

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph import errors
from shapecheck.graph.blocks import REPEAT
from shapecheck.graph.literals import literal
from shapecheck.graph.model import Claim, Equation, Family, Graph, ShapeClaim, SizeClaim, ValueClaim
from shapecheck.graph.nodes import (
    Apply,
    Call,
    Choose,
    Cut,
    Data,
    Default,
    Index,
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
from shapecheck.graph.part_axes import axes_of
from shapecheck.graph.ranks import Ranks
from shapecheck.graph.reads import claim_values, nodes_below
from shapecheck.ops.elementwise import MIXED, combine
from shapecheck.record import record
from shapecheck.sizes import ZERO, Proved, Relation, Size, decide, integer, symbol
from shapecheck.syntax import tree

Numbering = tuple[Size | None, ...]


def _strip(numbering: Sequence[Size | None]) -> Numbering:
    end = len(numbering)
    while end and numbering[end - 1] is None:
        end -= 1
    return tuple(numbering[:end])


UNCLEAR: Numbering = (MIXED,) * 16
"""Of a value of which it is not known how its axes count: they cannot be subscripted."""


@record(frozen=False, slots=False)
class Numberer:
    """How the axes of one graph's families and values count."""

    graph: Graph
    starts: dict[str, tuple[Size, ...]] = field(default_factory=dict)
    cells: dict[str, Numbering] = field(default_factory=dict)
    nodes: dict[Node, Numbering] = field(default_factory=dict)
    values: dict[str, list[Equation]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    calls: dict[Call, Call] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for equation in self.graph.equations:
            for target in equation.targets:
                self.values.setdefault(target.family, []).append(equation)
        for name in self.graph.families:
            self.firsts(name)

    def firsts(self, name: str) -> tuple[Size, ...]:
        """The first member of a family along each of its axes."""
        if name not in self.starts:
            family = self.graph.families[name]
            self.starts[name] = tuple(ZERO for _ in family.axes)
            self.starts[name] = tuple(self._start(family, axis) for axis in range(len(family.axes)))
        return self.starts[name]

    def _inferred(self, index: Index, value: Node) -> Size:
        """Where the range of an index starts that the reads fix: where the axis starts that it alone subscripts."""
        at = symbol(index.symbol)
        for node in nodes_below(value):
            if isinstance(node, Read):
                for axis, item in enumerate(node.subscripts):
                    if isinstance(item, Point) and item.size is at:
                        starts = [*self.firsts(node.family), *self.cell(node.family)]
                        first = starts[axis] if axis < len(starts) else None
                        return ZERO if first is None or first is MIXED else first
        return ZERO

    @cached_property
    def ranks(self) -> Ranks:
        """How many axes values have."""
        return Ranks(self.graph, self.values)

    @property
    def plain(self) -> bool:
        """Whether everything counts from 0 already: no axis of a family, a stack or a cut starts elsewhere."""
        families = self.graph.families.values()
        from_0 = all(start is ZERO for starts in self.starts.values() for start in starts)
        return from_0 and not any(family.whole for family in families) and not any(map(_starts_late, self._values()))

    def _values(self) -> Iterator[Node]:
        yield from (equation.value for equation in self.graph.equations)
        for claim in (*self.graph.claims, *(claim for test in self.graph.tests for claim in test.claims)):
            yield from claim_values(claim)
        yield from (item.node for item in self.graph.quantities.values() if item.node is not None)

    def _start(self, family: Family, axis: int) -> Size:
        declared, lows = family.axes[axis].low, [] if family.is_given else self._lows(family.name, axis)
        return self._least(lows) if lows or declared is None else declared

    def _lows(self, name: str, axis: int) -> list[Size]:
        lows: list[Size] = []
        for equation in self.values.get(name, ()):
            by_symbol = {index.symbol: self.low(index, equation.value) for index in equation.indices}
            own = (target for target in equation.targets if target.family == name)
            lows.extend(target.subscripts[axis].substitute(by_symbol) for target in own)
        return list(dict.fromkeys(lows))

    def low(self, index: Index, value: Node) -> Size:
        """The first value of an index of an equation or a stack."""
        return index.low if index.low is not None else self._inferred(index, value)

    def _least(self, lows: list[Size]) -> Size:
        for low in lows:
            if all(
                isinstance(decide(self.graph.context, Relation(">=", other, low)), Proved)
                for other in lows
                if other is not low
            ):
                return low
        return lows[0] if lows else ZERO

    # ---- numbering of values -------------------------------------------------------------------

    def cell(self, name: str) -> Numbering:
        """Of the axes of one member: as declared, else as its definition hands it on."""
        if name not in self.cells:
            self.cells[name] = ()
            family = self.graph.families[name]
            if family.whole:
                self.cells[name] = _strip([index.low if index.low is not None else ZERO for index in family.whole])
            else:
                self.cells[name] = _strip(combine(self._defined(name, item) for item in self.values.get(name, ())))
        return self.cells[name]

    def _defined(self, name: str, equation: Equation) -> Numbering:
        """Of the axes of a member, as one equation defines it."""
        if equation.form == "tuple" and isinstance(equation.value, Call):
            return self._call(equation.value, [target.family for target in equation.targets].index(name))
        return self.of(equation.value) if equation.form == "plain" else ()

    def of(self, node: Node) -> Numbering:
        found = self.nodes.get(node)
        if found is None:
            found = self.nodes[node] = self._of(node)
        return found

    def _of(self, node: Node) -> Numbering:
        match node:
            case Read(family, subscripts):
                return _strip(_kept([*self.firsts(family), *self.cell(family)], subscripts))
            case Part(base, subscripts):
                return _strip(_kept(list(self.of(base)), subscripts))
            case Apply(op, arguments, parameters):
                return _strip(op.numbering(parameters, [self.of(argument) for argument in arguments]))
            case Reduce("stack", indices, body):
                return _strip([*(self.low(index, body) for index in indices), *self.of(body)])
            case Reduce("concat", _, body):
                return _strip([None, *self.of(body)[1:]])
            case Reduce(_, _, body):
                return self.of(body)
            case Choose(_, _, then, otherwise):
                return _strip(combine([self.of(then), self.of(otherwise)]))
            case Call():
                return self._call(node, 0)
            case Output(call, name):
                return self._call(call, [item.name for item in call.definition.outputs].index(name))
            case Inner(path):
                return self._part(path)
            case Number() | SizeValue() | Data() | Default():
                return ()  # a scalar, or counted from 0

    def _part(self, path: tuple[Step, ...]) -> Numbering:
        """Of what the subscripts of a part leave: members of applications, what is mapped over, its own axes."""
        axes = axes_of(self, path)
        if axes is None:
            return ()
        steps = [list(firsts) for firsts in axes.sites[: len(path) - 1]]
        kept = [first for firsts, step in zip(steps, path) for first in _kept(firsts, step.subscripts)]
        return _strip([*kept, *_kept([*axes.front, *axes.own, *axes.cell], path[-1].subscripts)])

    # ---- blocks --------------------------------------------------------------------------------

    def _call(self, call: Call, number: int) -> Numbering:
        """The axes that a block is mapped over count as its argument's do, those of its output as it is declared."""
        definition, ports = call.definition, call.ports
        if definition is REPEAT:
            if call.repeats is None or call.repeats is REPEAT:
                return self._passed_on(call)
            definition, ports = call.repeats, call.repeats.inputs
        if all(port.rank is None for port in ports):
            return self._passed_on(call)
        own = _declared_lows(definition.outputs[number])
        operands = [self.of(argument) for argument, port in zip(call.arguments, ports) if port.leading]
        if not any(operands) and not any(low is not None for low in own):
            return ()
        count = self.ranks.front(replace(call, definition=definition, ports=ports))
        if count is None:
            return UNCLEAR
        front = combine([operand[:count] for operand in operands])
        return _strip([*front, *(None for _ in range(count - len(front))), *own])

    def _passed_on(self, call: Call) -> Numbering:
        """Of a block that takes any shape: plain where all that it takes is."""
        return UNCLEAR if any(self.of(argument) for argument in call.arguments) else ()

    def _rewritten_call(self, node: Call) -> Call:
        rewritten = tuple(self.rewrite(argument) for argument in node.arguments)
        if node not in self.calls:
            self.calls[node] = node if _same(rewritten, node.arguments) else replace(node, arguments=rewritten)
        return self.calls[node]

    def _step(self, step: Step, node: Inner, firsts: list[Size | None]) -> Step:
        new = self._subscripts(step.subscripts, firsts, node)
        return step if new == step.subscripts else replace(step, subscripts=new)

    # ---- rewriting -----------------------------------------------------------------------------

    def rewrite(self, node: Node) -> Node:
        """The same value with cell axes subscripted from 0; the very same node where nothing changes."""
        match node:
            case Read(family, subscripts):
                firsts: list[Size | None] = [None for _ in self.firsts(family)]
                firsts += self.cell(family)
                new = self._subscripts(subscripts, firsts, node)
                return node if new == subscripts else replace(node, subscripts=new)
            case Part(base, subscripts):
                inner, new = self.rewrite(base), self._subscripts(subscripts, list(self.of(base)), node)
                return node if inner is base and new == subscripts else replace(node, base=inner, subscripts=new)
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
                axes = axes_of(self, path)
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
                    inner = _minus(inner, start)
                return item if inner is node else Picked(inner)
            case Whole():
                return item


def _declared_lows(item: tree.Declared) -> list[Size | None]:
    """The first indices of the axes that an output is declared with; the rest is plain."""
    lows: list[Size | None] = []
    for binder in item.binders:
        low = None if binder.range is None else literal(binder.range.low)
        if isinstance(low, Number) and isinstance(low.value, int):
            lows.append(integer(low.value) if low.value else None)
        else:
            lows.append(MIXED)
    return lows


def _starts_late(value: Node) -> bool:
    """Whether a stack or a cut below makes an axis that does not count from 0."""
    for node in nodes_below(value):
        match node:
            case Reduce("stack", indices):
                if any(index.low is not None and index.low is not ZERO for index in indices):
                    return True
            case Read(_, subscripts) | Part(_, subscripts):
                if any(isinstance(item, Cut) and item.low is not ZERO for item in subscripts):
                    return True
            case Inner():
                return True
            case Call(definition):
                if definition is REPEAT or any(any(map(_starts, _declared_lows(o))) for o in definition.outputs):
                    return True
            case Number() | SizeValue() | Data() | Apply() | Reduce() | Default() | Choose() | Output() | Inner():
                pass  # what stands below is looked at by itself
    return False


def _starts(low: Size | None) -> bool:
    return low is not None


def _minus(node: Node, first: Size) -> Node:
    from shapecheck import ops
    from shapecheck.graph.nodes import SizeValue

    op = ops.find("-", 2)
    assert op is not None
    return Apply(op, (node, SizeValue(first, span=node.span)), None, span=node.span)


def _same(new: Sequence[Node], old: Sequence[Node]) -> bool:
    return all(a is b for a, b in zip(new, old))


def _kept(firsts: list[Size | None], subscripts: tuple[Subscript, ...]) -> list[Size | None]:
    """Numbering after subscripts: points drop their axis, a cut is numbered from its own start."""
    kept: list[Size | None] = []
    for axis, item in enumerate(subscripts):
        if isinstance(item, Cut):
            kept.append(item.low)
        elif isinstance(item, Whole):
            kept.append(firsts[axis] if axis < len(firsts) else None)
    return kept + firsts[len(subscripts) :]


def renumber(graph: Graph) -> tuple[Graph, list[Diagnostic]]:
    """The graph with all subscripts of cell axes and of values counting from 0, and subscripts that cannot be read."""
    numberer = Numberer(graph)
    if numberer.plain:
        return graph, []
    equations = tuple(_equation(equation, numberer) for equation in graph.equations)
    firsts = {name: (*map(_or_0, numberer.firsts(name)), *numberer.cell(name)) for name in graph.families}
    renumbered = replace(
        graph,
        numbering={name: numbering for name, numbering in firsts.items() if any(numbering)},
        equations=equations,
        claims=tuple(_claim(item, numberer) for item in graph.claims),
        tests=tuple(
            replace(test, claims=tuple(_claim(item, numberer) for item in test.claims)) for test in graph.tests
        ),
        quantities={
            name: quantity if quantity.node is None else replace(quantity, node=numberer.rewrite(quantity.node))
            for name, quantity in graph.quantities.items()
        },
    )
    return renumbered, numberer.diagnostics


def _or_0(first: Size) -> Size | None:
    return None if first is ZERO else first


def _equation(equation: Equation, numberer: Numberer) -> Equation:
    value = numberer.rewrite(equation.value)
    return equation if value is equation.value else replace(equation, value=value)


def _claim(item: Claim, numberer: Numberer) -> Claim:
    match item.body:
        case ShapeClaim(value):
            return replace(item, body=replace(item.body, value=numberer.rewrite(value)))
        case ValueClaim(operands):
            return replace(item, body=replace(item.body, operands=tuple(map(numberer.rewrite, operands))))
        case SizeClaim():
            return item
