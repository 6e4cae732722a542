"""Decides the requirements of the equations: every axis has an entry, kernels fit, divisions are exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field, replace

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.model import Debt, Equation, Family
from shapecheck.graph.nodes import Index, Reduce
from shapecheck.infer.attempt.one_attempt import Attempt
from shapecheck.infer.attempt.solver import Blame, Wanted
from shapecheck.infer.attempt.state import Frame
from shapecheck.infer.model import Broken, Interval, Requirement
from shapecheck.infer.owed import outcome_errors
from shapecheck.infer.regions import index_facts
from shapecheck.infer.worst_case import at_worst, for_all, normal_relation
from shapecheck.record import record
from shapecheck.sizes import (
    Formula,
    Or,
    Proved,
    Refuted,
    Relation,
    Size,
    Tested,
    decide,
    integer,
    repair,
    symbol,
)
from shapecheck.sizes.questions.formula import conjuncts
from shapecheck.sizes.questions.verdicts import NO_SIZES
from shapecheck.sizes.work import is_used_up

_NEEDS_A_TERM = ("max", "min", "argmax", "argmin", "mean", "stack", "concat", "argsort")
_NO_ENTRY = "every axis to have at least one entry"


@record(frozen=False)
class Requirements:
    """Decides requirements, each once.

    One that fails is reported and then taken as given, so that what follows from it is not reported again.
    """

    attempt: Attempt
    helps: bool = True
    """Whether messages say what to assume."""
    met: list[Requirement] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    _seen: set[tuple[str, Size, tuple[Formula, ...]]] = field(default_factory=set)
    _asked: set[tuple[Relation, tuple[Formula, ...]]] = field(default_factory=set)

    def settle(self, wanted: Iterable[Wanted]) -> None:
        """Decide requirements; errors for those that fail, warnings for those not known."""
        for raw in wanted:
            if (raw.relation, raw.facts) in self._asked:
                continue
            relation = self._normal(raw.relation)
            if any(name[0] == "?" for name in relation.difference.names):
                continue
            self._asked.add((raw.relation, raw.facts))
            item = at_worst(replace(raw, relation=relation), self.attempt.solver.context, self._normal)
            key = (*_key(item.relation), item.facts)
            if key in self._seen or _trivial(item.relation):
                continue
            self._seen.add(key)
            self._settle(item)

    def _normal(self, relation: Relation) -> Relation:
        return _normal(self.attempt, relation)

    def _settle(self, wanted: Wanted) -> None:
        relation = wanted.relation
        requirement = _decide(self.attempt, wanted)
        if wanted.evident and requirement.decision == Proved("signs"):
            return
        if requirement.decision == Proved(NO_SIZES):  # nothing gets there: no need to speak of
            return
        self.met.append(requirement)
        diagnostic = _tell(self.attempt, requirement, self.helps)
        if diagnostic is not None:
            self.diagnostics.append(diagnostic)
        if isinstance(requirement.decision, Refuted) and diagnostic is not None:
            needed, witness = for_all(relation, wanted.facts), requirement.decision.witness
            self.broken.append(Broken(needed, diagnostic, witness=witness))
        if isinstance(requirement.decision, Refuted) and not wanted.facts:
            self.attempt.solver.take_as_given(relation)

    def of_assumptions(self) -> Iterator[Wanted]:
        """The assumptions of a block about its sizes, which its application must meet."""
        for assumption in self.attempt.graph.owed:
            for relation, facts in wants_of(assumption.formula):
                yield Wanted(relation, Blame(assumption.span, assumption.text), facts)

    def of_operations(self) -> Iterator[Wanted]:
        """The requirements of written sizes and of ops: their messages are the clearest."""
        yield from self.of_assumptions()
        for debt in self.attempt.graph.debts:
            for ranges in self._around(debt):
                facts = (*ranges, *debt.facts)
                yield Wanted(debt.relation, Blame(debt.span, debt.why), facts, debt.decision, debt.evident)
        yield from self.attempt.solver.wanted

    def _around(self, debt: Debt) -> list[tuple[Relation, ...]]:
        """The ranges of the indices in a requirement, once for each frame that has them."""
        names = set(debt.relation.names).union(*(fact.names for fact in debt.facts))
        frames = self.attempt.frames if any(name[0] == "." for name in names) else ()
        found = [tuple(_index_facts(self.attempt, frame, names)) for frame in frames]
        return list(dict.fromkeys(filter(None, found))) or [()]

    def of_axes(self) -> Iterator[Wanted]:
        """The undecided requirements of reads, then those of ranges and axes."""
        yield from self.of_frames()
        yield from _declared(self.attempt)

    def of_frames(self) -> Iterator[Wanted]:
        """The requirements so far, and those of the ranges and axes of the equations or claims in sight."""
        yield from self.attempt.solver.wanted
        for frame in self.attempt.frames:
            yield from _ranges(self.attempt, frame)
        told: set[tuple[Size, tuple[Formula, ...]]] = set()
        for frame in self.attempt.frames:
            yield from _axes(self.attempt, frame, told)


def wants_of(formula: Formula) -> Iterator[tuple[Relation, tuple[Formula, ...]]]:
    """The relations that a condition asks for; of alternatives the first one, where none of the others holds."""
    for part in conjuncts(formula):
        if isinstance(part, Relation):
            yield part, ()
        elif isinstance(part, Or) and not any(_is_constant(other, True) for other in part.parts):
            open_parts = [other for other in part.parts if not _is_constant(other, False)] or part.parts
            others = tuple(other.negated() for other in open_parts[1:])
            yield from ((relation, (*facts, *others)) for relation, facts in wants_of(open_parts[0]))


def _is_constant(formula: Formula, value: bool) -> bool:
    """Whether a comparison of numbers comes to this."""
    is_known = isinstance(formula, Relation) and formula.difference.constant is not None
    return is_known and formula.holds({}) is value


def _normal(attempt: Attempt, relation: Relation) -> Relation:
    return normal_relation(attempt.solver, attempt.graph.context, relation)


def _key(relation: Relation) -> tuple[str, Size]:
    difference = -relation.difference if relation.operator in ("<=", "<") else relation.difference
    return ("==" if relation.operator == "==" else ">=", difference)


def _trivial(relation: Relation) -> bool:
    return relation.difference.constant is not None and relation.holds({})


def _ranges(attempt: Attempt, frame: Frame) -> Iterator[Wanted]:
    """Every range runs upwards, and has a member where it makes an axis or something needs a term."""
    needs = {
        index.symbol
        for node in frame.shapes
        if isinstance(node, Reduce) and node.operator in _NEEDS_A_TERM
        for index in node.indices
    }
    for name, interval in frame.bounds.items():
        yield _members(attempt, frame, frame.indices[name], interval, name in needs)
    if not isinstance(frame.origin, Equation):
        return
    spans = [target.span for target in frame.origin.targets]
    for index in frame.origin.indices:
        on_the_left = any(span.start <= index.span.start < span.end for span in spans)
        yield _members(attempt, frame, index, attempt.range_of(index), on_the_left)


def _members(attempt: Attempt, frame: Frame, index: Index, interval: Interval, some: bool) -> Wanted:
    """A range has at least one member (`some`), or at least runs upwards."""
    relation = _normal(attempt, Relation(">=", interval.extent, integer(1 if some else 0)))
    why = f"the range of {index.label} to {'have a member' if some else 'run upwards'}"
    facts = (*frame.conditions.get(index.symbol, ()), *_index_facts(attempt, frame, relation.names))
    return Wanted(relation, Blame(index.span, why), facts, evident=True)


def _index_facts(attempt: Attempt, frame: Frame, names: Iterable[str]) -> Iterator[Relation]:
    """The ranges of the indices among the names, and of those that these mention."""
    needed = set(names)
    for name, interval in reversed([*frame.ranges.items(), *frame.bounds.items()]):
        if name in needed:
            yield _normal(attempt, Relation(">=", symbol(name), interval.low))
            yield _normal(attempt, Relation("<=", symbol(name), interval.high))
            needed |= interval.low.names | interval.high.names


def _axes(attempt: Attempt, frame: Frame, told: set[tuple[Size, tuple[Formula, ...]]]) -> Iterator[Wanted]:
    """The axes of all nodes; a size that was told of under the same conditions is not told of again."""
    for node, variable in frame.shapes.items():
        facts = frame.under.get(node, ())
        for size in attempt.dims(variable) or ():
            if (size, facts) in told or (size.constant is not None and size.constant >= 1):
                continue
            if not any(name[0] == "." for name in size.names):
                told.add((size, facts))
            around = (*facts, *_index_facts(attempt, frame, size.names))
            yield Wanted(Relation(">=", size, integer(1)), Blame(node.span, _NO_ENTRY), around, evident=True)


def _declared(attempt: Attempt) -> Iterator[Wanted]:
    for family in attempt.graph.families.values():
        sizes = [] if family.varies else list(family.cell or ())
        if family.is_given:
            sizes += [attempt.range_of(axis).extent for axis in family.axes]
        for size in sizes:
            yield Wanted(Relation(">=", size, integer(1)), Blame(family.span, _NO_ENTRY), evident=True)
        if family.varies:
            yield from _varying(attempt, family)


def _varying(attempt: Attempt, family: Family) -> Iterator[Wanted]:
    """The axes of a declared shape that differs from member to member, for the members of each region."""
    for region, cell in attempt.cells[family.name].items():
        facts = index_facts({f".{axis}": interval for axis, interval in enumerate(region)})
        for size in attempt.dims(cell) or ():
            around = [fact for fact in facts if not fact.left.names.isdisjoint(size.names)]
            relation = Relation(">=", size, integer(1))
            yield Wanted(relation, Blame(family.span, _NO_ENTRY), tuple(around), evident=True)


def _decide(attempt: Attempt, wanted: Wanted) -> Requirement:
    relation, decision = wanted.relation, wanted.decision
    if decision is None:
        decision = decide(attempt.solver.context.assuming(*wanted.facts), relation)
    if wanted.decision is None and not isinstance(decision, Proved | Refuted) and not is_used_up():
        without = decide(attempt.graph.context.assuming(*wanted.facts), relation)
        decision = without if isinstance(without, Proved) else decision
    return Requirement(relation, wanted.blame.span, wanted.blame.why, decision, wanted.facts)


def _tell(attempt: Attempt, requirement: Requirement, helps: bool) -> Diagnostic | None:
    decision = requirement.decision
    if isinstance(decision, Proved):
        return None
    if isinstance(decision, Refuted):
        found = repair(attempt.solver.context, requirement.relation) if helps else None
        condition = found.text if found is not None else None
        return outcome_errors.not_met(requirement.relation, requirement.why, requirement.span, decision, condition)
    count = decision.count if isinstance(decision, Tested) else 0
    return outcome_errors.undecided(requirement.relation, requirement.why, requirement.span, count)
