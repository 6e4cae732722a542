"""Ends of ranges that are data: `sum[t in 1..L[s]] x[s, t]`, where L says which integers it holds.

In: a binder.  Out: the widest range, and the data at its ends, or None where both ends are sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce

from shapecheck.graph import errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.recognition import is_size
from shapecheck.graph.nodes import Apply, Choose, Data, Default, Node, Number, Part, Read, SizeValue
from shapecheck.graph.reads import nodes_below
from shapecheck.record import record
from shapecheck.sizes import ZERO, Size, integer, maximum, minimum
from shapecheck.syntax import tree

Known = tuple[Size, Size] | None
"""The least and the greatest value; None where they are not known."""


@record
class Ends:
    """The widest range of an index, and the data at its ends."""

    low: Size
    high: Size
    data_low: Node | None
    data_high: Node | None


def ends_of(reading: Reading, binder: tree.Binder) -> Ends | None:
    """The range of a binder with an end that is data; None where no end is."""
    if binder.range is None or (is_size(reading, binder.range.low) and is_size(reading, binder.range.high)):
        return None
    low, data_low = _end(reading, binder.range.low, 0)
    high, data_high = _end(reading, binder.range.high, 1)
    return Ends(low, high, data_low, data_high)


def _end(reading: Reading, written: tree.Expression, side: int) -> tuple[Size, Node | None]:
    if not _may_be_data(reading, written):
        return reading.size(written), None
    data = reading.value(written)
    known = widest(reading, data)
    if known is None:
        raise Rejected(errors.end_of_unknown_range(_undeclared(reading, data), written.span))
    return known[side], data


def _undeclared(reading: Reading, data: Node) -> str | None:
    """A tensor in the data that does not say which integers it holds."""
    names = [node.family for node in nodes_below(data) if isinstance(node, Read)]
    return next((name for name in names if _declared(reading, name) is None), None)


def _may_be_data(reading: Reading, written: tree.Expression) -> bool:
    """Whether an end reads a tensor; the error for anything else is that of a size."""
    match written:
        case tree.Name(name):
            return name in reading.names.families and not is_size(reading, written)
        case tree.Index(tree.Name(name)):
            return name in reading.names.families and not is_size(reading, written)
        case tree.Coefficient(_, operand) | tree.Minus(operand):
            return _may_be_data(reading, operand)
        case tree.Binary(_, left, right):
            return _may_be_data(reading, left) or _may_be_data(reading, right)
        case tree.Call(_, arguments):
            return any(_may_be_data(reading, argument.value) for argument in arguments)
        case tree.Conditional(_, then, otherwise):
            return _may_be_data(reading, then) or _may_be_data(reading, otherwise)
        case _:
            return False


def widest(reading: Reading, node: Node) -> Known:
    """The least and the greatest integer that a value can be, from what its tensors are declared to hold."""
    match node:
        case Number(int(value)):
            return integer(value), integer(value)
        case SizeValue(size):
            return size, size
        case Data(_, values) if all(isinstance(value, int) for value in values):
            return integer(int(min(values))), integer(int(max(values)))
        case Read(family):
            return _declared(reading, family)
        case Part(base):
            return widest(reading, base)
        case Default(one, other) | Choose(_, _, one, other):
            return _hull(widest(reading, one), widest(reading, other))
        case Apply(op, arguments) if op.function in _FUNCTIONS:
            ranges = [known for known in (widest(reading, item) for item in arguments) if known is not None]
            return _FUNCTIONS[op.function](ranges) if len(ranges) == len(arguments) else None
        case _:
            return None


def _declared(reading: Reading, name: str) -> Known:
    entries = reading.names.families[name].entries if name in reading.names.families else None
    if entries is None or not isinstance(entries.low, Size) or not isinstance(entries.high, Size):
        return None
    return entries.low, entries.high


def _hull(one: Known, other: Known) -> Known:
    return None if one is None or other is None else (minimum(one[0], other[0]), maximum(one[1], other[1]))


# ---- arithmetic of ranges ------------------------------------------------------------------------

_Range = tuple[Size, Size]


def _sum(ranges: list[_Range]) -> Known:
    return reduce(lambda one, other: (one[0] + other[0], one[1] + other[1]), ranges)


def _difference(ranges: list[_Range]) -> Known:
    (low, high), (other_low, other_high) = ranges
    return low - other_high, high - other_low


def _product(ranges: list[_Range]) -> Known:
    """The range of a product with one factor that is fixed."""
    fixed = next((low for low, high in ranges if low is high and low.constant is not None), None)
    if len(ranges) != 2 or fixed is None:
        return None
    low, high = next(((low, high) for low, high in ranges if low is not fixed), (fixed, fixed))
    rises = fixed.constant is not None and fixed.constant >= 0
    return (low * fixed, high * fixed) if rises else (high * fixed, low * fixed)


def _quotient(ranges: list[_Range]) -> Known:
    (low, high), (divisor, other) = ranges
    if divisor is not other or divisor.constant is None or divisor.constant < 1:
        return None
    return low // divisor, high // divisor


def _remainder(ranges: list[_Range]) -> Known:
    _, (divisor, other) = ranges
    return (ZERO, divisor - 1) if divisor is other else None


def _of_ends(combine: Callable[..., Size]) -> Callable[[list[_Range]], Known]:
    return lambda ranges: (combine(*(low for low, _ in ranges)), combine(*(high for _, high in ranges)))


_FUNCTIONS: Mapping[str | None, Callable[[list[_Range]], Known]] = {
    "+": _sum,
    "-": _difference,
    "neg": lambda ranges: (-ranges[0][1], -ranges[0][0]),
    "*": _product,
    "//": _quotient,
    "%": _remainder,
    "max": _of_ends(maximum),
    "min": _of_ends(minimum),
}
