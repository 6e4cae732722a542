"""Chains made longer: a tensor that is only the start of one other chain is written in its place.

Comes in: equations in the order in which they were written, and the names that must stay.  Goes out: fewer of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from shapecheck.bridge.rewriting import names_in
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


def joined_chains(equations: Sequence[tree.Statement], kept: Iterable[str]) -> list[tree.Statement]:
    """The equations with chains in the place of their names, where those are read once and start a chain."""
    uses = Counter(name for statement in equations for name in names_in(statement))
    stay = set(kept)
    starts = {start.name for start in map(_start, equations) if isinstance(start, tree.Name)}
    waiting: dict[str, Expression] = {}
    found: list[tree.Statement] = []
    for statement in equations:
        statement = _with_start(statement, waiting)
        name = _only_name(statement)
        if name is not None and name not in stay and uses[name] == 1 and name in starts:
            assert isinstance(statement, tree.Equation)
            waiting[name] = statement.value
        else:
            found.append(statement)
    return found


def is_temporary(name: str) -> bool:
    """Whether a name stands only while equations are taken apart."""
    return name.startswith("~")


def single_stages(equations: Sequence[tree.Statement]) -> list[tree.Statement]:
    """The equations with every stage in a line of its own, which has a temporary name."""
    found: list[tree.Statement] = []
    for statement in equations:
        stages = stages_of(statement.value) if isinstance(statement, tree.Equation) else []
        if isinstance(statement, tree.Equation) and stages and statement.form == "plain" and not statement.binders:
            found += _single(statement, stages, len(found))
        else:
            found.append(statement)
    return found


def _single(statement: tree.Equation, stages: Sequence[tree.Stage], number: int) -> list[tree.Statement]:
    value = start_of(statement.value)
    assert value is not None
    lines: list[tree.Statement] = []
    if not isinstance(value, tree.Name | tree.Tuple):
        lines.append(_temporary(f"~{number}", value))
        value = tree.Name(f"~{number}")
    for place, stage in enumerate(stages[:-1], 1):
        lines.append(_temporary(f"~{number}_{place}", tree.Pipe(value, stage)))
        value = tree.Name(f"~{number}_{place}")
    return [*lines, replace(statement, value=tree.Pipe(value, stages[-1]))]


def _temporary(name: str, value: Expression) -> tree.Equation:
    return tree.Equation("plain", (tree.Target(name, None, None),), value, ())


def _only_name(statement: tree.Statement) -> str | None:
    """The name of an equation without indices whose value is a chain."""
    match statement:
        case tree.Equation("plain", (tree.Target(name, None, None),), value, ()):
            return name if isinstance(value, tree.Pipe) or is_temporary(name) else None
        case _:
            return None


def _start(statement: tree.Statement) -> Expression | None:
    return start_of(statement.value) if isinstance(statement, tree.Equation) else None


def start_of(value: Expression) -> Expression | None:
    """The start of a chain; None for a value that is no chain."""
    if not isinstance(value, tree.Pipe):
        return None
    while isinstance(value, tree.Pipe):
        value = value.value
    return value


def _with_start(statement: tree.Statement, waiting: dict[str, Expression]) -> tree.Statement:
    if not isinstance(statement, tree.Equation):
        return statement
    start = start_of(statement.value)
    if not isinstance(start, tree.Name) or start.name not in waiting:
        return statement
    longer = waiting.pop(start.name)
    return replace(statement, value=with_start(statement.value, lambda _: longer))


def with_start(value: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """A chain with another start."""
    if isinstance(value, tree.Pipe):
        return tree.Pipe(with_start(value.value, change), value.stage)
    return change(value)


def stages_of(value: Expression) -> list[tree.Stage]:
    """The stages of a chain in their order."""
    found = []
    while isinstance(value, tree.Pipe):
        found.append(value.stage)
        value = value.value
    return found[::-1]


def chain(start: Expression, stages: Iterable[tree.Stage]) -> Expression:
    """A chain from its start and its stages."""
    for stage in stages:
        start = tree.Pipe(start, stage)
    return start
