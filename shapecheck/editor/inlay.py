"""Hints between the words of a text: shapes behind names, verdicts behind claims.

In: an `OpenText`, the kinds that are wanted, and the verdicts of the last check of this very text.  Out: `Hint`s.
Where a shape is written, no hint repeats it.  A layer whose arguments have defaults has no hints inside, since what
would be said holds for the defaults alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from shapecheck.editor.open_text import OpenSpec, OpenText
from shapecheck.editor.shape_texts import defaults, shape_text, told_in
from shapecheck.graph.model import Equation
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk

SHAPES, WEIGHTS, STAGES, VERDICTS = KINDS = ("shapes", "weights", "stages", "verdicts")
"""Shapes of names on the left of `=`, of declared names, of stages that `as` names; verdicts of claims."""


@record
class Hint:
    """A text behind an offset."""

    offset: int
    text: str
    kind: str


def hints(text: OpenText, wanted: Iterable[str] = KINDS, verdicts: Mapping[int, str] | None = None) -> list[Hint]:
    """All hints of the wanted kinds; `verdicts` are words by the offset at which a claim ends."""
    found = [hint for spec in text.specs for hint in _of_spec(spec)]
    found += [Hint(offset, f"  {word}", VERDICTS) for offset, word in (verdicts or {}).items()]
    kinds = frozenset(wanted)
    return sorted((hint for hint in found if hint.kind in kinds), key=lambda hint: hint.offset)


def _of_spec(spec: OpenSpec) -> Iterator[Hint]:
    statements = spec.reading.parsed.spec.statements
    if spec.shapes is not None:
        with told_in(spec.shapes):
            yield from _in_scope(spec, statements, spec.shapes)
    for statement in statements:
        if isinstance(statement, tree.Layer) and statement.name in spec.blocks and not defaults(statement):
            inside = spec.blocks[statement.name]
            with told_in(inside):
                yield from _in_scope(spec, statement.body or (), inside)


def _in_scope(spec: OpenSpec, statements: Iterable[tree.Statement], shapes: Shapes) -> Iterator[Hint]:
    values = _values(shapes)
    for statement in statements:
        match statement:
            case tree.For(_, body):
                yield from _in_scope(spec, body, shapes)
            case tree.Declaration(_, items):
                given = [_is_written(items[at:]) for at in range(len(items))]
                for item in (item for item, written in zip(items, given) if not written):
                    yield from _hint(item.span.end, _members(shapes, item.name), WEIGHTS)
            case tree.Equation():
                yield from _of_equation(statement, shapes, values)
            case _:
                pass


def _is_written(items: tuple[tree.Declared, ...]) -> bool:
    """Whether the first of these items has a shape: its own, or that of a later one in the list."""
    return any(item.annotation is not None for item in items)


def _of_equation(equation: tree.Equation, shapes: Shapes, values: Mapping[Span, list[str]]) -> Iterator[Hint]:
    for target in equation.targets:
        if target.annotation is None:
            own = values.get(target.span) if equation.form == "plain" else None
            yield from _hint(target.span.end, own or _members(shapes, target.name), SHAPES)
    for node in walk(equation.value):
        if isinstance(node, tree.Stage) and node.alias is not None:
            yield from _hint(node.span.end, _members(shapes, node.alias), STAGES)


def _values(shapes: Shapes) -> dict[Span, list[str]]:
    """The shapes of what each plain equation defines, by the place of its target."""
    found: dict[Span, list[str]] = {}
    for instance in shapes.instances:
        origin = instance.origin
        if isinstance(origin, Equation) and origin.form == "plain" and origin.value in instance.shapes:
            found.setdefault(origin.targets[0].span, []).append(shape_text(instance.shapes[origin.value]))
    return found


def _members(shapes: Shapes, name: str) -> list[str]:
    return [shape_text(cell.shape) for cell in shapes.cells.get(name, ())]


def _hint(offset: int, shapes: list[str], kind: str) -> Iterator[Hint]:
    if shapes:
        yield Hint(offset, f" : {' | '.join(dict.fromkeys(shapes))}", kind)
