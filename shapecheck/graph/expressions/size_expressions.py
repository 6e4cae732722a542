"""Sizes: an expression of the syntax tree read in the algebra of `shapecheck.sizes`.

In: an expression and the reading at its place.  Out: a `Size`.  Division is exact here, which adds the requirement that
it divides; every divisor is required to be at least 1.  Anything that is not a size raises `Rejected`.
"""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.graph import block_errors, errors, size_errors
from shapecheck.graph.errors import NotFixed, Rejected
from shapecheck.graph.expressions.binders import bind_all
from shapecheck.graph.expressions.conditional_sizes import conditional_size
from shapecheck.graph.expressions.declared_names import PREBOUND
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.receptive_calls import is_receptive, receptive_along
from shapecheck.graph.expressions.recognition import FUNCTIONS, axis_word, in_list, is_size_name
from shapecheck.graph.expressions.size_lists import picked
from shapecheck.graph.expressions.subscripts import path, path_text
from shapecheck.graph.model import Debt, Quantity
from shapecheck.graph.nodes import Number, SizeValue
from shapecheck.ops.base import REST
from shapecheck.sizes import (
    ZERO,
    Formula,
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
    sum_over,
    symbol,
    weight,
)
from shapecheck.source import Span
from shapecheck.syntax import tree

MOST_PARTS = 2000
"""Largest number of parts of a size, written out; nested maxima double it at each step."""


def size(reading: Reading, expression: tree.Expression) -> Size:
    """The size that the expression stands for; raises `Rejected` with the mistake."""
    try:
        return _size(reading, expression)
    except TooLargeToWrite:
        raise Rejected(size_errors.too_many_terms(expression.span)) from None


def _size(reading: Reading, expression: tree.Expression) -> Size:
    counts = reading.scope.in_claim
    match expression:
        case tree.Integer(value):
            return integer(value)
        case tree.Name(name):
            return _named(reading, name, expression.span)
        case tree.Coefficient(factor, operand):
            return factor * size(reading, operand)
        case tree.Minus(operand):
            return -size(reading, operand)
        case tree.Binary():
            return _binary(reading, expression)
        case tree.Call(tree.Name(name), arguments):
            return _call(reading, name, arguments, expression)
        case tree.Index(base, (axis,)) if is_receptive(base) and counts:
            return receptive_along(reading, base, axis)
        case tree.Index(tree.Name(name), subscripts) if in_list(reading, name):
            return _member(reading, name, subscripts, expression.span)
        case tree.Index(tree.Name(name), subscripts) if name in reading.names.constants:
            return _entry(reading, name, subscripts, expression.span)
        case tree.Index(tree.Name(name)) if name in reading.names.poisoned:
            raise Rejected()
        case tree.Index(tree.Name(name)) if is_size_name(reading, name):
            raise Rejected(size_errors.one_number(name, expression.span))
        case tree.Field(tree.Name(name), kind) if kind in PREBOUND and counts:
            return _count(reading, f"{name}.{kind}", Quantity(kind, name), name, expression.span)
        case tree.Field(base, kind) if kind in PREBOUND and counts:
            return _inner_count(reading, base, kind)
        case tree.BigOperator("sum", binders, body, None):
            return _sum(reading, binders, body, expression.span)
        case tree.Conditional():
            return conditional_size(reading, expression)
        case tree.Real(text):
            raise Rejected(size_errors.not_a_size(expression.span, f"the number {text}"))
        case _:
            raise Rejected(size_errors.not_a_size(expression.span, "this"))


# ---- names ---------------------------------------------------------------------------------------


def _named(reading: Reading, name: str, span: Span) -> Size:
    names, scope = reading.names, reading.scope
    index = scope.find(name)
    if index is not None:
        return scope.fixed.get(index.symbol) or symbol(index.symbol)
    operand = scope.operand(name)
    if isinstance(operand, SizeValue):
        return operand.size
    if isinstance(operand, Number) and isinstance(operand.value, int):
        return integer(operand.value)
    if name in names.poisoned:
        raise Rejected()
    if scope.closed and name not in names.constants:
        raise names.undeclared(name, span, scope, "a size")
    if name in names.sizes:
        return names.sizes[name]
    if name in PREBOUND and scope.in_claim:
        return _count(reading, name, Quantity(name), None, span)
    if name in names.lists:
        raise Rejected(size_errors.whole_family(name, names.lists[name].labels, span))
    constant = names.constants.get(name)
    if isinstance(constant, int):
        return integer(constant)
    if isinstance(constant, tuple) and name not in names.families:
        raise Rejected(size_errors.several_numbers(name, span))
    if name in names.families:
        raise Rejected(size_errors.tensor_as_size(name, span, names.families[name].span))
    given = names.settings.get(name)
    if REST in (name, given):
        raise Rejected(size_errors.rest_elsewhere(span))
    if isinstance(given, str):
        raise Rejected(size_errors.undeclared_size(name, given, span))
    if isinstance(given, float):
        raise Rejected(size_errors.not_a_size(span, f"the number {given}, given for {name},"))
    raise names.undeclared(name, span, scope, "a size")


def _entry(reading: Reading, name: str, subscripts: tuple[tree.Subscript, ...], span: Span) -> Size:
    """An entry of a constant list: `c[2]`."""
    values = reading.names.constants[name]
    if isinstance(values, int) or len(subscripts) != 1 or not isinstance(subscripts[0], tree.Expression):
        raise Rejected(size_errors.not_a_size(span, "this"))
    at = size(reading, subscripts[0])
    if at.constant is None and any(item[0] == "." for item in at.names):
        if not reading.scope.picks:
            raise NotFixed(size_errors.not_a_size(span, f"an entry of {name} at an index that is not fixed"))
        _owe_inside(reading, name, at, (ZERO, integer(len(values) - 1)), span)
        return picked(values, at, name, span)
    position = at.constant
    if position is None or not 0 <= position < len(values):
        raise Rejected(size_errors.not_a_size(span, f"an entry of {name} outside 0..{len(values) - 1}"))
    return as_size(values[position])


def _member(reading: Reading, name: str, subscripts: tuple[tree.Subscript, ...], span: Span) -> Size:
    """A member of a family of sizes, `n[l - 1]`, which has to exist."""
    found = reading.names.lists[name]
    if len(subscripts) != len(found.ranges):
        raise Rejected(size_errors.family_subscripts(name, len(found.ranges), len(subscripts), span))
    places = []
    for item, ends in zip(subscripts, found.ranges):
        if not isinstance(item, tree.Expression):
            raise Rejected(size_errors.not_a_size(item.span, "several members of a family of sizes"))
        places.append(size(reading, item))
        _owe_inside(reading, name, places[-1], ends, item.span)
    return found.at(places)


def _owe_inside(reading: Reading, name: str, at: Size, ends: tuple[Size, Size], span: Span) -> None:
    """Note that a member exists; raises `Rejected` for a number outside of a range of numbers."""
    for relation in (Relation(">=", at, ends[0]), Relation("<=", at, ends[1])):
        if not relation.names and not relation.holds({}):
            raise Rejected(size_errors.no_member(name, str(at), ends, span))
        if relation.names:
            exists = f"{name}[{at}] to exist, as {name} runs over {ends[0]}..{ends[1]}"
            owe(reading, relation, exists, span, evident=True)


# ---- quantities that inference knows -------------------------------------------------------------


def size_of(reading: Reading, call: tree.Call) -> Size:
    """The size of an axis, `size(x, axis)`: a symbol that inference resolves."""
    if len(call.arguments) != 2:
        raise Rejected(errors.bad_arguments("size", "takes a tensor and an axis", call.span, "size(V, 0)"))
    written = call.arguments[1].value
    word = axis_word(reading, written)
    axis = size(reading, written).constant if word is None else 0
    if axis is None:
        raise Rejected(errors.bad_arguments("size", "the axis is a fixed number", call.span, "size(V, 0)"))
    names, scope = reading.names, reading.scope
    place = (call.span, reading.home, scope.operands, *sorted(scope.fixed.items()))
    if place not in names.measured_at:  # static arguments are read each time that they are asked for
        node = reading.value(call.arguments[0].value)
        names.measured_at[place] = names.measured(Quantity("size", node=node, axis=axis, axis_name=word))
    return names.measured_at[place]


def _count(reading: Reading, name: str, quantity: Quantity, family: str | None, span: Span) -> Size:
    """A count of the whole spec or of an equation: `params`, `V.macs`."""
    names = reading.names
    if family is not None and family not in names.families and family not in names.paths:
        if family in names.poisoned:
            raise Rejected()
        raise names.undeclared(family, span, reading.scope, "a tensor")
    names.quantities[name] = quantity
    return symbol(name)


def _inner_count(reading: Reading, base: tree.Expression, kind: str) -> Size:
    """A count of one application: `h[1].params`, `c2.bottleneck[1].macs`."""
    steps, quantities = path(reading, base), reading.names.quantities
    if steps[0].name not in reading.names.paths:
        raise Rejected(block_errors.no_block(steps[0].name, base.span))
    name = f"{path_text(steps)}.{kind}"
    while quantities.get(name, Quantity(kind, steps[0].name, path=steps)).path != steps:
        name += "'"
    quantities[name] = Quantity(kind, steps[0].name, path=steps)
    return symbol(name)


# ---- operators -----------------------------------------------------------------------------------


def _binary(reading: Reading, expression: tree.Binary) -> Size:
    operator, right, span = expression.operator, expression.right, expression.span
    first = size(reading, expression.left)
    if operator == "^":
        return _power(reading, first, size(reading, right), span)
    second = size(reading, right)
    match operator:
        case "+":
            return first + second
        case "-":
            return first - second
        case "*":
            return first * second
        case "/":
            return _exact(reading, first, second, span)
        case "//" | "%":
            second = owe_divisor(reading, second, right.span)
            return first // second if operator == "//" else first % second
        case _:
            pass  # .* ./ @ are of values
    help = "in a size a product is written *" if operator in (".*", "@") else None
    raise Rejected(size_errors.not_a_size(span, operator, help))


def _exact(reading: Reading, numerator: Size, divisor: Size, span: Span) -> Size:
    divisor = owe_divisor(reading, divisor, span)
    quotient = exact_divide(numerator, divisor)
    if quotient is not None:
        return quotient
    owe(reading, Relation("==", numerator % divisor, integer(0)), f"{divisor} to divide {numerator}", span)
    return numerator // divisor


def _power(reading: Reading, base: Size, exponent: Size, span: Span) -> Size:
    fixed, at = exponent.constant, base.constant
    if fixed is not None and 0 <= fixed <= 64:
        return base**fixed
    if (at is None and fixed is None) or (at is not None and at < 1) or (fixed or 0) < 0:
        raise Rejected(size_errors.bad_power(span))
    owe(reading, Relation(">=", exponent, integer(0)), "an exponent of at least 0", span)
    return power(base, maximum(exponent, ZERO) if reading.scope.guarded else exponent)


# ---- functions -----------------------------------------------------------------------------------


def _call(reading: Reading, name: str, arguments: tuple[tree.Argument, ...], call: tree.Call) -> Size:
    if name == "size":
        return size_of(reading, call)
    if name not in FUNCTIONS:
        raise Rejected(size_errors.not_a_size(call.span, f"{name}(..)"))
    if name in ("ceil", "floor"):
        return _rounded(reading, name, arguments, call.span)
    values = [size(reading, argument.value) for argument in arguments]
    if name == "abs" and len(values) == 1:
        return maximum(values[0], -values[0])
    if name == "abs" or len(values) < 2:
        raise Rejected(errors.bad_arguments(name, "takes other arguments in a size", call.span))
    result = values[0]
    for value in values[1:]:
        result = maximum(result, value) if name == "max" else minimum(result, value)
        if weight(result) > MOST_PARTS:
            raise Rejected(size_errors.size_too_large(call.span))
    return result


def _rounded(reading: Reading, name: str, arguments: tuple[tree.Argument, ...], span: Span) -> Size:
    if len(arguments) != 1:
        raise Rejected(errors.bad_arguments(name, "takes one argument", span, f"{name}(n / s)"))
    match arguments[0].value:
        case tree.Binary("/", left, right):
            numerator, divisor = size(reading, left), size(reading, right)
            divisor = owe_divisor(reading, divisor, right.span)
            return ceil_divide(numerator, divisor) if name == "ceil" else numerator // divisor
        case other:
            return size(reading, other)


def _sum(reading: Reading, binders: tuple[tree.Binder, ...], body: tree.Expression, span: Span) -> Size:
    indices = bind_all(reading, binders)
    reading.names.noted.summed.update((binder.name, "sum") for binder in binders)
    inner = reading.within(*indices)
    total = size(inner, body)
    for index in reversed(indices):
        assert index.low is not None and index.high is not None
        upwards = Relation(">=", index.high - index.low + 1, ZERO)
        owe(inner, upwards, f"the range of {index.label} to run upwards", index.span, evident=True)
        closed = sum_over(total, index.symbol, index.low, index.high)
        if closed is None:
            raise Rejected(size_errors.no_closed_form(span))
        total = closed
    return total


# ---- requirements --------------------------------------------------------------------------------


def owe_again(reading: Reading, debts: Iterable[Debt], span: Span) -> None:
    """Note requirements of sizes that were read elsewhere, as requirements of the expression at a place."""
    for debt in debts:
        owe(reading, debt.relation, debt.why, span, debt.evident, debt.facts)


def owe(
    reading: Reading,
    relation: Relation,
    why: str,
    span: Span,
    evident: bool = False,
    known: tuple[Formula, ...] = (),
) -> None:
    """Note a requirement, for all values of the indices in it, under the conditions around and those known."""
    facts: list[Formula] = [*reading.scope.conditions, *known]
    needed = set(relation.names).union(*(fact.names for fact in facts))
    for index in reversed(reading.scope.indices):
        if index.symbol in needed and index.low is not None and index.high is not None:
            at = symbol(index.symbol)
            facts += [Relation(">=", at, index.low), Relation("<=", at, index.high)]
            needed |= index.low.names | index.high.names
    reading.debts.append(Debt(relation, why, span, tuple(facts), evident))


def owe_divisor(reading: Reading, divisor: Size, span: Span) -> Size:
    """Note that a divisor is at least 1, and return it, at least 1 also where a guard leaves it unread.

    Raises `Rejected` for a number below.
    """
    if divisor.constant is None:
        owe(reading, Relation(">=", divisor, integer(1)), "a divisor of at least 1", span)
    elif divisor.constant < 1:
        raise Rejected(size_errors.division_by(span))
    return maximum(divisor, integer(1)) if reading.scope.guarded else divisor
