"""Reads: each one stays inside of its axis, and of a member that some equation defines.

In: an attempt without conflicts.  Out: messages, and the conditions on sizes under which a read stays inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.infer.attempt.conflict import show
from shapecheck.infer.attempt.one_attempt import Attempt
from shapecheck.infer.attempt.open_ranges import axis_of
from shapecheck.infer.attempt.solver import Blame, Wanted
from shapecheck.infer.attempt.state import Access, Frame
from shapecheck.infer.model import Broken, Interval, Region
from shapecheck.infer.owed import outcome_errors
from shapecheck.infer.regions import bound, facts_about, joined
from shapecheck.infer.values.boxes import Box
from shapecheck.infer.values.integers import IntegerValues, integer_values
from shapecheck.infer.worst_case import at_worst, for_all, normal_relation
from shapecheck.record import record
from shapecheck.sizes import (
    ZERO,
    And,
    Context,
    Decision,
    Formula,
    Or,
    Proved,
    Refuted,
    Relation,
    Size,
    consistent,
    decide,
    smallest,
)
from shapecheck.source import Span


@record(frozen=False)
class Bounds:
    """Checks the reads of one attempt; undecided questions are added to what the solver wants."""

    attempt: Attempt
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    """The conditions on sizes under which a read stays inside."""
    incomplete: set[str] = field(default_factory=set)
    """Families of which a member is missing."""
    values: IntegerValues | None = None
    """The values of the whole spec, where the attempt is about a claim alone."""
    _boxes: dict[str, list[Region]] = field(default_factory=dict)
    _seen: set[tuple[Span, int, Size]] = field(default_factory=set)

    # ---- reads ---------------------------------------------------------------------------------

    def reads(self) -> None:
        """Every subscript lies in its axis, every member that is read is defined.

        In `size(x[i], 0)` nothing is read, and i is an index of the equation around it.
        """
        for frame in self.attempt.frames:
            for accesses in self._by_read(frame):
                if frame.origin is not None or not _foreign(frame, accesses):
                    self._read(frame, accesses)

    @staticmethod
    def _by_read(frame: Frame) -> Iterator[list[Access]]:
        group: list[Access] = []
        for access in frame.accesses:
            if group and (group[-1].node is not access.node or group[-1].family != access.family):
                yield group
                group = []
            group.append(access)
        if group:
            yield group

    def _read(self, frame: Frame, accesses: list[Access]) -> None:
        first = accesses[0]
        if first.guarded:
            return
        if first.family is not None and not self._is_box(first.family):
            self._covered(frame, accesses)
            return
        for access in accesses:
            axis = axis_of(self.attempt, access)
            if axis is not None:
                self._inside(frame, access, axis)

    def _is_box(self, name: str) -> bool:
        """Whether a tensor has all members from the first to the last along each axis, by what it is."""
        return self.attempt.family(name).is_given or (name in self.attempt.parts and len(self._members(name)) == 1)

    def _inside(self, frame: Frame, access: Access, axis: Interval) -> None:
        subscript = self.attempt.solver.normal(access.subscript)
        for relation in (Relation(">=", subscript, axis.low), Relation("<=", subscript, axis.high)):
            decision = self._decide(frame, access, relation)
            if isinstance(decision, Refuted):
                self._outside(frame, access, axis, relation, decision)
                return
            if not isinstance(decision, Proved):
                self.attempt.solver.wanted.append(self._wanted(frame, access, relation, decision))

    def _wanted(self, frame: Frame, access: Access, relation: Relation, decision: Decision) -> Wanted:
        blame = Blame(access.span, f"{access.name} to be read inside")
        facts = self._known(self._ranges(frame), relation, self._facts(frame, access))
        return Wanted(relation, blame, facts, decision)

    def _outside(self, frame: Frame, access: Access, axis: Interval, relation: Relation, decision: Refuted) -> None:
        subscript, witness = self.attempt.solver.normal(access.subscript), decision.witness
        index = "".join(f", at {label} = {value}" for label, value in labelled(frame, witness))
        place = f"{access.name}[.. {size_at(self.attempt, subscript + access.start, witness)} ..]{index}"
        key = (access.span, access.axis, subscript)
        if key in self._seen:
            return
        self._seen.add(key)
        families = self.attempt.graph.families
        part = self.attempt.parts.get(access.family or "")
        declared = families[access.name].span if access.name in families else part.span if part else access.span
        diagnostic = outcome_errors.out_of_bounds(
            access.name,
            access.axis,
            place,
            access.span,
            declared,
            axis.low + access.start,
            axis.high + access.start,
            plain(witness),
        )
        self.diagnostics.append(diagnostic)
        self._owe(self._wanted(frame, access, relation, decision), diagnostic, _advice(access, subscript, axis))

    def _owe(self, wanted: Wanted, diagnostic: Diagnostic, advice: str) -> None:
        """The condition on sizes; it is assumed from here on, unless no sizes meet it."""
        solver, graph = self.attempt.solver, self.attempt.graph
        needed = at_worst(wanted, solver.context, lambda relation: normal_relation(solver, graph.context, relation))
        self.broken.append(Broken(for_all(needed.relation, needed.facts), diagnostic, advice))
        if not needed.facts and consistent(solver.context.assuming(needed.relation)) is not None:
            solver.take_as_given(needed.relation)

    # ---- the facts about indices ---------------------------------------------------------------

    def _decide(self, frame: Frame, access: Access, formula: Formula) -> Decision:
        """Decide something that may mention indices: by the ends of their ranges where those suffice."""
        ranges, facts = self._ranges(frame), self._facts(frame, access)
        if isinstance(formula, Relation) and not facts:
            simple = self._by_ends(formula, ranges)
            if simple is not None and isinstance(decide(self.attempt.solver.context, simple), Proved):
                return Proved("ends of the ranges")
        return decide(self._context(ranges, formula, facts), formula)

    def _facts(self, frame: Frame, access: Access) -> tuple[Formula, ...]:
        """The conditions of the branches that a read stands in."""
        guards = access.guards
        if not guards:
            return access.facts
        self.values = self.values or integer_values(self.attempt)
        return (*access.facts, *self.values.implied(guards, Box.of(frame, self.attempt.solver.normal)))

    def _context(self, ranges: dict[str, Interval], formula: Formula, facts: tuple[Formula, ...]) -> Context:
        return self.attempt.solver.context.assuming(*self._known(ranges, formula, facts))

    def _ranges(self, frame: Frame) -> dict[str, Interval]:
        ranges = (*frame.ranges.items(), *frame.bounds.items())
        return {name: self.attempt.normal(interval) for name, interval in ranges}

    def _by_ends(self, relation: Relation, ranges: Mapping[str, Interval]) -> Relation | None:
        worst = bound(relation.difference, ranges, self.attempt.solver.context, least=relation.operator == ">=")
        return None if worst is None else Relation(relation.operator, worst, ZERO)

    @staticmethod
    def _known(ranges: dict[str, Interval], formula: Formula, facts: tuple[Formula, ...]) -> tuple[Formula, ...]:
        """The ranges of the indices that are connected with the question, as facts, and the facts around."""
        return (*facts_about(ranges, formula.names.union(*(fact.names for fact in facts))), *facts)

    # ---- members -------------------------------------------------------------------------------

    def _covered(self, frame: Frame, accesses: list[Access]) -> None:
        """The member that is read lies in one of the boxes that equations define."""
        name = accesses[0].family
        assert name is not None
        subscripts = {access.axis: self.attempt.solver.normal(access.subscript) for access in accesses}
        cuts = len(subscripts) < len(accesses)
        for group in [[access] for access in accesses] if cuts else [accesses]:
            chosen = {access.axis: self.attempt.solver.normal(access.subscript) for access in group}
            if not any(self._in_box(frame, group[0], chosen, box) for box in self._members(name)):
                self._settle_cover(frame, group, chosen, name)

    def _members(self, name: str) -> list[Region]:
        if name not in self._boxes:
            cells = [tuple(map(self.attempt.normal, region)) for region in self.attempt.cells[name]]
            self._boxes[name] = list(reversed(joined(cells)))
        return self._boxes[name]

    def _in_box(self, frame: Frame, access: Access, subscripts: Mapping[int, Size], box: Region) -> bool:
        return all(isinstance(self._decide(frame, access, part), Proved) for part in _in(subscripts, box))

    def _settle_cover(self, frame: Frame, group: list[Access], subscripts: Mapping[int, Size], name: str) -> None:
        boxes = self._members(name)
        formula = Or(tuple(And(tuple(_in(subscripts, box))) for box in boxes))
        access = group[0]
        decision = self._decide(frame, access, formula)
        if isinstance(decision, Refuted):
            self._missing(frame, access, subscripts, name, decision)

    def _missing(
        self, frame: Frame, access: Access, subscripts: Mapping[int, Size], name: str, decision: Refuted
    ) -> None:
        key = (access.span, 0, next(iter(subscripts.values())))
        if key in self._seen:
            return
        self._seen.add(key)
        self.incomplete.add(name)
        family = self.attempt.family(name)
        at = [
            str(size_at(self.attempt, subscripts[axis], decision.witness)) if axis in subscripts else ":"
            for axis in range(len(family.axes))
        ]
        member = f"{family.name}[{', '.join(at)}]"
        if any(item.code == "missing-member" and item.title.startswith(f"{member} ") for item in self.diagnostics):
            return
        reader = "".join(f", for {label} = {value}" for label, value in labelled(frame, decision.witness))
        help = self._suggestion(member, name, subscripts)
        self.diagnostics.append(
            outcome_errors.missing_member(member, reader, access.span, family.span, plain(decision.witness), help)
        )

    def _suggestion(self, member: str, name: str, subscripts: Mapping[int, Size]) -> str:
        base = self._base_case(member, name)
        for axis, subscript in subscripts.items():
            back, last = subscript.constant, self._last(name, axis)
            if back is not None and back < 0 and last is not None:
                family = self.attempt.family(name).name
                return f"{outcome_errors.from_the_end(family, axis, back, last)}; or {base}"
        return base

    def _last(self, name: str, axis: int) -> Size | None:
        """The last member along an axis, where one end alone depends on sizes."""
        ends = {box[axis].high for box in self._members(name)}
        open_ends = [end for end in ends if end.constant is None]
        return open_ends[0] if len(open_ends) == 1 else None

    def _base_case(self, member: str, name: str) -> str:
        shapes = [self.attempt.dims(cell) for cell in self.attempt.cells[name].values()]
        known = next((shape for shape in shapes if shape), None)
        if known is None:
            return f"define it: {member} = .."
        return f"write a base case: {member} = zeros({show(known)})"


def _foreign(frame: Frame, accesses: Iterable[Access]) -> bool:
    """Whether reads mention an index that is not the frame's own."""
    known = frame.ranges.keys() | frame.bounds.keys()
    return any(name[0] == "." and name not in known for access in accesses for name in access.subscript.names)


def _advice(access: Access, subscript: Size, axis: Interval) -> str:
    """The help for a read outside that no sizes mend."""
    at = (subscript + access.start).constant
    if at is None or at >= 0:
        return outcome_errors.CHANGE_THE_RANGE
    return outcome_errors.from_the_end(access.name, access.axis, at, axis.high + access.start)


def _in(subscripts: Mapping[int, Size], box: Region) -> Iterator[Relation]:
    for axis, subscript in subscripts.items():
        yield Relation(">=", subscript, box[axis].low)
        yield Relation("<=", subscript, box[axis].high)


def size_at(attempt: Attempt, size: Size, witness: Mapping[str, int]) -> int:
    """The value of a size at a counterexample; names that are not in it get their smallest admissible values."""
    missing = [name for name in size.names if name not in witness]
    rest = smallest(attempt.solver.context, missing) if missing else []
    return int(size.evaluate({**dict.fromkeys(missing, 1), **(rest[0] if rest else {}), **witness}))


def plain(witness: Mapping[str, int]) -> dict[str, int]:
    """The sizes of a witness, without indices."""
    return {name: value for name, value in witness.items() if name[0] not in ".?"}


def labelled(frame: Frame, witness: Mapping[str, int]) -> list[tuple[str, int]]:
    """The indices of a witness, by the names that the author gave them."""
    return [(frame.indices[name].label, value) for name, value in witness.items() if name in frame.indices]
