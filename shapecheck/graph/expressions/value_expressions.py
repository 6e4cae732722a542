"""Values: an expression of the syntax tree read as a node of the graph.

In: an expression and the reading at its place.  Out: a `Node` whose names are resolved.  Sizes that stand in values
become `SizeValue`s; `/` between values is real division.
"""

from __future__ import annotations

from shapecheck import ops
from shapecheck.graph import block_errors, errors, size_errors
from shapecheck.graph.block_definitions import Definition
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.callees import block_named
from shapecheck.graph.expressions.calls import call, part, pipe
from shapecheck.graph.expressions.conditionals import conditional
from shapecheck.graph.expressions.declared_names import CONSTANTS, NUMBERS
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.indexed_operators import big_operator
from shapecheck.graph.expressions.literals import fitting, literal, table
from shapecheck.graph.expressions.ops_applied import apply, column, comparison, divides
from shapecheck.graph.expressions.recognition import is_size
from shapecheck.graph.expressions.subscripts import implicit, path, subscript, unbound
from shapecheck.graph.nodes import Default, Inner, Node, Number, Part, Read, SizeValue
from shapecheck.graph.operand_views import from_zero
from shapecheck.sizes import symbol
from shapecheck.source import Span
from shapecheck.syntax import tree


def value(reading: Reading, expression: tree.Expression) -> Node:
    """The node that the expression stands for; raises `Rejected` with the mistake."""
    span = expression.span
    data = literal(expression)
    if data is not None:
        return fitting(data)
    match expression:
        case tree.Name(name):
            return _name(reading, name, span)
        case tree.Table():
            return table(expression)
        case tree.Coefficient() | tree.Binary() | tree.Minus() | tree.Call() if _is_whole_size(reading, expression):
            return SizeValue(reading.size(expression), span=span)
        case tree.Coefficient(factor, operand):
            return apply("*", [Number(factor, span=span), value(reading, operand)], span)
        case tree.Minus(operand):
            return apply("neg", [value(reading, operand)], span)
        case tree.Binary(operator, left, right) | tree.Logic(operator, left, right):
            return apply(operator, [value(reading, left), value(reading, right)], span)
        case tree.Not(operand):
            return apply("not", [value(reading, operand)], span)
        case tree.Comparison():
            return comparison(reading, expression)
        case tree.Conditional():
            return conditional(reading, expression)
        case tree.BigOperator():
            return big_operator(reading, expression)
        case tree.Call():
            return call(reading, expression)
        case tree.Index():
            return _index(reading, expression)
        case tree.Transpose(base):
            return apply("transpose", [value(reading, base)], span)
        case tree.Default():
            return _default(reading, expression)
        case tree.Column():
            return column(reading, expression)
        case tree.Pipe():
            return pipe(reading, expression)
        case tree.Field():
            return part(reading, expression)
        case tree.Tuple():
            why, help = "stand only in front of ->", "write (a, b) -> f, and behind an operator x + ((a, b) -> f)"
            raise Rejected(errors.bad_arguments("several values", why, span, help))
        case _:
            raise Rejected(errors.bad_arguments("this", "cannot stand in a value", span))


def _is_whole_size(reading: Reading, expression: tree.Expression) -> bool:
    """Whether an expression is a size that stands in a value as an integer; `/` and `^` mean reals there."""
    return not divides(expression) and is_size(reading, expression)


# ---- names ---------------------------------------------------------------------------------------


def _name(reading: Reading, name: str, span: Span) -> Node:
    names, scope = reading.names, reading.scope
    index, operand = scope.find(name), scope.operand(name)
    if index is not None:
        return SizeValue(symbol(index.symbol), span=span)
    if operand is not None:
        return operand
    if name in NUMBERS:
        return Number(NUMBERS[name], span=span)
    if name in ("true", "false"):
        return Number(int(name == "true"), span=span)
    if not scope.closed:
        if name in names.poisoned:
            raise Rejected()
        if name in names.families:
            return Read(name, implicit(reading, name), span=span)
        if name in names.sizes:
            return SizeValue(names.sizes[name], span=span)
        if isinstance(names.settings.get(name), float):
            return Number(names.settings[name], span=span)
    raise _unknown(reading, name, span)


def _unknown(reading: Reading, name: str, span: Span) -> Rejected:
    if name in reading.names.poisoned:
        return Rejected()
    if name in reading.names.lists:
        return Rejected(size_errors.whole_family(name, reading.names.lists[name].labels, span))
    if name in CONSTANTS:
        return Rejected(errors.bad_arguments(name, "is a word for an argument, not a value", span))
    block = block_named(reading, name)
    if isinstance(block, Definition) and not block.is_function:
        return Rejected(block_errors.not_applied(name, span))
    if block is not None or name in ops.NAMES:
        return Rejected(errors.bad_arguments(name, "is a function; it needs arguments", span, f"{name}(..)"))
    return reading.names.undeclared(name, span, reading.scope, "a tensor")


# ---- subscripts ----------------------------------------------------------------------------------


def _index(reading: Reading, expression: tree.Index) -> Node:
    base, span, names = expression.base, expression.span, reading.names
    if (stray := unbound(reading, expression)) is not None:
        raise stray
    if isinstance(base, tree.Name) and base.name not in names.families and is_size(reading, expression):
        return SizeValue(reading.size(expression), span=span)
    subscripts = tuple(subscript(reading, item) for item in expression.subscripts)
    if isinstance(base, tree.Name) and base.name in names.families and not reading.scope.hides(base.name):
        return Read(base.name, implicit(reading, base.name) + subscripts, span=span)
    if isinstance(base, tree.Field):
        return Inner(path(reading, expression), span=span)
    if isinstance(base, tree.Name) and base.name in names.sizes and not reading.scope.closed:
        raise Rejected(errors.bad_arguments(base.name, "is a size and has no subscripts", span))
    operand = None if not isinstance(base, tree.Name) else reading.scope.operand(base.name)
    return Part(value(reading, base) if operand is None else from_zero(operand), subscripts, span=span)


def _default(reading: Reading, expression: tree.Default) -> Node:
    read = value(reading, expression.read)
    if not isinstance(read, Read | Part | Inner):
        why, form = "stands after a read with subscripts", "(I[x-1, y] default 0)"
        raise Rejected(errors.bad_arguments("default", why, expression.span, form))
    return Default(read, value(reading, expression.fallback), span=expression.span)
