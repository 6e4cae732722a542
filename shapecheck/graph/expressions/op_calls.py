"""Ops called by name, with their options: `softmax(x, axis = 0)`, `conv(I, K, pad = SAME)`."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions import familiar, familiar_axes
from shapecheck.graph.expressions.operators import apply, divides, parameters
from shapecheck.graph.expressions.reading import Reading
from shapecheck.graph.nodes import Apply, Node
from shapecheck.ops.base import Op, Setting
from shapecheck.source import Span
from shapecheck.syntax import tree


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
        settings[option.name] = reading.setting(argument.value)
    if len(positional) - count > len(op.options):
        raise Rejected(_too_many(reading, op, positional, len(first)))
    for argument in arguments:
        if argument.name is not None:
            settings[_option(reading, op, argument, positional)] = reading.setting(argument.value)
    return Apply(op, operands, parameters(op, settings, span), span=span)


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
