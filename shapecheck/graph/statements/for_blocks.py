"""`for` blocks: statements with the indices around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.binders import bind_with_range
from shapecheck.graph.expressions.complete_reading import reading_at
from shapecheck.graph.expressions.declared_names import Names
from shapecheck.graph.expressions.scope import Loop, Scope
from shapecheck.graph.nodes import Index
from shapecheck.record import record
from shapecheck.syntax import tree


@record
class Placed:
    """A statement that is not a `for` block, and the scope of the `for` blocks around it."""

    statement: tree.Statement
    scope: Scope


def place(statements: tuple[tree.Statement, ...], names: Names, scope: Scope = Scope()) -> Iterator[Placed]:  # noqa: B008
    """All statements with the `for` blocks around them, in the order of the text."""
    for statement in statements:
        if not isinstance(statement, tree.For):
            yield Placed(statement, scope)
            continue
        try:
            inner = scope.inside(loop_of(statement.binders, names, scope, statement))
        except Rejected as rejected:
            names.report(rejected)
            names.poisoned.update(_targets_below(statement))
            continue
        yield from place(statement.body, names, inner)


def loop_of(binders: tuple[tree.Binder, ...], names: Names, scope: Scope, where: tree.Node) -> Loop:
    """The indices of a `for` or of a declaration, whose ranges are free of other indices."""
    indices: list[Index] = []
    for binder in binders:
        inside = reading_at(names, scope.within(*indices))
        indices.append(bind_with_range(inside, binder, makes_axis=True))
    return Loop(tuple(indices), binders[0].span.to(binders[-1].span) if binders else where.span)


def _targets_below(statement: tree.For) -> Iterator[str]:
    """The names that the equations of a `for` block define."""
    for inner in all_statements(statement.body):
        if isinstance(inner, tree.Equation):
            yield from (target.name for target in inner.targets)


def all_statements(statements: Iterable[tree.Statement]) -> tuple[tree.Statement, ...]:
    """All statements, those of `for` blocks included."""
    found: list[tree.Statement] = []
    for statement in statements:
        found.append(statement)
        if isinstance(statement, tree.For):
            found.extend(all_statements(statement.body))
    return tuple(found)
