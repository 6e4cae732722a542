"""Text to syntax tree.

Comes in: a `Source`.  Goes out: `Parsed`: the tree of all statements that are well formed, the comments, and a
diagnostic for every mistake.  Assumed: nothing; text of any kind gives a `Parsed`, never an exception.
"""

from __future__ import annotations

import re

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.record import record
from shapecheck.source import Source, Span
from shapecheck.syntax import tree
from shapecheck.syntax.lexer import LINE_ENDS, Statement, Token, scan, statements
from shapecheck.syntax.literate import spec_text
from shapecheck.syntax.recovery import parse_statements
from shapecheck.syntax.refusals import refused_statements, refused_text, refused_tokens, refused_tree
from shapecheck.syntax.tables import load_tables


@record
class Comment:
    """`text` is the comment as written, with its `#`, without blanks at its end."""

    span: Span
    text: str


@record
class Parsed:
    """The result of parsing; `spec` holds the statements without mistakes, so it may be empty."""

    spec: tree.Spec
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]


@record
class Reading:
    """The parsed text with its tokens; `resolved` are the kinds that the state decided."""

    parsed: Parsed
    tokens: list[Token]
    statements: list[Statement]
    resolved: dict[int, str]


def parse(source: Source, start: int = 0) -> Parsed:
    """Read a spec, or a Markdown file with specs in it; all mistakes are reported, in the order of the text.

    All places are counted from `start`: where the text is attached to another one.
    """
    return read(source, start).parsed


def read(source: Source, start: int = 0) -> Reading:
    """The parsed text with its tokens, for the formatter."""
    refusal = refused_text(source.text)
    if refusal is not None:
        return _refused(refusal)
    tables = load_tables()
    tokens = scan(spec_text(source.text) + "\n", tables.pattern)
    if start:
        tokens = [token._replace(start=token.start + start, end=token.end + start) for token in tokens]
    parts = statements(tokens)
    refusal = refused_tokens(tokens) or refused_statements(parts)
    if refusal is not None:
        return _refused(refusal)
    outcome = parse_statements(parts, tables)
    spec, too_deep = _shallow(outcome.spec)
    parsed = Parsed(spec, comments_of(tokens), (*outcome.diagnostics, *too_deep))
    return Reading(parsed, tokens, parts, outcome.resolved)


def _shallow(spec: tree.Spec) -> tuple[tree.Spec, list[Diagnostic]]:
    """The spec without the statements whose trees are too deep, and what is said of them."""
    refusals = [refused_tree(statement) for statement in spec.statements]
    found = [refusal for refusal in refusals if refusal is not None]
    if not found:
        return spec, []
    kept = tuple(statement for statement, refusal in zip(spec.statements, refusals) if refusal is None)
    return tree.Spec(kept, span=spec.span), found


def comments_of(tokens: list[Token]) -> tuple[Comment, ...]:
    """All comments, in the order of the text."""
    return tuple(
        Comment(Span(token.start + match.start(), token.start + match.end()), match.group())
        for token in tokens
        if token.kind == "COMMENT" or (token.kind in LINE_ENDS and "#" in token.text)
        for match in re.finditer(r"#[^\n]*(?<![ \t\r\u00a0])", token.text)
    )


def _refused(refusal: Diagnostic) -> Reading:
    return Reading(Parsed(tree.Spec(()), (), (refusal,)), [], [], {})
