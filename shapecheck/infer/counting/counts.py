"""Parameters and multiply-accumulates, as sizes.

*Parameters*: the entries of all weights that some equation uses; a `buffer` never counts.  *MACs*: one for each term of
a `sum` that multiplies two values, and what an op says of itself (`@`, `dot`, `conv`), times the ranges of the indices
that the subterm mentions, directly or through a range; elementwise work counts 0.  Both definitions are the language's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Call, Cut, Node, Point, Read, Step
from shapecheck.infer.blocks.kinds import Kind
from shapecheck.infer.blocks.paths import Applied, Way, applications, instances_applied, kinds_of, ways
from shapecheck.infer.blocks.places import members_of
from shapecheck.infer.counting.branches import Cases, Facts, Open, Share, Unclear, by_cases, ever, total
from shapecheck.infer.counting.equation_work import own_share, places_in, ranges_of
from shapecheck.infer.counting.index_ranges import times
from shapecheck.infer.model import Application, Cell, Instance, Interval, Shapes
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Context, Size, sum_over, symbol


def params(shapes: Shapes, family: str | None = None, context: Context | None = None) -> Size | None:
    """Entries of the distinct weights in use; for a `family`, of those that its own equations use.

    The weights of a block count once for each place of its parentheses: those of an instance once however often it is
    applied, those given to a block where they come from.  A branch that the sizes rule out has none; `context` is what
    is known of the sizes.  None without a closed form, or where it depends on the sizes which it is.
    """
    return single(cases(shapes, "params", family, context))


def macs(shapes: Shapes, family: str | None = None, context: Context | None = None) -> Size | None:
    """Multiply-accumulates of all equations, or of those that define `family`; None as for `params`."""
    return single(cases(shapes, "macs", family, context))


def cases(shapes: Shapes, what: str, family: str | None = None, context: Context | None = None) -> Cases:
    """Parameters or MACs, by the conditions on sizes that they depend on."""
    shapes = shapes.origin or shapes
    counter = _params_of if what == "params" else _macs_of
    return by_cases(context or shapes.graph.context, lambda known: counter(shapes, family, known))


def single(found: Cases) -> Size | None:
    """The one count; None where it depends on the sizes."""
    return found[0][1] if len(found) == 1 else None


def _params_of(shapes: Shapes, family: str | None, context: Context) -> Size | None:
    return _Params(shapes, context, {}).of(family)


def _macs_of(shapes: Shapes, family: str | None, context: Context) -> Size | None:
    return _Macs(context, {}).of(shapes, family)


# ---- parameters --------------------------------------------------------------------------------


@record(frozen=False)
class _Params:
    """The weights of one body or spec; `kinds` are those of the kinds of blocks that have been counted."""

    shapes: Shapes
    context: Context
    kinds: dict[Kind, Size | None]

    def of(self, family: str | None) -> Size | None:
        """Those of the equations of a family, or of all."""
        shapes = self.shapes
        if family is not None and family in shapes.graph.instances:
            return self._instance(family)
        used = weights_used(shapes, family, self.context)
        own = [cell_entries(cell) for name in used for cell in shapes.cells[name]]
        equations = [item for item in shapes.instances if family is None or _belongs(item, family)]
        named = [self._instance(name) for name in self._instances_used(equations, family)]
        return _total((*own, *(self._applied(item, family) for item in equations), *named))

    def kind(self, kind: Kind) -> Size | None:
        """Those of one application of a block."""
        if kind not in self.kinds:
            self.kinds[kind] = _Params(kind.known, self.context, self.kinds).of(None)
        return self.kinds[kind]

    def _applied(self, instance: Instance, family: str | None) -> Size | None:
        """Those of the blocks that an equation applies with weights of their own."""
        places = places_of(instance, family)
        return _total(
            for_all_members(self.kind(application.kind), call, application, instance, self.context, places[call])
            for call, application in instance.applications.items()
            if call.weights is None and call in places
        )

    def _instances_used(self, equations: Iterable[Instance], family: str | None) -> list[str]:
        """The instances of this body that its equations use, each once."""
        uses = [
            (name, facts, instance)
            for instance in equations
            for call, facts in places_of(instance, family).items()
            if isinstance(call, Call) and call in instance.applications
            for name, _ in instances_applied([Applied(call, instance.applications[call], {})])
        ]
        return _used(uses, self.context)

    def _instance(self, name: str) -> Size | None:
        """Those of a named block, of all members where it is a family."""
        kind = next(kinds_of_instance(self.shapes, name), None)
        entries = ZERO if kind is None else self.kind(kind)
        if entries is not None and any(name[0] == "." for name in entries.names):
            return self._of_members(name, entries)
        for index in self.shapes.graph.instances[name].indices:
            assert index.low is not None and index.high is not None, "an instance's index has a range"
            entries = None if entries is None else entries * (index.high - index.low + 1)
        return entries

    def _of_members(self, name: str, entries: Size) -> Size | None:
        """The sum over the members of a family of blocks whose weights differ, where one equation uses each once."""
        found = [
            (call.weights, instance)
            for instance in self.shapes.instances
            for call in instance.applications
            if call.weights is not None and call.weights.instance == name
        ]
        indices = self.shapes.graph.instances[name].indices
        if len(found) != 1:
            return None
        ((weights, instance),) = found
        total: Size | None = entries
        for subscript, index in zip(weights.subscripts, indices):
            own = next((one for one in instance.ranges if subscript is symbol(one)), None)
            if own is None or total is None or index.low is None or index.high is None:
                return None
            if instance.ranges[own] != Interval(index.low, index.high):
                return None
            total = sum_over(total, own, index.low, index.high)
        return None if total is None or any(one[0] == "." for one in total.names) else total


def _used(uses: Iterable[tuple[str, Facts, Instance]], context: Context) -> list[str]:
    """The names whose conditions some index values meet; raises `Open` if the answer depends on the sizes."""
    by_name: dict[str, list[tuple[Facts, Instance]]] = {}
    for name, facts, instance in uses:
        by_name.setdefault(name, []).append((facts, instance))
    return [name for name, found in by_name.items() if _is_used(found, context)]


def _is_used(found: Iterable[tuple[Facts, Instance]], context: Context) -> bool:
    doubt: Exception | None = None
    for facts, instance in sorted(found, key=lambda item: len(item[0])):
        try:
            if ever(facts, ranges_of(instance), context):
                return True
        except (Open, Unclear) as error:
            doubt = doubt or error
    if doubt is not None:
        raise doubt
    return False


def kinds_of_instance(shapes: Shapes, name: str) -> Iterator[Kind]:
    return kinds_of(applications(shapes), name)


def for_all_members(
    once: Size | None,
    call: Call,
    application: Application,
    instance: Instance,
    context: Context | None = None,
    facts: Facts = (),
) -> Size | None:
    """The count for all members of its site that a block is applied for in one box, where the conditions hold."""
    if once is None:
        return None
    names = {name for size in members_of(call, application) for name in size.names}
    share = Share(once, frozenset(name for name in names if name[0] == "."), facts)
    return total((share,), ranges_of(instance), context or Context(()))


def part(shapes: Shapes, kind: str, path: Sequence[Step], ranges: Mapping[str, Interval], context: Context) -> Cases:
    """Parameters or MACs of one application: `h[1].params`, `c2.bottleneck[1].macs`; None where there is none."""
    shapes = shapes.origin or shapes
    found = [way for way in ways(shapes, path) if way.meets(context, ranges)]

    def count(known: Context) -> Size | None:
        sizes = {_count(way, kind, known) for way in found}
        size = sizes.pop() if len(sizes) == 1 else None
        return None if size is None or any(name[0] == "." and name not in ranges for name in size.names) else size

    return by_cases(context, count)


def _count(way: Way, what: str, context: Context) -> Size | None:
    """The count of all members that the subscripts leave; MACs also for all axes that the block is mapped over."""
    known, is_weight = way.place.shapes, what == "params"
    once = _params_of(known, None, context) if is_weight else _macs_of(known, None, context)
    front, members = (way.owned, way.place.owned) if is_weight else (way.front, way.place.members)
    for item, (_, span) in zip(front, members):
        count = item.high - item.low + 1 if isinstance(item, Cut) else ONE if isinstance(item, Point) else span.extent
        once = None if once is None else once * count
    return None if once is None else once.substitute(way.fixed)


def _total(sizes: Iterable[Size | None]) -> Size | None:
    total = ZERO
    for size in sizes:
        if size is None:
            return None
        total = total + size
    return total


def weights_used(shapes: Shapes, family: str | None, context: Context) -> list[str]:
    """The weights that are read; a branch that the sizes rule out reads nothing."""
    families = shapes.graph.families
    if family is not None and family in families and families[family].role == "weight":
        return [family]
    weights = frozenset(name for name, item in families.items() if item.role == "weight")
    uses = [
        (node.family, facts, instance)
        for instance in shapes.instances
        if family is None or _belongs(instance, family)
        for node, facts in places_of(instance, family).items()
        if isinstance(node, Read) and node.family in weights
    ]
    read = _used(uses, context)
    return [name for name in families if name in read]


def _belongs(instance: Instance, family: str) -> bool:
    """Whether the instance is of an equation that defines the family, or what it is cut from."""
    assert isinstance(instance.origin, Equation)
    own = instance.origin.part_of == family or _defines(instance.origin, family)
    return own or _defines(instance.origin, hidden(family))


def places_of(instance: Instance, family: str | None) -> dict[Node, Facts]:
    """The nodes that an equation works out for a name; for a stage without those of the stages in front of it."""
    equation = instance.origin
    assert isinstance(equation, Equation)
    is_stage = family is not None and equation.part_of not in (None, family)
    return places_in(instance, equation.piped if is_stage else ())


def hidden(family: str) -> str:
    """The name of what a column of functions is applied to, for the part that becomes `family`."""
    return f"{family}'"


def _defines(equation: Equation, family: str) -> bool:
    return any(target.family == family for target in equation.targets)


def cell_entries(cell: Cell) -> Size | None:
    """Entries of all members of a region together; None without a closed form."""
    entries = ONE
    for size in cell.shape:
        entries = entries * size
    ranges = {f".{axis}": interval for axis, interval in enumerate(cell.region)}
    return times(entries, set(ranges), ranges)


# ---- multiply-accumulates ----------------------------------------------------------------------


@record(frozen=False)
class _Macs:
    """Multiply-accumulates under what is known of the sizes; `kinds` are those of the kinds that have been counted."""

    context: Context
    kinds: dict[Kind, Size | None]

    def of(self, shapes: Shapes, family: str | None) -> Size | None:
        """Those of all equations, or of those that define a family."""
        own = [instance for instance in shapes.instances if family is None or _belongs(instance, family)]
        return _total(
            count for item in own for count in (own_work(item, self.context, family), self._applied(item, family))
        )

    def kind(self, kind: Kind) -> Size | None:
        """Those of one application of a block."""
        if kind not in self.kinds:
            self.kinds[kind] = self.of(kind.known, None)
        return self.kinds[kind]

    def _applied(self, instance: Instance, family: str | None) -> Size | None:
        """The work of the blocks that an equation applies, for all axes that they are mapped over."""
        places = places_of(instance, family)
        return _total(
            mapped(
                for_all_members(self.kind(application.kind), call, application, instance, self.context, places[call]),
                application,
            )
            for call, application in instance.applications.items()
            if call in places
        )


def mapped(once: Size | None, application: Application) -> Size | None:
    for size in application.leading:
        once = None if once is None else once * size
    return once


def own_work(instance: Instance, context: Context, family: str | None = None) -> Size | None:
    """Multiply-accumulates of one equation over one box of its indices; raises `Open`."""
    shares = (own_share(node, instance, facts) for node, facts in places_of(instance, family).items())
    return total([share for share in shares if share is not None], ranges_of(instance), context)


def instance_macs(instance: Instance, context: Context) -> Size | None:
    """The same; None where it depends on the sizes."""
    return single(by_cases(context, lambda known: own_work(instance, known)))


def own_macs(node: Node, instance: Instance, context: Context) -> Size | None:
    """The work of one value without that of its operands; None where it depends on the sizes."""
    share = own_share(node, instance, places_in(instance).get(node, ()))
    if share is None:
        return ZERO
    return single(by_cases(context, lambda known: total((share,), ranges_of(instance), known)))
