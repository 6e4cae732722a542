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
from shapecheck.graph.blocks import REPEAT
from shapecheck.graph.model import (
    Apply,
    Call,
    Choose,
    Claim,
    Cut,
    Default,
    Equation,
    Family,
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
    ShapeClaim,
    SizeValue,
    Subscript,
    Target,
    ValueClaim,
    Whole,
)
from shapecheck.graph.reads import claim_values, nodes_below
from shapecheck.infer.kinds import Kind, declared
from shapecheck.infer.model import Application, Cell, Instance, Interval, Region, Requirement, Shape, Shapes
from shapecheck.infer.paths import applications, hits, members_of, values
from shapecheck.infer.regions import image
from shapecheck.record import record
from shapecheck.sizes import ZERO, And, Formula, Proved, Relation, Size, decide, symbol
from shapecheck.source import NOWHERE

Members = tuple[tuple[Size, Interval], ...]
"""Axes in front: which members, over the indices around, and all values that they take."""


@record
class Passed:
    """How an input is read: a family with these subscripts; axes that they keep, and those behind, are the input's.

    The axes that are kept, and then those behind, start at `lows`.
    """

    family: str
    subscripts: tuple[Subscript, ...]
    lows: tuple[Size, ...] = ()

    def at(self, subscripts: tuple[Subscript, ...]) -> tuple[Subscript, ...]:
        """The family's subscripts for these of the input, which count from 0."""
        lows = (*self.lows, *(ZERO for _ in subscripts))
        moved = [_moved(item, low) for item, low in zip(subscripts, lows)]
        found: list[Subscript] = []
        for item in self.subscripts:
            kept = not isinstance(item, Point)
            found.append(item if not kept or not moved or isinstance(moved[0], Whole) else moved[0])
            moved = moved[1:] if kept else moved
        return (*found, *moved)


@record(eq=False)
class Place:
    """Where a body is put: the path in front of its names, and its axes in front.

    `weights` is the path of its weights and `owned` their axes in front.  `indices` are those around, outermost first.
    """

    shapes: Shapes
    path: str = ""
    members: Members = ()
    weights: str = ""
    owned: Members = ()
    indices: tuple[Index, ...] = ()
    inputs: Mapping[str, Passed] = field(default_factory=dict)
    lent: Mapping[str, tuple[str, Members]] = field(default_factory=dict)
    facts: tuple[Formula, ...] = ()
    hidden: int = 0
    """How many bodies of `repeat` this is inside of, which have no names in a path."""

    def name(self, family: str) -> str:
        """A family's name in the whole spec."""
        return _hidden(self.path, family, self.hidden) if self.hidden else joined(self.path, family)

    @property
    def points(self) -> tuple[Subscript, ...]:
        """Subscripts of this place's members."""
        return tuple(Point(size) for size, _ in self.members)


def link(shapes: Shapes) -> Shapes:
    """The same shapes without applications; the very same where there are none."""
    if shapes.failed or not (_applies(shapes) or any(map(_has_blocks, _all_claims(shapes)))):
        return shapes
    return _Linker(shapes).linked()


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


def _hidden(path: str, name: str, depth: int) -> str:
    """The name of what no author can name: primes tell it apart, one for each `repeat` around it."""
    primes = "'" * max(1, depth)
    return f"{path}{primes}{name}"


def joined(path: str, name: str) -> str:
    """A path with one component more."""
    return f"{path}.{name}" if path and name else path or name


@record(frozen=False)
class _Linker:
    shapes: Shapes
    families: dict[str, Family] = field(default_factory=dict)
    cells: dict[str, list[Cell]] = field(default_factory=dict)
    instances: list[Instance] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    measures: dict[str, Size] = field(default_factory=dict)
    unfounded: set[str] = field(default_factory=set)
    claims: dict[Claim, Claim] = field(default_factory=dict)
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
        ranges = {index.symbol: _range(index) for index in place.indices} | dict(instance.ranges)
        own = tuple(_boxed(index, instance.ranges[index.symbol]) for index in equation.indices)
        inside = replace(place, indices=(*place.indices, *own))
        writer = _Rewriter(self, inside, instance)
        targets = tuple(
            Target(place.name(item.family), (*(size for size, _ in place.members), *item.subscripts), None, item.span)
            for item in equation.targets
        )
        for group, value, form in self._parts(equation, targets, writer):
            made = Equation(form, group, value, inside.indices, equation.span)
            shapes = dict(writer.shapes)
            self.instances.append(Instance(made, ranges, instance.bounds, shapes, {}, _of_sizes(place.facts)))

    def _parts(
        self, equation: Equation, targets: tuple[Target, ...], writer: _Rewriter
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

    def apply(self, call: Call, writer: _Rewriter) -> Place:
        """Put a block's body in place for one application, with what it is applied to."""
        application = writer.instance.applications[call]
        kind = application.kind
        operands = [writer.value(argument) for argument in call.arguments]
        inner = self._place(call, application, writer.instance, writer.place)
        lead = [Index(self._fresh(), "lead", ZERO, size - 1, NOWHERE) for size in application.leading]
        inputs = {
            name: self._passed(name, operand, inner, application, lead if mapped else [], writer)
            for name, operand, mapped in zip(
                call.names, operands, (*application.mapped, *(False for _ in operands))
            )
        }
        front: Members = tuple((symbol(index.symbol), _range(index)) for index in lead)
        inner = replace(
            inner,
            members=(*inner.members, *front),
            indices=(*inner.indices, *lead),
            inputs=inputs,
            hidden=writer.place.hidden + 1 if call.definition is REPEAT else 0,
        )
        self._body(kind, inner)
        return inner

    def _fresh(self) -> str:
        self._count += 1
        return f".lead'{self._count}"

    def _place(self, call: Call, application: Application, instance: Instance, place: Place) -> Place:
        """Where the body stands: its path and the members that it is for, those mapped over left out."""
        ranges = {**instance.ranges, **instance.bounds}
        own = tuple((size, _span(size, ranges)) for size in members_of(call, application))
        path = joined(place.path, str(call.site))
        around = tuple(
            Index(name, name[1:].split("'")[0], ranges[name].low, ranges[name].high) for name in application.around
        )
        lent = {f"^{name}": held for name, held in place.lent.items()}
        weights, owned = joined(place.weights, str(call.site)), (*place.owned, *own)
        if call.weights is not None:
            weights, owned = self._lent(call, place, ranges)
        for name, made in place.shapes.graph.instances.items():
            members = tuple((symbol(index.symbol), _range(index)) for index in made.indices)
            lent[f"^{name}"] = joined(place.weights, name), (*place.owned, *members)
        return Place(
            application.kind.known,
            path,
            (*place.members, *own),
            weights,
            owned,
            (*place.indices, *around),
            {},
            lent,
            (*place.facts, *application.facts),
        )

    def _lent(self, call: Call, place: Place, ranges: Mapping[str, Interval]) -> tuple[str, Members]:
        """The path and axes of the weights of an instance, of this body or lent to it."""
        assert call.weights is not None
        made = place.shapes.graph.instances.get(call.weights.instance)
        if made is None:
            path, members = place.lent[call.weights.instance]
            count = len(members) - len(call.weights.subscripts)
            kept, spans = members[:count], [span for _, span in members[count:]]
        else:
            path, kept = joined(place.weights, call.weights.instance), place.owned
            spans = [_range(index) for index in made.indices]
        return path, (*kept, *zip(call.weights.subscripts, spans))

    def _passed(
        self, name: str, operand: Node, place: Place, application: Application, lead: list[Index], writer: _Rewriter
    ) -> Passed:
        """How the body reads an input: from where it is, or from a family of its own."""
        front: tuple[Subscript, ...] = tuple(Point(symbol(index.symbol)) for index in lead)
        guarded = tuple(fact for fact in application.facts if any(item[0] == "." for item in fact.names))
        if isinstance(operand, Read) and not guarded and not any(isinstance(i, Picked) for i in operand.subscripts):
            passed = Passed(operand.family, operand.subscripts, self._lows(operand))
            return Passed(operand.family, passed.at(front), passed.lows[len(front) :])
        family, shape = _hidden(place.path, name, writer.place.hidden), writer.shapes[operand]
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
        self._add_cell(Cell(name, tuple(span for _, span in place.members), shapes[value]))
        target = Target(name, tuple(size for size, _ in place.members), None, value.span)
        equation = Equation("plain", (target,), value, place.indices, value.span)
        ranges = {index.symbol: _range(index) for index in place.indices}
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
                self._family(family, shapes, place)
        self.requirements += shapes.requirements
        self.measures.update(shapes.measures)
        self.unfounded |= {place.name(name) for name in shapes.unfounded}
        for instance in shapes.instances:
            self._instance(instance, place)

    def _family(self, family: Family, shapes: Shapes, place: Place) -> None:
        is_weight = family.role in ("weight", "buffer")
        name = joined(place.weights, family.name) if is_weight else place.name(family.name)
        front = place.owned if is_weight else place.members
        indices = [Index(f".{name}{at}", _label(size), span.low, span.high) for at, (size, span) in enumerate(front)]
        role = family.role if is_weight else "local"
        made = replace(family, name=name, role=role, axes=(*indices, *family.axes), whole=(), listed_with=None)
        self.families.setdefault(name, made)
        for cell in shapes.cells[family.name]:
            self._add_cell(Cell(name, (*(span for _, span in front), *cell.region), cell.shape))

    # ---- claims --------------------------------------------------------------------------------

    def _claim(
        self, claim: Claim, boxes: tuple[Instance, ...], place: Place
    ) -> Mapping[Claim, tuple[Instance, ...]]:
        if not _has_blocks(claim):
            return {claim: boxes}
        made: dict[Node, Node] = {}
        found = []
        for box in boxes:
            own = tuple(_boxed(index, box.ranges[index.symbol]) for index in claim.indices)
            writer = _Rewriter(self, replace(place, indices=own), box, made)
            for value in claim_values(claim):
                writer.value(value)
            found.append(replace(box, shapes=dict(writer.shapes), applications={}))
        match claim.body:
            case ShapeClaim(value):
                body: ShapeClaim | ValueClaim = replace(claim.body, value=made[value])
            case ValueClaim(operands):
                body = replace(claim.body, operands=tuple(made[operand] for operand in operands))
        new = replace(claim, body=body)
        self.claims[claim] = new
        return {new: tuple(replace(box, origin=new) for box in found)}


@record(frozen=False)
class _Rewriter:
    """Values of one instance put in place; `shapes` are those of the new nodes."""

    linker: _Linker
    place: Place
    instance: Instance
    made: dict[Node, Node] = field(default_factory=dict)
    shapes: dict[Node, Shape] = field(default_factory=dict)
    places: dict[Call, Place] = field(default_factory=dict)

    def value(self, node: Node) -> Node:
        """The value, without applications."""
        found = self.made.get(node)
        if found is None:
            found = self.made[node] = self._rewritten(node)
        elif found not in self.shapes:
            self._rewritten(node)
        if node in self.instance.shapes:
            self.shapes[found] = self.instance.shapes[node]
        return found

    def _rewritten(self, node: Node) -> Node:
        match node:
            case Read():
                return self._read(node)
            case Part(base, subscripts):
                return replace(node, base=self.value(base), subscripts=self._subscripts(subscripts))
            case Apply(_, arguments):
                return replace(node, arguments=tuple(map(self.value, arguments))) if arguments else node
            case Reduce(_, _, body):
                return replace(node, body=self.value(body))
            case Default(read, fallback):
                return replace(node, read=self.value(read), fallback=self.value(fallback))
            case Choose():
                return self._choose(node)
            case Call():
                kind = self.instance.applications[node].kind
                assert kind.body is not None
                return self.output(node, kind.body.outputs[0], kind.outputs[0])
            case Output(call, name):
                self.value(call)
                return self.output(call, name, self.instance.shapes[node])
            case Inner():
                return self._inner(node)
        return node

    def _choose(self, node: Choose) -> Node:
        """Where only one branch was looked at, only that one exists."""
        known = self.instance.shapes
        if node.condition is None and node.otherwise not in known:
            return self.value(node.then)
        if node.condition is None and node.then not in known:
            return self.value(node.otherwise)
        condition = None if node.condition is None else self.value(node.condition)
        return replace(node, condition=condition, then=self.value(node.then), otherwise=self.value(node.otherwise))

    def _read(self, node: Read) -> Node:
        place, subscripts = self.place, self._subscripts(node.subscripts)
        passed = place.inputs.get(node.family)
        if passed is not None:
            return Read(passed.family, passed.at(subscripts), span=node.span)
        family = place.shapes.graph.families[node.family]
        if family.role in ("weight", "buffer") and place.path:
            front = tuple(Point(size) for size, _ in place.owned)
            return Read(joined(place.weights, node.family), (*front, *subscripts), span=node.span)
        if not place.path and subscripts == node.subscripts:
            return node
        return Read(place.name(node.family), (*place.points, *subscripts), span=node.span)

    def _subscripts(self, subscripts: tuple[Subscript, ...]) -> tuple[Subscript, ...]:
        return tuple(Picked(self.value(item.node)) if isinstance(item, Picked) else item for item in subscripts)

    def output(self, call: Call, name: str, shape: Shape) -> Node:
        """A result of an application: a read of what its body defines."""
        if call not in self.places:
            self.places[call] = self.linker.apply(call, self)
        place = self.places[call]
        lead = len(self.instance.applications[call].leading)
        points = place.points[: len(place.points) - lead]
        own, told = place.shapes.axes[name], declared(place.shapes, name)
        if own != told:
            cuts = (axis if one == axis else Cut(axis.low, axis.high) for one, axis in zip(own, told))
            rest = (item if isinstance(item, Cut) else Whole() for item in cuts)
            points = (*points, *(Whole() for _ in range(lead)), *rest)
        made = Read(place.name(name), points, span=call.span)
        self.shapes[made] = (*self.instance.applications[call].leading, *shape)
        return made

    def _inner(self, node: Inner) -> Node:
        """A part of an application, as the family that it became."""
        ranges = {**self.instance.ranges, **self.instance.bounds}
        context = self.place.shapes.graph.context
        found = values(hits(applications(self.place.shapes), node.path, context, ranges))
        hit = found[0]
        assert hit.name is not None
        family = hit.way[-1].application.kind.known.graph.families[hit.name]
        is_weight = family.role in ("weight", "buffer")
        path, front = (self.place.weights, self.place.owned) if is_weight else (self.place.path, self.place.members)
        subscripts: list[Subscript] = [Point(size) for size, _ in front]
        rest = list(self._subscripts(hit.subscripts))
        hidden = self.place.hidden
        for number, step in enumerate(hit.way):
            count = len(step.region)
            if number == 0 and hit.instance is not None:
                path = joined(path, hit.instance)
                continue
            own, rest = rest[:count], rest[count:]
            if is_weight and step.call.weights is not None:
                path = joined(self.place.weights, step.call.weights.instance)
                subscripts = [Point(size) for size in step.call.weights.subscripts]
                continue
            path = joined(path, str(step.call.site))
            subscripts += own
            hidden = hidden + 1 if step.call.definition is REPEAT else 0
        name = _hidden(path, hit.name, hidden) if hidden and not is_weight else joined(path, hit.name)
        return Read(name, (*subscripts, *rest), span=node.span)


def _zeros(shape: Shape) -> Node:
    if not shape:
        return Number(0)
    op = ops.find("zeros", 0)
    assert op is not None
    return Apply(op, (), op.parameters({"shape": shape}))


def _moved(item: Subscript, low: Size) -> Subscript:
    """A subscript that counts from 0, on an axis that starts at `low`."""
    if low is ZERO:
        return item
    match item:
        case Point(size):
            return Point(size + low)
        case Cut(first, last):
            return Cut(first + low, last + low)
        case Picked(node):
            op = ops.find("+", 2)
            assert op is not None
            return Picked(Apply(op, (node, SizeValue(low)), None, span=node.span))
    return Whole()


def _ordered(relation: str, left: Size, right: Size) -> Relation:
    return Relation("<=" if relation == "<=" else ">=", left, right)


def _span(size: Size, ranges: Mapping[str, Interval]) -> Interval:
    found = image(size, ranges)
    assert found is not None, "a left side's subscript is an index or fixed"
    return found


def _range(index: Index) -> Interval:
    assert index.low is not None and index.high is not None, "an index in place has a range"
    return Interval(index.low, index.high)


def _boxed(index: Index, interval: Interval) -> Index:
    return replace(index, low=interval.low, high=interval.high)


def _label(size: Size) -> str:
    name = next(iter(size.names), "")
    return name[1:].split("'")[0] if name[:1] == "." else ""


def _of_sizes(facts: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The conditions that no index takes part in."""
    return tuple(fact for fact in facts if not any(name[0] == "." for name in fact.names))

