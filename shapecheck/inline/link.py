"""Blocks put in place: the shapes of a spec with blocks as those of one without.

In: `Shapes` with applications of blocks.  Out: `Shapes` whose equations are those of the spec and of all bodies, one
after the other; what runs equations, and what proves claims about values, knows nothing of blocks.

A body's names get the path of its application in front (`c1.K`), and its families the members that the application
is for as further axes in front: `h[k] = gru(p)(h[k-1])` makes `h.W` a family over k.  The axes that it is mapped over
follow, except for weights, which they share.  An input is read where it comes from; nothing is copied unless it is
computed in passing.  Since bodies are already in the sizes of the spec, nothing else changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from shapecheck import ops
from shapecheck.graph.model import Claim, Equation, Family, ShapeClaim, SizeClaim, Target, ValueClaim
from shapecheck.graph.nodes import (
    Apply,
    Call,
    Choose,
    Cut,
    Index,
    Inner,
    Node,
    Number,
    Picked,
    Point,
    Read,
    Subscript,
    Whole,
)
from shapecheck.graph.reads import claim_values, nodes_below
from shapecheck.infer.blocks.kinds import Kind
from shapecheck.infer.blocks.places import (
    Members,
    Passed,
    Place,
    Placed,
    entered,
    hidden_name,
    joined,
    numbered,
    numbered_region,
    placed,
    range_of,
)
from shapecheck.infer.model import Application, Cell, Instance, Interval, Region, Requirement, Shape, Shapes
from shapecheck.inline.rewrite import Rewriter
from shapecheck.record import record
from shapecheck.sizes import ZERO, And, Formula, Proved, Relation, Size, decide, symbol
from shapecheck.source import NOWHERE

MOST_IN_PLACE = 4000


def link(shapes: Shapes) -> Shapes:
    """The same shapes without applications; the very same where there are none."""
    if shapes.failed or not (_applies(shapes) or any(map(_has_blocks, _all_claims(shapes)))):
        return shapes
    return Linker(shapes).linked()


def is_too_large(shapes: Shapes) -> bool:
    """Whether putting all blocks in place makes more equations than anybody waits for, and nothing needs them.

    Claims about values and tests need them; shapes and counts are those of the few kinds of blocks.
    """
    graph = shapes.graph
    needed = bool(graph.tests) or any(isinstance(claim.body, ValueClaim) for claim in graph.claims)
    return not needed and _in_place(shapes, {}) > MOST_IN_PLACE


def _in_place(shapes: Shapes, known: dict[Kind, int]) -> int:
    """How many equations there are with all blocks in place; each kind of block is looked at once."""
    found = len(shapes.instances)
    for instance in shapes.instances:
        for kind in (application.kind for application in instance.applications.values()):
            if kind not in known:
                known[kind] = _in_place(kind.known, known)
            found += known[kind]
    return found


def _applies(shapes: Shapes) -> bool:
    return any(instance.applications or _has_parts(instance) for instance in shapes.instances)


def _has_parts(instance: Instance) -> bool:
    return any(isinstance(node, Inner) for node in instance.shapes)


def _has_blocks(claim: Claim) -> bool:
    return any(isinstance(node, Call | Inner) for value in claim_values(claim) for node in nodes_below(value))


def _all_claims(shapes: Shapes) -> Iterator[Claim]:
    yield from shapes.graph.claims
    for test in shapes.graph.tests:
        yield from test.claims


@record(frozen=False)
class Linker:
    shapes: Shapes
    families: dict[str, Family] = field(default_factory=dict)
    cells: dict[str, list[Cell]] = field(default_factory=dict)
    instances: list[Instance] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    measures: dict[str, Size] = field(default_factory=dict)
    unfounded: set[str] = field(default_factory=set)
    claims: dict[Claim, Claim] = field(default_factory=dict)
    renamed: dict[tuple[str, int], str] = field(default_factory=dict)
    """By name and number of axes: what a family is called whose name was taken."""
    placed: dict[str, list[Placed]] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    """What is passed into blocks and read there from outside: the names it gets."""
    inputs: dict[str, list[tuple[Passed, Place, Shape, Mapping[str, Interval]]]] = field(default_factory=dict)
    """What is passed into blocks, by the names it would get."""
    _count: int = 0

    def linked(self) -> Shapes:
        """The whole spec."""
        shapes, place = self.shapes, Place(self.shapes)
        self.families.update(shapes.graph.families)
        self.cells.update({name: list(cells) for name, cells in shapes.cells.items()})
        self.requirements += shapes.requirements
        self.measures.update(shapes.measures)
        self.unfounded |= shapes.unfounded
        for instance in shapes.instances:
            self._instance(instance, place)
        claims: dict[Claim, tuple[Instance, ...]] = {}
        for claim, boxes in shapes.claims.items():
            claims.update(self._claim(claim, boxes, place))
        self._define_inputs()
        tests = tuple(
            replace(test, claims=tuple(self.claims.get(claim, claim) for claim in test.claims))
            for test in shapes.graph.tests
        )
        equations = tuple(dict.fromkeys(item.origin for item in self.instances if isinstance(item.origin, Equation)))
        graph = replace(
            shapes.graph,
            families=self.families,
            equations=equations,
            claims=tuple(self.claims.get(claim, claim) for claim in shapes.graph.claims),
            tests=tests,
        )
        return replace(
            shapes,
            graph=graph,
            cells={name: tuple(cells) for name, cells in self.cells.items()},
            axes={**shapes.axes, **{name: self._axes(name) for name in self.cells if name not in shapes.axes}},
            instances=tuple(self.instances),
            claims=claims,
            requirements=tuple(self.requirements),
            measures=self.measures,
            doubtful=frozenset(self.claims.get(claim, claim) for claim in shapes.doubtful),
            unfounded=frozenset(self.unfounded),
            origin=shapes,
            placed={path: tuple(found) for path, found in self.placed.items()},
        )

    def _axes(self, name: str) -> Region:
        regions = [cell.region for cell in self.cells[name]]
        return tuple(
            Interval(self._end([at.low for at in parts], "<="), self._end([at.high for at in parts], ">="))
            for parts in zip(*regions)
        )

    def _end(self, ends: list[Size], relation: str) -> Size:
        """The least or greatest of some ends; where that depends on the sizes, the first."""
        distinct = list(dict.fromkeys(ends))
        context = self.shapes.graph.context
        for end in distinct if len(distinct) > 1 else ():
            others = (other for other in distinct if other is not end)
            if all(isinstance(decide(context, _ordered(relation, end, other)), Proved) for other in others):
                return end
        return distinct[0]

    # ---- equations -----------------------------------------------------------------------------

    def _instance(self, instance: Instance, place: Place) -> None:
        """An equation in one box, put in place."""
        equation = instance.origin
        assert isinstance(equation, Equation)
        if not place.path and not instance.applications and not _has_parts(instance):
            self.instances.append(instance)
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
            self.instances.append(Instance(made, ranges, instance.bounds, shapes, {}, _of_sizes(place.facts)))

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
            name: self._passed(name, operand, inner, application, lead if mapped else [], writer)
            for name, operand, mapped in zip(call.names, operands, (*application.mapped, *(False for _ in operands)))
        }
        front: Members = tuple((symbol(index.symbol), range_of(index)) for index in lead)
        inner = replace(
            inner,
            members=(*inner.members, *front),
            indices=(*inner.indices, *lead),
            inputs=inputs,
        )
        self._remember_inputs(inner, len(lead), dict(zip(call.names, application.mapped)), writer.instance.bounds)
        inner = replace(inner, apart=self._apart(kind, inner))
        for path in dict.fromkeys((inner.path, inner.weights)):
            self.placed.setdefault(path, []).append(Placed(kind, inner))
        self._body(kind, inner)
        return inner

    def _remember_inputs(
        self, inner: Place, lead: int, mapped: Mapping[str, bool], bounds: Mapping[str, Interval]
    ) -> None:
        """Keep how inputs are read, for paths that mean them; one that is not mapped over has no axes of that."""
        if inner.hidden:  # what a `repeat` takes has no name
            return
        count = len(inner.members) - lead
        shared = replace(inner, members=inner.members[:count], indices=inner.indices[: len(inner.indices) - lead])
        for name, passed in inner.inputs.items():
            place = inner if mapped.get(name, False) else shared
            (cell,) = inner.shapes.cells[name]
            self.inputs.setdefault(joined(inner.path, name), []).append((passed, place, cell.shape, bounds))

    def _define_inputs(self) -> None:
        """Equations for the inputs of blocks that paths mean."""
        for name in sorted(self.passed):
            for passed, place, shape, bounds in self.inputs.get(name, ()):
                value = Read(passed.family, passed.subscripts)
                self._helper(name, value, place, {value: shape}, bounds)

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
            while taken in self.families and len(self.families[taken].axes) != axes:
                taken += "'"
            if taken != name:
                found[family.name] = self.renamed[name, axes] = taken
        return found

    def _fresh(self) -> str:
        self._count += 1
        return f".lead'{self._count}"

    def _passed(
        self, name: str, operand: Node, place: Place, application: Application, lead: list[Index], writer: Rewriter
    ) -> Passed:
        """How the body reads an input: from where it is, or from a family of its own."""
        front: tuple[Subscript, ...] = tuple(Point(symbol(index.symbol)) for index in lead)
        guarded = tuple(fact for fact in application.facts if any(item[0] == "." for item in fact.names))
        if isinstance(operand, Read) and not guarded and not any(isinstance(i, Picked) for i in operand.subscripts):
            passed = Passed(operand.family, operand.subscripts, self._lows(operand))
            return Passed(operand.family, passed.at(front), passed.lows[len(front) :])
        family, shape = hidden_name(place.path, name, writer.place.hidden), writer.shapes[operand]
        value, shapes = operand, {item: writer.shapes[item] for item in nodes_below(operand) if item in writer.shapes}
        if guarded:
            nothing = _zeros(shape)
            value = Choose(And(guarded), None, operand, nothing, span=operand.span)
            shapes |= {value: shape, nothing: shape}
        self._helper(family, value, place, shapes, writer.instance.bounds)
        return Passed(family, (*place.points, *front))

    def _lows(self, read: Read) -> tuple[Size, ...]:
        """Where the axes start that a read leaves."""
        axes = self._known_axes(read.family)
        lows = [axes[at].low if at < len(axes) else ZERO for at in range(max(len(axes), len(read.subscripts)))]
        kept: list[Size] = []
        for item, low in zip(read.subscripts, lows):
            if isinstance(item, Cut):
                kept.append(item.low)
            elif isinstance(item, Whole):
                kept.append(low)
        return (*kept, *lows[len(read.subscripts) :])

    def _known_axes(self, family: str) -> Region:
        found = self.shapes.axes.get(family)
        return self._axes(family) if found is None else found

    def _helper(
        self, name: str, value: Node, place: Place, shapes: dict[Node, Shape], bounds: Mapping[str, Interval]
    ) -> None:
        """A family for a value that is computed in passing."""
        axes = tuple(Index(f".{name}{at}", "", None, None) for at in range(len(place.members)))
        self.families.setdefault(name, Family(name, "local", axes, None, value.span))
        shape = numbered(shapes[value], place.members, 0)
        region = numbered_region(tuple(span for _, span in place.members), place.members)
        self._add_cell(Cell(name, region, shape))
        target = Target(name, tuple(size for size, _ in place.members), None, value.span)
        equation = Equation("plain", (target,), value, place.indices, value.span)
        ranges = {index.symbol: range_of(index) for index in place.indices}
        bounds = {name: span for name, span in bounds.items() if name not in ranges}
        self.instances.append(Instance(equation, ranges, bounds, shapes, {}, _of_sizes(place.facts)))

    def _add_cell(self, cell: Cell) -> None:
        known = self.cells.setdefault(cell.family, [])
        if cell not in known:
            known.append(cell)

    # ---- bodies --------------------------------------------------------------------------------

    def _body(self, kind: Kind, place: Place) -> None:
        shapes = kind.known
        for family in shapes.graph.families.values():
            if family.name not in place.inputs:
                self._family(family, place)
        self.requirements += shapes.requirements
        self.measures.update(shapes.measures)
        self.unfounded |= {place.name(name) for name in shapes.unfounded}
        for instance in shapes.instances:
            self._instance(instance, place)

    def _family(self, family: Family, place: Place) -> None:
        made, cells = placed(family, place)
        self.families.setdefault(made.name, made)
        for cell in cells:
            self._add_cell(cell)

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
            case ValueClaim(operands):
                body = replace(claim.body, operands=tuple(made[operand] for operand in operands))
            case SizeClaim():
                raise AssertionError("a claim about sizes has no blocks in it")
        new = replace(claim, body=body)
        self.claims[claim] = new
        return {new: tuple(replace(box, origin=new) for box in found)}


def _zeros(shape: Shape) -> Node:
    if not shape:
        return Number(0)
    return Apply(ops.ZEROS, (), ops.ZEROS.parameters({"shape": shape}))


def _ordered(relation: str, left: Size, right: Size) -> Relation:
    return Relation("<=" if relation == "<=" else ">=", left, right)


def _boxed(index: Index, interval: Interval) -> Index:
    return replace(index, low=interval.low, high=interval.high)


def _of_sizes(facts: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The conditions that no index takes part in."""
    return tuple(fact for fact in facts if not any(name[0] == "." for name in fact.names))
