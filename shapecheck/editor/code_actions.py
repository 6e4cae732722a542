"""Code actions: repairs of problems, and lines that write down what was derived.

In: an `OpenText`, a span, and the problems of the text.  Out: `Action`s.  A repair is offered only after it was tried:
in the changed text the problem is gone, and no other one of its kind has taken its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from shapecheck.diagnostics.model import Level
from shapecheck.editor.hover import shapes_around
from shapecheck.editor.layout_edits import Edit
from shapecheck.editor.open_text import OpenSpec, OpenText
from shapecheck.editor.problems import Problem, problems
from shapecheck.editor.repair_forms import Candidate, candidates
from shapecheck.editor.shape_texts import defaults, shape_text, told_in
from shapecheck.editor.spec_names import Key, Kind
from shapecheck.editor.statement_places import behind_statement, outermost
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.report.cells import size_text
from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk

MOST_TRIED = 8
"""Most candidates that are tried for one request."""


@record
class Action:
    """Edits with a title; a repair names the problem that it mends, and is preferred where no meaning is changed."""

    title: str
    edits: tuple[Edit, ...]
    mends: Problem | None = None
    is_preferred: bool = False


def actions(text: OpenText, span: Span, found: Iterable[Problem]) -> list[Action]:
    """The actions for a span of the text."""
    near = [item for item in found if item.span.start <= span.end and span.start <= item.span.end]
    return [*_repairs(text, near), *written_shapes(text, span), *claims_that_hold(text, span)]


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text after edits that do not overlap."""
    for edit in sorted(edits, key=lambda item: item.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def _repairs(text: OpenText, near: Iterable[Problem]) -> Iterator[Action]:
    listed = ((problem, item) for problem in near for item in _candidates(text, problem))
    seen: set[tuple[Edit, ...]] = set()
    for problem, item in islice(listed, MOST_TRIED):
        if item.edits not in seen and _mends(text, problem, item):
            seen.add(item.edits)
            yield Action(item.title, item.edits, problem, item.keeps_meaning)


def _candidates(text: OpenText, problem: Problem) -> Iterator[Candidate]:
    spec = text.spec_at(problem.span.start)
    return iter(()) if spec is None else candidates(problem, spec)


def _mends(text: OpenText, problem: Problem, item: Candidate) -> bool:
    """Whether the problem is gone after the edits, and none of its kind or of the text has come.

    Mistakes of other kinds may come to light, since a text is read further then; claims are left to `check`.
    """
    before = _counted(problems(text))
    after = _counted(problems(OpenText(text.path, applied(text.text, item.edits), text.beside)))
    key = _key(problem)
    if key not in before:  # found by `check`: nothing new is all that can be told here
        return not after - before
    wrong = (problem.code, *_OF_SYNTAX)
    return after[key] < before[key] and not any(code in wrong for code, _ in after - before)


def _counted(found: Iterable[Problem]) -> Counter[tuple[str, str]]:
    return Counter(_key(problem) for problem in found if problem.level == Level.ERROR)


def _key(problem: Problem) -> tuple[str, str]:
    return problem.code, problem.words.split("\n")[0]


_OF_SYNTAX = ("syntax-unexpected", "syntax-unexpected-end", "unclosed-bracket", "unopened-bracket", "missing-left-side")
"""Codes of a text that the edits have made unreadable."""


def written_shapes(text: OpenText, span: Span) -> Iterator[Action]:
    """The derived shape, written behind the name on the left side or in the declaration that the span is in."""
    for spec, key, node in _targets(text, span):
        if isinstance(node, tree.Target | tree.Declared) and node.annotation is None:
            shape = _one_shape(spec, key)
            if shape is not None:
                edit = Edit(Span(node.span.end, node.span.end), f" : {shape}")
                yield from _if_fine(text, Action(f"Write the derived shape here: `: {shape}`", (edit,)))


def claims_that_hold(text: OpenText, span: Span) -> Iterator[Action]:
    """A claim of the derived shape, behind the statement that the span is in."""
    for spec, key, _ in _targets(text, span):
        shape = _one_shape(spec, key)
        shapes = shapes_around(spec, key)
        scope = _scope(spec, key)
        statement = outermost(scope, span.start)
        if shape is None or shapes is None or statement is None:
            continue
        line = f"claim {_claimed(shapes, key.name)} : {shape}{_for(shapes, key.name)}"
        edit = behind_statement(spec, statement.span, line)
        yield from _if_fine(text, Action(f"Add the claim that holds: `{line}`", (edit,)))


def _if_fine(text: OpenText, action: Action) -> Iterator[Action]:
    """The action, if it brings no problem."""
    after = problems(OpenText(text.path, applied(text.text, action.edits), text.beside))
    if not _counted(after) - _counted(problems(text)):
        yield action


def _targets(text: OpenText, span: Span) -> Iterator[tuple[OpenSpec, Key, tree.Node]]:
    """The tensor that is defined at a span."""
    spec = text.spec_at(span.start)
    found = None if spec is None else spec.names.at(span.start)
    entry = None if spec is None or found is None else spec.names.entries.get(found.key)
    if spec is None or found is None or entry is None or not found.defines or entry.kind is not Kind.TENSOR:
        return
    nodes = (node for statement in spec.reading.parsed.spec.statements for node in walk(statement))
    for node in nodes:
        if isinstance(node, tree.Target | tree.Declared) and node.span.start == found.span.start:
            yield spec, found.key, node
            return


def _scope(spec: OpenSpec, key: Key) -> tuple[tree.Statement, ...]:
    statements = spec.reading.parsed.spec.statements
    block = next((item for item in statements if isinstance(item, tree.Layer) and item.name == key.block), None)
    return statements if block is None else block.body or ()


def _one_shape(spec: OpenSpec, key: Key) -> str | None:
    """The shape of all members of a tensor; None where they differ, or hold for the defaults of a block alone."""
    shapes = shapes_around(spec, key)
    block = spec.names.entries.get(spec.names.top.get(key.block, key)) if key.block else None
    if shapes is None or (block and isinstance(block.node, tree.Layer) and defaults(block.node)):
        return None
    with told_in(shapes):
        found = {shape_text(cell.shape) for cell in shapes.cells.get(key.name, ())}
    return found.pop() if len(found) == 1 else None


def _claimed(shapes: Shapes, name: str) -> str:
    labels = [axis.label for axis in shapes.graph.families[name].axes]
    return f"{name}[{', '.join(labels)}]" if labels else name


def _for(shapes: Shapes, name: str) -> str:
    """` for t in 0..T`."""
    labels = [axis.label for axis in shapes.graph.families[name].axes]
    with told_in(shapes):
        parts = [f"{size_text(part.low)}..{size_text(part.high)}" for part in shapes.axes.get(name, ())]
    ranges = ", ".join(f"{label} in {part}" for label, part in zip(labels, parts))
    return f" for {ranges}" if ranges else ""
