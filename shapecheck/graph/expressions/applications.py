"""Applications of blocks, and of functions whose parameters have shapes.

In: the block with its static arguments, and its operands.  Out: a `Call`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import block_errors, errors
from shapecheck.graph.block_definitions import REPEAT, Definition, Port
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.callees import Arguments, Chosen, Settled, default, repeated, settler
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.settings import is_static
from shapecheck.graph.model import Equation, Target
from shapecheck.graph.nodes import Call, Node, Point, Read, Site
from shapecheck.graph.operand_views import as_operands
from shapecheck.ops.base import Setting
from shapecheck.sizes import Size, symbol
from shapecheck.source import Span
from shapecheck.syntax import tree

DEEPEST = 64
"""Largest number of operands in force, which nested function bodies add up."""


def applied(
    reading: Reading, made: Chosen, operands: Sequence[Node], named: Arguments, span: Span, at: Span | None = None
) -> Call:
    """A block applied to operands, by position and by name; `at` is the stage of a chain."""
    weights = made.definition.weights
    home = made.home or reading
    given = {item.name: home.value(item.value) for item in made.written if item.name in weights and item.name}
    settle = settler(reading, made)
    settings, debts = settle.read({})
    reading.debts.extend(debts)
    passed = _inputs(reading, made.definition, ports_of(made.definition), operands, named, span)
    definition = made.definition.leaving_out(made.definition.optional.difference(passed))
    ports = ports_of(definition)
    stage = repeated(reading, made)
    return _noted(
        reading,
        Call(
            definition,
            settle,
            (*(passed[port.name] for port in ports), *given.values()),
            (*(port.name for port in ports), *given),
            ports,
            made.weights,
            Site(label=made.definition.name if stage is None else stage.name),
            None if stage is None or stage.definition is None else as_stage(stage.definition),
            at,
            settle.debts if settings is None else None,
            span=span,
        ),
    )


def as_stage(definition: Definition) -> Definition:
    """A block as a stage applies it, which passes one input."""
    return definition.leaving_out(definition.optional - {port.name for port in definition.inputs[:1]})


def ports_of(definition: Definition) -> tuple[Port, ...]:
    """The inputs of a block."""
    return (Port("x", False, None),) if definition is REPEAT else definition.inputs


def one_result(call: Call) -> Call:
    """The call, if its block has one output; raises `Rejected` otherwise."""
    outputs = [item.name for item in call.definition.outputs]
    if call.definition is not REPEAT and len(outputs) != 1:
        raise Rejected(block_errors.several_outputs(call.definition.name, outputs, call.span))
    return call


def _noted(reading: Reading, call: Call) -> Call:
    """Note an application, so that its site gets a name when the whole statement has been read."""
    reading.names.noted.calls.append(call)
    return call


def _inputs(
    reading: Reading,
    definition: Definition,
    ports: Sequence[Port],
    operands: Sequence[Node],
    named: Arguments,
    span: Span,
) -> dict[str, Node]:
    """The operands by the inputs' names; those with a default may be left out."""
    names = [port.name for port in ports]
    if len(operands) > len(ports):
        raise Rejected(block_errors.too_many_inputs(definition, len(operands), names, span))
    found: dict[str, Node] = dict(zip(names, operands))
    for item in named:
        _known_name(definition, item, names)
        found[str(item.name)] = reading.value(item.value)
    missing = [port.name for port in ports if port.name not in found and not port.optional]
    if missing:
        raise Rejected(block_errors.inputs_missing(definition, missing, span))
    return found


def _known_name(definition: Definition, item: tree.Argument, names: list[str]) -> None:
    """Raises `Rejected` if a named argument is not among the names."""
    if item.name is not None and item.name not in names:
        near = nearest(item.name, names)
        raise Rejected(errors.unknown_option(definition.name, item.name, item.span, near, names))


# ---- functions -----------------------------------------------------------------------------------


def function_applied(
    reading: Reading, definition: Definition, arguments: Arguments, span: Span, first: Sequence[Node]
) -> Call:
    """A function whose parameters have shapes: those are its inputs; sizes and words are static arguments."""
    passed = _passed(definition, arguments, span, first)
    nodes: dict[str, Node] = {}
    settings: dict[str, Setting] = {}
    inputs = {port.name: port for port in definition.inputs}
    for parameter in definition.parameters:
        name, given = parameter.name, passed.get(parameter.name)
        if isinstance(given, tree.Argument) and name not in inputs and is_static(reading, given.value):
            settings[name] = reading.setting(given.value)
        elif given is not None:
            nodes[name] = reading.value(given.value) if isinstance(given, tree.Argument) else given
        elif parameter.default is not None:
            settings[name] = default(reading, definition, parameter, settings, span)
        else:
            raise Rejected(block_errors.inputs_missing(definition, [name], span))
    spans = {parameter.name: parameter.span for parameter in definition.parameters}
    ports = tuple(inputs.get(name, Port(name, False, None, spans[name])) for name in nodes)
    settle, site = Settled(tuple(settings.items())), Site(label=definition.name)
    call = Call(definition, settle, tuple(nodes.values()), tuple(nodes), ports, None, site, span=span)
    return _noted(reading, call)


def _passed(
    definition: Definition, arguments: Arguments, span: Span, first: Sequence[Node]
) -> dict[str, Node | tree.Argument]:
    """The operand or the argument for each parameter of a function that has one."""
    positional = [*first, *(item for item in arguments if item.name is None)]
    named = {item.name: item for item in arguments if item.name is not None}
    names = [parameter.name for parameter in definition.parameters]
    for item in named.values():
        _known_name(definition, item, names)
    if len(positional) > len(names):
        raise Rejected(block_errors.too_many_inputs(definition, len(positional), names, span))
    return {**named, **dict(zip(names, positional))}


# ---- function bodies -----------------------------------------------------------------------------


def function_called(
    reading: Reading, function: Definition, arguments: Arguments, span: Span, first: tuple[Node, ...]
) -> Node:
    """A function: applied like a block where its parameters have shapes, else its body with the operands put in."""
    if function.has_shapes:
        return one_result(function_applied(reading, function, arguments, span, first))
    return _inlined(reading, function, arguments, span, first)


def _inlined(
    reading: Reading, definition: Definition, arguments: Arguments, span: Span, first: tuple[Node, ...]
) -> Node:
    function, scope = definition.written, reading.scope
    assert isinstance(function, tree.Function)
    if len(scope.operands) > DEEPEST:
        raise Rejected(block_errors.calls_itself(function.name, span))
    values = [*first, *(reading.value(argument.value) for argument in arguments if argument.name is None)]
    named = {item.name: reading.value(item.value) for item in arguments if item.name is not None}
    bound = tuple(
        (parameter.name, _operand(reading, function, position, values, named, span))
        for position, parameter in enumerate(function.parameters)
    )
    if len(values) > len(function.parameters):
        raise Rejected(errors.bad_arguments(function.name, "has too many arguments", span))
    operands = bound + scope.operands
    inside = replace(scope, indices=(), loops=(), operands=operands, closed=True, home=definition.home)
    result = reading.at(inside).value(function.body)
    return as_operands(result, [node for _, node in bound], reading.names.quantities)


def _operand(
    reading: Reading,
    function: tree.Function,
    position: int,
    values: list[Node],
    named: Mapping[str, Node],
    span: Span,
) -> Node:
    """The operand for one parameter: by position, by name, or its default."""
    parameter = function.parameters[position]
    if position < len(values):
        return values[position]
    if parameter.name in named:
        return named[parameter.name]
    if parameter.default is not None:
        return reading.value(parameter.default)
    raise Rejected(errors.bad_arguments(function.name, f"the argument {parameter.name} is missing", span))


# ---- names of applications -----------------------------------------------------------------------


def name_sites(
    calls: Iterable[Call], base: str, axes: tuple[Size, ...], whole: Node | None, aliases: Mapping[Call, Target]
) -> None:
    """Give the applications of one statement their names, in the order of the text.

    One named by `as` has that name; the one that is the whole value of an equation has that of the equation; others
    have the name of their block, with a number if there are several.
    """
    alike: dict[str, list[Call]] = {}
    for call in calls:
        alike.setdefault(call.site.label, []).append(call)
    for found in alike.values():
        for number, call in enumerate(found, 1):
            site, alias = call.site, aliases.get(call)
            site.base = base if alias is None else alias.family
            site.axes = axes if alias is None else alias.subscripts
            site.number = None if len(found) == 1 else number
            site.whole = alias is not None or (call is whole and bool(base))


def named_stage(reading: Reading, call: Node, piped: tuple[Node, ...], alias: str, span: Span) -> Read:
    """The value of `x -> f as c`, a read of `c`; notes the equation `c = f(x)` beside the statement."""
    indices = reading.scope.indices
    members = tuple(symbol(index.symbol) for index in indices)
    target = Target(alias, members, None, span)
    reading.names.noted.stages.append(Equation("plain", (target,), call, indices, span, piped=piped))
    return Read(alias, tuple(map(Point, members)), span=span)
