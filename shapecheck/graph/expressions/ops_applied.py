"""Operators, comparisons, columns and lists, as ops applied to operands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from shapecheck import ops
from shapecheck.diagnostics.model import Diagnostic
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import errors, literal_errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions import familiar, familiar_axes
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.nodes import Apply, Node
from shapecheck.ops.base import REST, Misfit, Op, Setting
from shapecheck.source import Span
from shapecheck.syntax import tree

_NO_SETTINGS: Mapping[str, Setting] = MappingProxyType({})


def apply(name: str, operands: Sequence[Node], span: Span, settings: Mapping[str, Setting] = _NO_SETTINGS) -> Apply:
    """An op applied; missing options take their defaults."""
    op = ops.find(name, len(operands))
    if op is None:
        raise Rejected(errors.bad_arguments(name, f"does not take {len(operands)} operands", span))
    return Apply(op, tuple(operands), parameters(op, settings, span), span=span)


def parameters(op: Op, settings: Mapping[str, Setting], span: Span) -> object:
    """The parameters of an op; raises `Rejected` where they do not fit it."""
    missing = [option.name for option in op.options if option.default is None and option.name not in settings]
    if missing:
        raise Rejected(errors.bad_arguments(op.name, f"the argument {missing[0]} is missing", span))
    full = {option.name: settings.get(option.name, option.default) for option in op.options}
    found = op.parameters(full)
    if isinstance(found, Misfit):
        raise Rejected(errors.bad_arguments(op.name, found.why, span, found.help))
    return found


def comparison(reading: Reading, expression: tree.Comparison) -> Node:
    """A chain of comparisons between values."""
    if "~=" in expression.operators:
        raise Rejected(errors.bad_arguments("~=", "stands in claims only", expression.span))
    operands = list(map(reading.value, expression.operands))
    parts = [
        apply(operator, operands[at : at + 2], expression.span) for at, operator in enumerate(expression.operators)
    ]
    result = parts[0]
    for part in parts[1:]:
        result = apply("and", [result, part], expression.span)
    return result


def column(reading: Reading, expression: tree.Column) -> Node:
    """`[a, b]` is a list, `[a; b]` joins, `[a, b; c, d]` is a list of lists."""
    rows = expression.rows
    if len(rows) == 1:
        return _list(reading, rows[0], expression.span)
    if all(len(row) == 1 for row in rows):
        return apply("join", [reading.value(row[0]) for row in rows], expression.span)
    spans = [row[0].span.to(row[-1].span) for row in rows]
    for number, (row, span) in enumerate(zip(rows, spans), 1):
        if len(row) != len(rows[0]):
            raise Rejected(literal_errors.ragged(span, number, len(row), len(rows[0])))
    return apply("list", [_list(reading, row, span) for row, span in zip(rows, spans)], expression.span)


def _list(reading: Reading, items: Sequence[tree.Expression], span: Span) -> Apply:
    return apply("list", list(map(reading.value, items)), span)


def divides(expression: tree.Expression) -> bool:
    """Whether `/` or `^` stands in an expression, which then is a real in a value."""
    match expression:
        case tree.Binary(operator, left, right):
            return operator in ("/", "^") or divides(left) or divides(right)
        case tree.Coefficient(_, operand) | tree.Minus(operand):
            return divides(operand)
        case _:
            return False


# ---- ops by name ---------------------------------------------------------------------------------


def op_called(
    reading: Reading, op: Op, arguments: Sequence[tree.Argument], span: Span, first: tuple[Node, ...]
) -> Node:
    """An op applied to `first` and the operands among the arguments; the other arguments are its options."""
    positional = [argument for argument in arguments if argument.name is None]
    count = (op.arity if op.arity is not None else len(first) + len(positional)) - len(first)
    if len(positional) < count:
        noun = "operand" if op.arity == 1 else "operands"
        raise Rejected(errors.bad_arguments(op.name, f"needs {op.arity} {noun}", span))
    operands = (*first, *(reading.value(argument.value) for argument in positional[:count]))
    settings: dict[str, Setting] = {}
    for option, argument in zip(op.options, positional[count:]):
        settings[option.name] = _option_value(reading, op, argument.value)
    if len(positional) - count > len(op.options):
        raise Rejected(_too_many(reading, op, positional, len(first)))
    for argument in arguments:
        if argument.name is not None:
            settings[_option(reading, op, argument, positional)] = _option_value(reading, op, argument.value)
    return Apply(op, operands, parameters(op, settings, span), span=span)


def _option_value(reading: Reading, op: Op, expression: tree.Expression) -> Setting:
    """The value of an option; the shape of `reshape` may have one axis `_`, which gets what is left."""
    match expression:
        case tree.Sizes(items) | tree.Column((items,)) if op.fills_rest and any(map(_is_rest, items)):
            return tuple(REST if _is_rest(item) else reading.size(item) for item in items)
        case tree.Name(name) if op.fills_rest and name == REST:
            return (REST,)
        case _:
            return reading.setting(expression)


def _is_rest(expression: tree.Expression) -> bool:
    return isinstance(expression, tree.Name) and expression.name == REST


def full_called(reading: Reading, arguments: Sequence[tree.Argument], span: Span) -> Node | None:
    """`full(shape, 1 / n)`, whose entry is a real and not a size; None for any other call of `full`."""
    positional = [argument.value for argument in arguments if argument.name is None]
    if len(positional) != 2 or not divides(positional[1]):
        return None
    value = reading.value(positional[1])
    ones = apply("ones", [], span, {"shape": reading.setting(positional[0])})
    return apply("*", [value, ones], span)


def _too_many(reading: Reading, op: Op, positional: list[tree.Argument], piped: int) -> Diagnostic:
    """The error for `sum(Y, 0)` or `zeros(n, m)`, with the form to write where it is known."""
    form = familiar_axes.form(reading, op.name, positional)
    form = form or familiar_axes.shape_form(op, positional, piped)
    help = f"write  {form}" if form else None
    return errors.bad_arguments(op.name, "has too many arguments", positional[-1].span, help)


def _option(reading: Reading, op: Op, argument: tree.Argument, positional: list[tree.Argument]) -> str:
    """The name of an option that is given by name."""
    known = [option.name for option in op.options]
    assert argument.name is not None
    if argument.name not in known:
        axis = argument.name in ("axis", "dim") and [*positional, argument]
        form = familiar_axes.along(reading, op.name, axis) if axis else None
        near = familiar.option_for(argument.name, known) or nearest(argument.name, known)
        raise Rejected(errors.unknown_option(op.name, argument.name, argument.span, near, known, form))
    return argument.name
