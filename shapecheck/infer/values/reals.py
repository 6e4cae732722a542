"""The reals that a value lies between, as far as its operations say.

In: a node and the equation that it stands in.  Out: a `Span`: no entry lies outside of it, and where it is `exact`
every number in it is admitted (a declared input, however it is handed on).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import reduce

from shapecheck.graph.model import Equation, Family
from shapecheck.graph.nodes import Apply, Call, Choose, Data, Default, Node, Number, Output, Part, Read, Reduce
from shapecheck.infer.blocks.kinds import Kind
from shapecheck.infer.values.integers import Box
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
class RealValues:
    """Works out spans in one graph; `given` are those of inputs that do not say what they hold."""

    families: Mapping[str, Family]
    boxes: Sequence[Box]
    given: Mapping[str, Span] = field(default_factory=dict)

    def of(self, node: Node, box: Box, seen: frozenset[str] = frozenset()) -> Span:
        """What an entry of the node lies between."""
        match node:
            case Number(value):
                return Span(float(value), float(value))
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
                return _apply(op.name, [replace(self.of(item, box, seen), exact=False) for item in arguments])
            case Call():
                return self._output(node, None, box, seen)
            case Output(call, name):
                return self._output(call, name, box, seen)
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
        """What an entry of a computed tensor lies between, whichever equation defines it."""
        if name in seen:
            return ANY
        found = [
            self._defined(box.origin, place, box, seen | {name})
            for box in self.boxes
            if isinstance(box.origin, Equation)
            for place, target in enumerate(box.origin.targets)
            if target.family == name
        ]
        return _hull(found) if found else ANY

    def _defined(self, equation: Equation, place: int, box: Box, seen: frozenset[str]) -> Span:
        if equation.form == "tuple":
            assert isinstance(equation.value, Call)
            return self._output(equation.value, equation.value.definition.outputs[place].name, box, seen)
        return self.of(equation.value, box, seen)

    def _output(self, call: Call, name: str | None, box: Box, seen: frozenset[str]) -> Span:
        application = box.applications.get(call)
        if application is None or application.kind.body is None or application.kind.shapes is None:
            return ANY
        inner = self.inside(call, application.kind, box, seen)
        return inner.of_family(name or application.kind.body.outputs[0])

    def inside(self, call: Call, kind: Kind, box: Box, seen: frozenset[str] = frozenset()) -> RealValues:
        """Values in the body of a block at one application."""
        given = {name: self.of(argument, box, seen) for name, argument in zip(call.names, call.arguments)}
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


def _apply(name: str, spans: list[Span]) -> Span:
    if name in _FIXED:
        return _FIXED[name]
    if name in _REARRANGED or (len(spans) == 1 and name in ("max", "min", "mean")):
        return _hull(spans)
    if name in _RISING and len(spans) == 1:
        return _rising(_RISING[name], spans[0])
    if name in _TOGETHER and len(spans) >= 2:
        return reduce(_TOGETHER[name], spans)
    match name, spans:
        case "neg", [one]:
            return Span(-one.high, -one.low)
        case "abs", [one]:
            return _absolute(one)
        case _:
            return ANY


def _rising(function: Callable[[float], float], span: Span) -> Span:
    return Span(function(span.low), function(span.high))


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


_FIXED: Mapping[str, Span] = {
    "sigm": Span(0.0, 1.0),
    "sigma": Span(0.0, 1.0),
    "softmax": Span(0.0, 1.0),
    "tanh": Span(-1.0, 1.0),
    "erf": Span(-1.0, 1.0),
    "sin": Span(-1.0, 1.0),
    "cos": Span(-1.0, 1.0),
    "sign": Span(-1.0, 1.0),
    "zeros": Span(0.0, 0.0),
    "ones": Span(1.0, 1.0),
    "eye": Span(0.0, 1.0),
    **dict.fromkeys(("==", "!=", "<=", ">=", "<", ">", "and", "or", "not"), Span(0.0, 1.0)),
}
_REARRANGED = frozenset({"transpose", "reshape", "join", "list", "concat", "identity"})
_RISING: Mapping[str, Callable[[float], float]] = {
    "exp": _exp,
    "sqrt": _root,
    "relu": lambda number: max(number, 0.0),
    "relu6": lambda number: min(max(number, 0.0), 6.0),
}
_TOGETHER: Mapping[str, Callable[[Span, Span], Span]] = {
    "+": lambda left, right: Span(left.low + right.low, left.high + right.high),
    "-": lambda left, right: Span(left.low - right.high, left.high - right.low),
    "*": _product,
    ".*": _product,
    "/": _quotient,
    "./": _quotient,
    "max": _each(max),
    "min": _each(min),
}
