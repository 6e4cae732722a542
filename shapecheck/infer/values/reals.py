"""The reals that a value lies between, as far as its operations say.

In: a node and the equation that it stands in.  Out: a `Span`: no entry lies outside of it, and where it is `exact`
every number in it is admitted (a declared input, however it is handed on).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from fractions import Fraction
from functools import reduce

from shapecheck.graph.model import Family
from shapecheck.graph.nodes import Apply, Call, Choose, Data, Default, Node, Number, Output, Part, Read, Reduce
from shapecheck.infer.by_definition import ByDefinition
from shapecheck.infer.model import Application
from shapecheck.infer.values.boxes import Box
from shapecheck.infer.values.operations import evaluated
from shapecheck.ops.base import Op
from shapecheck.ops.elementwise import Elementwise
from shapecheck.record import record
from shapecheck.sizes import Size


@record
class Span:
    """All numbers from low to high."""

    low: float
    high: float
    exact: bool = False

    def within(self, low: float, high: float) -> bool:
        """Whether no number of it lies outside."""
        return low <= self.low and self.high <= high


ANY = Span(-math.inf, math.inf)


@record(frozen=False)
class RealValues(ByDefinition[Box, Span]):
    """Works out spans in one graph; `given` are those of inputs that do not say what they hold."""

    families: Mapping[str, Family]
    boxes: Sequence[Box]
    given: Mapping[str, Span] = field(default_factory=dict)

    def of(self, node: Node, box: Box, seen: frozenset[str] = frozenset()) -> Span:
        """The bounds of an entry of the node."""
        match node:
            case Number(value):
                return _point(value)
            case Data(_, values):
                return Span(_down(min(values, default=0)), _up(max(values, default=0)))
            case Read(family):
                return self._read(family, seen)
            case Part(base):
                return self.of(base, box, seen)
            case Default(one, other) | Choose(_, _, one, other):
                return _hull([self.of(one, box, seen), self.of(other, box, seen)])
            case Reduce(operator, _, body):
                return _reduced(operator, self.of(body, box, seen))
            case Apply(op, arguments):
                return _apply(op, [replace(self.of(item, box, seen), exact=False) for item in arguments])
            case Call():
                return self.output(node, None, box, seen)
            case Output(call, name):
                return self.output(call, name, box, seen)
            case _:
                return ANY

    def _read(self, name: str, seen: frozenset[str]) -> Span:
        family = self.families.get(name)
        if family is None:
            return ANY
        if not family.is_given:
            return self.of_family(name, seen)
        if family.entries is None:
            return self.given.get(name, replace(ANY, exact=True))
        ends = [_number(end) for end in (family.entries.low, family.entries.high)]
        low = -math.inf if ends[0] is None else _down(ends[0])
        high = math.inf if ends[1] is None else _up(ends[1])
        return Span(low, high, ends == [low, high])

    def of_family(self, name: str, seen: frozenset[str] = frozenset()) -> Span:
        """The bounds of an entry of a computed tensor, whichever equation defines it."""
        if name in seen:
            return ANY
        found = [span for _, span in self.definitions(name, seen)]
        return _hull(found) if found else ANY

    def nothing(self) -> Span:
        """All numbers."""
        return ANY

    def inside(self, call: Call, application: Application, box: Box, seen: frozenset[str] = frozenset()) -> RealValues:
        """Values in the body of a block at one application."""
        given = {name: self.of(argument, box, seen) for name, argument in zip(call.names, call.arguments)}
        kind = application.kind
        boxes = [Box.of(instance, lambda size: size) for instance in kind.known.instances]
        return RealValues(kind.known.graph.families, boxes, given)


def _number(end: Size | float) -> int | float | None:
    return end.constant if isinstance(end, Size) else end


def _hull(spans: Sequence[Span]) -> Span:
    """From the least to the greatest."""
    exact = len(spans) == 1 and spans[0].exact
    return Span(min(span.low for span in spans), max(span.high for span in spans), exact)


def _reduced(operator: str, body: Span) -> Span:
    body = replace(body, exact=False)
    if operator in ("max", "min", "mean", "stack", "concat"):
        return body
    return Span(0.0, math.inf) if operator == "sum" and body.low >= 0 else ANY


# ---- operations --------------------------------------------------------------------------------


def _apply(op: Op, spans: list[Span]) -> Span:
    if op.limits is not None:
        return Span(*op.limits)
    if op.takes or op.averages:
        return _hull(spans)
    if isinstance(op, Elementwise) and (op.exact or op.function is not None):
        return evaluated(op.definition(len(spans)), spans, _point, _function, lambda *branches: _hull(branches))
    return ANY


def _point(number: int | float) -> Span:
    return Span(_down(number), _up(number))


def _function(name: str, spans: list[Span]) -> Span:
    if name in _LIMITED:
        return _LIMITED[name]
    if name in _ALONE:
        return _ALONE[name](spans[0])
    return reduce(_TOGETHER[name], spans) if name in _TOGETHER else ANY


def _exponential(span: Span) -> Span:
    low, high = (math.exp(min(end, _LARGEST_EXPONENT)) for end in (span.low, span.high))
    return Span(
        low if span.low == 0 else max(0.0, _below(low)),
        math.inf if span.high > _LARGEST_EXPONENT else high if span.high == 0 else _above(high),
    )


def _square_root(span: Span) -> Span:
    low, high = (math.sqrt(max(end, 0.0)) for end in (span.low, span.high))
    return Span(
        low if _is_root(low, span.low) else max(0.0, _below(low)), high if _is_root(high, span.high) else _above(high)
    )


def _is_root(root: float, number: float) -> bool:
    return math.isinf(root) or Fraction(root) ** 2 == Fraction(max(number, 0.0))


def _absolute(span: Span) -> Span:
    low = 0.0 if span.low <= 0 <= span.high else min(abs(span.low), abs(span.high))
    return Span(low, max(abs(span.low), abs(span.high)))


def _sum(left: Span, right: Span) -> Span:
    return Span(_down(_plus(left.low, right.low, -math.inf)), _up(_plus(left.high, right.high, math.inf)))


def _difference(left: Span, right: Span) -> Span:
    return _sum(left, _negative(right))


def _negative(span: Span) -> Span:
    return Span(-span.high, -span.low)


def _product(left: Span, right: Span) -> Span:
    ends = [_times(one, other) for one in (left.low, left.high) for other in (right.low, right.high)]
    return Span(_down(min(ends)), _up(max(ends)))


def _quotient(left: Span, right: Span) -> Span:
    if right.low <= 0 <= right.high:
        return ANY
    ends = [_over(one, other) for one in (left.low, left.high) for other in (right.low, right.high)]
    return Span(_down(min(ends)), _up(max(ends)))


def _each(pick: Callable[[Iterable[float]], float]) -> Callable[[Span, Span], Span]:
    return lambda left, right: Span(pick((left.low, right.low)), pick((left.high, right.high)))


# ---- ends: worked out exactly, then rounded outwards ---------------------------------------------


def _plus(left: float, right: float, unbounded: float) -> Fraction | float:
    finite = math.isfinite(left) and math.isfinite(right)
    return Fraction(left) + Fraction(right) if finite else unbounded


def _times(left: float, right: float) -> Fraction | float:
    if 0 in (left, right):
        return Fraction(0)
    finite = math.isfinite(left) and math.isfinite(right)
    return Fraction(left) * Fraction(right) if finite else left * right


def _over(left: float, right: float) -> Fraction | float:
    if math.isinf(right):
        return Fraction(0)
    return (
        math.copysign(math.inf, left) * math.copysign(1, right)
        if math.isinf(left)
        else Fraction(left) / Fraction(right)
    )


def _down(number: Fraction | float) -> float:
    """The greatest float that is not above a number."""
    nearest = _nearest(number)
    return _below(nearest) if nearest > number else nearest


def _up(number: Fraction | float) -> float:
    """The least float that is not below a number."""
    return -_down(-number)


def _nearest(number: Fraction | float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _below(number: float) -> float:
    return math.nextafter(number, -math.inf)


def _above(number: float) -> float:
    return math.nextafter(number, math.inf)


_LARGEST_EXPONENT = 700.0
_LIMITED: Mapping[str, Span] = {
    **dict.fromkeys(("tanh", "erf", "sin", "cos"), Span(-1.0, 1.0)),
    **dict.fromkeys(("==", "!=", "<=", ">=", "<", ">", "and", "or", "not"), Span(0.0, 1.0)),
}
_ALONE: Mapping[str, Callable[[Span], Span]] = {
    "neg": _negative,
    "abs": _absolute,
    "exp": _exponential,
    "sqrt": _square_root,
}
_TOGETHER: Mapping[str, Callable[[Span, Span], Span]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "max": _each(max),
    "min": _each(min),
}
