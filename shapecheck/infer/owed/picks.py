"""Data as subscripts: `E[tok[t]]` makes sense where every value of `tok` is known to lie in the axis.

What comes in is an attempt that succeeded; out come messages, and what the sizes would have to meet.  Which values
data can have is worked out in `integer_values`.
"""

from __future__ import annotations

from dataclasses import field

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.nodes import Node, Read
from shapecheck.graph.reads import nodes_below
from shapecheck.infer.attempt.one_attempt import Attempt
from shapecheck.infer.attempt.open_ranges import axis_of
from shapecheck.infer.attempt.solver import Blame, Wanted
from shapecheck.infer.attempt.state import Frame, Pick
from shapecheck.infer.model import Broken, Interval
from shapecheck.infer.owed import outcome_errors
from shapecheck.infer.values.boxes import Box
from shapecheck.infer.values.integer_cases import Case, facts_of, is_entry, range_of_entry
from shapecheck.infer.values.integers import IntegerValues, integer_values
from shapecheck.infer.worst_case import at_worst, for_all, normal_relation
from shapecheck.record import record
from shapecheck.sizes import ONE, Context, Decision, Formula, Proved, Refuted, Relation, decide


@record(frozen=False)
class Picks:
    """Checks every subscript that is data."""

    attempt: Attempt
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    values: IntegerValues | None = None
    """The values of the whole spec, where the attempt is about a claim alone."""

    def check(self) -> None:
        """Report data that may lie outside of the axis, or whose values are unknown."""
        for frame in self.attempt.frames:
            for pick in frame.picks:
                if not pick.guarded:
                    self._check(frame, pick, Box.of(frame, self.attempt.solver.normal))

    def _check(self, frame: Frame, pick: Pick, box: Box) -> None:
        axis = axis_of(self.attempt, pick)
        if axis is None:
            return
        values = self.values = self.values or integer_values(self.attempt)
        around = (*pick.facts, *values.implied(pick.guards, box))
        values.divisors.clear()
        cases = values.of(pick.data, box)
        if cases is None:
            self._unknown(pick, axis)
            return
        for divisor in values.divisors:
            relation, blame = Relation(">=", divisor.size, ONE), Blame(pick.data.span, "a divisor of at least 1")
            self.attempt.solver.wanted.append(Wanted(relation, blame, (*around, *divisor.facts)))
        for case in cases:
            facts = facts_of(case, box.ranges, around)
            for relation in (Relation(">=", case.size, axis.low), Relation("<=", case.size, axis.high)):
                self._inside(relation, pick, case, facts, axis)

    def _inside(self, relation: Relation, pick: Pick, case: Case, facts: tuple[Formula, ...], axis: Interval) -> None:
        decision = decide(self.context.assuming(*facts), relation)
        blame = Blame(pick.data.span, f"{self._text(pick.data)} to pick an entry of {pick.name}")
        needed = at_worst(Wanted(relation, blame, facts, decision), self.context, self._normal)
        if isinstance(decision, Refuted) and case.free is None:
            self._outside(pick, case, facts, axis, decision, needed)
        elif not any(is_entry(name) for name in needed.relation.names):
            self.attempt.solver.wanted.append(needed)
        elif not isinstance(decision, Proved):
            self._unknown(pick, axis)

    @property
    def context(self) -> Context:
        return self.attempt.solver.context

    def _normal(self, relation: Relation) -> Relation:
        return normal_relation(self.attempt.solver, self.attempt.graph.context, relation)

    def _text(self, node: Node) -> str:
        return " ".join(self.attempt.graph.source[node.span].split())

    def _unknown(self, pick: Pick, axis: Interval) -> None:
        found = outcome_errors.unknown_data(
            self._text(pick.data),
            pick.data.span,
            pick.name,
            axis.low,
            axis.high,
            self._undeclared(pick.data),
            self._is_computed(pick.data),
        )
        if found not in self.diagnostics:
            self.diagnostics.append(found)

    def _is_computed(self, node: Node) -> bool:
        """Whether it is an entry of a tensor that an equation of this text defines."""
        return isinstance(node, Read) and not self.attempt.graph.families[node.family].is_given

    def _undeclared(self, node: Node) -> str | None:
        """A tensor in the subscript that does not say which integers it holds."""
        families = self.attempt.graph.families
        reads = [families[item.family] for item in nodes_below(node) if isinstance(item, Read)]
        return next((family.name for family in reads if family.is_given and family.entries is None), None)

    def _outside(
        self, pick: Pick, case: Case, facts: tuple[Formula, ...], axis: Interval, decision: Decision, needed: Wanted
    ) -> None:
        assert isinstance(decision, Refuted)
        witness = dict(decision.witness)
        interval = range_of_entry(case.size, facts, self.context)
        found = outcome_errors.data_outside(
            self._text(pick.data), pick.data.span, pick.name, interval or case.size.evaluate(witness), axis, witness
        )
        if any(item.title == found.title and item.span == found.span for item in self.diagnostics):
            return
        self.diagnostics.append(found)
        otherwise = f"let both ranges agree: .. in {axis.low}..{axis.high}"
        self.broken.append(Broken(for_all(needed.relation, needed.facts), found, otherwise, witness))
