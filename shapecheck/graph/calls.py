"""Applications of blocks: who is meant, its static arguments, what it is applied to.

In: the parts of a call as written and the `Values` of the place.  Out: a `Call`.  Static arguments are read in the
scope of the call; where one of them picks from a list by an index (`c[k]`) it is read when that index is fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from shapecheck import ops
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import block_errors, errors, familiar
from shapecheck.graph.blocks import REPEAT, Callee, Definition, Instance, Port
from shapecheck.graph.errors import Rejected
from shapecheck.graph.model import Equation, Target
from shapecheck.graph.nodes import Call, Member, Node, Point, Read, Site
from shapecheck.graph.scope import Names, Scope
from shapecheck.graph.settings import is_static, setting
from shapecheck.ops.base import Setting
from shapecheck.record import record
from shapecheck.sizes import Size, symbol
from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk

if TYPE_CHECKING:
    from shapecheck.graph.values import Values

Arguments = tuple[tree.Argument, ...]
Settings = tuple[tuple[str, Setting], ...]


@record
class Chosen:
    """A block that is to be applied, with its own parentheses: `written` are its static arguments."""

    definition: Definition
    written: Arguments
    span: Span
    weights: Member | None = None
    preset: Settings | None = None
    home: Values | None = None
    """Where the weights given to an instance are read."""


class NotFixed(Rejected):
    """A static argument depends on an index that is not fixed yet."""


# ---- who is meant ------------------------------------------------------------------------------


def block_named(values: Values, name: str) -> Definition | Callee | Instance | None:
    """The block of that name, None for an op, a plain function or anything else; a file's own names hide the rest."""
    names, home = values.names, values.home
    if not values.scope.closed:
        setting = names.settings.get(name)
        if isinstance(setting, Callee):
            return setting
        if name in names.instances:
            return names.instances[name]
    own = home.own(name)
    if own is not None:
        return own
    if name == REPEAT.name:
        return REPEAT
    return home.std(name) if name not in ops.NAMES else None


def chosen(values: Values, function: tree.Expression) -> Chosen | None:
    """What stands before the parentheses with the operands, or after `->`: a block and its static arguments."""
    match function:
        case tree.Name(name):
            return _chosen(values, name, (), (), function.span)
        case tree.Index(tree.Name(name), subscripts):
            return _chosen(values, name, subscripts, (), function.span)
        case tree.Call(tree.Name(name), arguments):
            return _chosen(values, name, (), arguments, function.span)
        case _:
            return None  # a block is named; whoever asks tells what else it could be


def _chosen(
    values: Values, name: str, subscripts: Sequence[tree.Subscript], arguments: Arguments, span: Span
) -> Chosen | None:
    match block_named(values, name):
        case Definition() as definition if not definition.is_function and not subscripts:
            return Chosen(definition, arguments, span)
        case Callee(_, Definition() as definition, settings, weights) if not definition.is_function:
            if arguments:
                raise Rejected(errors.bad_arguments(name, "has its arguments already", span, f"write {name}"))
            return Chosen(definition, (), span, weights if isinstance(weights, Member) else None, settings)
        case Instance() as instance:
            return _member(values, instance, subscripts, span)
        case Definition() | Callee() | None:
            return None  # a function, a block with subscripts, an op or a tensor


def _member(values: Values, instance: Instance, subscripts: Sequence[tree.Subscript], span: Span) -> Chosen:
    """An instance's block, with that instance's weights."""
    inner = values.instance_values(instance)
    made = chosen(inner, instance.call)
    assert made is not None, "an instance is a block with its arguments"
    written = tuple(values.measure.size(item) for item in subscripts if isinstance(item, tree.Expression))
    if len(written) != len(subscripts) or len(written) != len(instance.indices):
        raise Rejected(block_errors.instance_indices(instance.name, len(subscripts), len(instance.indices), span))
    if instance.indices and any(item.name in made.definition.weights for item in made.written):
        raise Rejected(block_errors.given_to_family(instance.name, instance.span))
    fixed = dict(zip([index.symbol for index in instance.indices], written))
    preset = settler(inner, made)(fixed)
    return replace(made, weights=Member(instance.name, written), preset=preset, home=inner)


def callee(values: Values, expression: tree.Expression) -> Callee | None:
    """A block, a function or an op passed as an argument: `act = relu`, `repeat(n, gru(p))`."""
    match expression:
        case tree.Name(name):
            found = block_named(values, name)
            if isinstance(found, Callee):
                return found
            if isinstance(found, Definition) and found.is_function:
                return Callee(name, found)
            if found is None:
                return Callee(name, None) if name in ops.NAMES else None
        case tree.Call(tree.Name(name)):
            if not isinstance(block_named(values, name), Definition | Instance | Callee):
                return None
        case tree.Index(tree.Name(name)):
            if not isinstance(block_named(values, name), Instance):
                return None
        case _:
            return None
    made = chosen(values, expression)
    if made is None:
        return None
    settings = settler(values, made)({})
    return Callee(made.definition.name, made.definition, settings or (), made.weights)


# ---- static arguments --------------------------------------------------------------------------


@record(eq=False)
class Settler:
    """Reads the static arguments of one call, for fixed values of some indices."""

    values: Values
    made: Chosen

    def __call__(self, fixed: Mapping[str, Size]) -> Settings | None:
        """All parameters by name, defaults filled in; None where an index has to be fixed first."""
        if self.made.preset is not None:
            return tuple((name, _at(setting, fixed)) for name, setting in self.made.preset)
        scope = self.values.scope
        inner = replace(self.values, scope=replace(scope, fixed={**scope.fixed, **fixed}))
        try:
            return tuple(self._settings(inner))
        except NotFixed:
            return None

    def _settings(self, values: Values) -> Iterable[tuple[str, Setting]]:
        if self.made.definition is REPEAT:
            yield from repeat_settings(values, self.made)
            return
        positional = [item for item in self.made.written if item.name is None]
        named = {item.name: item for item in self.made.written if item.name is not None}
        known: dict[str, Setting] = {}
        for place, parameter in enumerate(self.made.definition.parameters):
            item = positional[place] if place < len(positional) else named.get(parameter.name)
            if item is not None and _is_tensor(values, item.value):
                raise Rejected(block_errors.input_in_parameters(self.made.definition, self.made.written, item))
            if item is not None:
                known[parameter.name] = setting(values, item.value)
            elif parameter.default is not None:
                known[parameter.name] = default(self.made.definition, parameter.default, known)
            else:
                raise Rejected(block_errors.parameter_missing(self.made.definition, parameter.name, self.made.span))
            yield parameter.name, known[parameter.name]


def settler(values: Values, made: Chosen) -> Settler:
    """The reader of a call's static arguments, once their names are found to be right."""
    if made.preset is None and made.definition is not REPEAT:
        parameters = [parameter.name for parameter in made.definition.parameters]
        positional = [item for item in made.written if item.name is None]
        if len(positional) > len(parameters):
            raise Rejected(block_errors.too_many_parameters(made.definition, len(positional), positional[-1].span))
        for item in made.written:
            if item.name is not None and item.name not in parameters and item.name not in made.definition.weights:
                known = [*parameters, *sorted(made.definition.weights)]
                raise Rejected(
                    errors.unknown_option(
                        made.definition.name, item.name, item.span, _near(item.name, known), parameters
                    )
                )
    return Settler(values, made)


def _is_tensor(values: Values, expression: tree.Expression) -> bool:
    """Whether an argument is a tensor of the file, as in `batchnorm(x)`, and no constant."""
    names = values.names
    if not isinstance(expression, tree.Name) or values.scope.closed or expression.name not in names.families:
        return False
    return expression.name not in names.settings and expression.name not in names.constants


def _near(name: str, known: Sequence[str]) -> str | None:
    """The argument that was probably meant: by its name elsewhere, or by its letters."""
    return familiar.option_for(name, known) or nearest(name, known)


def default(definition: Definition, expression: tree.Expression, known: Mapping[str, Setting]) -> Setting:
    """The default of a parameter, which may mention those before it."""
    from shapecheck.graph.values import Values

    names = Names(home=definition.home)
    take_settings(names, known)
    return setting(Values(names, Scope()), expression)


def take_settings(names: Names, settings: Mapping[str, Setting]) -> None:
    """Parameters as a body sees them: sizes, shapes whose entries are sizes, and the rest."""
    for name, given in settings.items():
        if isinstance(given, Size):
            names.sizes[name] = given
        elif isinstance(given, tuple) and all(isinstance(item, Size) for item in given):
            names.constants[name] = given
            names.settings[name] = given
        else:
            names.settings[name] = given


def repeat_settings(values: Values, made: Chosen) -> Iterable[tuple[str, Setting]]:
    """`repeat(n, stage)`: how often, and what."""
    if len(made.written) != 2 or any(item.name is not None for item in made.written):
        raise Rejected(errors.bad_arguments("repeat", "takes a number and a stage", made.span, "repeat(n, gru(p))"))
    yield "n", values.measure.size(made.written[0].value)
    written = made.written[1].value
    stage = callee(values, written)
    if stage is None or stage.definition is None:
        told = any(isinstance(node, tree.Name) and node.name in values.home.missing for node in walk(written))
        raise Rejected(None if told else block_errors.not_a_stage(written.span))
    yield "stage", stage


def _at(given: Setting, fixed: Mapping[str, Size]) -> Setting:
    if isinstance(given, Size):
        return given.substitute({name: size for name, size in fixed.items() if name in given.names})
    if isinstance(given, tuple):
        return tuple(_at(item, fixed) for item in given)
    if isinstance(given, Callee):
        return replace(given, settings=tuple((name, _at(item, fixed)) for name, item in given.settings))
    return given


# ---- the application ---------------------------------------------------------------------------


def applied(
    values: Values, made: Chosen, operands: Sequence[Node], named: Arguments, span: Span, at: Span | None = None
) -> Call:
    """A block applied to operands, by position and by name; `at` is the stage of a chain."""
    weights = made.definition.weights
    home = made.home or values
    given = {item.name: home.value(item.value) for item in made.written if item.name in weights and item.name}
    settle = settler(values, made)
    settle({})
    ports = ports_of(made.definition)
    inputs = _inputs(values, made.definition, ports, operands, named, span)
    stage = callee(values, made.written[1].value) if made.definition is REPEAT else None
    return remember(
        values,
        Call(
            made.definition,
            settle,
            (*inputs, *given.values()),
            (*(port.name for port in ports), *given),
            ports,
            made.weights,
            Site(label=made.definition.name if stage is None else stage.name),
            None if stage is None else stage.definition,
            at,
            span=span,
        ),
    )


def ports_of(definition: Definition) -> tuple[Port, ...]:
    """The inputs of a block."""
    return (Port("x", False, None),) if definition is REPEAT else definition.inputs


@record(eq=False)
class Settled:
    """Static arguments that are known, for fixed values of some indices."""

    settings: Settings

    def __call__(self, fixed: Mapping[str, Size]) -> Settings:
        return tuple((name, _at(setting, fixed)) for name, setting in self.settings)


def settled(settings: Settings) -> Settled:
    """The reader of static arguments that are known."""
    return Settled(settings)


def remember(values: Values, call: Call) -> Call:
    """Note an application, so that its site gets a name when the whole statement is read."""
    values.names.calls.append(call)
    return call


def _inputs(
    values: Values,
    definition: Definition,
    ports: Sequence[Port],
    operands: Sequence[Node],
    named: Arguments,
    span: Span,
) -> list[Node]:
    """The operands in the order of the inputs."""
    if len(operands) > len(ports):
        raise Rejected(block_errors.too_many_inputs(definition, len(operands), [port.name for port in ports], span))
    found: dict[str, Node] = {port.name: operand for port, operand in zip(ports, operands)}
    names = [port.name for port in ports]
    for item in named:
        if item.name not in names:
            assert item.name is not None
            raise Rejected(
                errors.unknown_option(definition.name, item.name, item.span, nearest(item.name, names), names)
            )
        found[item.name] = values.value(item.value)
    missing = [name for name in names if name not in found]
    if missing:
        raise Rejected(block_errors.inputs_missing(definition, missing, span))
    return [found[name] for name in names]


def function_applied(
    values: Values, definition: Definition, arguments: Arguments, span: Span, first: Sequence[Node]
) -> Call:
    """A function whose parameters have shapes: those are its inputs, and what is a size or a word is static."""
    positional = [item for item in arguments if item.name is None]
    named = {item.name: item for item in arguments if item.name is not None}
    parameters = definition.parameters
    unknown = next((item for name, item in named.items() if name not in [p.name for p in parameters]), None)
    if unknown is not None:
        known = [parameter.name for parameter in parameters]
        assert unknown.name is not None
        raise Rejected(
            errors.unknown_option(definition.name, unknown.name, unknown.span, nearest(unknown.name, known), known)
        )
    if len(first) + len(positional) > len(parameters):
        names = [parameter.name for parameter in parameters]
        raise Rejected(block_errors.too_many_inputs(definition, len(first) + len(positional), names, span))
    ports, nodes, settings = [], [], {}
    inputs = {port.name: port for port in definition.inputs}
    for place, parameter in enumerate(parameters):
        written = place - len(first)
        item = positional[written] if 0 <= written < len(positional) else named.get(parameter.name)
        if place < len(first):
            ports.append(inputs.get(parameter.name, Port(parameter.name, False, None, parameter.span)))
            nodes.append(first[place])
        elif item is not None and parameter.name not in inputs and is_static(values, item.value):
            settings[parameter.name] = setting(values, item.value)
        elif item is not None:
            ports.append(inputs.get(parameter.name, Port(parameter.name, False, None, parameter.span)))
            nodes.append(values.value(item.value))
        elif parameter.default is not None:
            settings[parameter.name] = default(definition, parameter.default, settings)
        else:
            raise Rejected(block_errors.inputs_missing(definition, [parameter.name], span))
    preset = tuple(settings.items())
    settle = Settler(values, Chosen(definition, (), span, None, preset))
    labels = tuple(port.name for port in ports)
    site = Site(label=definition.name)
    return remember(values, Call(definition, settle, tuple(nodes), labels, tuple(ports), None, site, span=span))


# ---- names of applications ---------------------------------------------------------------------


def name_sites(
    calls: Iterable[Call], base: str, axes: tuple[Size, ...], whole: Node | None, aliases: Mapping[Call, Target]
) -> None:
    """Give the applications of one statement their names, in the order of the text.

    One named by `as` has that name; the one that is the whole value of an equation that of the equation; others go by
    their block's, numbered where there are several: `y.conv2d[2]`.
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


def aside(values: Values, call: Node, alias: str, span: Span) -> Read:
    """`x -> f as c`: an equation `c = f(x)` beside the one at hand; its value is `c`."""
    indices = values.scope.indices
    members = tuple(symbol(index.symbol) for index in indices)
    target = Target(alias, members, None, span)
    values.names.aside.append(Equation("plain", (target,), call, indices, span))
    return Read(alias, tuple(map(Point, members)), span=span)
