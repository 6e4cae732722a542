"""Data as subscripts: `E[tok[t]]` makes sense where every value of `tok` is known to lie in the axis.

What comes in is an attempt that succeeded; out come messages.  The values of data are known from a declaration
(`in 0..V-1`), from an `argmax` (its index' range), or as written; sums and branches of such values are followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Apply, Choose, Data, Inner, Node, Number, Read, Reduce, SizeValue
from shapecheck.infer import outcome_errors
from shapecheck.infer.attempt import Attempt
from shapecheck.infer.indexes import axis_of
from shapecheck.infer.model import Interval
from shapecheck.infer.regions import image
from shapecheck.infer.solver import Blame, Wanted
from shapecheck.infer.state import Frame, Pick
from shapecheck.record import record
from shapecheck.sizes import Refuted, Relation, Size, decide, integer

Values = list[Interval] | None
"""Ranges that together hold all values, free of indices; None where nothing is known."""


@record(frozen=False)
class Picks:
    """Checks every subscript that is data."""

    attempt: Attempt
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def check(self) -> None:
        """Report data that may lie outside, or of which nothing is known."""
        for frame in self.attempt.frames:
            for pick in frame.picks:
                if not pick.guarded:
                    self._check(frame, pick)

    def _check(self, frame: Frame, pick: Pick) -> None:
        axis = axis_of(self.attempt, pick)
        if axis is None:
            return
        values = self._values(pick.data, self._ranges(frame), frozenset())
        text = " ".join(self.attempt.graph.source[pick.data.span].split())
        if values is None:
            self.diagnostics.append(outcome_errors.unknown_data(text, pick.data.span, pick.name, axis.low, axis.high))
            return
        for interval in values:
            for relation in (Relation(">=", interval.low, axis.low), Relation("<=", interval.high, axis.high)):
                self._inside(relation, pick, text, interval, axis)

    def _inside(self, relation: Relation, pick: Pick, text: str, interval: Interval, axis: Interval) -> None:
        decision = decide(self.attempt.solver.context, relation)
        if isinstance(decision, Refuted):
            found = outcome_errors.data_outside(text, pick.data.span, pick.name, interval, axis, dict(decision.witness))
            if found not in self.diagnostics:
                self.diagnostics.append(found)
        else:
            blame = Blame(pick.data.span, f"{text} to pick an entry of {pick.name}")
            self.attempt.solver.wanted.append(Wanted(relation, blame, (), decision))

    def _ranges(self, frame: Frame) -> dict[str, Interval]:
        normal = self.attempt.solver.normal
        found = (*frame.ranges.items(), *frame.bounds.items())
        return {name: Interval(normal(interval.low), normal(interval.high)) for name, interval in found}

    # ---- what values data can have -------------------------------------------------------------

    def _values(self, node: Node, ranges: Mapping[str, Interval], seen: frozenset[str]) -> Values:
        match node:
            case Number(int(value)):
                return [Interval(integer(value), integer(value))]
            case Data(_, values) if all(isinstance(value, int) for value in values):
                return [Interval(integer(int(min(values))), integer(int(max(values))))]
            case SizeValue(size):
                return _one(image(size, ranges, self.attempt.solver.context))
            case Read(family):
                return self._of_family(family, seen)
            case Inner():
                return self._of_part(node, seen)
            case Reduce("argmax" | "argmin", (index,)):
                interval = ranges[index.symbol]
                low, high = (image(end, ranges, self.attempt.solver.context) for end in (interval.low, interval.high))
                return None if low is None or high is None else [Interval(low.low, high.high)]
            case Choose(_, _, then, otherwise):
                return _both(self._values(then, ranges, seen), self._values(otherwise, ranges, seen))
            case Apply(op, (left, right)) if op.name in ("+", "-"):
                return _sum(op.name, self._values(left, ranges, seen), self._values(right, ranges, seen))
            case _:
                return None

    def _of_part(self, node: Inner, seen: frozenset[str]) -> Values:
        found: Values = []
        for part in (frame.parts[node] for frame in self.attempt.frames if node in frame.parts):
            found = _both(found, self._of_family(self.attempt.add_part(part), seen))
        return found or None

    def _of_family(self, name: str, seen: frozenset[str]) -> Values:
        family = self.attempt.family(name)
        entries = family.entries
        if entries is not None and isinstance(entries.low, Size) and isinstance(entries.high, Size):
            return [Interval(entries.low, entries.high)]
        if family.is_given or name in seen or name in self.attempt.parts:
            return [] if name in seen else None
        found: Values = []
        for frame, equation in self._definitions(name):
            plain = equation.form == "plain"
            found = _both(found, self._values(equation.value, self._ranges(frame), seen | {name}) if plain else None)
        return found

    def _definitions(self, name: str) -> Iterator[tuple[Frame, Equation]]:
        for frame in self.attempt.frames:
            if isinstance(frame.origin, Equation) and any(target.family == name for target in frame.origin.targets):
                yield frame, frame.origin


def _one(interval: Interval | None) -> Values:
    return None if interval is None else [interval]


def _both(left: Values, right: Values) -> Values:
    return None if left is None or right is None else [*left, *right]


def _sum(operator: str, left: Values, right: Values) -> Values:
    if left is None or right is None:
        return None
    if operator == "+":
        return [Interval(one.low + other.low, one.high + other.high) for one in left for other in right]
    return [Interval(one.low - other.high, one.high - other.low) for one in left for other in right]
