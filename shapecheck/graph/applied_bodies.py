"""The body of a block for the shapes that one application passes to it, with its subscripts as written.

In: a definition, its static arguments, the shapes of its inputs (without the axes that it is mapped over) and of the
weights given to it.  Out: a `Graph` in the sizes of the spec that applies the block: the block's own sizes are solved
for from the shapes passed in.  The body of one kind of application is read, and its shapes are derived, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from itertools import count

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph import block_errors
from shapecheck.graph.block_definitions import REPEAT, Callee, Definition
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.applications import as_stage, ports_of
from shapecheck.graph.expressions.callees import Settings, Settled, names_in
from shapecheck.graph.expressions.complete_reading import reading_at
from shapecheck.graph.expressions.declared_names import Block, Names
from shapecheck.graph.expressions.written_shapes import shape
from shapecheck.graph.model import Equation, Family, Graph, Target
from shapecheck.graph.nodes import Call, Index, Member, Node, Point, Read, Site
from shapecheck.graph.reads import families_read
from shapecheck.graph.statements.declarations import collect_dims
from shapecheck.graph.statements.statement_reader import StatementReader
from shapecheck.ops.base import Setting
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Context, Size, exact_divide, symbol
from shapecheck.source import Span
from shapecheck.syntax import tree

Shape = tuple[Size, ...]


@record
class Told:
    """The value of a block's own size, and the axis of an input that fixes it, counted from the last one (-1)."""

    size: Size
    input: str
    axis: int


@record(eq=False)
class Body:
    """A body's graph and the mistakes in it; `inputs` and `outputs` name families of the graph."""

    graph: Graph
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    told: Mapping[str, Told] = field(default_factory=dict)
    """The block's own sizes, by name."""


_serials = count(1)


def next_serial() -> int:
    """A number that no other body of a block has."""
    return next(_serials)


def sole_output(definition: Definition) -> str | None:
    """The name of a block's output if there is only one."""
    return definition.outputs[0].name if len(definition.outputs) == 1 else None


def without_unused(graph: Graph) -> Graph:
    """The graph without weights that no equation reads, since a parameter switches them off."""
    read = set[str]().union(*(families_read(equation.value) for equation in graph.equations))
    kept = {
        name: family
        for name, family in graph.families.items()
        if family.role not in ("weight", "buffer") or name in read
    }
    return replace(graph, families=kept)


def body_as_written(
    call: Call, settings: Mapping[str, Setting], given: Mapping[str, Shape], root: Graph, context: Context
) -> Body:
    """The body of a block as one call applies it; raises `Rejected` if nothing fixes one of its sizes."""
    if call.definition is REPEAT:
        return _repeated(call, settings, given, root, context)
    definition = call.definition
    told = _bound(definition, settings, given)
    bound = {name: item.size for name, item in told.items()}
    block = Block(dict(given), bound, sole_output(definition))
    names = Names(definition.home, block, next_serial())
    names.take_settings(dict(inside(tuple(settings.items()))))
    reader = StatementReader(root.source, names)
    reader.read(_with_ports(call))
    graph = without_unused(replace(reader.graph(), dims=root.dims, context=context))
    inputs, outputs = (port.name for port in call.ports), (item.name for item in definition.outputs)
    return Body(graph, tuple(inputs), tuple(outputs), tuple(names.diagnostics), told)


def _with_ports(call: Call) -> tuple[tree.Statement, ...]:
    """The statements of the body without claims and tests.

    Parameters of a function to which a tensor is passed are declared in front as inputs.
    """
    inside = (item for item in call.definition.statements if not isinstance(item, tree.Claim | tree.Test))
    declared = {port.name for port in call.definition.inputs}
    extra = tuple(
        tree.Declared(port.name, False, (), None, span=port.span) for port in call.ports if port.name not in declared
    )
    return (tree.Declaration("input", extra, span=call.span), *inside) if extra else tuple(inside)


# ---- instances that are passed on ----------------------------------------------------------------


def inside(settings: Settings) -> Settings:
    """Static arguments as a body knows them: an instance in them belongs to the spec or body around it."""
    return tuple((name, _inside(setting)) for name, setting in settings)


def _inside(setting: Setting) -> Setting:
    if not isinstance(setting, Callee):
        return setting
    weights = _lent(setting.weights) if isinstance(setting.weights, Member) else setting.weights
    return replace(setting, settings=inside(setting.settings), weights=weights)


def _lent(weights: Member) -> Member:
    return Member(f"^{weights.instance}", weights.subscripts)


# ---- the block's own sizes -----------------------------------------------------------------------


def own_sizes(definition: Definition) -> list[tree.DimDeclaration]:
    """The sizes that a block declares and does not compute: the shapes passed to it fix them."""
    dims = (item for item in definition.statements if isinstance(item, tree.Dim))
    return [item for dim in dims for item in dim.declarations if item.value is None and not item.binders]


def declared_shapes(
    definition: Definition, settings: Mapping[str, Setting], role: str, bound: Mapping[str, Size]
) -> dict[str, Shape]:
    """The declared shapes of a block's inputs or outputs, `bound` being its own sizes; one without is left out.

    Raises `Rejected` for a size that cannot be read.
    """
    names = names_in(definition, settings)
    names.block = Block(bound=bound)
    collect_dims(definition.statements, names)
    written = ((item, annotation) for item, annotation in definition.declared(role) if annotation is not None)
    return {item.name: tuple(_declared_axes(item, annotation, names)) for item, annotation in written}


def _bound(definition: Definition, settings: Mapping[str, Setting], given: Mapping[str, Shape]) -> dict[str, Told]:
    """The block's own sizes, each solved for from an axis of an input in which no other unknown size stands."""
    free = own_sizes(definition)
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
    """Each declared axis of an input, in the block's own sizes, with the size passed to it, and its input and place."""
    pairs: list[tuple[Size, Size, tuple[str, int]]] = []
    for name, axes in declared_shapes(definition, settings, "input", free).items():
        if name in given:
            actual = given[name]
            places = ((name, axis - len(actual)) for axis in range(len(actual)))
            pairs += zip(axes, actual, places)
    return pairs


def _declared_axes(item: tree.Declared, annotation: tree.Annotation, names: Names) -> list[Size]:
    place = reading_at(names)
    ranges = [binder.range for binder in item.binders if binder.range is not None]
    axes = [place.size(one.high) - place.size(one.low) + 1 for one in ranges]
    if annotation.shape is not None:
        axes += shape(place, annotation.shape, dots=True)[0]
    return axes


def _solved(declared: Size, actual: Size) -> tuple[str, Size] | None:
    """The one unknown size in an axis, solved for; the input is required elsewhere to make the division exact."""
    unknown = [name for name in declared.names if name[0] == "`"]
    linear = declared.linear_in(unknown[0]) if len(unknown) == 1 else None
    if linear is None:
        return None
    slope, rest = linear
    quotient = exact_divide(actual - rest, slope)
    if quotient is None and slope.constant is not None and slope.constant >= 1:
        quotient = (actual - rest) // slope.constant
    return None if quotient is None else (unknown[0][1:], quotient)


# ---- repeat --------------------------------------------------------------------------------------


def _repeated(
    call: Call, settings: Mapping[str, Setting], given: Mapping[str, Shape], root: Graph, context: Context
) -> Body:
    """The body of `repeat(n, s)`: `h[0] = x`, `h[k] = s(h[k-1]) for k in 1..n`, `y = h[n]`."""
    number, stage, span = settings["n"], settings["stage"], call.span
    assert isinstance(number, Size) and isinstance(stage, Callee) and stage.definition is not None
    names = Names(serial=next_serial())
    index = names.index("k", ONE, number, span)
    at = symbol(index.symbol)
    once = stage_call(stage, Read("h", (Point(at - 1),), span=span), at, span)
    families = [Family("x", "input", (), given.get("x"), span), Family("y", "output", (), None, span)]
    equations = [Equation("plain", (Target("y", (), None, span),), Read("x", span=span), (), span)]
    if number is not ZERO:
        axis = Index(f".h0~{names.serial}", "k", None, None, span)
        families.append(Family("h", "local", (axis,), None, span))
        equations = [
            Equation("plain", (Target("h", (ZERO,), None, span),), Read("x", span=span), (), span),
            Equation("plain", (Target("h", (at,), None, Span(span.start, span.start)),), once, (index,), span),
            Equation("plain", (Target("y", (), None, span),), Read("h", (Point(number),), span=span), (), span),
        ]
    by_name = {family.name: family for family in families}
    graph = Graph(root.source, root.dims, (), by_name, tuple(equations), (), (), (), {}, (), context)
    return Body(graph, ("x",), ("y",), ())


def stage_call(stage: Callee, operand: Node, at: Size, span: Span) -> Call:
    """The stage of a `repeat`, applied in pass `at` to the result of the pass before."""
    assert stage.definition is not None
    definition = as_stage(stage.definition)
    ports = ports_of(definition)
    if len(ports) != 1 or (definition is not REPEAT and len(definition.outputs) != 1):
        raise Rejected(block_errors.not_a_stage(span))
    weights = stage.weights if isinstance(stage.weights, Member) else None
    borrowed = None if weights is None else _lent(weights)
    site = Site(axes=(at,))
    settings, labels = Settled(inside(stage.settings)), (ports[0].name,)
    return Call(definition, settings, (operand,), labels, ports, borrowed, site, span=span)
