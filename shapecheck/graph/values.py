"""Values: an expression of the syntax tree read as a node of the graph.

What comes in is an expression and the scope that it stands in; out comes a `Node` whose names are resolved.  Sizes that
stand in values become `SizeValue`s; `/` between values is real division.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field, replace

from shapecheck import ops
from shapecheck.diagnostics.model import Diagnostic
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.literals import literal, table
from shapecheck.graph.measure import Measure
from shapecheck.graph.model import (
    Apply,
    Choose,
    Cut,
    Data,
    Debt,
    Default,
    Index,
    Node,
    Number,
    Part,
    Picked,
    Point,
    Read,
    Reduce,
    SizeValue,
    Subscript,
    Whole,
)
from shapecheck.graph.scope import BLOCKS, CONSTANTS, Names, Scope
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
            case _:
                raise Rejected(self._other(expression))

    def _other(self, expression: tree.Expression) -> Diagnostic:
        match expression:
            case tree.Field():
                return errors.not_supported("a part of a block (`c.W`)", expression.span)
            case tree.Tuple():
                return errors.not_supported("several values in parentheses", expression.span)
            case _:
                return errors.bad_arguments("this", "cannot stand in a value", expression.span)

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
        raise self._unknown(name, span)

    def _unknown(self, name: str, span: Span) -> Rejected:
        if name in self.names.poisoned:
            return Rejected()
        if name in CONSTANTS:
            return Rejected(errors.bad_arguments(name, "is a word for an argument, not a value", span))
        if name in ops.NAMES or name in self.names.functions or name in BLOCKS or name in self.names.layers:
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
        formula = None
        if self.measure.reads_condition(expression.condition):
            formula = self.measure.formula(expression.condition)
        condition = self.value(expression.condition) if formula is None else None
        then, otherwise = self.value(expression.then), self.value(expression.otherwise)
        return Choose(formula, condition, then, otherwise, span=expression.span)

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
            case _:
                raise Rejected(errors.not_supported("a block applied to values", call.span))

    def call_named(self, name: str, arguments: tuple[tree.Argument, ...], span: Span, first: tuple[Node, ...]) -> Node:
        """A function or op by name; `first` are operands that stand before the written ones (`x -> f`)."""
        if name == "size":
            return SizeValue(self.measure.size_of(tree.Call(tree.Name(name), arguments, span=span)), span=span)
        if name in self.names.functions:
            return self._inline(self.names.functions[name], arguments, span, first)
        if name in self.names.layers or (name in BLOCKS and name not in self.names.families):
            raise Rejected(errors.not_supported(f"the block {name}", span))
        positional = [argument for argument in arguments if argument.name is None]
        if name == "full" and len(positional) == 2 and _divides(positional[1].value):
            return self._full(positional[0], self.value(positional[1].value), span)
        op = ops.find(name, len(first) + len(positional))
        if op is None:
            raise self._no_function(name, span)
        return self._apply_call(op, positional, [item for item in arguments if item.name is not None], span, first)

    def _full(self, shape: tree.Argument, value: Node, span: Span) -> Node:
        """`full(shape, 1 / n)`: the entry is a real, not a size."""
        ones = self.apply("ones", [], span, {"shape": self.setting(shape.value)})
        return self.apply("*", [value, ones], span)

    def _no_function(self, name: str, span: Span) -> Rejected:
        if name in self.names.poisoned:
            return Rejected()
        if name in self.names.families or name in self.names.sizes or self.scope.find(name) is not None:
            return Rejected(errors.tensor_called(name, span))
        known = [*ops.NAMES, *self.names.functions, *BLOCKS]
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
        self, function: tree.Function, arguments: tuple[tree.Argument, ...], span: Span, first: tuple[Node, ...]
    ) -> Node:
        """A function without weights is its body, with the operands in the place of its parameters."""
        if any(parameter.shape is not None for parameter in function.parameters):
            raise Rejected(errors.not_supported(f"the function {function.name}, whose parameters have shapes,", span))
        if len(self.scope.operands) > 64:
            raise Rejected(errors.not_supported(f"the function {function.name}, which calls itself,", span))
        values = [*first, *(self.value(argument.value) for argument in arguments if argument.name is None)]
        named = {argument.name: self.value(argument.value) for argument in arguments if argument.name is not None}
        bound: list[tuple[str, Node]] = []
        for position, parameter in enumerate(function.parameters):
            bound.append((parameter.name, self._operand(function, position, values, named, span)))
        if len(values) > len(function.parameters):
            raise Rejected(errors.bad_arguments(function.name, "has too many arguments", span))
        scope = replace(self.scope, indices=(), loops=(), operands=tuple(bound) + self.scope.operands, closed=True)
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
        stage = expression.stage
        match stage.layer:
            case tree.Name(name) if stage.alias is None:
                return self.call_named(name, (), expression.span, (self.value(expression.value),))
            case tree.Call(tree.Name(name), arguments) if stage.alias is None:
                return self.call_named(name, arguments, expression.span, (self.value(expression.value),))
            case _:
                raise Rejected(errors.not_supported("a chain of blocks", stage.span))

    # ---- static arguments ----------------------------------------------------------------------

    def setting(self, expression: tree.Expression) -> Setting:
        """A static argument: a size, several, a word, a number (see `shapecheck.ops.base.Setting`)."""
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


def _divides(expression: tree.Expression) -> bool:
    match expression:
        case tree.Binary(operator, left, right):
            return operator in ("/", "^") or _divides(left) or _divides(right)
        case tree.Coefficient(_, operand) | tree.Minus(operand):
            return _divides(operand)
        case _:
            return False
