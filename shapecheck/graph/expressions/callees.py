"""Blocks about to be applied, and their static arguments.

In: the expression in front of the operands, `conv2d(F, 3)` or `cell[e]`.  Out: the block `Chosen`, and a `Settler` of
its static arguments.  An argument that takes an entry of a list by an index (`c[k]`) is read when that index is fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from shapecheck import ops
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import block_errors, errors
from shapecheck.graph.block_definitions import REPEAT, Callee, Definition, Instance
from shapecheck.graph.errors import NotFixed, Rejected
from shapecheck.graph.expressions import familiar, familiar_axes
from shapecheck.graph.expressions.declared_names import Names
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.scope import Scope
from shapecheck.graph.expressions.size_expressions import owe_again
from shapecheck.graph.expressions.size_lists import SizeList
from shapecheck.graph.expressions.sized_parameters import fitted, length_bound
from shapecheck.graph.model import Debt
from shapecheck.graph.nodes import Member
from shapecheck.ops.base import Setting
from shapecheck.record import record
from shapecheck.sizes import Size
from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk


def block_named(reading: Reading, name: str) -> Definition | Callee | Instance | None:
    """The block or function of that name, None for an op or anything else; the file's own names hide the library's."""
    names, home = reading.names, reading.home
    if not reading.scope.closed:
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


Arguments = tuple[tree.Argument, ...]
Settings = tuple[tuple[str, Setting], ...]


@record
class Chosen:
    """A block about to be applied; `written` are its static arguments."""

    definition: Definition
    written: Arguments
    span: Span
    weights: Member | None = None
    preset: Settings | None = None
    home: Reading | None = None
    """For an instance: the reading of the weights that are given to it."""


# ---- the block -----------------------------------------------------------------------------------


def chosen(reading: Reading, function: tree.Expression) -> Chosen | None:
    """The block in front of the operands, or behind `->`; None where the expression names no block."""
    match function:
        case tree.Name(name):
            return _chosen(reading, name, (), (), function.span)
        case tree.Index(tree.Name(name), subscripts):
            return _chosen(reading, name, subscripts, (), function.span)
        case tree.Call(tree.Name(name), arguments):
            return _chosen(reading, name, (), arguments, function.span)
        case _:
            return None


def _chosen(
    reading: Reading, name: str, subscripts: Sequence[tree.Subscript], arguments: Arguments, span: Span
) -> Chosen | None:
    match block_named(reading, name):
        case Definition() as definition if not definition.is_function and not subscripts:
            return Chosen(definition, arguments, span)
        case Callee(_, Definition() as definition, settings, weights) if not definition.is_function:
            if arguments:
                raise Rejected(errors.bad_arguments(name, "has its arguments already", span, f"write {name}"))
            return Chosen(definition, (), span, weights if isinstance(weights, Member) else None, settings)
        case Instance() as instance:
            return _member(reading, instance, subscripts, span)
        case Definition() | Callee() | None:
            return None  # a function, a block with subscripts, an op or a tensor


def _member(reading: Reading, instance: Instance, subscripts: Sequence[tree.Subscript], span: Span) -> Chosen:
    """The block of an instance, with the weights of that instance; an error where its arguments mention itself."""
    opened = reading.names.open_instances
    if instance.name in opened:
        raise Rejected(block_errors.calls_itself(instance.name, span))
    opened.add(instance.name)
    try:
        return _opened_member(reading, instance, subscripts, span)
    finally:
        opened.remove(instance.name)


def _opened_member(reading: Reading, instance: Instance, subscripts: Sequence[tree.Subscript], span: Span) -> Chosen:
    inner = reading.without_debts().at(Scope(instance.indices))
    made = chosen(inner, instance.call)
    assert made is not None, "an instance is a block with its arguments"
    written = tuple(reading.size(item) for item in subscripts if isinstance(item, tree.Expression))
    if len(written) != len(subscripts) or len(written) != len(instance.indices):
        raise Rejected(block_errors.instance_indices(instance.name, len(subscripts), len(instance.indices), span))
    if instance.indices and any(item.name in made.definition.weights for item in made.written):
        raise Rejected(block_errors.given_to_family(instance.name, instance.span))
    fixed = dict(zip([index.symbol for index in instance.indices], written))
    settle = settler(inner, made)
    preset, debts = settle.read(fixed)
    if settle({}) is None:  # else they are noted where the instance is defined
        reading.debts.extend(debts)
    return replace(made, weights=Member(instance.name, written), preset=preset, home=inner)


def repeated(reading: Reading, made: Chosen) -> Callee | None:
    """The stage of a `repeat`, without arguments that need an index to be fixed; None for any other block."""
    if made.definition is not REPEAT:
        return None
    stage = made.written[1].value
    try:
        return callee(reading.without_debts(), stage)
    except NotFixed:
        inner = chosen(reading, stage)
        return None if inner is None else Callee(inner.definition.name, inner.definition)


def callee(reading: Reading, expression: tree.Expression) -> Callee | None:
    """A block, a function or an op passed as an argument: `act = relu`, `repeat(n, gru(p))`."""
    match expression:
        case tree.Name(name):
            found = block_named(reading, name)
            if isinstance(found, Callee):
                return found
            if isinstance(found, Definition) and found.is_function:
                return Callee(name, found)
            if found is None:
                return Callee(name, None) if name in ops.NAMES else None
        case tree.Call(tree.Name(name)):
            if not isinstance(block_named(reading, name), Definition | Instance | Callee):
                return None
        case tree.Index(tree.Name(name)):
            if not isinstance(block_named(reading, name), Instance):
                return None
        case _:
            return None
    made = chosen(reading, expression)
    if made is None:
        return None
    given = next((item for item in made.written if item.name in made.definition.weights), None)
    if given is not None:
        raise Rejected(block_errors.given_in_argument(made.definition.name, given, expression.span))
    settings, debts = settler(reading, made).read({})
    if settings is None:
        raise NotFixed()
    reading.debts.extend(debts)
    return Callee(made.definition.name, made.definition, settings, made.weights)


# ---- static arguments ----------------------------------------------------------------------------


@record(eq=False)
class Settler:
    """Reader of the static arguments of one call, for fixed values of some indices."""

    reading: Reading
    made: Chosen

    def __call__(self, fixed: Mapping[str, Size]) -> Settings | None:
        """All parameters by name, defaults filled in; None where another index has to be fixed first."""
        return self.read(fixed)[0]

    def debts(self, fixed: Mapping[str, Size]) -> Sequence[Debt]:
        """The requirements of the sizes in the arguments."""
        return self.read(fixed)[1]

    def read(self, fixed: Mapping[str, Size]) -> tuple[Settings | None, Sequence[Debt]]:
        """The arguments and their requirements; none of either where another index has to be fixed first."""
        if self.made.preset is not None:
            return settings_at(self.made.preset, fixed), ()
        scope = self.reading.scope
        inner = self.reading.without_debts().at(replace(scope, fixed={**scope.fixed, **fixed}, picks=False))
        try:
            return tuple(_settings(inner, self.made)), inner.debts
        except NotFixed:
            return None, ()


def settler(reading: Reading, made: Chosen) -> Settler:
    """The reader of a call's static arguments; raises `Rejected` for a name that the block does not have."""
    if made.preset is None and made.definition is not REPEAT:
        definition = made.definition
        parameters = [parameter.name for parameter in definition.parameters]
        positional = [item for item in made.written if item.name is None]
        if len(positional) > len(parameters):
            raise Rejected(block_errors.too_many_parameters(definition, len(positional), positional[-1].span))
        for item in made.written:
            if item.name is not None and item.name not in parameters and item.name not in definition.weights:
                if item.name == "axis" and definition.name in familiar_axes.LAST:
                    raise Rejected(block_errors.last_axis(definition.name, item.span))
                near = _near(item.name, [*parameters, *sorted(definition.weights)])
                raise Rejected(errors.unknown_option(definition.name, item.name, item.span, near, parameters))
    return Settler(reading, made)


def _near(name: str, known: Sequence[str]) -> str | None:
    """The argument that was probably meant: by its name elsewhere, or by its letters."""
    return familiar.option_for(name, known) or nearest(name, known)


def _settings(reading: Reading, made: Chosen) -> Iterable[tuple[str, Setting]]:
    if made.definition is REPEAT:
        yield from _repeat_settings(reading, made)
        return
    positional = [item for item in made.written if item.name is None]
    named = {item.name: item for item in made.written if item.name is not None}
    known: dict[str, Setting] = {}
    for place, parameter in enumerate(made.definition.parameters):
        item = positional[place] if place < len(positional) else named.get(parameter.name)
        if item is not None and _is_tensor(reading, item.value):
            raise Rejected(block_errors.input_in_parameters(made.definition, made.written, item))
        if item is not None:
            known[parameter.name] = fitted(made.definition, parameter, reading.setting(item.value), item.span)
        elif parameter.default is not None:
            known[parameter.name] = default(reading, made.definition, parameter, known, made.span)
        else:
            raise Rejected(block_errors.parameter_missing(made.definition, parameter.name, made.span))
        yield parameter.name, known[parameter.name]
        for name, count in length_bound(parameter, known).items():
            known[name] = count
            yield name, count


def default(
    reading: Reading, definition: Definition, parameter: tree.Parameter, known: Mapping[str, Setting], span: Span
) -> Setting:
    """The default of a parameter; the requirements of its sizes are those of the call that leaves it out."""
    inside = reading.elsewhere(names_in(definition, known))
    setting = default_in(inside, definition, parameter)
    owe_again(reading, inside.debts, span)
    return setting


def default_in(reading: Reading, definition: Definition, parameter: tree.Parameter) -> Setting:
    """The default of a parameter, read among the parameters before it."""
    assert parameter.default is not None, "this parameter has a default"
    return fitted(definition, parameter, reading.setting(parameter.default), parameter.default.span)


def names_in(definition: Definition, known: Mapping[str, Setting]) -> Names:
    """The names that the default of a parameter may mention: the parameters before it."""
    names = Names(definition.home)
    names.take_settings(known)
    return names


def _is_tensor(reading: Reading, expression: tree.Expression) -> bool:
    """Whether an argument is a tensor of the file, as in `batchnorm(x)`, and not a constant."""
    names = reading.names
    if not isinstance(expression, tree.Name) or reading.scope.closed or expression.name not in names.families:
        return False
    return expression.name not in names.settings and expression.name not in names.constants


def _repeat_settings(reading: Reading, made: Chosen) -> Iterable[tuple[str, Setting]]:
    """The arguments of `repeat(n, stage)`."""
    if len(made.written) != 2 or any(item.name is not None for item in made.written):
        raise Rejected(errors.bad_arguments("repeat", "takes a number and a stage", made.span, "repeat(n, gru(p))"))
    yield "n", reading.size(made.written[0].value)
    written = made.written[1].value
    stage = callee(reading, written)
    if stage is None or stage.definition is None:
        told = any(isinstance(node, tree.Name) and node.name in reading.home.missing for node in walk(written))
        raise Rejected(None if told else block_errors.not_a_stage(written.span))
    yield "stage", stage


@record(eq=False)
class Settled:
    """Static arguments that are known, for fixed values of some indices."""

    settings: Settings

    def __call__(self, fixed: Mapping[str, Size]) -> Settings:
        return settings_at(self.settings, fixed)


def settings_at(settings: Settings, fixed: Mapping[str, Size]) -> Settings:
    """Static arguments with the values of fixed indices put in."""
    return settings_with(settings, lambda size: size.substitute({k: v for k, v in fixed.items() if k in size.names}))


def settings_with(settings: Settings, image: Callable[[Size], Size]) -> Settings:
    """Static arguments with an image put for each size, those of blocks among them included."""
    return tuple((name, _with(setting, image)) for name, setting in settings)


def _with(given: Setting, image: Callable[[Size], Size]) -> Setting:
    if isinstance(given, Size):
        return image(given)
    if isinstance(given, tuple):
        return tuple(_with(item, image) for item in given)
    if isinstance(given, SizeList):
        return given.put(image)
    if isinstance(given, Callee):
        return replace(given, settings=settings_with(given.settings, image))
    return given
