"""Declared values of tensors that are computed or passed: inputs and weights of blocks, and outputs.

In: an attempt that succeeded.  Out: messages, and what the sizes would have to meet.  The spec's own applications are
followed into the blocks, each with what it is applied to: whether a value lies in a range is a matter of the call.
"""

from __future__ import annotations

from dataclasses import field

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.model import Entries, Family
from shapecheck.graph.nodes import Call, Node
from shapecheck.infer.attempt.one_attempt import Attempt
from shapecheck.infer.attempt.solver import Blame, Wanted
from shapecheck.infer.blocks.kinds import Kind
from shapecheck.infer.model import Broken
from shapecheck.infer.owed import outcome_errors
from shapecheck.infer.values.boxes import Box
from shapecheck.infer.values.integer_cases import Case, Cases, facts_of, in_range, range_of_entry
from shapecheck.infer.values.integers import IntegerValues, integer_values
from shapecheck.infer.values.reals import RealValues, Span
from shapecheck.infer.worst_case import at_worst, for_all, normal_relation
from shapecheck.record import record
from shapecheck.sizes import Formula, Proved, Refuted, Size, decide
from shapecheck.source import Span as Place


@record
class Promise:
    """A value that has to lie in a range: where it stands, whose range it is, and what holds there."""

    text: str
    place: Place
    entries: Entries
    owner: str
    facts: tuple[Formula, ...] = ()
    equation: str | None = None
    """The tensor whose left side states the range, so that it is checked when run."""


@record(frozen=False)
class Promises:
    """Checks what is promised in a whole spec."""

    attempt: Attempt
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)
    """Tensors whose left side states a range that is not proved."""
    _wanting: dict[Kind, bool] = field(default_factory=dict)

    def check(self) -> None:
        """Follow all applications, and look at the outputs."""
        families = self.attempt.graph.families
        if not any(map(_is_promised, families.values())) and not any(
            self._wants(application.kind)
            for frame in self.attempt.frames
            for application in frame.applications.values()
        ):
            return
        integers = integer_values(self.attempt)
        reals = RealValues(families, integers.boxes)
        self._outputs(integers, reals, None)
        for box in integers.boxes:
            self._applications(box, integers, reals, None)

    def _wants(self, kind: Kind) -> bool:
        """Whether a block, or one within it, says what it takes or gives."""
        if kind not in self._wanting:
            self._wanting[kind] = False
            if kind.shapes is not None and kind.body is not None:
                graph = kind.shapes.graph
                inner = (item.kind for instance in kind.shapes.instances for item in instance.applications.values())
                said = any(_says(family) for family in graph.families.values())
                self._wanting[kind] = said or any(map(self._wants, inner))
        return self._wanting[kind]

    # ---- where values are promised -------------------------------------------------------------

    def _applications(self, box: Box, integers: IntegerValues, reals: RealValues, outer: Call | None) -> None:
        for call, application in box.applications.items():
            kind = application.kind
            if not self._wants(kind):
                continue
            for name, argument in zip(call.names, call.arguments):
                family = kind.known.graph.families[name]
                if family.entries is not None:
                    promise = self._passed(call, outer, argument, family, application.facts)
                    self._lies(promise, box, integers.of(argument, box), reals.of(argument, box))
            inside, reals_inside = integers.inside(call, application, box), reals.inside(call, application, box)
            self._outputs(inside, reals_inside, outer or call)
            for inner in inside.boxes:
                self._applications(inner, inside, reals_inside, outer or call)

    def _passed(
        self, call: Call, outer: Call | None, argument: Node, family: Family, facts: tuple[Formula, ...]
    ) -> Promise:
        assert family.entries is not None
        place = argument.span if outer is None else outer.span
        text = self._text(argument) if outer is None else f"what {call.definition.name} is applied to"
        return Promise(text, place, family.entries, f"{family.name} in {call.definition.name}", facts)

    def _outputs(self, integers: IntegerValues, reals: RealValues, outer: Call | None) -> None:
        for family in integers.families.values():
            if _is_promised(family):
                assert family.entries is not None
                place = family.span if outer is None else outer.span
                own = family.name if family.role == "local" else None
                promise = Promise(family.name, place, family.entries, f"{family.name} as declared", (), own)
                nowhere = Box(None, {}, {}, {})
                self._lies(promise, nowhere, integers.of_family(family.name), reals.of_family(family.name))

    def _text(self, node: Node) -> str:
        return " ".join(self.attempt.graph.source[node.span].split())

    # ---- whether they lie inside ---------------------------------------------------------------

    def _lies(self, promise: Promise, box: Box, cases: Cases, span: Span) -> None:
        low, high = promise.entries.low, promise.entries.high
        if isinstance(low, float) and isinstance(high, float):
            self._reals_lie(promise, span, low, high)
        else:
            self._integers_lie(promise, box, cases, low, high)

    def _reals_lie(self, promise: Promise, span: Span, low: float, high: float) -> None:
        if not span.within(low, high):
            self._tell(outcome_errors.reals_outside(promise.text, promise.place, promise.owner, span, low, high))

    def _integers_lie(self, promise: Promise, box: Box, cases: Cases, low: Size | float, high: Size | float) -> None:
        if cases is None:
            self._unknown(promise, low, high)
            return
        for case in cases:
            facts = facts_of(case, box.ranges, promise.facts)
            for relation in in_range(case.size, low, high):
                decision = decide(self.attempt.solver.context.assuming(*facts), relation)
                if not isinstance(decision, Proved):
                    self._outside(promise, case, Wanted(relation, Blame(promise.place, ""), facts, decision))

    def _outside(self, promise: Promise, case: Case, wanted: Wanted) -> None:
        entries, decision = promise.entries, wanted.decision
        low, high = entries.low, entries.high
        if not isinstance(decision, Refuted) or case.free is not None:
            self._unknown(promise, low, high)
            return
        solver, given = self.attempt.solver, self.attempt.graph.context
        needed = at_worst(wanted, solver.context, lambda relation: normal_relation(solver, given, relation))
        witness = dict(decision.witness)
        held = range_of_entry(case.size, wanted.facts, solver.context) or case.size.evaluate(witness)
        found = outcome_errors.integer_outside(promise.text, promise.place, promise.owner, held, low, high, witness)
        if self._tell(found):
            otherwise = f"let both ranges agree: .. in {low}..{high}"
            self.broken.append(Broken(for_all(needed.relation, needed.facts), found, otherwise, witness))

    def _unknown(self, promise: Promise, low: Size | float, high: Size | float) -> None:
        """A message about a value that may lie anywhere: a warning where it is checked when run."""
        if promise.equation is None:
            self._tell(outcome_errors.not_in_range(promise.text, promise.place, promise.owner, low, high))
            return
        self.unsure.add(promise.equation)
        self._tell(outcome_errors.range_undecided(promise.text, promise.place, low, high))

    def _tell(self, found: Diagnostic) -> bool:
        """Keep a message; one for each place and range."""
        if any(item.title == found.title and item.span == found.span for item in self.diagnostics):
            return False
        self.diagnostics.append(found)
        return True


def _says(family: Family) -> bool:
    return family.role in ("input", "output", "local") and family.entries is not None


def _is_promised(family: Family) -> bool:
    return family.role in ("output", "local") and family.entries is not None
