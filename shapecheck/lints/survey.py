"""The readers of every family of a spec, and of every kind of block in it, that read it with strides.

In: shapes with blocks as they are applied.  Out: groups of uses: all the places that read one value, each with the
entries that it reads.  A value that anything reads whole is in no group.  A block's input is read by what its body does
with it; each kind is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from shapecheck.graph.block_definitions import Definition
from shapecheck.graph.model import Equation, Family
from shapecheck.graph.nodes import Apply, Call, Choose, Default, Inner, Node, Point, Read
from shapecheck.graph.reads import nodes_below
from shapecheck.infer.blocks.kinds import Kind
from shapecheck.infer.model import Instance, Interval, Shapes
from shapecheck.lints.combs import Comb, comb_of_subscript, comb_of_windows
from shapecheck.record import record
from shapecheck.sizes import ONE, Context, Formula, Size
from shapecheck.source import Source, Span

_ARROW = re.compile(r"(?:\s|\)|#[^\n]*\n|as\s+\w+)*->\s*")
"""The text between two stages of a chain."""


@record(eq=False)
class Use:
    """A place that reads a value: `combs` on the axes of which it may leave something out, none where it reads all.

    `path` leads from the operation through the applications around it, innermost first; `context` holds what is known
    of sizes there.
    """

    combs: tuple[Comb, ...]
    path: tuple[Span, ...]
    context: Context


@record(eq=False)
class Group:
    """All uses of a value, which is that of the family `name`, or computed in passing (None)."""

    name: str | None
    uses: tuple[Use, ...]


@record(eq=False)
class Survey:
    """`groups` are complete; `inputs` are the uses of a block's inputs, which its applications complete."""

    groups: tuple[Group, ...]
    inputs: Mapping[str, tuple[Use, ...]]
    windows: tuple[Use, ...]
    """Every operation whose windows have a stride, whether they leave something out or not."""


def survey(shapes: Shapes) -> Survey:
    """The groups of a spec, those inside of its blocks included."""
    return _Surveyor({}, _named_from_outside(shapes)).of(shapes, is_block=False)


def applied_blocks(shapes: Shapes) -> set[Definition]:
    """All blocks that a spec applies, those that its blocks apply included."""
    kinds, found = [item.kind for instance in shapes.instances for item in instance.applications.values()], set()
    seen: set[Kind] = set()
    while kinds:
        kind = kinds.pop()
        if kind not in seen:
            seen.add(kind)
            found.add(kind.definition)
            kinds += [item.kind for instance in kind.known.instances for item in instance.applications.values()]
    return found


def _named_from_outside(shapes: Shapes) -> frozenset[str]:
    """Names inside of blocks that are read by their paths (`c1.main`)."""
    nodes = (node for instance in shapes.instances for node in instance.shapes)
    return frozenset(node.path[-1].name for node in nodes if isinstance(node, Inner))


@record(frozen=False)
class _Surveyor:
    known: dict[Kind, Survey]
    named: frozenset[str]

    def of(self, shapes: Shapes, is_block: bool) -> Survey:
        walk = _Walk(self, shapes)
        for instance in shapes.instances:
            walk.instance(instance)
        inputs = {name: tuple(walk.uses.get(name, ())) for name in shapes.graph.families}
        groups = [group for name in inputs if (group := self._group(shapes.graph.families[name], walk, is_block))]
        return Survey((*groups, *walk.groups), inputs, tuple(walk.windows))

    def _group(self, family: Family, walk: _Walk, is_block: bool) -> Group | None:
        """The uses of a family that can be read from nowhere else, none of them whole."""
        uses = tuple(walk.uses.get(family.name, ()))
        ends_here = family.role == "local" or (family.role == "input" and not is_block)
        if not ends_here or family.name in self.named or not uses or not all(use.combs for use in uses):
            return None
        return Group(family.name, uses)

    def of_kind(self, kind: Kind) -> Survey:
        if kind not in self.known:
            self.known[kind] = self.of(kind.known, is_block=True)
        return self.known[kind]


@record(frozen=False)
class _Walk:
    surveyor: _Surveyor
    shapes: Shapes
    uses: dict[str, list[Use]] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    windows: list[Use] = field(default_factory=list)
    _passed: set[Kind] = field(default_factory=set)

    def instance(self, instance: Instance) -> None:
        """An equation in one box of its indices."""
        assert isinstance(instance.origin, Equation)
        _Equation(self, instance).value(instance.origin.value, instance.facts)

    def read(self, family: str, use: Use) -> None:
        """One more use of a family."""
        self.uses.setdefault(family, []).append(use)

    def pass_on(self, survey: Survey, kind: Kind, place: Span) -> None:
        """The findings inside of a block, told at its applications too: the first of each kind."""
        if kind not in self._passed:
            self._passed.add(kind)
            self.windows += (_behind(use, place) for use in survey.windows)
            self.groups += (
                replace(group, uses=tuple(_behind(use, place) for use in group.uses)) for group in survey.groups
            )


def _behind(use: Use, span: Span) -> Use:
    return replace(use, path=(*use.path, span))


def _stage(node: Node, arguments: Sequence[Node], source: Source) -> Span:
    """The place of an application; in a chain the stage alone, without what comes before it."""
    before = max((item.span.end for item in arguments if item.span.end <= node.span.end), default=node.span.end)
    arrow = _ARROW.match(source[Span(before, node.span.end)]) if before > node.span.start else None
    return node.span if arrow is None else Span(before + arrow.end(), node.span.end)


@record(frozen=False)
class _Equation:
    walk: _Walk
    instance: Instance

    def value(self, node: Node, facts: tuple[Formula, ...]) -> None:
        """Reads all of a value; `facts` are the conditions around it."""
        if node not in self.instance.shapes and not isinstance(node, Call):
            return
        match node:
            case Read():
                self._read(node, (), (node.span,), facts)
            case Default(read, fallback) if isinstance(read, Read):
                self._read(read, (), (node.span,), facts)
                self.value(fallback, facts)
            case Apply():
                self._apply(node, facts)
            case Call():
                self._call(node, facts)
            case Choose(formula, condition, then, otherwise):
                for below in (condition,) if condition is not None else ():
                    self.value(below, facts)
                self.value(then, (*facts, *_of_sizes(formula)))
                self.value(otherwise, (*facts, *(() if formula is None else _of_sizes(formula.negated()))))
            case _:
                for below in node.operands:
                    self.value(below, facts)

    def _apply(self, node: Apply, facts: tuple[Formula, ...]) -> None:
        """An operation: its first operand is read through its windows, if it has any with strides."""
        first, rest = node.arguments[:1], node.arguments[1:]
        slides = node.op.windows(node.parameters, [self.instance.shapes[item] for item in node.arguments])
        combs = tuple(comb for slide in slides if (comb := comb_of_windows(slide)) is not None)
        if combs:
            use = Use(combs, (_stage(node, first, self.walk.shapes.graph.source),), self._context(facts))
            self.walk.windows.append(use)
            self._operand(first[0], [use], facts)
        for argument in rest if combs else node.arguments:
            self.value(argument, facts)

    def _context(self, facts: tuple[Formula, ...]) -> Context:
        return self.walk.shapes.graph.context.assuming(*facts)

    def _call(self, call: Call, facts: tuple[Formula, ...]) -> None:
        application = self.instance.applications.get(call)
        if application is None:
            return
        inside = self.walk.surveyor.of_kind(application.kind)
        place = _stage(call, call.arguments, self.walk.shapes.graph.source)
        self.walk.pass_on(inside, application.kind, place)
        for name, argument in zip(call.names, call.arguments):
            uses = [_behind(use, place) for use in inside.inputs.get(name, ())]
            if uses and all(use.combs for use in uses):
                self._operand(argument, uses, facts)
            else:
                self.value(argument, facts)

    def _operand(self, node: Node, uses: list[Use], facts: tuple[Formula, ...]) -> None:
        """A value that is read with strides."""
        if isinstance(node, Read) and all(isinstance(item, Point) for item in node.subscripts):
            for use in uses:
                self._read(node, use.combs, use.path, facts, use.context)
        elif any(isinstance(item, Read) for item in nodes_below(node)):
            self.walk.groups.append(Group(None, tuple(uses)))
            self.value(node, facts)

    def _read(
        self,
        node: Read,
        combs: tuple[Comb, ...],
        path: tuple[Span, ...],
        facts: tuple[Formula, ...],
        context: Context | None = None,
    ) -> None:
        """A read of a family, whose subscripts may have strides of their own."""
        own = () if self._is_own(node) else self._of_subscripts(node)
        use = Use((*own, *combs), path, self._context(facts) if context is None else context.assuming(*facts))
        self.walk.read(node.family, use)
        for operand in node.operands:
            self.value(operand, facts)

    def _is_own(self, node: Read) -> bool:
        """Whether the equation defines entries of the tensor that it reads, by a left side that strides."""
        assert isinstance(self.instance.origin, Equation)
        return any(target.family.startswith(f"{node.family}'") for target in self.instance.origin.targets)

    def _of_subscripts(self, node: Read) -> Iterator[Comb]:
        axes = _axes(self.walk.shapes, node.family)
        ranges = {**self.instance.ranges, **self.instance.bounds}
        for at, item in enumerate(node.subscripts):
            if isinstance(item, Point) and axes is not None and any(name[0] == "." for name in item.size.names):
                low, size = axes[at]
                comb = comb_of_subscript(item.size, ranges, low, size, at - len(axes))
                if comb is not None:
                    yield comb


def _axes(shapes: Shapes, family: str) -> list[tuple[Size, Size]] | None:
    """The first member and the length of every axis of a family; None where its members differ in shape."""
    cells = {cell.shape for cell in shapes.cells[family]}
    if len(cells) != 1:
        return None
    region: tuple[Interval, ...] = shapes.axes[family]
    return [*((part.low, part.extent) for part in region), *((ONE - 1, size) for size in cells.pop())]


def _of_sizes(formula: Formula | None) -> tuple[Formula, ...]:
    """A condition that no index takes part in."""
    return () if formula is None or any(name[0] == "." for name in formula.names) else (formula,)
