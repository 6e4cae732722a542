"""Sizes and conditions: an expression of the syntax tree read in the algebra of `shapecheck.sizes`.

What comes in is an expression and the scope that it stands in; out comes a `Size` or a `Formula`.  Division is exact
here and owes that it divides; every divisor owes that it is at least 1.  A name that is no size raises `Rejected`.
"""

from __future__ import annotations

from dataclasses import field
from itertools import pairwise

from shapecheck.graph import block_errors, errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.model import Debt, Quantity
from shapecheck.graph.nodes import Index, Number, Point, SizeValue, Step
from shapecheck.graph.scope import PREBOUND, Names, Scope
from shapecheck.record import record
from shapecheck.sizes import (
    FALSE,
    TRUE,
    ZERO,
    And,
    Formula,
    Not,
    Or,
    Relation,
    Size,
    TooLargeToWrite,
    as_size,
    ceil_divide,
    exact_divide,
    integer,
    maximum,
    minimum,
    power,
    summation,
    symbol,
    weight,
)
from shapecheck.sizes.questions.formula import Operator
from shapecheck.source import Span
from shapecheck.syntax import tree

_RELATIONS: dict[str, Operator] = {"==": "==", "!=": "!=", "<=": "<=", ">=": ">=", "<": "<", ">": ">"}
MOST_PARTS = 2000
"""How large a size may be, written out: nested maxima double at each step."""
_FUNCTIONS = frozenset({"ceil", "floor", "max", "min", "abs", "size"})


@record(frozen=False)
class Measure:
    """Reads sizes in one scope; what they owe is added to `debts`."""

    names: Names
    scope: Scope
    debts: list[Debt] = field(default_factory=list)

    # ---- what is a size ------------------------------------------------------------------------

    def reads(self, expression: tree.Expression) -> bool:
        """Whether the expression is made of sizes, indices and integers alone (so that `size` can read it)."""
        match expression:
            case tree.Integer():
                return True
            case tree.Name(name):
                return self._is_size_name(name)
            case tree.Coefficient(_, operand) | tree.Minus(operand):
                return self.reads(operand)
            case tree.Binary(operator, left, right):
                return operator in ["+", "-", "*", "/", "//", "%", "^"] and self.reads(left) and self.reads(right)
            case tree.Call(tree.Name(name), arguments) if name == "size":
                return len(arguments) == 2 and self.reads(arguments[1].value)
            case tree.Call(tree.Name(name), arguments):
                return name in _FUNCTIONS and len(arguments) > 0 and all(self.reads(item.value) for item in arguments)
            case tree.Index(tree.Name(name), (subscript,)):
                return name in self.names.constants and self._is_fixed(subscript)
            case tree.Field(base, field_name):
                return self.scope.in_claim and field_name in PREBOUND and isinstance(base, tree.PATHS)
            case tree.BigOperator("sum", binders, body):
                return all(binder.range is not None for binder in binders) and self._within(binders).reads(body)
            case _:
                return False

    def _is_fixed(self, subscript: tree.Subscript) -> bool:
        """Whether it is a number, so that the entry of a constant list can stand in a size."""
        if not isinstance(subscript, tree.Expression) or not self.reads(subscript):
            return False
        return Measure(self.names, self.scope).size(subscript).constant is not None

    def _is_size_name(self, name: str) -> bool:
        if self.scope.find(name) is not None:
            return True
        operand = self.scope.operand(name)
        if operand is not None:
            return isinstance(operand, SizeValue) or (isinstance(operand, Number) and isinstance(operand.value, int))
        if name in PREBOUND:
            return self.scope.in_claim
        return name in self.names.sizes or isinstance(self.names.constants.get(name), int)

    def reads_condition(self, expression: tree.Expression) -> bool:
        """Whether `formula` can read the expression."""
        match expression:
            case tree.Comparison(operands, operators):
                return "~=" not in operators and all(map(self.reads, operands))
            case tree.Logic(_, left, right):
                return self.reads_condition(left) and self.reads_condition(right)
            case tree.Not(operand):
                return self.reads_condition(operand)
            case tree.Name(name):
                return name in ("true", "false") or isinstance(self.names.settings.get(name), bool)
            case _:
                return False

    # ---- sizes ---------------------------------------------------------------------------------

    def size(self, expression: tree.Expression) -> Size:
        """The size that the expression stands for; raises `Rejected` with what is wrong."""
        try:
            return self._size(expression)
        except TooLargeToWrite:
            raise Rejected(errors.too_many_terms(expression.span)) from None

    def _size(self, expression: tree.Expression) -> Size:
        match expression:
            case tree.Integer(value):
                return integer(value)
            case tree.Name(name):
                return self._named(name, expression.span)
            case tree.Coefficient(factor, operand):
                return factor * self.size(operand)
            case tree.Minus(operand):
                return -self.size(operand)
            case tree.Binary(operator, left, right):
                return self._binary(operator, left, right, expression.span)
            case tree.Call(tree.Name(name), arguments):
                return self._call(name, arguments, expression)
            case tree.Index(tree.Name(name), subscripts) if name in self.names.constants:
                return self._constant(name, subscripts, expression.span)
            case tree.Index(tree.Name(name)) if self._is_size_name(name):
                raise Rejected(errors.one_number(name, expression.span))
            case tree.Field(tree.Name(name), field_name) if field_name in PREBOUND and self.scope.in_claim:
                return self._quantity(f"{name}.{field_name}", Quantity(field_name, name), name, expression.span)
            case tree.Field(base, field_name) if field_name in PREBOUND and self.scope.in_claim:
                return self._inner_quantity(base, field_name)
            case tree.BigOperator("sum", binders, body):
                return self._sum(binders, body, expression.span)
            case tree.Real(text):
                raise Rejected(errors.not_a_size(expression.span, f"the number {text}"))
            case _:
                raise Rejected(errors.not_a_size(expression.span, "this"))

    def _named(self, name: str, span: Span) -> Size:
        index = self.scope.find(name)
        if index is not None:
            return self.scope.fixed.get(index.symbol) or symbol(index.symbol)
        operand = self.scope.operand(name)
        if isinstance(operand, SizeValue):
            return operand.size
        if isinstance(operand, Number) and isinstance(operand.value, int):
            return integer(operand.value)
        if name in self.names.poisoned:
            raise Rejected()
        if self.scope.closed and name not in self.names.constants:
            raise self.names.undeclared(name, span, self.scope, "a size")
        if name in self.names.sizes:
            return self.names.sizes[name]
        if name in PREBOUND and self.scope.in_claim:
            return self._quantity(name, Quantity(name), None, span)
        constant = self.names.constants.get(name)
        if isinstance(constant, int):
            return integer(constant)
        if isinstance(constant, tuple) and name not in self.names.families:
            raise Rejected(errors.several_numbers(name, span))
        if name in self.names.families:
            raise Rejected(errors.tensor_as_size(name, span, self.names.families[name].span))
        raise self.names.undeclared(name, span, self.scope, "a size")

    def _quantity(self, name: str, quantity: Quantity, family: str | None, span: Span) -> Size:
        if family is not None and family not in self.names.families and family not in self.names.paths:
            if family in self.names.poisoned:
                raise Rejected()
            raise self.names.undeclared(family, span, self.scope, "a tensor")
        self.names.quantities[name] = quantity
        return symbol(name)

    def _inner_quantity(self, base: tree.Expression, kind: str) -> Size:
        """`h[1].params`, `c2.bottleneck[1].macs`: counts of one application."""
        from shapecheck.graph.applications import Applications
        from shapecheck.graph.values import Values

        path = Applications(Values(self.names, self.scope)).path(base)
        if path[0].name not in self.names.paths:
            raise Rejected(block_errors.no_block(path[0].name, base.span))
        name = f"{'.'.join(map(_step_text, path))}.{kind}"
        while self.names.quantities.get(name, Quantity(kind, path[0].name, path=path)).path != path:
            name += "'"
        self.names.quantities[name] = Quantity(kind, path[0].name, path=path)
        return symbol(name)

    def _binary(self, operator: str, left: tree.Expression, right: tree.Expression, span: Span) -> Size:
        first = self.size(left)
        if operator == "^":
            return self._power(first, self.size(right), span)
        second = self.size(right)
        match operator:
            case "+":
                return first + second
            case "-":
                return first - second
            case "*":
                return first * second
            case "/":
                return self._exact(first, second, span)
            case "//" | "%":
                self._owe_divisor(second, right.span)
                return first // second if operator == "//" else first % second
            case _:
                pass  # .* ./ @ are of values
        help = "in a size a product is written *" if operator in (".*", "@") else None
        raise Rejected(errors.not_a_size(span, operator, help))

    def _exact(self, numerator: Size, divisor: Size, span: Span) -> Size:
        self._owe_divisor(divisor, span)
        quotient = exact_divide(numerator, divisor)
        if quotient is not None:
            return quotient
        why = f"{divisor} to divide {numerator}"
        self._owe(Relation("==", numerator % divisor, integer(0)), why, span)
        return numerator // divisor

    def _owe(self, relation: Relation, why: str, span: Span, evident: bool = False) -> None:
        """Note what a size owes, for all values of the indices in it, where the conditions around hold."""
        facts: list[Formula] = list(self.scope.conditions)
        needed = set(relation.names).union(*(fact.names for fact in facts))
        for index in reversed(self.scope.indices):
            if index.symbol in needed and index.low is not None and index.high is not None:
                at = symbol(index.symbol)
                facts += [Relation(">=", at, index.low), Relation("<=", at, index.high)]
                needed |= index.low.names | index.high.names
        self.debts.append(Debt(relation, why, span, tuple(facts), evident))

    def _owe_divisor(self, divisor: Size, span: Span) -> None:
        if divisor.constant is None:
            self._owe(Relation(">=", divisor, integer(1)), "a divisor of at least 1", span)
        elif divisor.constant < 1:
            raise Rejected(errors.division_by(span))

    def _power(self, base: Size, exponent: Size, span: Span) -> Size:
        if exponent.constant is not None and 0 <= exponent.constant <= 64:
            return base**exponent.constant
        fixed = exponent.constant
        at = base.constant
        if (at is None and fixed is None) or (at is not None and at < 1) or (fixed or 0) < 0:
            raise Rejected(errors.bad_power(span))
        self._owe(Relation(">=", exponent, integer(0)), "an exponent of at least 0", span)
        return power(base, exponent)

    def _call(self, name: str, arguments: tuple[tree.Argument, ...], call: tree.Call) -> Size:
        if name == "size":
            return self.size_of(call)
        if name not in _FUNCTIONS:
            raise Rejected(errors.not_a_size(call.span, f"{name}(..)"))
        if name in ("ceil", "floor"):
            return self._rounded(name, arguments, call.span)
        values = [self.size(argument.value) for argument in arguments]
        if name == "abs" and len(values) == 1:
            return maximum(values[0], -values[0])
        if name == "abs" or len(values) < 2:
            raise Rejected(errors.bad_arguments(name, "takes other arguments in a size", call.span))
        result = values[0]
        for value in values[1:]:
            result = maximum(result, value) if name == "max" else minimum(result, value)
            if weight(result) > MOST_PARTS:
                raise Rejected(errors.size_too_large(call.span))
        return result

    def _rounded(self, name: str, arguments: tuple[tree.Argument, ...], span: Span) -> Size:
        if len(arguments) != 1:
            raise Rejected(errors.bad_arguments(name, "takes one argument", span, f"{name}(n / s)"))
        match arguments[0].value:
            case tree.Binary("/", left, right):
                numerator, divisor = self.size(left), self.size(right)
                self._owe_divisor(divisor, right.span)
                return ceil_divide(numerator, divisor) if name == "ceil" else numerator // divisor
            case other:
                return self.size(other)

    def size_of(self, call: tree.Call) -> Size:
        """`size(x, axis)`: a symbol that inference resolves."""
        from shapecheck.graph.values import Values

        if len(call.arguments) != 2:
            raise Rejected(errors.bad_arguments("size", "takes a tensor and an axis", call.span, "size(V, 0)"))
        axis = self.size(call.arguments[1].value).constant
        if axis is None:
            raise Rejected(errors.bad_arguments("size", "the axis is a fixed number", call.span, "size(V, 0)"))
        node = Values(self.names, self.scope).value(call.arguments[0].value)
        name = f"?size{len(self.names.quantities)}" + (f"~{self.names.serial}" if self.names.serial else "")
        self.names.quantities[name] = Quantity("size", node=node, axis=axis)
        return symbol(name)

    def _constant(self, name: str, subscripts: tuple[tree.Subscript, ...], span: Span) -> Size:
        values = self.names.constants[name]
        if isinstance(values, int) or len(subscripts) != 1 or not isinstance(subscripts[0], tree.Expression):
            raise Rejected(errors.not_a_size(span, "this"))
        at = self.size(subscripts[0])
        if at.constant is None and any(item[0] == "." for item in at.names):
            from shapecheck.graph.calls import NotFixed

            raise NotFixed(errors.not_a_size(span, f"an entry of {name} at an index that is not fixed"))
        position = at.constant
        if position is None or not 0 <= position < len(values):
            raise Rejected(errors.not_a_size(span, f"an entry of {name} outside 0..{len(values) - 1}"))
        return as_size(values[position])

    def _sum(self, binders: tuple[tree.Binder, ...], body: tree.Expression, span: Span) -> Size:
        inner = self._within(binders)
        self.names.summed.update(binder.name for binder in binders)
        total = inner.size(body)
        for index in reversed(inner.scope.indices[len(self.scope.indices) :]):
            assert index.low is not None and index.high is not None
            count = index.high - index.low + 1
            inner._owe(Relation(">=", count, ZERO), f"the range of {index.label} to run upwards", index.span, True)
            closed = summation(total, index.symbol, index.low, index.high)
            if closed is None:
                raise Rejected(errors.no_closed_form(span))
            total = closed
        return total

    def _within(self, binders: tuple[tree.Binder, ...]) -> Measure:
        scope = self.scope
        for binder in binders:
            scope = scope.within(Measure(self.names, scope, self.debts).index(binder))
        return Measure(self.names, scope, self.debts)

    # ---- indices, shapes, conditions -----------------------------------------------------------

    def index(self, binder: tree.Binder, fixed: bool = False) -> Index:
        """A new index for a binder; `fixed`: its range may not mention other indices (it makes an axis)."""
        self.forbid_shadow(binder.name, binder.span)
        if binder.range is None:
            return self.names.index(binder.name, None, None, binder.span)
        low, high = self.size(binder.range.low), self.size(binder.range.high)
        if fixed:
            self.forbid_indices(low, binder.range.low.span)
            self.forbid_indices(high, binder.range.high.span)
        return self.names.index(binder.name, low, high, binder.span)

    def forbid_shadow(self, label: str, span: Span) -> None:
        outer = self.scope.find(label)
        first = outer.span if outer is not None else self.names.spans.get(label)
        if first is not None and not self.scope.closed:
            raise Rejected(errors.shadows(label, span, first))

    def forbid_indices(self, size: Size, span: Span) -> None:
        """An axis has one extent, so its ends cannot depend on an index."""
        for index in self.scope:
            if index.symbol in size.names:
                raise Rejected(errors.range_on_index(span, index.label))

    def shape(self, shape: tree.Shape, dots: bool = False) -> tuple[tuple[Size, ...], tuple[str | None, ...]]:
        """Sizes and names of the axes of a written shape; `dots`: whether `...` may stand in it."""
        sizes, names = [], []
        for axis in shape.axes:
            if axis.size is None:
                if dots:
                    continue
                raise Rejected(block_errors.any_axes(axis.span))
            sizes.append(self.size(axis.size))
            names.append(axis.name)
        return tuple(sizes), tuple(names) if any(names) else ()

    def formula(self, expression: tree.Expression) -> Formula:
        """The condition that the expression states; a chain `a <= b < c` is a conjunction."""
        match expression:
            case tree.Comparison(operands, operators) if "~=" not in operators:
                sizes = [self.size(operand) for operand in operands]
                parts = tuple(Relation(_RELATIONS[name], *pair) for name, pair in zip(operators, pairwise(sizes)))
                return parts[0] if len(parts) == 1 else And(parts)
            case tree.Logic("and", left, right):
                return And((self.formula(left), self.formula(right)))
            case tree.Logic(_, left, right):
                return Or((self.formula(left), self.formula(right)))
            case tree.Not(operand):
                return Not(self.formula(operand))
            case tree.Name("true"):
                return TRUE
            case tree.Name("false"):
                return FALSE
            case tree.Name(name) if isinstance(self.names.settings.get(name), bool):
                return TRUE if self.names.settings[name] else FALSE
            case _:
                raise Rejected(errors.not_a_truth(expression.span))


def _step_text(step: Step) -> str:
    """A component of a path, as the name of a quantity."""
    inside = ", ".join(str(item.size) if isinstance(item, Point) else "?" for item in step.subscripts)
    return f"{step.name}[{inside}]" if inside else step.name
