"""Operators without a value for no terms: `argmax[j when A[i, j] == 1] e[i, j]` needs a j that its `when` leaves.

In: an attempt that succeeded.  Out: a warning for each operator of which that is not proved, and the tensors that rest
on it; an error where sizes are known at which every term is left out.  A proof names the term: the first or the last
one, the one at an index around, or one of which an assumption on entries speaks.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.model import Claim, Equation
from shapecheck.graph.nodes import Node, Read, Reduce, left_out
from shapecheck.infer.attempt.one_attempt import Attempt
from shapecheck.infer.attempt.solver import Blame, Wanted
from shapecheck.infer.attempt.state import Frame
from shapecheck.infer.model import Interval
from shapecheck.infer.owed import outcome_errors
from shapecheck.infer.owed.assumed_entries import Said, facts_of_entry, of_guards, said, same
from shapecheck.infer.regions import facts_about
from shapecheck.infer.values.boxes import Box
from shapecheck.infer.values.data_conditions import written_condition
from shapecheck.infer.values.integer_cases import Cases, is_entry, is_entry_alone
from shapecheck.infer.values.integers import IntegerValues, integer_values
from shapecheck.record import record
from shapecheck.sizes import And, Formula, Inadmissible, Not, Proved, Relation, Size, consistent, decide, symbol
from shapecheck.sizes.questions.formula import conjuncts

_OWE_A_TERM = ("mean", "argmax", "argmin")
MOST_TRIED = 64
"""The most terms that are tried as the one that is left."""


@record
class Stated:
    """The conditions of a `when`, as formulas where known, and what is known of the entries in them."""

    conditions: tuple[tuple[Node, Formula | None], ...]
    facts: tuple[Formula, ...]
    entries: tuple[tuple[Node, Size], ...]
    """Entries that are read, and the symbols that stand for them."""


@record(frozen=False)
class ChosenTerms:
    """Checks every operator that needs a term."""

    attempt: Attempt
    diagnostics: list[Diagnostic] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)
    """Tensors that rest on a term of which it is not known that there is one."""
    values: IntegerValues | None = None
    """The values of the whole spec, where the attempt is about a claim alone."""

    def check(self) -> None:
        """Warn of operators that may have no terms."""
        for frame in self.attempt.frames:
            for node in frame.shapes:
                if isinstance(node, Reduce) and node.operator in _OWE_A_TERM and left_out(node.body)[0]:
                    self._check(frame, node)

    def _check(self, frame: Frame, node: Reduce) -> None:
        self.values = self.values or integer_values(self.attempt)
        box = Box.of(frame, self.attempt.solver.normal)
        stated = _stated(node, self.values, box)
        if self._is_left(frame, node, stated, box) or self._owes(frame, node, stated, box):
            return
        found = outcome_errors.no_term_known(node.operator, node.span)
        if found not in self.diagnostics:
            self.diagnostics.append(found)
        if isinstance(frame.origin, Equation):
            self.unsure |= {target.family for target in frame.origin.targets}
        elif isinstance(frame.origin, Claim):
            self.attempt.doubtful.add(frame.origin)

    def _is_left(self, frame: Frame, node: Reduce, stated: Stated, box: Box) -> bool:
        """Whether some term is proved to be left."""
        assert self.values is not None
        guards = frame.guarded.get(node, frozenset())
        around = (*frame.under.get(node, ()), *self.values.implied(tuple(guards), box))
        own = [index.symbol for index in node.indices]
        known = (*said(self.attempt.graph.assumed), *of_guards(guards))
        return any(self._is_left_at(moves, own, stated, around, known, box) for moves in _terms(own, box.ranges))

    def _is_left_at(
        self,
        moves: dict[str, Size],
        own: Sequence[str],
        stated: Stated,
        around: Sequence[Formula],
        known: Sequence[Said],
        box: Box,
    ) -> bool:
        """Whether the term at these sizes is proved to be left."""
        outer = {name: part for name, part in box.ranges.items() if name not in own}
        try:
            facts = [fact.substitute(moves) for fact in (*stated.facts, *around)]
            facts += self._assumed(known, stated, moves, outer)
            if not self._holds(And(tuple(_inside(own, box.ranges))).substitute(moves), facts, outer):
                return False
            return all(
                (formula is not None and self._holds(formula.substitute(moves), facts, outer))
                or any(self._holds(ranges, facts, outer) for ranges in same(known, condition, moves))
                for condition, formula in stated.conditions
            )
        except Inadmissible:
            return False

    def _assumed(
        self, known: Sequence[Said], stated: Stated, moves: dict[str, Size], outer: Mapping[str, Interval]
    ) -> Iterator[Formula]:
        """The facts about the entries in the conditions that assumptions give at these sizes."""
        for read, entry in stated.entries:
            for fact, ranges in facts_of_entry(known, read, entry, moves):
                if self._holds(ranges, (), outer):
                    yield fact

    def _holds(self, asked: Formula, facts: Sequence[Formula], outer: Mapping[str, Interval]) -> bool:
        names = set(asked.names).union(*(fact.names for fact in facts))
        context = self.attempt.solver.context.assuming(*facts_about(outer, names), *facts)
        return isinstance(decide(context, asked), Proved)

    def _owes(self, frame: Frame, node: Reduce, stated: Stated, box: Box) -> bool:
        """Whether the sizes at which a term is left are those of a condition, which is then wanted."""
        own, context = [index.symbol for index in node.indices], self.attempt.solver.context
        formulas = [formula for _, formula in stated.conditions if formula is not None]
        if len(formulas) < len(stated.conditions) or any(map(is_entry, set().union(*(one.names for one in formulas)))):
            return False
        for moves in _terms(own, box.ranges):
            try:
                asked = And((*formulas, *_inside(own, box.ranges))).substitute(moves)
            except Inadmissible:
                continue
            parts = conjuncts(asked)
            if any(name[0] == "." for name in asked.names) or not all(isinstance(part, Relation) for part in parts):
                continue
            elsewhere = context.assuming(Not(asked), *_inside(own, box.ranges), *formulas)
            if consistent(elsewhere) is None:
                blame = Blame(node.span, f"a term of {node.operator} that its `when` does not leave out")
                around = frame.under.get(node, ())
                wanted = (Wanted(part, blame, around) for part in parts if isinstance(part, Relation))
                self.attempt.solver.wanted.extend(wanted)
                return True
        return False


def _stated(node: Reduce, values: IntegerValues, box: Box) -> Stated:
    """The conditions, as formulas where they are known as such."""
    conditions: list[tuple[Node, Formula | None]] = []
    facts: list[Formula] = []
    entries: list[tuple[Node, Size]] = []

    def of(item: Node) -> Cases:
        cases = values.of(item, box)
        facts.extend(fact for case in cases or () for fact in case.facts)
        if cases is not None and len(cases) == 1 and isinstance(item, Read) and is_entry_alone(cases[0].size):
            entries.append((item, cases[0].size))
        return cases

    for choice in left_out(node.body)[0]:
        stated = choice.formula
        if stated is None and choice.condition is not None:
            stated = written_condition(choice.condition, of)
        conditions.append((choice if choice.condition is None else choice.condition, stated))
    return Stated(tuple(conditions), tuple(facts), tuple(entries))


def _inside(names: Sequence[str], ranges: Mapping[str, Interval]) -> Iterator[Formula]:
    for name in names:
        yield Relation(">=", symbol(name), ranges[name].low)
        yield Relation("<=", symbol(name), ranges[name].high)


def _terms(own: Sequence[str], ranges: Mapping[str, Interval]) -> Iterator[dict[str, Size]]:
    """The terms that may be the one: at the ends of the ranges, and at the indices around."""
    outer = [symbol(name) for name in ranges if name not in own]
    places = [(ranges[name].low, ranges[name].high, *outer) for name in own]
    for chosen in itertools.islice(itertools.product(*places), MOST_TRIED):
        moves: dict[str, Size] = {}
        for name, size in zip(own, chosen):
            moves[name] = size.substitute(moves)
        yield moves
