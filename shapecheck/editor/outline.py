"""The outline of an open text: what is defined in it, and what can be folded.

In: an `OpenText`.  Out: `Item`s in the order of the text, those in a block below it; and the spans that can be folded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shapecheck.editor.open_text import OpenSpec, OpenText
from shapecheck.editor.spec_names import Kind
from shapecheck.record import record
from shapecheck.source import Span
from shapecheck.syntax import print_expression, tree


@record
class Item:
    """A part of the outline; `name_span` is where its name stands, `span` all of it."""

    name: str
    kind: Kind | str
    span: Span
    name_span: Span
    inside: tuple[Item, ...] = ()


@record
class Fold:
    """A part that can be folded, from its first line to its last; comments fold apart."""

    span: Span
    is_comment: bool = False


def outline(text: OpenText) -> tuple[Item, ...]:
    """The definitions of the specs; each spec of a document is an item of its own."""
    found = []
    for spec in text.specs:
        items = tuple(_items(spec.reading.parsed.spec.statements, set()))
        if spec.source.section and items:
            span = Span(items[0].span.start, items[-1].span.end)
            found.append(Item(spec.source.section, "spec", span, items[0].name_span, items))
        else:
            found += items
    return tuple(found)


def folds(text: OpenText) -> Iterator[Fold]:
    """Blocks, statements of several lines, and comments of several lines."""
    for spec in text.specs:
        statements = spec.reading.parsed.spec.statements
        yield from (Fold(span) for span in _long(_all(statements), spec))
        yield from (Fold(span, True) for span in _comments(spec))


def _items(statements: Iterable[tree.Statement], known: set[str]) -> Iterator[Item]:
    """The items of statements; a name that has several definitions is listed once."""
    for statement in statements:
        for item in _of(statement, known):
            if item.name not in known or item.kind in ("claim", Kind.TEST):
                known.add(item.name)
                yield item


def _of(statement: tree.Statement, known: set[str]) -> Iterator[Item]:
    match statement:
        case tree.Dim(declarations):
            yield from (Item(size.name, Kind.SIZE, statement.span, size.span) for size in declarations)
        case tree.Declaration(role, items):
            yield from (Item(item.name, role, statement.span, item.span) for item in items)
        case tree.Equation(_, targets):
            yield from (Item(target.name, Kind.TENSOR, statement.span, target.span) for target in targets)
        case tree.Signature(target):
            yield Item(target.name, Kind.TENSOR, statement.span, target.span)
        case tree.For(_, body):
            yield from _items(body, known)
        case tree.Layer(name, _, body):
            inside = tuple(_items(body or (), set()))
            yield Item(name, Kind.LAYER, statement.span, statement.span, inside)
        case tree.Function(name):
            yield Item(name, Kind.FUNCTION, statement.span, statement.span)
        case tree.Claim(label, subject):
            yield Item(label or print_expression(subject), "claim", statement.span, statement.span)
        case tree.Test(name):
            yield Item(name, Kind.TEST, statement.span, statement.span)
        case _:
            return


def _all(statements: Iterable[tree.Statement]) -> Iterator[tree.Statement]:
    """All statements, those in blocks too."""
    for statement in statements:
        yield statement
        if isinstance(statement, tree.For | tree.Layer | tree.Test):
            yield from _all(statement.body or ())


def _long(statements: Iterable[tree.Statement], spec: OpenSpec) -> Iterator[Span]:
    return (item.span for item in statements if "\n" in spec.source[item.span].rstrip())


def _comments(spec: OpenSpec) -> Iterator[Span]:
    """Runs of comments on lines of their own, one below the other."""
    text = spec.source.text
    run: list[Span] = []
    for comment in (item.span for item in spec.reading.parsed.comments):
        line_start = text.rfind("\n", 0, comment.start) + 1
        alone = not text[line_start : comment.start].strip()
        if run and not (alone and text[run[-1].end : comment.start].strip(" \t\r") == "\n"):
            yield from _joined(run)
            run = []
        if alone:
            run.append(comment)
    yield from _joined(run)


def _joined(run: list[Span]) -> list[Span]:
    return [run[0].to(run[-1])] if len(run) > 1 else []
