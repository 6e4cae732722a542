"""First indices of the axes of families and values, before any subscript is rewritten.

In: a graph with subscripts as written.  Out: numberings, tuples of first indices, one an axis from the front; None, and
axes past the end, count from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from itertools import repeat

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.applied_bodies import Body
from shapecheck.graph.block_definitions import REPEAT, Definition
from shapecheck.graph.model import Equation, Family, Graph
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
    Point,
    Read,
    Reduce,
    SizeValue,
    Step,
    Subscript,
    Whole,
)
from shapecheck.graph.numbering.call_axes import declared_lows, makes_numbers, output_axes, takes_any_shape
from shapecheck.graph.numbering.part_axes import axes_of
from shapecheck.graph.numbering.ranks import Ranks
from shapecheck.graph.operand_views import FROM_ZERO, Axes, View
from shapecheck.graph.reads import claim_values, nodes_below
from shapecheck.ops.base import Setting
from shapecheck.ops.elementwise import MIXED, combine
from shapecheck.record import record
from shapecheck.sizes import ZERO, Context, Proved, Relation, Size, decide, symbol

Numbering = tuple[Size | None, ...]


@record
class Blocks:
    """The ways to read the body of a block."""

    alone: Callable[[Definition, Graph], tuple[Graph, tuple[Diagnostic, ...]] | None]
    """As a graph of its own (`shapecheck.graph.blocks_alone`)."""
    applied: Callable[[Call, Mapping[str, Setting], Mapping[str, tuple[Size, ...]], Graph, Context], Body]
    """As one call applies it (`shapecheck.graph.applied_bodies`)."""


def strip(numbering: Sequence[Size | None]) -> Numbering:
    """The numbering without axes at its end that count from 0."""
    end = len(numbering)
    while end and numbering[end - 1] is None:
        end -= 1
    return tuple(numbering[:end])


@record(frozen=False, slots=False)
class FirstIndices:
    """The first indices of the axes of one graph's families and values."""

    graph: Graph
    blocks: Blocks
    handed: dict[str, Numbering] = field(default_factory=dict)
    """For a body: the numbering of inputs, as the arguments have it."""
    within: frozenset[Definition] = frozenset()
    """The blocks that this body stands in."""
    output_ranks: dict[object, int | None] = field(default_factory=dict)
    """Numbers of axes of the outputs of blocks, by application."""
    starts: dict[str, tuple[Size, ...]] = field(default_factory=dict)
    cells: dict[str, Numbering] = field(default_factory=dict)
    nodes: dict[Node, Numbering] = field(default_factory=dict)
    values: dict[str, list[Equation]] = field(default_factory=dict)

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
        """The first value of an index without a range: the start of the first axis that it alone subscripts."""
        at = symbol(index.symbol)
        for node in nodes_below(value):
            if isinstance(node, Read):
                for axis, item in enumerate(node.subscripts):
                    if isinstance(item, Point) and item.size is at and node.family not in self.handed:
                        starts = [*self.firsts(node.family), *self.cell(node.family)]
                        first = starts[axis] if axis < len(starts) else None
                        return ZERO if first is None or first is MIXED else first
        return ZERO

    @cached_property
    def ranks(self) -> Ranks:
        """The numbers of axes of values."""
        return Ranks(self)

    @property
    def plain(self) -> bool:
        """Whether every axis counts from 0: those of families, stacks and cuts."""
        families = self.graph.families.values()
        from_0 = all(start is ZERO for starts in self.starts.values() for start in starts)
        return from_0 and not any(family.whole for family in families) and not any(map(_starts_late, self._values()))

    def _values(self) -> Iterator[Node]:
        yield from (equation.value for equation in self.graph.equations)
        for claim in (
            *self.graph.claims,
            *self.graph.assumed,
            *(claim for test in self.graph.tests for claim in test.claims),
        ):
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

    def of_body(self, definition: Definition) -> FirstIndices | None:
        """The first indices of a block's body on its own; None for one that can only be read as it is applied."""
        made = None if definition.is_function else self.blocks.alone(definition, self.graph)
        return None if made is None else FirstIndices(made[0], self.blocks)

    # ---- numbering of values -------------------------------------------------------------------

    def cell(self, name: str) -> Numbering:
        """The numbering of one member's axes: as declared, else as its equations hand it on."""
        if name in self.handed:
            return self.handed[name]
        if name not in self.cells:
            self.cells[name] = ()
            family = self.graph.families[name]
            if family.whole:
                self.cells[name] = strip([index.low if index.low is not None else ZERO for index in family.whole])
            else:
                self.cells[name] = strip(combine(self._defined(name, item) for item in self.values.get(name, ())))
        return self.cells[name]

    def _defined(self, name: str, equation: Equation) -> Numbering:
        """The numbering of a member's axes, as one equation defines it."""
        if equation.form == "tuple" and isinstance(equation.value, Call):
            return self._call(equation.value, [target.family for target in equation.targets].index(name))
        return self.of(equation.value) if equation.form == "plain" else ()

    def of(self, node: Node) -> Numbering:
        """The numbering of a value's axes."""
        found = self.nodes.get(node)
        if found is None:
            found = self.nodes[node] = self._of(node)
        return found

    def _of(self, node: Node) -> Numbering:
        match node:
            case Read(family, subscripts):
                return strip(kept([*self.firsts(family), *self.cell(family)], subscripts))
            case Part(base, subscripts):
                return strip(kept(list(self.of(base)), subscripts))
            case Apply(View() as view, (operand,), axes):
                return () if view is FROM_ZERO else strip([*self._as_operands(axes), *self.of(operand)[len(axes) :]])
            case Apply(op, arguments, parameters):
                return strip(op.numbering(parameters, [self.of(argument) for argument in arguments]))
            case Reduce("stack", indices, body):
                return strip([*(self.low(index, body) for index in indices), *self.of(body)])
            case Reduce("concat", _, body):
                return strip([None, *self.of(body)[1:]])
            case Reduce("argsort"):
                return ()
            case Reduce(_, _, body):
                return self.of(body)
            case Choose(_, _, then, otherwise):
                return strip(combine([self.of(then), self.of(otherwise)]))
            case Call():
                return self._call(node, 0)
            case Output(call, name):
                return self._call(call, [item.name for item in call.definition.outputs].index(name))
            case Inner(path):
                return self._part(path)
            case Number() | SizeValue() | Data() | Default():
                return ()  # a scalar, or counted from 0

    def _as_operands(self, axes: Axes) -> list[Size | None]:
        """The first indices of axes that run over whole axes of operands."""
        return [None if item is None else (*self.of(item[0]), *repeat(None, item[1] + 1))[item[1]] for item in axes]

    def _part(self, path: tuple[Step, ...]) -> Numbering:
        """The numbering of a part: members of applications, axes that are mapped over, and its own axes."""
        axes = axes_of(self, path)
        if axes is None:
            return ()
        steps = [list(firsts) for firsts in axes.sites[: len(path) - 1]]
        left = [first for firsts, step in zip(steps, path) for first in kept(firsts, step.subscripts)]
        return strip([*left, *kept([*axes.front, *axes.own, *axes.cell], path[-1].subscripts)])

    def inside(self, call: Call, body: Body, handed: Mapping[str, Numbering]) -> FirstIndices:
        """The first indices in the body of an application; `handed` are those of its inputs."""
        within = self.within if call.definition is REPEAT else self.within | {call.definition}
        return FirstIndices(body.graph, self.blocks, dict(handed), within, self.output_ranks)

    def _call(self, call: Call, number: int) -> Numbering:
        return strip(output_axes(self, call, number))


def _starts_late(value: Node) -> bool:
    """Whether a stack or a cut in the value makes an axis that does not count from 0."""
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
            case Apply(View()):
                return True
            case Call(definition):
                if makes_numbers(node) if takes_any_shape(node) else _declares_late(definition):
                    return True
            case Number() | SizeValue() | Data() | Apply() | Reduce() | Default() | Choose() | Output() | Inner():
                pass  # the nodes below come by themselves
    return False


def _declares_late(definition: Definition) -> bool:
    """Whether an axis of an output is declared with a range that does not start at 0."""
    return any(low is not None for output in definition.outputs for low in declared_lows(output))


def kept(firsts: list[Size | None], subscripts: tuple[Subscript, ...]) -> list[Size | None]:
    """First indices after subscripts: points drop their axis, a cut is numbered from its own start."""
    left: list[Size | None] = []
    for axis, item in enumerate(subscripts):
        if isinstance(item, Cut):
            left.append(None if item.low is ZERO else item.low)
        elif isinstance(item, Whole):
            left.append(firsts[axis] if axis < len(firsts) else None)
    return left + firsts[len(subscripts) :]
