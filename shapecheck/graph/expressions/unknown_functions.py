"""Errors for a function or block that nothing defines, with the form to write where it is known."""

from __future__ import annotations

from shapecheck import ops
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions import familiar
from shapecheck.graph.expressions.reading import Reading
from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.print_expressions import print_expression


def not_a_block(
    reading: Reading, function: tree.Expression, arguments: tuple[tree.Argument, ...] = ()
) -> Rejected:
    """The error for an expression that is applied and is no block."""
    match function:
        case tree.Call(tree.Name(name), static):
            return no_function(reading, name, function.function.span, static)
        case tree.Name(name) | tree.Index(tree.Name(name)):
            return no_function(reading, name, function.span, arguments)
        case tree.Field(base, name):
            help = familiar.method_help(reading, base, name, arguments)
            return Rejected(errors.unknown_function(print_expression(function), function.span, help))
        case _:
            return Rejected(errors.bad_arguments("this", "is no block that can be applied", function.span))


def no_function(reading: Reading, name: str, span: Span, arguments: tuple[tree.Argument, ...]) -> Rejected:
    """The error for a name that is no function."""
    names = reading.names
    if name in names.poisoned or name in reading.home.missing:
        return Rejected()
    if name in names.families or name in names.sizes or reading.scope.find(name) is not None:
        return Rejected(errors.tensor_called(name, span))
    help = familiar.help_for(reading, name, arguments)
    if help is None:
        known = [*ops.NAMES, *reading.home.names, *names.instances]
        near = nearest(name, filter(str.isidentifier, known))
        help = f"did you mean {near}?" if near else None
    return Rejected(errors.unknown_function(name, span, help))
