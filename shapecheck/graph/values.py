"""Values: an expression of the syntax tree read as a node of the graph.

What comes in is an expression and the scope that it stands in; out comes a `Node` whose names are resolved.  Sizes that
stand in values become `SizeValue`s; `/` between values is real division.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import cast

from shapecheck import ops
from shapecheck.graph import block_errors, calls, errors
from shapecheck.graph.applications import Applications, divides
from shapecheck.graph.blocks import Callee, Definition, Home, Instance
from shapecheck.graph.errors import Rejected
from shapecheck.graph.literals import literal, table
from shapecheck.graph.measure import Measure
from shapecheck.graph.model import Debt
from shapecheck.graph.nodes import (
    Apply,
    Choose,
    Cut,
    Data,
    Default,
    Index,
    Inner,
    Node,
    Number,
    Operator,
    Part,
    Picked,
    Point,
    Read,
    Reduce,
    SizeValue,
    Subscript,
    Whole,
)
from shapecheck.graph.scope import CONSTANTS, NUMBERS, Names, Scope
from shapecheck.graph.settings import setting
from shapecheck.graph.unbound import unbound
from shapecheck.ops.base import Misfit, Op, Setting
from shapecheck.record import record
from shapecheck.sizes import Formula, Not, symbol
from shapecheck.source import Span
from shapecheck.syntax import tree

MOST_AXES = 32
LARGEST_INTEGER = 2**63 - 1
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
                return Applications(self).call(expression)
            case tree.Index():
                return self._index(expression)
            case tree.Transpose(base):
                return self.apply("transpose", [self.value(base)], expression.span)
            case tree.Default():
                return self._default(expression)
            case tree.Column():
                return self._column(expression)
            case tree.Pipe():
                return Applications(self).pipe(expression)
            case tree.Field():
                return Applications(self).part(expression)
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
        return not divides(expression) and self.measure.reads(expression)

    # ---- names ---------------------------------------------------------------------------------

    def _name(self, name: str, span: Span) -> Node:
        index = self.scope.find(name)
        if index is not None:
            return SizeValue(symbol(index.symbol), span=span)
        operand = self.scope.operand(name)
        if operand is not None:
            return operand
        if name in NUMBERS:
            return Number(NUMBERS[name], span=span)
        if name in ("true", "false"):
            return Number(int(name == "true"), span=span)
        if not self.scope.closed:
            if name in self.names.poisoned:
                raise Rejected()
            if name in self.names.families:
                return Read(name, self.implicit(name), span=span)
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

    def implicit(self, name: str) -> tuple[Subscript, ...]:
        """The indices of the `for` block that `name` belongs to, where it is written inside that block."""
        indices = self.names.implicit.get(name, ())
        if indices and all(index in self.scope.indices for index in indices):
            return tuple(Point(symbol(index.symbol)) for index in indices)
        return ()

    # ---- subscripts ----------------------------------------------------------------------------

    def _index(self, expression: tree.Index) -> Node:
        base = expression.base
        if (stray := unbound(self.names, self.scope, expression)) is not None:
            raise stray
        subscripts = tuple(self.subscript(item) for item in expression.subscripts)
        if isinstance(base, tree.Name) and base.name in self.names.families and self._is_family(base.name):
            return Read(base.name, self.implicit(base.name) + subscripts, span=expression.span)
        if isinstance(base, tree.Field):
            return Inner(Applications(self).path(expression), span=expression.span)
        if isinstance(base, tree.Name) and base.name in self.names.sizes and not self.scope.closed:
            raise Rejected(errors.bad_arguments(base.name, "is a size and has no subscripts", expression.span))
        return Part(self.value(base), subscripts, span=expression.span)

    def _is_family(self, name: str) -> bool:
        return not self.scope.closed and self.scope.find(name) is None and self.scope.operand(name) is None

    def subscript(self, item: tree.Subscript) -> Subscript:
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
        return Apply(op, tuple(operands), self.parameters(op, settings or {}, span), span=span)

    def parameters(self, op: Op, settings: Mapping[str, Setting], span: Span) -> object:
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
        then = self._under(formula).value(expression.then)
        otherwise = self._under(None if formula is None else Not(formula)).value(expression.otherwise)
        return Choose(formula, condition, then, otherwise, span=expression.span)

    def _under(self, condition: Formula | None) -> Values:
        """Values in a branch: what its sizes owe, they owe where the condition holds."""
        return replace(self, scope=self.scope.under(condition))

    def _decided(self, condition: tree.Expression) -> bool | None:
        """What a condition says that consists of a block's parameters alone, words and truth values among them."""
        match condition:
            case tree.Name(name):
                known = None if self.scope.closed else self.names.settings.get(name)
                return known if isinstance(known, bool) else None
            case tree.Not(operand):
                inner = self._decided(operand)
                return None if inner is None else not inner
            case tree.Logic(operator, left, right):
                return _connected(operator, self._decided(left), self._decided(right))
            case tree.Comparison((left, right), ("==" | "!=" as operator,)):
                if not (self._is_word(left) or self._is_word(right)):
                    return None
                return bool(setting(self, left) == setting(self, right)) == (operator == "==")
            case _:
                return None  # decided by sizes or values, or not a truth value, which `measure.formula` tells

    def _is_word(self, expression: tree.Expression) -> bool:
        """Whether it is a parameter that is a word or a truth value."""
        if not isinstance(expression, tree.Name) or self.scope.closed:
            return False
        return isinstance(self.names.settings.get(expression.name), str | bool | Callee)

    def _default(self, expression: tree.Default) -> Node:
        read = self.value(expression.read)
        if not isinstance(read, Read | Part | Inner):
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
        self.names.summed.update(index.label for index in indices)
        body = Values(self.names, scope, self.debts).value(expression.body)
        return Reduce(cast(Operator, expression.operator), tuple(indices), body, span=expression.span)

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
