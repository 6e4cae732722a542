"""The integers that a value can be, as sizes over indices and over the numbers that data holds.

In: a node and the equation that it stands in.  Out: cases, each a size with the facts that hold where it is the value;
None where the value is no integer, or nothing is known of it.  An entry of data (`g[j]` with `g in 0..99`) is a symbol
of its own with its range as a fact, the same one wherever the same entry is read.  So `g[j] % 10` is a size, and what
a branch says of `g[j]` counts in it.

Tensors that are computed are looked through, inputs and outputs of blocks too.  A tensor that is defined by itself is
what its other definitions give; where it is computed with, any integer is reckoned with (`free`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING

from shapecheck.graph.model import Family
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
from shapecheck.infer.attempt.state import Guards
from shapecheck.infer.by_definition import ByDefinition
from shapecheck.infer.model import Application
from shapecheck.infer.regions import facts_about
from shapecheck.infer.values.boxes import Box
from shapecheck.infer.values.data_conditions import implied, is_condition, written_condition
from shapecheck.infer.values.integer_cases import (
    MOST_CASES,
    Case,
    Cases,
    between,
    either,
    facts_of,
    fresh,
    in_range,
    in_unit,
    is_entry_alone,
    pairs,
    renamed,
    under,
    whole,
)
from shapecheck.infer.values.operations import BINARY, UNARY, evaluated
from shapecheck.ops.base import Op
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.fill import Filling
from shapecheck.record import record
from shapecheck.sizes import (
    ONE,
    ZERO,
    Context,
    Formula,
    Inadmissible,
    Not,
    Proved,
    Relation,
    Size,
    TooLargeToWrite,
    decide,
    integer,
    maximum,
)

if TYPE_CHECKING:
    from shapecheck.infer.attempt.one_attempt import Attempt
    from shapecheck.infer.blocks.block_parts import Part as InnerPart

_HULLS = frozenset({"max", "min", "stack", "concat"})


@record(frozen=False)
class IntegerValues(ByDefinition[Box, Cases]):
    """Works out cases in one graph; `given` are those of inputs that do not say what they hold."""

    families: Mapping[str, Family]
    boxes: Sequence[Box]
    context: Context
    normal: Callable[[Size], Size]
    given: Mapping[str, Cases] = field(default_factory=dict)
    divisors: list[Case] = field(default_factory=list)
    """The divisors, which must be at least 1."""
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
                return [between(integer(int(min(values))), integer(int(max(values))))]
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
                return either(self.of(read, box, seen), self.of(fallback, box, seen))
            case Choose():
                return self._choose(node, box, seen)
            case Reduce():
                return self._reduce(node, box, seen)
            case Apply(_, _, Filling(_, Size() as size)):
                return [Case(self.normal(size))]
            case Apply(op, arguments):
                return self._apply(op, [self.of(item, box, seen) for item in arguments], box)
            case Call():
                return self.output(node, None, box, seen)
            case Output(call, name):
                return self.output(call, name, box, seen)
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
        """The possible values of an entry of a tensor, with symbols of its own."""
        if not family.is_given:
            return self._promised(family, seen)
        if family.entries is None:
            return self._other_entry(self.given.get(family.name))
        return None if family.entries.real else [between(family.entries.low, family.entries.high)]

    def _promised(self, family: Family, seen: frozenset[str]) -> Cases:
        """The values that the definitions of a computed tensor give, in the range that its left side states."""
        found = None if family.name in seen and family.entries is not None else self.of_family(family.name, seen)
        if family.entries is None or family.entries.real:
            return found
        low, high = family.entries.low, family.entries.high
        if found is None:
            return [between(low, high)]
        return [replace(case, facts=(*case.facts, *in_range(case.size, low, high))) for case in found]

    def _part(self, part: InnerPart | None, seen: frozenset[str]) -> Cases:
        """A tensor inside of a block, as it is declared there."""
        if part is not None and part.target in self.families:
            return self._read(Read(part.target), seen)
        entries = None if part is None else part.family.entries
        if entries is None or entries.real:
            return None
        return [between(entries.low, entries.high)]

    def of_family(self, name: str, seen: frozenset[str] = frozenset()) -> Cases:
        """The possible values of an entry of a computed tensor, whichever equation defines it."""
        if name in seen:
            return [Case(fresh(), (), name)]
        found: Cases = None
        for box, cases in self.definitions(name, seen):
            if cases is None:
                return None
            own = [case for case in cases if case.free != name or not is_entry_alone(case.size)]
            found = [*(found or []), *(renamed(case, box.ranges, every=True) for case in own)]
        return found

    def nothing(self) -> Cases:
        """None, for a value about which nothing is known."""
        return None

    def handed_out(self, found: Cases, call: Call, application: Application, box: Box, seen: frozenset[str]) -> Cases:
        """The same integers, over symbols of their own."""
        return None if found is None else [renamed(case, {}, every=True) for case in found]

    def inside(
        self, call: Call, application: Application, box: Box, seen: frozenset[str] = frozenset()
    ) -> IntegerValues:
        """Values in the body of a block at one application."""
        given = {
            name: self._passed(self.of(argument, box, seen), box) for name, argument in zip(call.names, call.arguments)
        }
        kind = application.kind
        boxes = [Box.of(instance, _same) for instance in kind.known.instances]
        return IntegerValues(kind.known.graph.families, boxes, self.context, _same, given, self.divisors)

    @staticmethod
    def _passed(cases: Cases, box: Box) -> Cases:
        return None if cases is None else [renamed(case, box.ranges, every=True) for case in cases]

    def _other_entry(self, cases: Cases) -> Cases:
        """The same values where another entry is meant than the one that was read."""
        return None if cases is None else [renamed(case, {}) for case in cases]

    # ---- branches and big operators ------------------------------------------------------------

    def _choose(self, node: Choose, box: Box, seen: frozenset[str]) -> Cases:
        condition = node.formula
        if condition is None and node.condition is not None:
            condition = written_condition(node.condition, lambda item: self.of(item, box, seen))
        then, otherwise = self.of(node.then, box, seen), self.of(node.otherwise, box, seen)
        if condition is None:
            return either(then, otherwise)
        return either(under(then, condition), under(otherwise, Not(condition)))

    def implied(self, guards: Guards, box: Box) -> tuple[Formula, ...]:
        """The facts about indices and entries that follow from conditions on data, as far as they are known."""
        return tuple(fact for node, holds in guards for fact in implied(node, holds, lambda item: self.of(item, box)))

    def _reduce(self, node: Reduce, box: Box, seen: frozenset[str]) -> Cases:
        if node.operator in ("argmax", "argmin", "argsort"):
            interval = box.ranges[node.indices[0].symbol]
            return [between(interval.low, interval.high)]
        body = self.of(node.body, box, seen)
        if body is None:
            return None
        if node.operator in _HULLS:
            own = {index.symbol: box.ranges[index.symbol] for index in node.indices}
            return [renamed(case, own) for case in body]
        return self._count(node, body, box) if node.operator == "sum" else None

    def _count(self, node: Reduce, body: Sequence[Case], box: Box) -> Cases:
        """A sum of terms that are 0 or 1: at most as many as there are terms."""
        if not all(self._holds(case, end, box) for case in body for end in in_unit(case.size)):
            return None
        total = ONE
        for index in node.indices:
            total = total * maximum(box.ranges[index.symbol].extent, ZERO)
        return [between(ZERO, total)]

    def _holds(self, case: Case, relation: Relation, box: Box) -> bool:
        facts = facts_about(box.ranges, relation.names.union(*(fact.names for fact in case.facts)))
        return isinstance(decide(self.context.assuming(*facts, *case.facts), relation), Proved)

    # ---- operations ----------------------------------------------------------------------------

    def _apply(self, op: Op, operands: list[Cases], box: Box) -> Cases:
        if op.takes:
            known = [cases for cases in operands if cases is not None]
            return [renamed(case, {}) for cases in known for case in cases] if len(known) == len(operands) else None
        if isinstance(op, Elementwise) and op.exact:
            term = op.definition(len(operands))
            return evaluated(term, operands, whole, lambda name, cases: self._function(name, cases, box), either)
        return None

    def _function(self, name: str, operands: list[Cases], box: Box) -> Cases:
        known = [cases for cases in operands if cases is not None]
        if len(known) < len(operands):
            return None
        if is_condition(name):
            return [between(ZERO, ONE)]
        if name in ("//", "%"):
            return self._divide(name, known[0], known[1], box)
        if name in UNARY:
            return [replace(case, size=UNARY[name](case.size)) for case in known[0]]
        if name in BINARY:
            found: Cases = known[0]
            for cases in known[1:]:
                found = None if found is None else pairs(found, cases, BINARY[name])
            return found
        return None

    def _divide(self, name: str, left: list[Case], right: list[Case], box: Box) -> Cases:
        if any(case.size.constant is not None and case.size.constant < 1 for case in right):
            return None
        self.divisors += [replace(case, facts=facts_of(case, box.ranges, ())) for case in right]
        return pairs(left, right, lambda one, other: one // other if name == "//" else one % other)


def _same(size: Size) -> Size:
    return size


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


def integer_values(attempt: Attempt) -> IntegerValues:
    """The possible integer values in an attempt."""
    normal = attempt.solver.normal
    boxes = [Box.of(frame, normal) for frame in attempt.frames]
    return IntegerValues(attempt.graph.families, boxes, attempt.solver.context, normal)
