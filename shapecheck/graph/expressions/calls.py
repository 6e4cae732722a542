"""Calls and chains as written, `f(x)` and `x -> f`, and the parts of blocks, `lstm(p)(x).h`."""

from __future__ import annotations

from shapecheck import ops
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import block_errors, errors
from shapecheck.graph.block_definitions import Callee, Definition
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions import familiar
from shapecheck.graph.expressions.applications import applied, function_called, named_stage, one_result
from shapecheck.graph.expressions.callees import Arguments, block_named, chosen
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.ops_applied import full_called, op_called
from shapecheck.graph.expressions.size_expressions import size_of
from shapecheck.graph.expressions.subscripts import path
from shapecheck.graph.nodes import Call, Inner, Node, Output, SizeValue
from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.print_expressions import print_expression


def call(reading: Reading, expression: tree.Call) -> Node:
    """A function, an op or a block applied to what stands in its parentheses."""
    match expression.function:
        case tree.Name(name):
            return called(reading, name, expression.arguments, expression.span, (), expression.function.span)
        case tree.Column():
            raise Rejected(errors.column_of_functions(expression.function.span))
        case function:
            made = chosen(reading, function)
            if made is None:
                raise not_a_block(reading, function, expression.arguments)
            return one_result(applied(reading, made, *_operands(reading, expression.arguments), expression.span))


def _operands(reading: Reading, arguments: Arguments) -> tuple[list[Node], Arguments]:
    """Operands by position, and those by name as written."""
    positional = [reading.value(item.value) for item in arguments if item.name is None]
    return positional, tuple(item for item in arguments if item.name is not None)


def called(reading: Reading, name: str, arguments: Arguments, span: Span, first: tuple[Node, ...], at: Span) -> Node:
    """A function or op by name, which stands `at`; `first` are operands before the written ones (`x -> f`)."""
    if name == "size":
        return SizeValue(size_of(reading, tree.Call(tree.Name(name), arguments, span=span)), span=span)
    block = block_named(reading, name)
    if isinstance(block, Callee) and (block.definition is None or block.definition.is_function):
        name, block = block.name, block.definition
    if isinstance(block, Definition) and block.is_function:
        return function_called(reading, block, arguments, span, first)
    if isinstance(block, Definition) or (isinstance(block, Callee) and not first):
        raise Rejected(block_errors.not_applied(name, span))
    if block is not None:
        made = chosen(reading, tree.Name(name, span=span))
        assert made is not None, "an instance is a block"
        operands, named = _operands(reading, arguments)
        return one_result(applied(reading, made, [*first, *operands], named, span))
    full = full_called(reading, arguments, span) if name == "full" else None
    if full is not None:
        return full
    op = ops.find(name, len(first) + sum(argument.name is None for argument in arguments))
    if op is None:
        raise no_function(reading, name, at, arguments)
    return op_called(reading, op, arguments, span, first)


# ---- chains --------------------------------------------------------------------------------------


def pipe(reading: Reading, expression: tree.Pipe) -> Node:
    """A chain: `x -> f`, `x -> f as c`."""
    stage, operands = expression.stage, _piped(reading, expression.value)
    result = _stage(reading, stage.layer, operands, expression.span)
    if stage.alias is None:
        return result
    if reading.scope.in_claim or reading.scope.closed:
        raise Rejected(block_errors.alias_in_claim(stage.span))
    return named_stage(reading, result, operands, stage.alias, stage.span)


def _piped(reading: Reading, value: tree.Expression) -> tuple[Node, ...]:
    if isinstance(value, tree.Tuple):
        return tuple(map(reading.value, value.items))
    return (reading.value(value),)


def _stage(reading: Reading, layer: tree.Expression, operands: tuple[Node, ...], span: Span) -> Node:
    made = chosen(reading, layer)
    if made is not None:
        return one_result(applied(reading, made, operands, (), span, layer.span))
    match layer:
        case tree.Name(name):
            return called(reading, name, (), span, operands, layer.span)
        case tree.Call(tree.Name(name), arguments):
            return called(reading, name, arguments, span, operands, layer.function.span)
        case _:
            raise not_a_block(reading, layer)


# ---- parts of blocks -----------------------------------------------------------------------------


def block_applied(reading: Reading, expression: tree.Expression) -> Call:
    """A block applied, with any number of results; raises `Rejected` for anything else."""
    match expression:
        case tree.Call(function, arguments):
            made = chosen(reading, function)
            if made is not None:
                return applied(reading, made, *_operands(reading, arguments), expression.span)
        case tree.Pipe(value, tree.Stage(function, None)):
            made = chosen(reading, function)
            if made is not None:
                return applied(reading, made, _piped(reading, value), (), expression.span, function.span)
        case _:
            raise Rejected(block_errors.not_a_block(expression.span))
    raise not_a_block(reading, function)


def part(reading: Reading, expression: tree.Field) -> Node:
    """An output, `lstm(p)(x).h`, or a part of an application, `c1.K`."""
    base = expression.base
    if isinstance(base, tree.Call | tree.Pipe):
        return _output(reading, base, expression)
    steps = path(reading, expression)
    if steps[0].name not in reading.names.paths:
        raise _no_path(reading, steps[0].name, expression.span)
    return Inner(steps, span=expression.span)


def _output(reading: Reading, base: tree.Call | tree.Pipe, expression: tree.Field) -> Node:
    made = block_applied(reading, base)
    outputs = [item.name for item in made.definition.outputs]
    if expression.name not in outputs:
        near = nearest(expression.name, outputs)
        raise Rejected(block_errors.no_part(made.definition.name, expression.name, expression.span, near))
    return Output(made, expression.name, span=expression.span)


def _no_path(reading: Reading, name: str, span: Span) -> Rejected:
    names = reading.names
    if name in names.poisoned:
        return Rejected()
    if name in names.families or name in names.sizes:
        return Rejected(block_errors.no_block(name, span))
    return names.undeclared(name, span, reading.scope, "a tensor")


# ---- unknown functions ---------------------------------------------------------------------------


def not_a_block(reading: Reading, function: tree.Expression, arguments: tuple[tree.Argument, ...] = ()) -> Rejected:
    """The error for an expression that is applied and is no block."""
    match function:
        case tree.Call(tree.Name(name), static):
            return no_function(reading, name, function.function.span, static)
        case tree.Name(name) | tree.Index(tree.Name(name)):
            return no_function(reading, name, function.span, arguments)
        case tree.Call(tree.Field(base, name), static):
            help = familiar.method_help(reading, base, name, static)
            return Rejected(errors.unknown_function(print_expression(function.function), function.span, help))
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
    if name == "grad":
        return Rejected(errors.gradient_to_come(span))
    help = familiar.help_for(reading, name, arguments)
    if help is None:
        known = [*ops.NAMES, *reading.home.names, *names.instances]
        near = nearest(name, filter(str.isidentifier, known))
        help = f"did you mean {near}?" if near else None
    return Rejected(errors.unknown_function(name, span, help))
