"""Blocks put in place: the shapes of a spec with blocks as those of one without.

In: `Shapes` with applications of blocks.  Out: `Shapes` whose equations are those of the spec and of all bodies, one
after the other; what runs equations, and what proves claims about values, knows nothing of blocks.

A body's names get the path of its application in front (`c1.K`), and its families the members that the application
is for as further axes in front: `h[k] = gru(p)(h[k-1])` makes `h.W` a family over k.  The axes that it is mapped over
follow, except for weights, which they share.  An input is read where it comes from; nothing is copied unless it is
computed in passing.  Since bodies are already in the sizes of the spec, nothing else changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace

from shapecheck.graph.model import Claim, Equation, Graph, ShapeClaim, SizeClaim, Target, ValueClaim
from shapecheck.graph.nodes import (
    Call,
    Index,
    Inner,
    Node,
)
from shapecheck.graph.reads import claim_values, nodes_below
from shapecheck.infer.blocks.kinds import Kind
from shapecheck.infer.blocks.places import (
    Members,
    Place,
    Placed,
    entered,
    range_of,
)
from shapecheck.infer.model import Instance, Interval, Shapes
from shapecheck.inline.block_inputs import Inputs
from shapecheck.inline.collected import Collected, of_sizes
from shapecheck.inline.rewrite import Rewriter
from shapecheck.record import record
from shapecheck.sizes import ZERO, symbol
from shapecheck.source import NOWHERE


def link(shapes: Shapes) -> Shapes:
    """The same shapes without applications; the very same where there are none."""
    if shapes.failed or not (_applies(shapes) or any(map(_has_blocks, _all_claims(shapes)))):
        return shapes
    return Linker.of(shapes).linked()


def _applies(shapes: Shapes) -> bool:
    return any(instance.applications or _has_parts(instance) for instance in shapes.instances)


def _has_parts(instance: Instance) -> bool:
    return any(isinstance(node, Inner) for node in instance.shapes)


def _has_blocks(claim: Claim) -> bool:
    return any(isinstance(node, Call | Inner) for value in claim_values(claim) for node in nodes_below(value))


def _all_claims(shapes: Shapes) -> Iterator[Claim]:
    yield from (*shapes.graph.claims, *shapes.graph.assumed)
    for test in shapes.graph.tests:
        yield from test.claims


@record(frozen=False)
class Linker:
    """Puts all blocks of a spec in place: `collected` is what is in place so far."""

    shapes: Shapes
    collected: Collected
    inputs: Inputs
    claims: dict[Claim, Claim] = field(default_factory=dict)
    renamed: dict[tuple[str, int], str] = field(default_factory=dict)
    """New names of families whose name was taken, by name and number of axes."""
    placed: dict[str, list[Placed]] = field(default_factory=dict)
    _count: int = 0

    @staticmethod
    def of(shapes: Shapes) -> Linker:
        """The linker for a spec, before anything is put in place."""
        cells = {name: list(cells) for name, cells in shapes.cells.items()}
        graph, owed, measures = shapes.graph, list(shapes.requirements), dict(shapes.measures)
        collected = Collected(graph.context, dict(graph.families), cells, owed, measures, set(shapes.unfounded))
        return Linker(shapes, collected, Inputs(collected, shapes.axes))

    def linked(self) -> Shapes:
        """The whole spec."""
        shapes, place = self.shapes, Place(self.shapes)
        for instance in shapes.instances:
            self._instance(instance, place)
        claims: dict[Claim, tuple[Instance, ...]] = {}
        for claim, boxes in shapes.claims.items():
            claims.update(self._claim(claim, boxes, place))
        self.inputs.define()
        found = self.collected
        return replace(
            shapes,
            graph=self._graph(),
            cells={name: tuple(cells) for name, cells in found.cells.items()},
            axes={**shapes.axes, **{name: found.axes(name) for name in found.cells if name not in shapes.axes}},
            instances=tuple(found.instances),
            claims=claims,
            requirements=tuple(found.requirements),
            measures=found.measures,
            doubtful=frozenset(self._new(shapes.doubtful)),
            unfounded=frozenset(found.unfounded),
            origin=shapes,
            placed={path: tuple(bodies) for path, bodies in self.placed.items()},
        )

    def _graph(self) -> Graph:
        graph, found = self.shapes.graph, self.collected
        equations = dict.fromkeys(item.origin for item in found.instances if isinstance(item.origin, Equation))
        tests = tuple(replace(test, claims=self._new(test.claims)) for test in graph.tests)
        return replace(
            graph,
            families=found.families,
            equations=tuple(equations),
            claims=self._new(graph.claims),
            assumed=self._new(graph.assumed),
            tests=tests,
        )

    def _new(self, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        """The claims as they are with all blocks in place."""
        return tuple(self.claims.get(claim, claim) for claim in claims)

    # ---- equations -----------------------------------------------------------------------------

    def _instance(self, instance: Instance, place: Place) -> None:
        """An equation in one box, put in place."""
        equation = instance.origin
        assert isinstance(equation, Equation)
        if not place.path and not instance.applications and not _has_parts(instance):
            self.collected.instances.append(instance)
            return
        ranges = {index.symbol: range_of(index) for index in place.indices} | dict(instance.ranges)
        own = tuple(_boxed(index, instance.ranges[index.symbol]) for index in equation.indices)
        inside = replace(place, indices=(*place.indices, *own))
        writer = Rewriter(self, inside, instance)
        targets = tuple(
            Target(place.name(item.family), (*(size for size, _ in place.members), *item.subscripts), None, item.span)
            for item in equation.targets
        )
        for group, value, form in self._parts(equation, targets, writer):
            made = Equation(form, group, value, inside.indices, equation.span)
            shapes = dict(writer.shapes)
            self.collected.instances.append(Instance(made, ranges, instance.bounds, shapes, {}, of_sizes(place.facts)))

    def _parts(
        self, equation: Equation, targets: tuple[Target, ...], writer: Rewriter
    ) -> Iterator[tuple[tuple[Target, ...], Node, str]]:
        """The equation, or one for each output of a block where several names take them."""
        if equation.form != "tuple":
            yield targets, writer.value(equation.value), equation.form
            return
        assert isinstance(equation.value, Call)
        kind = writer.instance.applications[equation.value].kind
        assert kind.body is not None
        for target, name, shape in zip(targets, kind.body.outputs, kind.outputs):
            yield (target,), writer.output(equation.value, name, shape), "plain"

    # ---- applications --------------------------------------------------------------------------

    def apply(self, call: Call, writer: Rewriter) -> Place:
        """Put a block's body in place for one application, with what it is applied to."""
        application = writer.instance.applications[call]
        kind = application.kind
        operands = [writer.value(argument) for argument in call.arguments]
        inner = entered(writer.place, call, application, {**writer.instance.ranges, **writer.instance.bounds})
        lead = [Index(self._fresh(), "lead", ZERO, size - 1, NOWHERE) for size in application.leading]
        inputs = {
            name: self.inputs.passed(name, operand, inner, application, lead if mapped else [], writer)
            for name, operand, mapped in zip(call.names, operands, (*application.mapped, *(False for _ in operands)))
        }
        front: Members = tuple((symbol(index.symbol), range_of(index)) for index in lead)
        inner = replace(
            inner,
            members=(*inner.members, *front),
            indices=(*inner.indices, *lead),
            inputs=inputs,
        )
        self.inputs.remember(inner, len(lead), dict(zip(call.names, application.mapped)), writer.instance.bounds)
        inner = replace(inner, apart=self._apart(kind, inner))
        for path in dict.fromkeys((inner.path, inner.weights)):
            self.placed.setdefault(path, []).append(Placed(kind, inner))
        self._body(kind, inner)
        return inner

    def _fresh(self) -> str:
        self._count += 1
        return f".lead'{self._count}"

    def _apart(self, kind: Kind, place: Place) -> dict[str, str]:
        """Other names for families that would share one with a family of fewer or more axes.

        `h[0] = x -> f` and `h[k] = h[k-1] -> g` both have their results under `h.y`.
        """
        found: dict[str, str] = {}
        for family in kind.known.graph.families.values():
            if family.name in place.inputs or family.role in ("weight", "buffer"):
                continue
            name, axes = place.name(family.name), len(place.members) + len(family.axes)
            taken = name
            while taken in self.collected.families and len(self.collected.families[taken].axes) != axes:
                taken += "'"
            if taken != name:
                found[family.name] = self.renamed[name, axes] = taken
        return found

    # ---- bodies --------------------------------------------------------------------------------

    def _body(self, kind: Kind, place: Place) -> None:
        shapes = kind.known
        for family in shapes.graph.families.values():
            if family.name not in place.inputs:
                self.collected.family(family, place)
        self.collected.requirements += shapes.requirements
        self.collected.measures.update(shapes.measures)
        self.collected.unfounded |= {place.name(name) for name in shapes.unfounded}
        for instance in shapes.instances:
            self._instance(instance, place)

    # ---- claims --------------------------------------------------------------------------------

    def _claim(self, claim: Claim, boxes: tuple[Instance, ...], place: Place) -> Mapping[Claim, tuple[Instance, ...]]:
        if not _has_blocks(claim):
            return {claim: boxes}
        made: dict[Node, Node] = {}
        found = []
        for box in boxes:
            own = tuple(_boxed(index, box.ranges[index.symbol]) for index in claim.indices)
            writer = Rewriter(self, replace(place, indices=own), box, made)
            for value in claim_values(claim):
                writer.value(value)
            found.append(replace(box, shapes=dict(writer.shapes), applications={}))
        match claim.body:
            case ShapeClaim(value):
                body: ShapeClaim | ValueClaim = replace(claim.body, value=made[value])
            case ValueClaim():
                body = claim.body.with_values(made.__getitem__)
            case SizeClaim():
                raise AssertionError("a claim about sizes has no blocks in it")
        new = replace(claim, body=body)
        self.claims[claim] = new
        return {new: tuple(replace(box, origin=new) for box in found)}


def _boxed(index: Index, interval: Interval) -> Index:
    return replace(index, low=interval.low, high=interval.high)
