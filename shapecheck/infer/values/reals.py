"""The reals that a value lies between, as far as its operations say.

In: a node and the equation that it stands in.  Out: a `Span`: no entry lies outside of it, and where it is `exact`
every number in it is admitted (a declared input, however it is handed on).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
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
                return Span(float(min(values, default=0)), float(max(values, default=0)))
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
        low, high = (-math.inf if ends[0] is None else ends[0]), (math.inf if ends[1] is None else ends[1])
        return Span(low, high, None not in ends)

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


def _number(end: Size | float) -> float | None:
    if isinstance(end, Size):
        return None if end.constant is None else float(end.constant)
    return float(end)


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


def _point(number: float) -> Span:
    return Span(float(number), float(number))


def _function(name: str, spans: list[Span]) -> Span:
    if name in _LIMITED:
        return _LIMITED[name]
    if name in _ALONE:
        return _ALONE[name](spans[0])
    return reduce(_TOGETHER[name], spans) if name in _TOGETHER else ANY


def _rising(function: Callable[[float], float]) -> Callable[[Span], Span]:
    return lambda span: Span(function(span.low), function(span.high))


def _exp(number: float) -> float:
    return math.exp(number) if number < 700 else math.inf


def _root(number: float) -> float:
    return math.sqrt(max(number, 0.0))


def _absolute(span: Span) -> Span:
    low = 0.0 if span.low <= 0 <= span.high else min(abs(span.low), abs(span.high))
    return Span(low, max(abs(span.low), abs(span.high)))


def _product(left: Span, right: Span) -> Span:
    ends = [_times(one, other) for one in (left.low, left.high) for other in (right.low, right.high)]
    return Span(min(ends), max(ends))


def _times(left: float, right: float) -> float:
    return 0.0 if 0.0 in (left, right) else left * right


def _quotient(left: Span, right: Span) -> Span:
    if right.low <= 0 <= right.high:
        return ANY
    return _product(left, Span(1 / right.high, 1 / right.low))


def _each(pick: Callable[[Iterable[float]], float]) -> Callable[[Span, Span], Span]:
    return lambda left, right: Span(pick((left.low, right.low)), pick((left.high, right.high)))


_LIMITED: Mapping[str, Span] = {
    **dict.fromkeys(("tanh", "erf", "sin", "cos"), Span(-1.0, 1.0)),
    **dict.fromkeys(("==", "!=", "<=", ">=", "<", ">", "and", "or", "not"), Span(0.0, 1.0)),
}
_ALONE: Mapping[str, Callable[[Span], Span]] = {
    "neg": lambda span: Span(-span.high, -span.low),
    "abs": _absolute,
    "exp": _rising(_exp),
    "sqrt": _rising(_root),
}
_TOGETHER: Mapping[str, Callable[[Span, Span], Span]] = {
    "+": lambda left, right: Span(left.low + right.low, left.high + right.high),
    "-": lambda left, right: Span(left.low - right.high, left.high - right.low),
    "*": _product,
    "/": _quotient,
    "max": _each(max),
    "min": _each(min),
}
