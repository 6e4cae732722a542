"""Functions called by name: applied like a block, or their body with the operands put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from shapecheck.graph import block_errors, errors
from shapecheck.graph.blocks import Definition
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.applications import function_applied, one_result
from shapecheck.graph.expressions.callees import Arguments
from shapecheck.graph.expressions.reading import Reading
from shapecheck.graph.nodes import Node
from shapecheck.source import Span
from shapecheck.syntax import tree

DEEPEST = 64
"""Largest number of operands in force, which nested function bodies add up."""


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
    return reading.at(inside).value(function.body)


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
