"""Parameters and multiply-accumulates, as sizes.

*Parameters*: the entries of all weights that some equation uses; a `buffer` never counts.  *MACs*: one for each term of
a `sum` that multiplies two values, and what an op says of itself (`@`, `dot`, `conv`), times the ranges of the indices
that the subterm mentions, directly or through a range; elementwise work counts 0.  Both definitions are the language's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from shapecheck.graph.blocks import REPEAT
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import (
    Apply,
    Call,
    Choose,
    Cut,
    Data,
    Default,
    Node,
    Number,
    Part,
    Point,
    Read,
    Reduce,
    SizeValue,
    Step,
    Subscript,
)
from shapecheck.infer.kinds import Kind
from shapecheck.infer.model import Application, Cell, Instance, Interval, Shapes
from shapecheck.infer.paths import Way, applications, kinds_of, region_of, ways
from shapecheck.infer.places import members_of
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, And, Context, Formula, Not, Proved, Size, decide, summation


class Open(Exception):
    """Whether something counts depends on the sizes."""


def _counts(facts: Iterable[Formula], context: Context) -> bool:
    """Whether a branch exists under these conditions; raises `Open` where that depends on the sizes."""
    known = tuple(fact for fact in facts if not any(name[0] == "." for name in fact.names))
    if not known or isinstance(decide(context, And(known)), Proved):
        return True
    if isinstance(decide(context, Not(And(known))), Proved):
        return False
    raise Open()


def params(shapes: Shapes, family: str | None = None, context: Context | None = None) -> Size | None:
    """Entries of the distinct weights in use; for a `family`, of those that its own equations use.

    The weights of a block count once for each place of its parentheses: those of an instance once however often it is
    applied, those given to a block where they come from.  A branch that the sizes rule out has none; `context` is what
    is known of the sizes.  None without a closed form, or where it depends on the sizes which branch there is.
    """
    shapes = shapes.origin or shapes
    try:
        return _Params(shapes, context or shapes.graph.context).of(family)
    except Open:
        return None


@record(frozen=False)
class _Params:
    """The weights of one body or spec; `seen` are the instances that have been counted."""

    shapes: Shapes
    context: Context
    seen: set[str] = field(default_factory=set)

    def of(self, family: str | None) -> Size | None:
        """Those of the equations of a family, or of all."""
        shapes = self.shapes
        if family is not None and family in shapes.graph.instances:
            return self._instance(family)
        used = weights_used(shapes, family, self.context)
        own = [cell_entries(cell) for name in used for cell in shapes.cells[name]]
        equations = [item for item in shapes.instances if family is None or _belongs(item, family)]
        return _total((*own, *map(self._applied, equations)))

    def kind(self, kind: Kind) -> Size | None:
        """Those of one application of a block."""
        return _Params(kind.known, self.context).of(None)

    def _applied(self, instance: Instance) -> Size | None:
        """Those of the blocks that an equation applies."""
        found: list[Size | None] = []
        for call, application in instance.applications.items():
            if not _counts(application.facts, self.context):
                continue
            if call.weights is None:
                found.append(for_all_members(self.kind(application.kind), call, application, instance))
            found += [self._instance(name) for name in _instances_used(call, application, self.shapes, self.seen)]
        return _total(found)

    def _instance(self, name: str) -> Size | None:
        """Those of a named block, of all members where it is a family."""
        kind = next(kinds_of_instance(self.shapes, name), None)
        entries = ZERO if kind is None else self.kind(kind)
        if entries is not None and any(name[0] == "." for name in entries.names):
            return None
        for index in self.shapes.graph.instances[name].indices:
            assert index.low is not None and index.high is not None, "an instance's index has a range"
            entries = None if entries is None else entries * (index.high - index.low + 1)
        return entries


def _instances_used(call: Call, application: Application, shapes: Shapes, seen: set[str]) -> Iterator[str]:
    """The instances of this body that an application uses, itself or, in a `repeat`, as its stage."""
    name = None if call.weights is None else call.weights.instance.lstrip("^")
    if name is not None and name in shapes.graph.instances and name not in seen:
        seen.add(name)
        yield name
    for item in applications(application.kind.known) if call.definition is REPEAT else ():
        yield from _instances_used(item.call, item.application, shapes, seen)


def kinds_of_instance(shapes: Shapes, name: str) -> Iterator[Kind]:
    return kinds_of(applications(shapes), name)


def for_all_members(once: Size | None, call: Call, application: Application, instance: Instance) -> Size | None:
    """So much for every member of its site that a block is applied for in one box."""
    ranges = {**instance.ranges, **instance.bounds}
    if once is not None and any(name[0] == "." for name in once.names):
        return times(once, {name for size in members_of(call, application) for name in size.names}, ranges)
    for interval in region_of(call, application, ranges):
        once = None if once is None else once * interval.extent
    return once


def part(
    shapes: Shapes, kind: str, path: Sequence[Step], ranges: Mapping[str, Interval], context: Context
) -> Size | None:
    """Parameters or MACs of one application: `h[1].params`, `c2.bottleneck[1].macs`; None where there is none."""
    shapes = shapes.origin or shapes
    found = [way for way in ways(shapes, path) if way.meets(context, ranges)]
    sizes = {_count(way, kind, context) for way in found}
    size = sizes.pop() if len(sizes) == 1 else None
    return None if size is None or any(name[0] == "." and name not in ranges for name in size.names) else size


def _count(way: Way, what: str, context: Context) -> Size | None:
    """Of all members that the subscripts leave; MACs for all that the block is mapped over, too."""
    known, is_weight = way.place.shapes, what == "params"
    once = params(known, None, context) if is_weight else macs(known)
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
    read: set[str] = set()
    for instance in shapes.instances:
        if family is None or _belongs(instance, family):
            assert isinstance(instance.origin, Equation)
            read |= _read_in(instance.origin.value, instance, weights, context)
    return [name for name in families if name in read]


def _read_in(node: Node, instance: Instance, weights: frozenset[str], context: Context) -> set[str]:
    """The weights that a value reads in the branches that there are."""
    if node not in instance.shapes:
        return set()
    found = {node.family} & weights if isinstance(node, Read) else set[str]()
    if isinstance(node, Choose) and node.formula is not None:
        sides = ((node.then, node.formula), (node.otherwise, Not(node.formula)))
        read = [(_read_in(side, instance, weights, context), fact) for side, fact in sides]
        return set[str]().union(*(names for names, fact in read if not names or _counts((fact,), context)))
    return found.union(*(_read_in(item, instance, weights, context) for item in node.operands))


def _belongs(instance: Instance, family: str) -> bool:
    """Whether the instance is of an equation that defines the family, or what it is cut from."""
    assert isinstance(instance.origin, Equation)
    own = instance.origin.part_of == family or _defines(instance.origin, family)
    return own or _defines(instance.origin, hidden(family))


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


def macs(shapes: Shapes, family: str | None = None) -> Size | None:
    """Multiply-accumulates of all equations, or of those that define `family`; None without a closed form."""
    shapes = shapes.origin or shapes
    own = [instance for instance in shapes.instances if family is None or _belongs(instance, family)]
    return _total(count for instance in own for count in (instance_macs(instance), _macs_applied(instance)))


def _macs_applied(instance: Instance) -> Size | None:
    """What the blocks do that an equation applies, for all that they are mapped over."""
    return _total(
        mapped(for_all_members(macs(application.kind.known), call, application, instance), application)
        for call, application in instance.applications.items()
    )


def mapped(once: Size | None, application: Application) -> Size | None:
    for size in application.leading:
        once = None if once is None else once * size
    return once


def instance_macs(instance: Instance) -> Size | None:
    """Multiply-accumulates of one equation over one box of its indices."""
    assert isinstance(instance.origin, Equation)
    ranges = {**instance.ranges, **instance.bounds}
    total = ZERO
    seen: set[Node] = set()
    stack = [instance.origin.value]
    while stack:
        node = stack.pop()
        if node in seen or node not in instance.shapes:
            continue
        seen.add(node)
        own = own_macs(node, instance, ranges)
        if own is None:
            return None
        total = total + own
        stack.extend(node.operands)
    return total


def own_macs(node: Node, instance: Instance, ranges: Mapping[str, Interval]) -> Size | None:
    match node:
        case Apply(op, arguments, parameters):
            once = op.macs(parameters, [instance.shapes[argument] for argument in arguments], instance.shapes[node])
            return ZERO if once is ZERO else times(once, _free(node), ranges)
        case Reduce("sum", indices, body) if _multiplies(body):
            once = ONE
            for size in instance.shapes[body]:
                once = once * size
            return times(once, _free(body) | {index.symbol for index in indices}, ranges)
        case _:
            return ZERO


def times(once: Size, names: set[str], ranges: Mapping[str, Interval]) -> Size | None:
    """`once` for every value of the indices, and of those that their ranges mention; inner ranges are summed first."""
    needed = names | (once.names & ranges.keys())
    for name in reversed(list(ranges)):
        if name in needed:
            needed |= {other for other in ranges[name].low.names | ranges[name].high.names if other[0] == "."}
    total = once
    for name in reversed(list(ranges)):
        if name in needed:
            interval = ranges[name]
            summed = (
                total * interval.extent
                if name not in total.names
                else summation(total, name, interval.low, interval.high)
            )
            if summed is None:
                return None
            total = summed
    return total


# ---- which indices a value mentions ------------------------------------------------------------


def _free(node: Node) -> set[str]:
    """The index variables that a value mentions, those bound inside it left out."""
    match node:
        case Reduce(_, indices, body):
            inner = _free(body)
            for index in indices:
                for end in (index.low, index.high):
                    inner |= _indices(end) if end is not None else set()
            return inner - {index.symbol for index in indices}
        case SizeValue(size):
            return _indices(size)
        case Read(_, subscripts):
            return _of_subscripts(subscripts).union(*map(_free, node.operands))
        case Part(_, subscripts):
            return _of_subscripts(subscripts).union(*map(_free, node.operands))
        case Choose(formula):
            return _in_formula(formula).union(*map(_free, node.operands))
        case _:
            return set[str]().union(*map(_free, node.operands))


def _indices(size: Size) -> set[str]:
    return {name for name in size.names if name[0] == "."}


def _in_formula(formula: Formula | None) -> set[str]:
    return set() if formula is None else {name for name in formula.names if name[0] == "."}


def _of_subscripts(subscripts: Iterable[Subscript]) -> set[str]:
    return {name for size in _subscript_sizes(subscripts) for name in _indices(size)}


def _subscript_sizes(subscripts: Iterable[Subscript]) -> Iterator[Size]:
    for item in subscripts:
        if isinstance(item, Point):
            yield item.size
        elif isinstance(item, Cut):
            yield item.low
            yield item.high


# ---- products ----------------------------------------------------------------------------------


def _multiplies(body: Node) -> bool:
    """Whether a term of the sum multiplies two values (numbers and sizes are none)."""
    match body:
        case Apply(op, arguments) if op.name in ("*", ".*"):
            return sum(map(_is_value, arguments)) > 1 or any(map(_multiplies, arguments))
        case Apply(op, arguments) if op.name in ("+", "-", "neg", "/", "./"):
            return any(map(_multiplies, arguments))
        case Default(read):
            return _multiplies(read)
        case Choose(_, _, then, otherwise):
            return _multiplies(then) or _multiplies(otherwise)
        case _:
            return False


def _is_value(node: Node) -> bool:
    """Anything that is not fixed by the text and the sizes alone."""
    match node:
        case Number() | SizeValue() | Data():
            return False
        case Read():
            return True
        case _:
            return any(map(_is_value, node.operands))
