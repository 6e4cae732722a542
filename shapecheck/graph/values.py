"""Values: an expression of the syntax tree read as a node of the graph.

What comes in is an expression and the scope that it stands in; out comes a `Node` whose names are resolved.  Sizes that
stand in values become `SizeValue`s; `/` between values is real division.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field, replace

from shapecheck import ops
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import block_errors, calls, errors
from shapecheck.graph.blocks import REPEAT, Callee, Definition, Home, Instance
from shapecheck.graph.errors import Rejected
from shapecheck.graph.literals import literal, table
from shapecheck.graph.measure import Measure
from shapecheck.graph.model import (
    Apply,
    Call,
    Choose,
    Cut,
    Data,
    Debt,
    Default,
    Index,
    Inner,
    Node,
    Number,
    Output,
    Part,
    Picked,
    Point,
    Read,
    Reduce,
    SizeValue,
    Step,
    Subscript,
    Whole,
)
from shapecheck.graph.scope import CONSTANTS, Names, Scope
from shapecheck.ops.base import Misfit, Op, Setting
from shapecheck.record import record
from shapecheck.sizes import symbol
from shapecheck.source import Span
from shapecheck.syntax import tree

MOST_AXES = 32
LARGEST_INTEGER = 2**63 - 1
_NUMBERS = {"inf": math.inf, "pi": math.pi}
_AXIS_MAKERS = ("stack", "concat")


@record(frozen=False)
class Values:
    """Reads values in one scope; what the sizes in them owe is added to `debts`."""

    names: Names
    scope: Scope
    debts: list[Debt] = field(default_factory=list)

    @property
    def measure(self) -> Measure:
        return Measure(self.names, self.scope, self.debts)

    def value(self, expression: tree.Expression) -> Node:
        """The node that the expression stands for; raises `Rejected` with what is wrong."""
        data = literal(expression)
        if data is not None:
            return _fitting(data)
        match expression:
            case tree.Name(name):
                return self._name(name, expression.span)
            case tree.Table():
                return table(expression)
            case tree.Coefficient() | tree.Binary() | tree.Minus() | tree.Call() if self._is_whole_size(expression):
                return SizeValue(self.measure.size(expression), span=expression.span)
            case tree.Coefficient(factor, operand):
                return self.apply("*", [Number(factor, span=expression.span), self.value(operand)], expression.span)
            case tree.Minus(operand):
                return self.apply("neg", [self.value(operand)], expression.span)
            case tree.Binary(operator, left, right):
                return self.apply(operator, [self.value(left), self.value(right)], expression.span)
            case tree.Not(operand):
                return self.apply("not", [self.value(operand)], expression.span)
            case tree.Logic(operator, left, right):
                return self.apply(operator, [self.value(left), self.value(right)], expression.span)
            case tree.Comparison():
                return self._comparison(expression)
            case tree.Conditional():
                return self._conditional(expression)
            case tree.BigOperator():
                return self._reduce(expression)
            case tree.Call():
                return self._call(expression)
            case tree.Index():
                return self._index(expression)
            case tree.Transpose(base):
                return self.apply("transpose", [self.value(base)], expression.span)
            case tree.Default():
                return self._default(expression)
            case tree.Column():
                return self._column(expression)
            case tree.Pipe():
                return self._pipe(expression)
            case tree.Field():
                return self._field(expression)
            case tree.Tuple():
                what, help = "several values", "they are the inputs of a block: (a, b) -> f"
                raise Rejected(errors.bad_arguments(what, "stand only in front of ->", expression.span, help))
            case _:
                raise Rejected(errors.bad_arguments("this", "cannot stand in a value", expression.span))

    @property
    def home(self) -> Home:
        """Where the names of blocks are looked up."""
        return self.scope.home or self.names.home

    def instance_values(self, instance: Instance) -> Values:
        """Values in the scope that an instance is defined in."""
        scope = Scope()
        for index in instance.indices:
            scope = scope.within(index)
        return Values(self.names, scope, [])

    def _is_whole_size(self, expression: tree.Expression) -> bool:
        """Sizes stand in values as integers, except where `/` and `^` mean reals."""
        return not _divides(expression) and self.measure.reads(expression)

    # ---- names ---------------------------------------------------------------------------------

    def _name(self, name: str, span: Span) -> Node:
        index = self.scope.find(name)
        if index is not None:
            return SizeValue(symbol(index.symbol), span=span)
        operand = self.scope.operand(name)
        if operand is not None:
            return operand
        if name in _NUMBERS:
            return Number(_NUMBERS[name], span=span)
        if name in ("true", "false"):
            return Number(int(name == "true"), span=span)
        if not self.scope.closed:
            if name in self.names.poisoned:
                raise Rejected()
            if name in self.names.families:
                return Read(name, self._implicit(name), span=span)
            if name in self.names.sizes:
                return SizeValue(self.names.sizes[name], span=span)
            if isinstance(self.names.settings.get(name), float):
                return Number(self.names.settings[name], span=span)
        raise self._unknown(name, span)

    def _unknown(self, name: str, span: Span) -> Rejected:
        if name in self.names.poisoned:
            return Rejected()
        if name in CONSTANTS:
            return Rejected(errors.bad_arguments(name, "is a word for an argument, not a value", span))
        block = calls.block_named(self, name)
        if isinstance(block, Definition) and not block.is_function:
            return Rejected(block_errors.not_applied(name, span))
        if block is not None or name in ops.NAMES:
            return Rejected(errors.bad_arguments(name, "is a function; it needs arguments", span, f"{name}(..)"))
        return self.names.undeclared(name, span, self.scope, "a tensor")

    def _implicit(self, name: str) -> tuple[Subscript, ...]:
        """The indices of the `for` block that `name` belongs to, where it is written inside that block."""
        indices = self.names.implicit.get(name, ())
        if indices and all(index in self.scope.indices for index in indices):
            return tuple(Point(symbol(index.symbol)) for index in indices)
        return ()

    # ---- subscripts ----------------------------------------------------------------------------

    def _index(self, expression: tree.Index) -> Node:
        base = expression.base
        subscripts = tuple(self._subscript(item) for item in expression.subscripts)
        if isinstance(base, tree.Name) and base.name in self.names.families and self._is_family(base.name):
            return Read(base.name, self._implicit(base.name) + subscripts, span=expression.span)
        if isinstance(base, tree.Field):
            return Inner(self.path(expression), span=expression.span)
        if isinstance(base, tree.Name) and base.name in self.names.sizes and not self.scope.closed:
            raise Rejected(errors.bad_arguments(base.name, "is a size and has no subscripts", expression.span))
        return Part(self.value(base), subscripts, span=expression.span)

    def _is_family(self, name: str) -> bool:
        return not self.scope.closed and self.scope.find(name) is None and self.scope.operand(name) is None

    def _subscript(self, item: tree.Subscript) -> Subscript:
        match item:
            case tree.Full():
                return Whole()
            case tree.Range(low, high):
                return Cut(self.measure.size(low), self.measure.size(high))
            case tree.Binder(name):
                raise Rejected(
                    errors.bad_arguments(name, "a range is given to an index on the left side only", item.span)
                )
            case _ if self.measure.reads(item):
                return Point(self.measure.size(item))
            case _:
                return Picked(self.value(item))

    # ---- operators -----------------------------------------------------------------------------

    def apply(self, name: str, operands: list[Node], span: Span, settings: Mapping[str, Setting] | None = None) -> Node:
        """An op applied; missing options take their defaults."""
        op = ops.find(name, len(operands))
        if op is None:
            raise Rejected(errors.bad_arguments(name, f"does not take {len(operands)} operands", span))
        return Apply(op, tuple(operands), self._parameters(op, settings or {}, span), span=span)

    def _parameters(self, op: Op, settings: Mapping[str, Setting], span: Span) -> object:
        missing = [option.name for option in op.options if option.default is None and option.name not in settings]
        if missing:
            raise Rejected(errors.bad_arguments(op.name, f"the argument {missing[0]} is missing", span))
        full = {option.name: settings.get(option.name, option.default) for option in op.options}
        parameters = op.parameters(full)
        if isinstance(parameters, Misfit):
            raise Rejected(errors.bad_arguments(op.name, parameters.why, span, parameters.help))
        return parameters

    def _comparison(self, expression: tree.Comparison) -> Node:
        if "~=" in expression.operators:
            raise Rejected(errors.bad_arguments("~=", "stands in claims only", expression.span))
        operands = [self.value(operand) for operand in expression.operands]
        parts = [
            self.apply(operator, [operands[i], operands[i + 1]], expression.span)
            for i, operator in enumerate(expression.operators)
        ]
        result = parts[0]
        for part in parts[1:]:
            result = self.apply("and", [result, part], expression.span)
        return result

    def _conditional(self, expression: tree.Conditional) -> Node:
        decided = self._decided(expression.condition)
        if decided is not None:
            return self.value(expression.then if decided else expression.otherwise)
        formula = None
        if self.measure.reads_condition(expression.condition):
            formula = self.measure.formula(expression.condition)
        condition = self.value(expression.condition) if formula is None else None
        then, otherwise = self.value(expression.then), self.value(expression.otherwise)
        return Choose(formula, condition, then, otherwise, span=expression.span)

    def _decided(self, condition: tree.Expression) -> bool | None:
        """What a condition says that consists of a block's parameters alone, words and truth values among them."""
        match condition:
            case tree.Name(name):
                setting = None if self.scope.closed else self.names.settings.get(name)
                return setting if isinstance(setting, bool) else None
            case tree.Not(operand):
                inner = self._decided(operand)
                return None if inner is None else not inner
            case tree.Logic(operator, left, right):
                return _connected(operator, self._decided(left), self._decided(right))
            case tree.Comparison((left, right), ("==" | "!=" as operator,)):
                if not (self._is_word(left) or self._is_word(right)):
                    return None
                return bool(self.setting(left) == self.setting(right)) == (operator == "==")
        return None

    def _is_word(self, expression: tree.Expression) -> bool:
        """Whether it is a parameter that is a word or a truth value."""
        if not isinstance(expression, tree.Name) or self.scope.closed:
            return False
        return isinstance(self.names.settings.get(expression.name), str | bool | Callee)

    def _default(self, expression: tree.Default) -> Node:
        read = self.value(expression.read)
        if not isinstance(read, Read | Part):
            raise Rejected(
                errors.bad_arguments(
                    "default", "stands after a read with subscripts", expression.span, "(I[x-1, y] default 0)"
                )
            )
        return Default(read, self.value(expression.fallback), span=expression.span)

    def _reduce(self, expression: tree.BigOperator) -> Node:
        scope, indices = self.scope, []
        for binder in expression.binders:
            index = Measure(self.names, scope, self.debts).index(binder, fixed=expression.operator in _AXIS_MAKERS)
            scope = scope.within(index)
            indices.append(index)
        self._one_index(expression, indices)
        body = Values(self.names, scope, self.debts).value(expression.body)
        return Reduce(expression.operator, tuple(indices), body, span=expression.span)

    def _one_index(self, expression: tree.BigOperator, indices: list[Index]) -> None:
        if expression.operator.startswith("arg") and len(indices) > 1:
            raise Rejected(errors.bad_arguments(expression.operator, "takes one index", expression.span))

    # ---- columns and lists ---------------------------------------------------------------------

    def _column(self, expression: tree.Column) -> Node:
        rows = expression.rows
        if len(rows) == 1:
            return self.apply("list", [self.value(item) for item in rows[0]], expression.span)
        if all(len(row) == 1 for row in rows):
            return self.apply("join", [self.value(row[0]) for row in rows], expression.span)
        for number, row in enumerate(rows, 1):
            if len(row) != len(rows[0]):
                span = row[0].span.to(row[-1].span)
                raise Rejected(errors.ragged(span, number, len(row), len(rows[0])))
        lists = [self.apply("list", [self.value(item) for item in row], row[0].span.to(row[-1].span)) for row in rows]
        return self.apply("list", lists, expression.span)

    # ---- calls ---------------------------------------------------------------------------------

    def _call(self, call: tree.Call) -> Node:
        match call.function:
            case tree.Name(name):
                return self.call_named(name, call.arguments, call.span, ())
            case tree.Column():
                raise Rejected(errors.column_of_functions(call.function.span))
            case function:
                made = calls.chosen(self, function)
                if made is None:
                    raise self._not_a_block(function)
                return self._one(calls.applied(self, made, *self._operands(call.arguments), call.span))

    def _operands(self, arguments: tuple[tree.Argument, ...]) -> tuple[list[Node], tuple[tree.Argument, ...]]:
        """What stands in the second parentheses: operands by position, and those by name as written."""
        positional = [self.value(item.value) for item in arguments if item.name is None]
        return positional, tuple(item for item in arguments if item.name is not None)

    def _not_a_block(self, function: tree.Expression) -> Rejected:
        match function:
            case tree.Call(tree.Name(name)) | tree.Name(name) | tree.Index(tree.Name(name)):
                return self._no_function(name, function.span)
            case _:
                return Rejected(errors.bad_arguments("this", "is no block that can be applied", function.span))

    def _one(self, call: Call) -> Node:
        """A block's result where one value is wanted."""
        outputs = [item.name for item in call.definition.outputs]
        if call.definition is not REPEAT and len(outputs) != 1:
            raise Rejected(block_errors.several_outputs(call.definition.name, outputs, call.span))
        return call

    def call_named(self, name: str, arguments: tuple[tree.Argument, ...], span: Span, first: tuple[Node, ...]) -> Node:
        """A function or op by name; `first` are operands that stand before the written ones (`x -> f`)."""
        if name == "size":
            return SizeValue(self.measure.size_of(tree.Call(tree.Name(name), arguments, span=span)), span=span)
        block = calls.block_named(self, name)
        if isinstance(block, Callee) and (block.definition is None or block.definition.is_function):
            name, block = block.name, block.definition
        if isinstance(block, Definition) and block.is_function:
            return self._function(block, arguments, span, first)
        if isinstance(block, Definition) or (isinstance(block, Callee) and not first):
            raise Rejected(block_errors.not_applied(name, span))
        if block is not None:
            made = calls.chosen(self, tree.Name(name, span=span))
            assert made is not None, "an instance is a block"
            operands, named = self._operands(arguments)
            return self._one(calls.applied(self, made, [*first, *operands], named, span))
        positional = [argument for argument in arguments if argument.name is None]
        if name == "full" and len(positional) == 2 and _divides(positional[1].value):
            return self._full(positional[0], self.value(positional[1].value), span)
        op = ops.find(name, len(first) + len(positional))
        if op is None:
            raise self._no_function(name, span)
        return self._apply_call(op, positional, [item for item in arguments if item.name is not None], span, first)

    def _function(
        self, function: Definition, arguments: tuple[tree.Argument, ...], span: Span, first: tuple[Node, ...]
    ) -> Node:
        """A function: as a block where its parameters have shapes, else its body with the operands put in."""
        if function.has_shapes:
            return self._one(calls.function_applied(self, function, arguments, span, first))
        return self._inline(function, arguments, span, first)

    def _full(self, shape: tree.Argument, value: Node, span: Span) -> Node:
        """`full(shape, 1 / n)`: the entry is a real, not a size."""
        ones = self.apply("ones", [], span, {"shape": self.setting(shape.value)})
        return self.apply("*", [value, ones], span)

    def _no_function(self, name: str, span: Span) -> Rejected:
        if name in self.names.poisoned or name in self.home.missing:
            return Rejected()
        if name in self.names.families or name in self.names.sizes or self.scope.find(name) is not None:
            return Rejected(errors.tensor_called(name, span))
        known = [*ops.NAMES, *self.home.names, *self.names.instances]
        return Rejected(
            errors.unknown_function(
                name, span, nearest(name, [known_name for known_name in known if known_name.isidentifier()])
            )
        )

    def _apply_call(
        self, op: Op, positional: list[tree.Argument], named: list[tree.Argument], span: Span, first: tuple[Node, ...]
    ) -> Node:
        count = (op.arity if op.arity is not None else len(first) + len(positional)) - len(first)
        if len(positional) < count:
            noun = "operand" if op.arity == 1 else "operands"
            raise Rejected(errors.bad_arguments(op.name, f"needs {op.arity} {noun}", span))
        operands = [*first, *(self.value(argument.value) for argument in positional[:count])]
        settings: dict[str, Setting] = {}
        for option, argument in zip(op.options, positional[count:]):
            settings[option.name] = self.setting(argument.value)
        if len(positional) - count > len(op.options):
            raise Rejected(errors.bad_arguments(op.name, "has too many arguments", positional[-1].span))
        for argument in named:
            settings[self._option(op, argument)] = self.setting(argument.value)
        return Apply(op, tuple(operands), self._parameters(op, settings, span), span=span)

    def _option(self, op: Op, argument: tree.Argument) -> str:
        known = [option.name for option in op.options]
        assert argument.name is not None
        if argument.name not in known:
            raise Rejected(
                errors.unknown_option(op.name, argument.name, argument.span, nearest(argument.name, known), known)
            )
        return argument.name

    def _inline(
        self, definition: Definition, arguments: tuple[tree.Argument, ...], span: Span, first: tuple[Node, ...]
    ) -> Node:
        """A function without weights is its body, with the operands in the place of its parameters."""
        function = definition.written
        assert isinstance(function, tree.Function)
        if len(self.scope.operands) > 64:
            raise Rejected(block_errors.calls_itself(function.name, span))
        values = [*first, *(self.value(argument.value) for argument in arguments if argument.name is None)]
        named = {argument.name: self.value(argument.value) for argument in arguments if argument.name is not None}
        bound: list[tuple[str, Node]] = []
        for position, parameter in enumerate(function.parameters):
            bound.append((parameter.name, self._operand(function, position, values, named, span)))
        if len(values) > len(function.parameters):
            raise Rejected(errors.bad_arguments(function.name, "has too many arguments", span))
        operands = tuple(bound) + self.scope.operands
        scope = replace(self.scope, indices=(), loops=(), operands=operands, closed=True, home=definition.home)
        return Values(self.names, scope, self.debts).value(function.body)

    def _operand(
        self, function: tree.Function, position: int, values: list[Node], named: Mapping[str, Node], span: Span
    ) -> Node:
        parameter = function.parameters[position]
        if position < len(values):
            return values[position]
        if parameter.name in named:
            return named[parameter.name]
        if parameter.default is not None:
            return self.value(parameter.default)
        raise Rejected(errors.bad_arguments(function.name, f"the argument {parameter.name} is missing", span))

    def _pipe(self, expression: tree.Pipe) -> Node:
        stage, operands = expression.stage, self._piped(expression.value)
        result = self._stage(stage.layer, operands, expression.span)
        if stage.alias is None:
            return result
        if self.scope.in_claim or self.scope.closed:
            raise Rejected(block_errors.alias_in_claim(stage.span))
        return calls.aside(self, result, stage.alias, stage.span)

    def _piped(self, value: tree.Expression) -> tuple[Node, ...]:
        if isinstance(value, tree.Tuple):
            return tuple(self.value(item) for item in value.items)
        return (self.value(value),)

    def _stage(self, layer: tree.Expression, operands: tuple[Node, ...], span: Span) -> Node:
        made = calls.chosen(self, layer)
        if made is not None:
            return self._one(calls.applied(self, made, operands, (), span))
        match layer:
            case tree.Name(name):
                return self.call_named(name, (), span, operands)
            case tree.Call(tree.Name(name), arguments):
                return self.call_named(name, arguments, span, operands)
            case _:
                raise self._not_a_block(layer)

    # ---- parts of blocks -----------------------------------------------------------------------

    def _field(self, expression: tree.Field) -> Node:
        """`lstm(p)(x).h`, an output; `c1.K`, a part of an application."""
        base = expression.base
        if isinstance(base, tree.Call | tree.Pipe):
            return self._output(base, expression)
        steps = self.path(expression)
        if steps[0].name not in self.names.paths:
            raise self._no_path(steps[0].name, expression)
        return Inner(steps, span=expression.span)

    def block(self, expression: tree.Expression) -> Call:
        """A block applied, whatever number of results it has; raises `Rejected` for anything else."""
        match expression:
            case tree.Call(function, arguments):
                made = calls.chosen(self, function)
                if made is not None:
                    return calls.applied(self, made, *self._operands(arguments), expression.span)
            case tree.Pipe(value, tree.Stage(function, None)):
                made = calls.chosen(self, function)
                if made is not None:
                    return calls.applied(self, made, self._piped(value), (), expression.span)
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
        if name in self.names.poisoned:
            return Rejected()
        if name in self.names.families or name in self.names.sizes:
            return Rejected(block_errors.no_block(name, expression.span))
        return self.names.undeclared(name, expression.span, self.scope, "a tensor")

    def path(self, expression: tree.Expression) -> tuple[Step, ...]:
        """The components of `c.a[1].b`, each with the subscripts after it."""
        match expression:
            case tree.Field(base, name):
                return (*self.path(base), Step(name))
            case tree.Index(base, subscripts):
                *front, last = self.path(base)
                written = tuple(self._subscript(item) for item in subscripts)
                return (*front, Step(last.name, (*last.subscripts, *written)))
            case tree.Name(name):
                return (Step(name, self._implicit(name)),)
            case _:
                raise Rejected(errors.bad_arguments("this", "has no parts", expression.span))

    # ---- static arguments ----------------------------------------------------------------------

    def setting(self, expression: tree.Expression) -> Setting:
        """A static argument: a size, several, a word, a number (see `shapecheck.ops.base.Setting`)."""
        passed = self._passed(expression)
        if passed is not None:
            return passed
        match expression:
            case tree.Sizes(items):
                return tuple(self.measure.size(item) for item in items)
            case tree.Column(rows) if len(rows) == 1:
                return tuple(self.measure.size(item) for item in rows[0])
            case tree.Column(rows):
                return tuple(tuple(self.measure.size(item) for item in row) for row in rows)
            case tree.Name("true" | "false" as word):
                return word == "true"
            case tree.Name(name) if name in CONSTANTS and name not in _NUMBERS:
                return name
            case tree.Text(text):
                return text
        if self.measure.reads(expression):
            return self.measure.size(expression)
        number = literal(expression)
        if isinstance(number, Number):
            return float(number.value)
        if isinstance(expression, tree.Name):
            return self._word(expression)
        return self.measure.size(expression)

    def _passed(self, expression: tree.Expression) -> Setting | None:
        """A parameter handed on, or a block or function passed as an argument."""
        if isinstance(expression, tree.Name) and not self.scope.closed:
            if expression.name in self.names.settings:
                return self.names.settings[expression.name]
            if expression.name in self.names.families or expression.name in self.names.sizes:
                return None
        return calls.callee(self, expression)

    def is_static(self, expression: tree.Expression) -> bool:
        """Whether an argument is a size, a shape or a word, and not a value."""
        match expression:
            case tree.Sizes():
                return True
            case tree.Name(name) if name in CONSTANTS and name not in _NUMBERS:
                return True
            case tree.Name(name) if not self.scope.closed and name in self.names.settings:
                return True
        return self.measure.reads(expression)

    def _word(self, expression: tree.Name) -> Setting:
        """A name that is no size may name an axis; anything declared is a mistake."""
        if expression.name in self.names.families or expression.name in self.names.poisoned:
            return self.measure.size(expression)
        return _NUMBERS.get(expression.name, expression.name)


def _fitting(data: Number | Data) -> Number | Data:
    """Literal data as an array can hold it; raises `Rejected` for integers and nesting beyond that."""
    if isinstance(data, Data) and len(data.shape) > MOST_AXES:
        raise Rejected(errors.too_deep(data.span, len(data.shape), MOST_AXES))
    values = data.values if isinstance(data, Data) else (data.value,)
    if any(isinstance(value, int) and abs(value) > LARGEST_INTEGER for value in values):
        raise Rejected(errors.integer_too_large(data.span))
    return data


def _connected(operator: str, left: bool | None, right: bool | None) -> bool | None:
    """`and` and `or` where one side may be open."""
    if operator == "and":
        return False if left is False or right is False else None if None in (left, right) else True
    return True if left is True or right is True else None if None in (left, right) else False


def _divides(expression: tree.Expression) -> bool:
    match expression:
        case tree.Binary(operator, left, right):
            return operator in ("/", "^") or _divides(left) or _divides(right)
        case tree.Coefficient(_, operand) | tree.Minus(operand):
            return _divides(operand)
        case _:
            return False
