"""Operators without a value for no terms: `argmax[j when A[i, j] == 1] e[i, j]` needs a j that its `when` leaves.

In: an attempt that succeeded.  Out: a warning for each operator of which that is not proved, and the tensors that rest
on it; an error where sizes are known at which every term is left out.  A proof names the term: the first or the last
one, or the one at an index around.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.model import Claim, Equation
from shapecheck.graph.nodes import Node, Reduce, left_out
from shapecheck.infer.attempt.one_attempt import Attempt
from shapecheck.infer.attempt.solver import Blame, Wanted
from shapecheck.infer.attempt.state import Frame
from shapecheck.infer.model import Interval
from shapecheck.infer.owed import outcome_errors
from shapecheck.infer.regions import facts_about
from shapecheck.infer.values.boxes import Box
from shapecheck.infer.values.data_conditions import written_condition
from shapecheck.infer.values.integer_cases import Cases, is_entry
from shapecheck.infer.values.integers import IntegerValues, integer_values
from shapecheck.record import record
from shapecheck.sizes import And, Formula, Inadmissible, Not, Proved, Relation, Size, consistent, decide, symbol
from shapecheck.sizes.questions.formula import conjuncts

_OWE_A_TERM = ("mean", "argmax", "argmin")
MOST_TRIED = 64
"""The most terms that are tried as the one that is left."""


@record
class Stated:
    """The conditions of a `when` as formulas, and what is known of the entries in them."""

    formulas: tuple[Formula, ...]
    facts: tuple[Formula, ...]


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
        if stated is not None and (self._is_left(frame, node, stated, box) or self._owes(frame, node, stated, box)):
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
        outer = {name: part for name, part in box.ranges.items() if name not in own}
        for asked, facts in _asked(stated, own, box.ranges, around):
            names = set(asked.names).union(*(fact.names for fact in facts))
            context = self.attempt.solver.context.assuming(*facts_about(outer, names), *facts)
            if isinstance(decide(context, asked), Proved):
                return True
        return False

    def _owes(self, frame: Frame, node: Reduce, stated: Stated, box: Box) -> bool:
        """Whether the sizes at which a term is left are those of a condition, which is then wanted."""
        own, context = [index.symbol for index in node.indices], self.attempt.solver.context
        if any(is_entry(name) for formula in stated.formulas for name in formula.names):
            return False
        for asked, _ in _asked(stated, own, box.ranges, ()):
            parts = conjuncts(asked)
            if any(name[0] == "." for name in asked.names) or not all(isinstance(part, Relation) for part in parts):
                continue
            elsewhere = context.assuming(Not(asked), *_inside(own, box.ranges), *stated.formulas)
            if consistent(elsewhere) is None:
                blame = Blame(node.span, f"a term of {node.operator} that its `when` does not leave out")
                around = frame.under.get(node, ())
                wanted = (Wanted(part, blame, around) for part in parts if isinstance(part, Relation))
                self.attempt.solver.wanted.extend(wanted)
                return True
        return False


def _stated(node: Reduce, values: IntegerValues, box: Box) -> Stated | None:
    """The conditions as formulas; None where one of them is not known as such."""
    formulas: list[Formula] = []
    facts: list[Formula] = []

    def of(item: Node) -> Cases:
        cases = values.of(item, box)
        facts.extend(fact for case in cases or () for fact in case.facts)
        return cases

    for choice in left_out(node.body)[0]:
        stated = choice.formula
        if stated is None and choice.condition is not None:
            stated = written_condition(choice.condition, of)
        if stated is None:
            return None
        formulas.append(stated)
    return Stated(tuple(formulas), tuple(facts))


def _asked(
    stated: Stated, own: Sequence[str], ranges: Mapping[str, Interval], around: Sequence[Formula]
) -> Iterator[tuple[Formula, tuple[Formula, ...]]]:
    """For some terms the condition that it is there and left, and what is known then."""
    outer = [name for name in ranges if name not in own]
    goal = And((*stated.formulas, *_inside(own, ranges)))
    for moves in itertools.islice(_terms(own, ranges, outer), MOST_TRIED):
        try:
            yield goal.substitute(moves), tuple(fact.substitute(moves) for fact in (*stated.facts, *around))
        except Inadmissible:
            continue


def _inside(names: Sequence[str], ranges: Mapping[str, Interval]) -> Iterator[Formula]:
    for name in names:
        yield Relation(">=", symbol(name), ranges[name].low)
        yield Relation("<=", symbol(name), ranges[name].high)


def _terms(own: Sequence[str], ranges: Mapping[str, Interval], outer: Sequence[str]) -> Iterator[dict[str, Size]]:
    """The terms that may be the one: at the ends of the ranges, and at the indices around."""
    places = [(ranges[name].low, ranges[name].high, *map(symbol, outer)) for name in own]
    for chosen in itertools.product(*places):
        moves: dict[str, Size] = {}
        for name, size in zip(own, chosen):
            moves[name] = size.substitute(moves)
        yield moves
