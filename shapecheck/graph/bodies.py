"""A block's body as a graph, once it is known what the block is applied to.

In: a definition, its static arguments, the shapes of its inputs (without the axes that it is mapped over) and of the
weights given to it.  Out: a `Graph` whose sizes are those of the spec that applies it: the block's own sizes are told
from the shapes passed in, and put in wherever the body mentions them.  So nothing is left to translate afterwards, and
the body of one kind of application is built, and its shapes are derived, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from itertools import count

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph import block_errors, calls
from shapecheck.graph.blocks import REPEAT, Callee, Definition
from shapecheck.graph.build import build_body, build_on_its_own
from shapecheck.graph.collect import collect_dims
from shapecheck.graph.errors import Rejected
from shapecheck.graph.measure import Measure
from shapecheck.graph.model import Dim, Equation, Family, Graph, Target
from shapecheck.graph.nodes import Call, Index, Member, Node, Point, Read, Site
from shapecheck.graph.scope import Names, Scope
from shapecheck.ops.base import Setting
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Context, Size, exact_divide, symbol
from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk

Shape = tuple[Size, ...]
_serials = count(1)


@record
class Told:
    """A block's own size, told from an axis of an input, counted from the last one (-1)."""

    size: Size
    input: str
    axis: int


@record(eq=False)
class Body:
    """A body's graph and what was wrong in reading it; `inputs` and `outputs` name families of the graph."""

    graph: Graph
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    told: Mapping[str, Told] = field(default_factory=dict)
    """Where the block's own sizes are told from."""


def body(
    call: Call, settings: Mapping[str, Setting], given: Mapping[str, Shape], root: Graph, context: Context
) -> Body:
    """The body of a block as one call applies it; raises `Rejected` where a size of it is fixed by nothing."""
    if call.definition is REPEAT:
        return _repeated(call, settings, given, root, context)
    definition = call.definition
    names = Names(home=definition.home, in_block=True, serial=next(_serials), given=dict(given))
    calls.take_settings(names, settings)
    told = _bound(definition, settings, given)
    names.bound = {name: item.size for name, item in told.items()}
    outputs = tuple(item.name for item in definition.outputs)
    names.sole_output = outputs[0] if len(outputs) == 1 else None
    inside = [item for item in definition.statements if not isinstance(item, tree.Claim | tree.Test)]
    statements = _with_ports(tuple(inside), call)
    graph, diagnostics = build_body(root.source, names, statements, root.dims, context)
    return Body(graph, tuple(port.name for port in call.ports), outputs, diagnostics, told)


def _with_ports(statements: tuple[tree.Statement, ...], call: Call) -> tuple[tree.Statement, ...]:
    """Inputs that only the call makes so: parameters of a function to which a tensor is passed."""
    declared = {port.name for port in call.definition.inputs}
    extra = tuple(
        tree.Declared(port.name, False, (), None, span=port.span) for port in call.ports if port.name not in declared
    )
    return (tree.Declaration("input", extra, span=call.span), *statements) if extra else statements


# ---- a block on its own ------------------------------------------------------------------------


def on_its_own(definition: Definition, root: Graph) -> tuple[Graph, tuple[Diagnostic, ...]] | None:
    """A block's body as a spec of its own: parameters without default are sizes, its inputs are what it declares.

    None where it can only be looked at as it is applied: an input has no shape, or a parameter is a block.
    """
    if any(port.rank is None for port in definition.inputs) or _takes_blocks(definition):
        return None
    names = Names(home=definition.home, in_block=True, on_its_own=True, serial=next(_serials))
    dims: dict[str, Dim] = {}
    known: dict[str, Setting] = {}
    for parameter in definition.parameters:
        if parameter.shape is None:
            known[parameter.name] = _own_setting(definition, parameter, known, dims)
    calls.take_settings(names, known)
    outputs = tuple(item.name for item in definition.outputs)
    names.sole_output = outputs[0] if len(outputs) == 1 else None
    return build_on_its_own(root.source, names, definition.statements, dims)


def _own_setting(
    definition: Definition, parameter: tree.Parameter, known: Mapping[str, Setting], dims: dict[str, Dim]
) -> Setting:
    """The default of a parameter, else a size of its name; a shape of so many sizes where it is subscripted."""
    if parameter.default is not None:
        return calls.default(definition, parameter.default, known)
    count = _entries_used(definition, parameter.name)
    labels = [f"{parameter.name}[{at}]" for at in range(count)] if count else [parameter.name]
    for label in labels:
        dims[label] = Dim(label, 1, None, parameter.span)
    return tuple(map(symbol, labels)) if count else symbol(parameter.name)


def _entries_used(definition: Definition, name: str) -> int:
    """How many entries of a parameter its body mentions: `size[0]`, `size[1]`; 0 where it is not subscripted."""
    found = 0
    for node in _nodes(definition):
        match node:
            case tree.Index(tree.Name(base), (tree.Integer(at),)) if base == name:
                found = max(found, at + 1)
    return found


def _takes_blocks(definition: Definition) -> bool:
    """Whether a parameter without default is applied to something."""
    free = {item.name for item in definition.parameters if item.default is None and item.shape is None}
    for node in _nodes(definition):
        match node:
            case tree.Call(tree.Name(name)) | tree.Stage(tree.Name(name)) if name in free:
                return True
            case tree.Call(tree.Name("repeat"), (_, tree.Argument(_, tree.Name(name)))) if name in free:
                return True
    return False


def _nodes(definition: Definition) -> Iterator[tree.Node]:
    return (node for statement in definition.statements for node in walk(statement))


# ---- the block's own sizes ---------------------------------------------------------------------


def _bound(definition: Definition, settings: Mapping[str, Setting], given: Mapping[str, Shape]) -> dict[str, Told]:
    """What the block's sizes are, from the shapes of its inputs: each is solved for where it stands alone."""
    dims = [
        item
        for statement in definition.statements
        if isinstance(statement, tree.Dim)
        for item in statement.declarations
    ]
    free = [item for item in dims if item.value is None]
    if not free:
        return {}
    pairs = _pairs(definition, settings, given, {item.name: symbol(f"`{item.name}") for item in free})
    found: dict[str, Told] = {}
    while True:
        known = {f"`{name}": item.size for name, item in found.items()}
        tried = ((_solved(declared.substitute(known), actual), place) for declared, actual, place in pairs)
        solved = next(((item, place) for item, place in tried if item is not None), None)
        if solved is None:
            break
        (name, size), (input, axis) = solved
        found[name] = Told(size, input, axis)
    for item in free:
        if item.name not in found:
            raise Rejected(block_errors.unbound_size(definition.name, item.name, item.span))
    return found


def _pairs(
    definition: Definition, settings: Mapping[str, Setting], given: Mapping[str, Shape], free: Mapping[str, Size]
) -> list[tuple[Size, Size, tuple[str, int]]]:
    """Each declared axis of an input, in the block's own sizes, with the size that is passed, and which axis it is."""
    names = Names(home=definition.home, bound=dict(free))
    calls.take_settings(names, settings)
    collect_dims(definition.statements, names)
    pairs: list[tuple[Size, Size, tuple[str, int]]] = []
    for item, annotation in definition.declared("input"):
        if item.name in given and annotation is not None:
            actual = given[item.name]
            places = ((item.name, axis - len(actual)) for axis in range(len(actual)))
            pairs += zip(_declared_axes(item, annotation, names), actual, places)
    return pairs


def _declared_axes(item: tree.Declared, annotation: tree.Annotation, names: Names) -> list[Size]:
    measure = Measure(names, Scope())
    ranges = [binder.range for binder in item.binders if binder.range is not None]
    axes = [measure.size(one.high) - measure.size(one.low) + 1 for one in ranges]
    if annotation.shape is not None:
        axes += measure.shape(annotation.shape, dots=True)[0]
    return axes


def _solved(declared: Size, actual: Size) -> tuple[str, Size] | None:
    """The one size that is still free in an axis, solved for; that a division divides is owed by the input."""
    unknown = [name for name in declared.names if name[0] == "`"]
    linear = declared.linear_in(unknown[0]) if len(unknown) == 1 else None
    if linear is None:
        return None
    slope, rest = linear
    quotient = exact_divide(actual - rest, slope)
    if quotient is None and slope.constant is not None and slope.constant >= 1:
        quotient = (actual - rest) // slope.constant
    return None if quotient is None else (unknown[0][1:], quotient)


# ---- repeat ------------------------------------------------------------------------------------


def _repeated(
    call: Call, settings: Mapping[str, Setting], given: Mapping[str, Shape], root: Graph, context: Context
) -> Body:
    """`repeat(n, s)` is `h[0] = x`, `h[k] = s(h[k-1]) for k in 1..n`, `y = h[n]`."""
    number, stage, span = settings["n"], settings["stage"], call.span
    assert isinstance(number, Size) and isinstance(stage, Callee) and stage.definition is not None
    names = Names(serial=next(_serials))
    index = names.index("k", ONE, number, span)
    at = symbol(index.symbol)
    once = stage_call(stage, Read("h", (Point(at - 1),), span=span), at, span)
    families = [Family("x", "input", (), given["x"], span), Family("y", "output", (), None, span)]
    equations = [Equation("plain", (Target("y", (), None, span),), Read("x", span=span), (), span)]
    if number is not ZERO:
        axis = Index(f".h0~{names.serial}", "k", None, None, span)
        families.append(Family("h", "local", (axis,), None, span))
        equations = [
            Equation("plain", (Target("h", (ZERO,), None, span),), Read("x", span=span), (), span),
            Equation("plain", (Target("h", (at,), None, Span(span.start, span.start)),), once, (index,), span),
            Equation("plain", (Target("y", (), None, span),), Read("h", (Point(number),), span=span), (), span),
        ]
    graph = Graph(
        root.source,
        root.dims,
        (),
        {family.name: family for family in families},
        tuple(equations),
        (),
        (),
        (),
        {},
        (),
        context,
    )
    return Body(graph, ("x",), ("y",), ())


def stage_call(stage: Callee, operand: Node, at: Size, span: Span) -> Call:
    """Pass `at`: the stage applied to what the last one gave."""
    definition = stage.definition
    assert definition is not None
    ports = calls.ports_of(definition)
    if len(ports) != 1 or (definition is not REPEAT and len(definition.outputs) != 1):
        raise Rejected(block_errors.not_a_stage(span))
    weights = stage.weights if isinstance(stage.weights, Member) else None
    borrowed = None if weights is None else Member(f"^{weights.instance}", weights.subscripts)
    site = Site(axes=(at,))
    settings, labels = calls.settled(stage.settings), (ports[0].name,)
    return Call(definition, settings, (operand,), labels, ports, borrowed, site, span=span)
