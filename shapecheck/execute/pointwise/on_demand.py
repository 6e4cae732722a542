"""Statements computed member by member, each when something needs it.

In: a group of statements that no loop orders.  Out: their families' members in the state.  A member that is needed
while it is being computed is a cycle; the path is kept on a stack of its own, however long it gets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import product

from shapecheck.execute import errors
from shapecheck.execute.planning.memory_layout import Box, BoxIndex
from shapecheck.execute.planning.statement import Goal, Statement
from shapecheck.execute.pointwise.every_point import points
from shapecheck.execute.pointwise.point import Exact
from shapecheck.execute.run_state import Array, Setting, State, storage
from shapecheck.ops.term_types import member_name
from shapecheck.record import record

Member = tuple[int, tuple[int, ...]]
"""A statement's number and the values of its indices."""


class Missing(Exception):
    """A member that is needed has not been computed yet."""

    def __init__(self, member: Member) -> None:
        super().__init__()
        self.member = member


@record(frozen=False)
class Demanded:
    """Computes the statements of a group on demand."""

    statements: Sequence[Statement]
    setting: Setting
    _writers: dict[str, BoxIndex[tuple[Statement, Goal]]] = field(init=False)
    _by_number: dict[int, Statement] = field(init=False)

    def __post_init__(self) -> None:
        goals: dict[str, list[tuple[Box, tuple[Statement, Goal]]]] = {}
        for statement in self.statements:
            for goal in statement.goals:
                goals.setdefault(goal.family, []).append((goal.image, (statement, goal)))
        self._writers = {family: BoxIndex(own) for family, own in goals.items()}
        self._by_number = {statement.number: statement for statement in self.statements}

    def run(self, state: State) -> None:
        """Computes every member of every statement."""
        done: set[Member] = set()
        exacts = {statement.number: self._exact(statement, state, done) for statement in self.statements}
        for statement in self.statements:
            for point in points(statement.boxes):
                self._compute((statement.number, tuple(point.values())), exacts, state, done)

    def _exact(self, statement: Statement, state: State, done: set[Member]) -> Exact:
        setting = self.setting
        return Exact(statement, setting.layout, state, setting.kind, lambda family, box: self._need(family, box, done))

    def _need(self, family: str, box: Box, done: set[Member]) -> None:
        if family not in self._writers:
            return
        for at in product(*(range(low, high + 1) for low, high in box)):
            member = self.writer(family, at)
            if member is not None and member not in done:
                raise Missing(member)

    def writer(self, family: str, at: Sequence[int]) -> Member | None:
        """The statement that writes this member, with the values of its indices; None if it is none of these."""
        index = self._writers.get(family)
        for _, (statement, goal) in index.meeting(tuple((value, value) for value in at)) if index else ():
            env = _solved(statement, goal, at)
            if env is not None:
                return statement.number, env
        return None

    def _compute(self, first: Member, exacts: dict[int, Exact], state: State, done: set[Member]) -> None:
        path: dict[Member, None] = {} if first in done else {first: None}
        while path:
            member = next(reversed(path))
            statement = self._by_number[member[0]]
            env = {**statement.env, **dict(zip(statement.boxes, member[1]))}
            try:
                value = exacts[statement.number].value(statement.equation.value, env)
            except Missing as missing:
                if missing.member in path:
                    raise self._cycle(path, missing.member) from None
                path[missing.member] = None
                continue
            _write(statement, env, value, state)
            done.add(member)
            del path[member]

    def _cycle(self, path: dict[Member, None], again: Member) -> errors.ExecutionError:
        members = list(path)
        circle = [*members[members.index(again) :], again]
        names = [self._name(member) for member in circle]
        if len(names) > 8:
            names = [*names[:4], "..", *names[-3:]]
        return errors.cycle(names, self._by_number[again[0]].equation.span)

    def _name(self, member: Member) -> str:
        statement = self._by_number[member[0]]
        env = {**statement.env, **dict(zip(statement.boxes, member[1]))}
        goal = statement.goals[0]
        return member_name(goal.family, [size.evaluate(env) for size in goal.subscripts])


def _write(statement: Statement, env: Mapping[str, int], value: Array, state: State) -> None:
    """Stores the value of a statement at one point of its indices."""
    for goal in statement.goals:
        part = statement.part(goal, value)
        member = tuple(size.evaluate(env) - low for size, low in zip(goal.subscripts, goal.slot.lows))
        storage(state, goal.slot, part.dtype)[member] = part
    state.confirmed += 1


def _solved(statement: Statement, goal: Goal, at: Sequence[int]) -> tuple[int, ...] | None:
    """The values of the indices for which the goal is that member."""
    env: dict[str, int] = {}
    for size, value in zip(goal.subscripts, at):
        names = [name for name in size.names if name in statement.boxes]
        if names:
            env[names[0]] = value
        elif size.evaluate(statement.env) != value:
            return None
    inside = all(low <= env.get(name, low) <= high for name, (low, high) in statement.boxes.items())
    return tuple(env.get(name, box[0]) for name, box in statement.boxes.items()) if inside else None
