"""Applications as written: functions, ops and blocks with their operands, chains, and the parts of blocks.

In: expressions of the tree, with what is in sight (`Values`).  Out: nodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from shapecheck import ops
from shapecheck.diagnostics.model import Diagnostic
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import block_errors, calls, errors, familiar, familiar_axes
from shapecheck.graph.blocks import REPEAT, Callee, Definition
from shapecheck.graph.errors import Rejected
from shapecheck.graph.nodes import Apply, Call, Inner, Node, Output, SizeValue, Step
from shapecheck.graph.settings import setting
from shapecheck.ops.base import Op, Setting
from shapecheck.record import record
from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.print_expressions import print_expression

if TYPE_CHECKING:
    from shapecheck.graph.values import Values


@record(frozen=False)
class Applications:
    """Reads applications for one reader of values."""

    values: Values

    def call(self, call: tree.Call) -> Node:
        match call.function:
            case tree.Name(name):
                return self.named(name, call.arguments, call.span, (), call.function.span)
            case tree.Column():
                raise Rejected(errors.column_of_functions(call.function.span))
            case function:
                made = calls.chosen(self.values, function)
                if made is None:
                    raise self._not_a_block(function, call.arguments)
                return self._one(calls.applied(self.values, made, *self._operands(call.arguments), call.span))

    def _operands(self, arguments: tuple[tree.Argument, ...]) -> tuple[list[Node], tuple[tree.Argument, ...]]:
        """What stands in the second parentheses: operands by position, and those by name as written."""
        positional = [self.values.value(item.value) for item in arguments if item.name is None]
        return positional, tuple(item for item in arguments if item.name is not None)

    def _not_a_block(self, function: tree.Expression, arguments: tuple[tree.Argument, ...] = ()) -> Rejected:
        match function:
            case tree.Call(tree.Name(name), static):
                return self._no_function(name, function.function.span, static)
            case tree.Name(name) | tree.Index(tree.Name(name)):
                return self._no_function(name, function.span, arguments)
            case tree.Field(base, name):
                help = familiar.method_help(self.values, base, name, arguments)
                return Rejected(errors.unknown_function(print_expression(function), function.span, help))
            case _:
                return Rejected(errors.bad_arguments("this", "is no block that can be applied", function.span))

    def _one(self, call: Call) -> Node:
        """A block's result where one value is wanted."""
        outputs = [item.name for item in call.definition.outputs]
        if call.definition is not REPEAT and len(outputs) != 1:
            raise Rejected(block_errors.several_outputs(call.definition.name, outputs, call.span))
        return call

    def named(
        self, name: str, arguments: tuple[tree.Argument, ...], span: Span, first: tuple[Node, ...], at: Span
    ) -> Node:
        """A function or op by name, which stands `at`; `first` are operands before the written ones (`x -> f`)."""
        if name == "size":
            return SizeValue(self.values.measure.size_of(tree.Call(tree.Name(name), arguments, span=span)), span=span)
        block = calls.block_named(self.values, name)
        if isinstance(block, Callee) and (block.definition is None or block.definition.is_function):
            name, block = block.name, block.definition
        if isinstance(block, Definition) and block.is_function:
            return self._function(block, arguments, span, first)
        if isinstance(block, Definition) or (isinstance(block, Callee) and not first):
            raise Rejected(block_errors.not_applied(name, span))
        if block is not None:
            made = calls.chosen(self.values, tree.Name(name, span=span))
            assert made is not None, "an instance is a block"
            operands, named = self._operands(arguments)
            return self._one(calls.applied(self.values, made, [*first, *operands], named, span))
        positional = [argument for argument in arguments if argument.name is None]
        if name == "full" and len(positional) == 2 and divides(positional[1].value):
            return self._full(positional[0], self.values.value(positional[1].value), span)
        op = ops.find(name, len(first) + len(positional))
        if op is None:
            raise self._no_function(name, at, arguments)
        return self._apply_call(op, positional, [item for item in arguments if item.name is not None], span, first)

    def _function(
        self, function: Definition, arguments: tuple[tree.Argument, ...], span: Span, first: tuple[Node, ...]
    ) -> Node:
        """A function: as a block where its parameters have shapes, else its body with the operands put in."""
        if function.has_shapes:
            return self._one(calls.function_applied(self.values, function, arguments, span, first))
        return self._inline(function, arguments, span, first)

    def _full(self, shape: tree.Argument, value: Node, span: Span) -> Node:
        """`full(shape, 1 / n)`: the entry is a real, not a size."""
        ones = self.values.apply("ones", [], span, {"shape": setting(self.values, shape.value)})
        return self.values.apply("*", [value, ones], span)

    def _no_function(self, name: str, span: Span, arguments: tuple[tree.Argument, ...]) -> Rejected:
        if name in self.values.names.poisoned or name in self.values.home.missing:
            return Rejected()
        names = self.values.names
        if name in names.families or name in names.sizes or self.values.scope.find(name) is not None:
            return Rejected(errors.tensor_called(name, span))
        help = familiar.help_for(self.values, name, arguments)
        if help is None:
            known = [*ops.NAMES, *self.values.home.names, *self.values.names.instances]
            near = nearest(name, filter(str.isidentifier, known))
            help = f"did you mean {near}?" if near else None
        return Rejected(errors.unknown_function(name, span, help))

    def _apply_call(
        self, op: Op, positional: list[tree.Argument], named: list[tree.Argument], span: Span, first: tuple[Node, ...]
    ) -> Node:
        count = (op.arity if op.arity is not None else len(first) + len(positional)) - len(first)
        if len(positional) < count:
            noun = "operand" if op.arity == 1 else "operands"
            raise Rejected(errors.bad_arguments(op.name, f"needs {op.arity} {noun}", span))
        operands = [*first, *(self.values.value(argument.value) for argument in positional[:count])]
        settings: dict[str, Setting] = {}
        for option, argument in zip(op.options, positional[count:]):
            settings[option.name] = setting(self.values, argument.value)
        if len(positional) - count > len(op.options):
            raise Rejected(self._too_many(op, positional, len(first)))
        for argument in named:
            settings[self._option(op, argument, positional)] = setting(self.values, argument.value)
        return Apply(op, tuple(operands), self.values.parameters(op, settings, span), span=span)

    def _too_many(self, op: Op, positional: list[tree.Argument], piped: int) -> Diagnostic:
        """`sum(Y, 0)`, `zeros(n, m)`: what is meant, where that is plain."""
        form = familiar_axes.form(self.values, op.name, positional)
        form = form or familiar_axes.shape_form(op, positional, piped)
        help = f"write  {form}" if form else None
        return errors.bad_arguments(op.name, "has too many arguments", positional[-1].span, help)

    def _option(self, op: Op, argument: tree.Argument, positional: list[tree.Argument]) -> str:
        known = [option.name for option in op.options]
        assert argument.name is not None
        if argument.name not in known:
            axis = argument.name in ("axis", "dim") and [*positional, argument]
            form = familiar_axes.along(self.values, op.name, axis) if axis else None
            near = familiar.option_for(argument.name, known) or nearest(argument.name, known)
            raise Rejected(errors.unknown_option(op.name, argument.name, argument.span, near, known, form))
        return argument.name

    def _inline(
        self, definition: Definition, arguments: tuple[tree.Argument, ...], span: Span, first: tuple[Node, ...]
    ) -> Node:
        """A function without weights is its body, with the operands in the place of its parameters."""
        function = definition.written
        assert isinstance(function, tree.Function)
        if len(self.values.scope.operands) > 64:
            raise Rejected(block_errors.calls_itself(function.name, span))
        values = [*first, *(self.values.value(argument.value) for argument in arguments if argument.name is None)]
        named = {item.name: self.values.value(item.value) for item in arguments if item.name is not None}
        bound: list[tuple[str, Node]] = []
        for position, parameter in enumerate(function.parameters):
            bound.append((parameter.name, self._operand(function, position, values, named, span)))
        if len(values) > len(function.parameters):
            raise Rejected(errors.bad_arguments(function.name, "has too many arguments", span))
        operands = tuple(bound) + self.values.scope.operands
        scope = replace(self.values.scope, indices=(), loops=(), operands=operands, closed=True, home=definition.home)
        return replace(self.values, scope=scope).value(function.body)

    def _operand(
        self, function: tree.Function, position: int, values: list[Node], named: Mapping[str, Node], span: Span
    ) -> Node:
        parameter = function.parameters[position]
        if position < len(values):
            return values[position]
        if parameter.name in named:
            return named[parameter.name]
        if parameter.default is not None:
            return self.values.value(parameter.default)
        raise Rejected(errors.bad_arguments(function.name, f"the argument {parameter.name} is missing", span))

    def pipe(self, expression: tree.Pipe) -> Node:
        stage, operands = expression.stage, self._piped(expression.value)
        result = self._stage(stage.layer, operands, expression.span)
        if stage.alias is None:
            return result
        if self.values.scope.in_claim or self.values.scope.closed:
            raise Rejected(block_errors.alias_in_claim(stage.span))
        return calls.aside(self.values, result, stage.alias, stage.span)

    def _piped(self, value: tree.Expression) -> tuple[Node, ...]:
        if isinstance(value, tree.Tuple):
            return tuple(self.values.value(item) for item in value.items)
        return (self.values.value(value),)

    def _stage(self, layer: tree.Expression, operands: tuple[Node, ...], span: Span) -> Node:
        made = calls.chosen(self.values, layer)
        if made is not None:
            return self._one(calls.applied(self.values, made, operands, (), span, layer.span))
        match layer:
            case tree.Name(name):
                return self.named(name, (), span, operands, layer.span)
            case tree.Call(tree.Name(name), arguments):
                return self.named(name, arguments, span, operands, layer.function.span)
            case _:
                raise self._not_a_block(layer)

    # ---- parts of blocks -----------------------------------------------------------------------

    def part(self, expression: tree.Field) -> Node:
        """`lstm(p)(x).h`, an output; `c1.K`, a part of an application."""
        base = expression.base
        if isinstance(base, tree.Call | tree.Pipe):
            return self._output(base, expression)
        steps = self.path(expression)
        if steps[0].name not in self.values.names.paths:
            raise self._no_path(steps[0].name, expression)
        return Inner(steps, span=expression.span)

    def block(self, expression: tree.Expression) -> Call:
        """A block applied, whatever number of results it has; raises `Rejected` for anything else."""
        match expression:
            case tree.Call(function, arguments):
                made = calls.chosen(self.values, function)
                if made is not None:
                    return calls.applied(self.values, made, *self._operands(arguments), expression.span)
            case tree.Pipe(value, tree.Stage(function, None)):
                made = calls.chosen(self.values, function)
                if made is not None:
                    return calls.applied(self.values, made, self._piped(value), (), expression.span, function.span)
            case _:
                raise Rejected(block_errors.not_a_block(expression.span))
        raise self._not_a_block(function)

    def _output(self, base: tree.Call | tree.Pipe, expression: tree.Field) -> Node:
        call = self.block(base)
        outputs = [item.name for item in call.definition.outputs]
        if expression.name not in outputs:
            near = nearest(expression.name, outputs)
            raise Rejected(block_errors.no_part(call.definition.name, expression.name, expression.span, near))
        return Output(call, expression.name, span=expression.span)

    def _no_path(self, name: str, expression: tree.Field) -> Rejected:
        if name in self.values.names.poisoned:
            return Rejected()
        if name in self.values.names.families or name in self.values.names.sizes:
            return Rejected(block_errors.no_block(name, expression.span))
        return self.values.names.undeclared(name, expression.span, self.values.scope, "a tensor")

    def path(self, expression: tree.Expression) -> tuple[Step, ...]:
        """The components of `c.a[1].b`, each with the subscripts after it."""
        match expression:
            case tree.Field(base, name):
                return (*self.path(base), Step(name))
            case tree.Index(base, subscripts):
                *front, last = self.path(base)
                written = tuple(self.values.subscript(item) for item in subscripts)
                return (*front, Step(last.name, (*last.subscripts, *written)))
            case tree.Name(name):
                return (Step(name, self.values.implicit(name)),)
            case _:
                raise Rejected(errors.bad_arguments("this", "has no parts", expression.span))


def divides(expression: tree.Expression) -> bool:
    match expression:
        case tree.Binary(operator, left, right):
            return operator in ("/", "^") or divides(left) or divides(right)
        case tree.Coefficient(_, operand) | tree.Minus(operand):
            return divides(operand)
        case _:
            return False
