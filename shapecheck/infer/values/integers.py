"""The integers that a value can be, as sizes over indices and over the numbers that data holds.

In: a node and the equation that it stands in.  Out: cases, each a size with the facts that hold where it is the value;
None where the value is no integer, or nothing is known of it.  An entry of data (`g[j]` with `g in 0..99`) is a symbol
of its own with its range as a fact, the same one wherever the same entry is read.  So `g[j] % 10` is a size, and what
a branch says of `g[j]` counts in it.

Tensors that are computed are looked through, inputs and outputs of blocks too.  A tensor that is defined by itself is
what its other definitions give; where it is computed with, any integer is reckoned with (`free`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import count
from typing import TYPE_CHECKING

from shapecheck.graph.model import Equation, Family
from shapecheck.graph.nodes import (
    Apply,
    Call,
    Choose,
    Cut,
    Data,
    Default,
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
    Subscript,
)
from shapecheck.infer.attempt.state import Frame, Guards
from shapecheck.infer.model import Application, Instance, Interval
from shapecheck.infer.regions import facts_about
from shapecheck.infer.worst_case import interval_of
from shapecheck.record import record
from shapecheck.sizes import (
    ONE,
    ZERO,
    Context,
    Formula,
    Inadmissible,
    Not,
    Or,
    Proved,
    Relation,
    Size,
    TooLargeToWrite,
    decide,
    integer,
    maximum,
    minimum,
    symbol,
)
from shapecheck.sizes.questions.formula import And, Operator

if TYPE_CHECKING:
    from shapecheck.infer.attempt.attempt import Attempt
    from shapecheck.infer.blocks.kinds import Kind
    from shapecheck.infer.blocks.parts import Part as InnerPart

MOST_CASES = 32
_COMPARISONS: Mapping[str, Operator] = {"==": "==", "!=": "!=", "<=": "<=", ">=": ">=", "<": "<", ">": ">"}
_REARRANGED = frozenset({"transpose", "reshape", "join", "list", "concat", "identity"})
_HULLS = frozenset({"max", "min", "stack", "concat"})
_numbers = count(1)


@record
class Case:
    """A value, and what holds where it is the value; `free`: a tensor of whose entry nothing is known took part."""

    size: Size
    facts: tuple[Formula, ...] = ()
    free: str | None = None


Cases = list[Case] | None


@record(eq=False)
class Box:
    """An equation or a claim over one box of its indices: all ranges in force, and the blocks applied."""

    origin: object
    ranges: Mapping[str, Interval]
    applications: Mapping[Call, Application]
    parts: Mapping[Inner, InnerPart]

    @staticmethod
    def of(found: Frame | Instance, normal: Callable[[Size], Size]) -> Box:
        """The box of a frame or an instance."""
        ranges = {
            name: Interval(normal(interval.low), normal(interval.high))
            for name, interval in (*found.ranges.items(), *found.bounds.items())
        }
        return Box(found.origin, ranges, found.applications, found.parts)


@record(frozen=False)
class IntegerValues:
    """Works out cases in one graph; `given` are those of inputs that do not say what they hold."""

    families: Mapping[str, Family]
    boxes: Sequence[Box]
    context: Context
    normal: Callable[[Size], Size]
    given: Mapping[str, Cases] = field(default_factory=dict)
    divisors: list[Case] = field(default_factory=list)
    """What has to be at least 1, because something is divided by it."""
    _entries: dict[object, Cases] = field(default_factory=dict)

    def of(self, node: Node, box: Box, seen: frozenset[str] = frozenset()) -> Cases:
        """All that an entry of the node may be."""
        try:
            cases = self._of(node, box, seen)
        except (Inadmissible, TooLargeToWrite):
            return None
        return cases if cases is not None and len(cases) <= MOST_CASES else None

    def _of(self, node: Node, box: Box, seen: frozenset[str]) -> Cases:
        match node:
            case Number(int(value)):
                return [Case(integer(value))]
            case Data(_, values) if all(isinstance(value, int) for value in values):
                return [_between(integer(int(min(values))), integer(int(max(values))))]
            case SizeValue(size):
                size = self.normal(size)
                return None if any(name[0] == "?" for name in size.names) else [Case(size)]
            case Read():
                return self._read(node, seen)
            case Inner():
                return self._part(box.parts.get(node), seen)
            case Part(base):
                return self._other_entry(self.of(base, box, seen))
            case Default(read, fallback):
                return _either(self.of(read, box, seen), self.of(fallback, box, seen))
            case Choose():
                return self._choose(node, box, seen)
            case Reduce():
                return self._reduce(node, box, seen)
            case Apply(op, arguments):
                return self._apply(op.name, [self.of(item, box, seen) for item in arguments], box)
            case Call():
                return self._output(node, None, box, seen)
            case Output(call, name):
                return self._output(call, name, box, seen)
            case _:
                return None

    # ---- tensors -------------------------------------------------------------------------------

    def _read(self, read: Read, seen: frozenset[str]) -> Cases:
        family = self.families.get(read.family)
        if family is None:
            return None
        key = (family.name, None if family.is_given else seen, *map(_key, read.subscripts))
        if key not in self._entries:
            self._entries[key] = self._entry(family, seen)
        return self._entries[key]

    def _entry(self, family: Family, seen: frozenset[str]) -> Cases:
        """What an entry of a tensor may be, with symbols of its own."""
        if not family.is_given:
            return self.of_family(family.name, seen)
        if family.entries is None:
            return self._other_entry(self.given.get(family.name))
        low, high = family.entries.low, family.entries.high
        return [_between(low, high)] if isinstance(low, Size) and isinstance(high, Size) else None

    def _part(self, part: InnerPart | None, seen: frozenset[str]) -> Cases:
        """A tensor inside of a block, as it is declared there."""
        if part is not None and part.target in self.families:
            return self._read(Read(part.target), seen)
        entries = None if part is None else part.family.entries
        if entries is None or not isinstance(entries.low, Size) or not isinstance(entries.high, Size):
            return None
        return [_between(entries.low, entries.high)]

    def of_family(self, name: str, seen: frozenset[str] = frozenset()) -> Cases:
        """What an entry of a computed tensor may be, whichever equation defines it."""
        if name in seen:
            return [Case(_fresh(), (), name)]
        found: Cases = None
        for box in self.boxes:
            equation = box.origin
            if not isinstance(equation, Equation):
                continue
            for place, target in enumerate(equation.targets):
                if target.family == name:
                    cases = self._defined(equation, place, box, seen | {name})
                    if cases is None:
                        return None
                    own = [case for case in cases if case.free != name or not _is_entry_alone(case.size)]
                    found = [*(found or []), *(_renamed(case, box.ranges, every=True) for case in own)]
        return found

    def _defined(self, equation: Equation, place: int, box: Box, seen: frozenset[str]) -> Cases:
        if equation.form == "tuple":
            assert isinstance(equation.value, Call)
            return self._output(equation.value, equation.value.definition.outputs[place].name, box, seen)
        return self.of(equation.value, box, seen)

    def _output(self, call: Call, name: str | None, box: Box, seen: frozenset[str]) -> Cases:
        """What comes out of a block, from its body and what it is applied to."""
        application = box.applications.get(call)
        if application is None or application.kind.body is None or application.kind.shapes is None:
            return None
        inner = self.inside(call, application.kind, box, seen)
        found = inner.of_family(name or application.kind.body.outputs[0])
        return None if found is None else [_renamed(case, {}, every=True) for case in found]

    def inside(self, call: Call, kind: Kind, box: Box, seen: frozenset[str] = frozenset()) -> IntegerValues:
        """Values in the body of a block at one application."""
        given = {
            name: self._passed(self.of(argument, box, seen), box) for name, argument in zip(call.names, call.arguments)
        }
        boxes = [Box.of(instance, _same) for instance in kind.known.instances]
        return IntegerValues(kind.known.graph.families, boxes, self.context, _same, given, self.divisors)

    @staticmethod
    def _passed(cases: Cases, box: Box) -> Cases:
        return None if cases is None else [_renamed(case, box.ranges, every=True) for case in cases]

    def _other_entry(self, cases: Cases) -> Cases:
        """The same values where another entry is meant than the one that was read."""
        return None if cases is None else [_renamed(case, {}) for case in cases]

    # ---- branches and big operators ------------------------------------------------------------

    def _choose(self, node: Choose, box: Box, seen: frozenset[str]) -> Cases:
        condition = node.formula
        if condition is None and node.condition is not None:
            condition = self._condition(node.condition, box, seen)
        then, otherwise = self.of(node.then, box, seen), self.of(node.otherwise, box, seen)
        if condition is None:
            return _either(then, otherwise)
        return _either(_under(then, condition), _under(otherwise, Not(condition)))

    def _condition(self, node: Node, box: Box, seen: frozenset[str]) -> Formula | None:
        """A condition on data that says exactly what the author wrote, None where that is not known."""
        match node:
            case Apply(op, (left, right)) if op.name in _COMPARISONS:
                one, other = self.of(left, box, seen), self.of(right, box, seen)
                if one is None or other is None or len(one) != 1 or len(other) != 1:
                    return None
                return Relation(_COMPARISONS[op.name], one[0].size, other[0].size)
            case Apply(op, parts) if op.name in ("and", "or", "not"):
                inner = [self._condition(part, box, seen) for part in parts]
                known = tuple(part for part in inner if part is not None)
                if len(known) < len(inner):
                    return None
                return Not(known[0]) if op.name == "not" else And(known) if op.name == "and" else Or(known)
            case _:
                return None

    def implied(self, guards: Guards, box: Box) -> tuple[Formula, ...]:
        """What conditions on data say of indices and entries, as far as that is known."""
        return tuple(fact for node, holds in guards for fact in self._implied(node, holds, box))

    def _implied(self, node: Node, holds: bool, box: Box) -> tuple[Formula, ...]:
        match node:
            case Apply(op, (part,)) if op.name == "not":
                return self._implied(part, not holds, box)
            case Apply(op, parts) if op.name == ("and" if holds else "or"):
                return tuple(fact for part in parts for fact in self._implied(part, holds, box))
            case _:
                found = self._condition(node, box, frozenset())
                return () if found is None else (found if holds else Not(found),)

    def _reduce(self, node: Reduce, box: Box, seen: frozenset[str]) -> Cases:
        if node.operator in ("argmax", "argmin"):
            interval = box.ranges[node.indices[0].symbol]
            return [_between(interval.low, interval.high)]
        body = self.of(node.body, box, seen)
        if body is None:
            return None
        if node.operator in _HULLS:
            own = {index.symbol: box.ranges[index.symbol] for index in node.indices}
            return [_renamed(case, own) for case in body]
        return self._count(node, body, box) if node.operator == "sum" else None

    def _count(self, node: Reduce, body: Sequence[Case], box: Box) -> Cases:
        """A sum of terms that are 0 or 1: at most as many as there are terms."""
        if not all(self._holds(case, end, box) for case in body for end in _in_unit(case.size)):
            return None
        total = ONE
        for index in node.indices:
            total = total * maximum(box.ranges[index.symbol].extent, ZERO)
        return [_between(ZERO, total)]

    def _holds(self, case: Case, relation: Relation, box: Box) -> bool:
        facts = facts_about(box.ranges, relation.names.union(*(fact.names for fact in case.facts)))
        return isinstance(decide(self.context.assuming(*facts, *case.facts), relation), Proved)

    # ---- operations ----------------------------------------------------------------------------

    def _apply(self, name: str, operands: list[Cases], box: Box) -> Cases:
        known = [cases for cases in operands if cases is not None]
        if len(known) < len(operands):
            return None
        if name in _REARRANGED or (name in ("max", "min") and len(known) == 1):
            return [_renamed(case, {}) for cases in known for case in cases]
        if name in _COMPARISONS or name in ("and", "or", "not"):
            return [_between(ZERO, ONE)]
        if name in ("//", "%"):
            return self._divide(name, known[0], known[1], box)
        if name in _UNARY and len(known) == 1:
            return [replace(case, size=_UNARY[name](case.size)) for case in known[0]]
        if name in _BINARY and len(known) >= 2:
            found: Cases = known[0]
            for cases in known[1:]:
                found = None if found is None else _pairs(found, cases, _BINARY[name])
            return found
        return None

    def _divide(self, name: str, left: list[Case], right: list[Case], box: Box) -> Cases:
        if any(case.size.constant is not None and case.size.constant < 1 for case in right):
            return None
        self.divisors += [replace(case, facts=facts_of(case, box.ranges, ())) for case in right]
        return _pairs(left, right, lambda one, other: one // other if name == "//" else one % other)


_UNARY: Mapping[str, Callable[[Size], Size]] = {
    "neg": lambda size: -size,
    "abs": lambda size: maximum(size, -size),
    "relu": lambda size: maximum(size, ZERO),
    "relu6": lambda size: minimum(maximum(size, ZERO), integer(6)),
}
_BINARY: Mapping[str, Callable[[Size, Size], Size]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    ".*": lambda left, right: left * right,
    "max": maximum,
    "min": minimum,
}


def _same(size: Size) -> Size:
    return size


def _fresh() -> Size:
    return symbol(f".~{next(_numbers)}")


def _between(low: Size, high: Size) -> Case:
    """A number of which nothing is known but its range."""
    size = _fresh()
    return Case(size, (Relation(">=", size, low), Relation("<=", size, high)))


def _in_unit(size: Size) -> Iterator[Relation]:
    yield Relation(">=", size, ZERO)
    yield Relation("<=", size, ONE)


def _either(left: Cases, right: Cases) -> Cases:
    return None if left is None or right is None else [*left, *right]


def _under(cases: Cases, condition: Formula) -> Cases:
    return None if cases is None else [replace(case, facts=(*case.facts, condition)) for case in cases]


def _pairs(left: Sequence[Case], right: Sequence[Case], make: Callable[[Size, Size], Size]) -> Cases:
    if len(left) * len(right) > MOST_CASES:
        return None
    return [
        Case(make(one.size, other.size), (*one.facts, *other.facts), one.free or other.free)
        for one in left
        for other in right
    ]


def names_of(case: Case) -> set[str]:
    """The symbols in a case."""
    return set(case.size.names).union(*(fact.names for fact in case.facts))


def _is_entry_alone(size: Size) -> bool:
    return any(is_entry(name) and size is symbol(name) for name in size.names)


def is_entry(name: str) -> bool:
    """Whether a symbol stands for an entry of data."""
    return name.startswith(".~")


def _renamed(case: Case, ranges: Mapping[str, Interval], *, every: bool = False) -> Case:
    """The case with symbols of its own for data, and for indices with these ranges (`every`: for all indices)."""
    facts = (*facts_about(ranges, names_of(case)), *case.facts)
    names = set(case.size.names).union(*(fact.names for fact in facts))
    new = {name: _fresh() for name in names if is_entry(name) or name in ranges or (every and name[0] == ".")}
    return Case(case.size.substitute(new), tuple(fact.substitute(new) for fact in facts), case.free)


def _key(subscript: Subscript) -> object:
    match subscript:
        case Point(size):
            return size
        case Cut(low, high):
            return (low, high)
        case Picked(node):
            return node
        case _:
            return None


def facts_of(case: Case, ranges: Mapping[str, Interval], around: Iterable[Formula]) -> tuple[Formula, ...]:
    """All that is known where a case is the value: the ranges of indices, the conditions around, its own facts."""
    own = (*around, *case.facts)
    names = set(case.size.names).union(*(fact.names for fact in own))
    return (*facts_about(ranges, names), *own)


def range_of_entry(size: Size, facts: tuple[Formula, ...], context: Context) -> Interval | None:
    """The range of a value that is an entry of data as it stands."""
    name = next(iter(size.names), "")
    own = [fact for fact in facts if name in fact.names]
    return interval_of(name, own, context) if _is_entry_alone(size) else None


def integer_values(attempt: Attempt) -> IntegerValues:
    """Which integers the values of an attempt can be."""
    normal = attempt.solver.normal
    boxes = [Box.of(frame, normal) for frame in attempt.frames]
    return IntegerValues(attempt.graph.families, boxes, attempt.solver.context, normal)
