"""Text to syntax tree.

Comes in: a `Source`.  Goes out: `Parsed`: the tree of all statements that are well formed, the comments, and a
diagnostic for every mistake.  Assumed: nothing; text of any kind gives a `Parsed`, never an exception.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.source import Source, Span
from shapecheck.syntax import tree
from shapecheck.syntax.lexer import LINE_ENDS, Token, scan
from shapecheck.syntax.limits import refused_text, refused_tokens, refused_trees
from shapecheck.syntax.literate import spec_text
from shapecheck.syntax.recovery import parse_tokens
from shapecheck.syntax.tables import load_tables


@dataclass(frozen=True, slots=True)
class Comment:
    """`text` is the comment as written, with its `#`, without blanks at its end."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text says; `spec` holds the statements without mistakes, so it may be empty."""

    spec: tree.Spec
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]


def parse(source: Source) -> Parsed:
    """Read a spec, or a Markdown file with specs in it; all mistakes are reported, in the order of the text."""
    refusal = refused_text(source.text)
    if refusal is not None:
        return _refused(refusal)
    tables = load_tables()
    tokens = scan(spec_text(source.text) + "\n", tables.pattern)
    refusal = refused_tokens(tokens)
    if refusal is not None:
        return _refused(refusal)
    outcome = parse_tokens(tokens, tables)
    too_deep = refused_trees(outcome.spec.statements)
    return Parsed(outcome.spec, comments_of(tokens), (*outcome.diagnostics, *too_deep))


def comments_of(tokens: list[Token]) -> tuple[Comment, ...]:
    """All comments, in the order of the text."""
    return tuple(
        Comment(Span(token.start + match.start(), token.start + match.end()), match.group())
        for token in tokens
        if token.kind == "COMMENT" or (token.kind in LINE_ENDS and "#" in token.text)
        for match in re.finditer(r"#[^\n]*(?<![ \t\r\u00a0])", token.text)
    )


def _refused(refusal: Diagnostic) -> Parsed:
    return Parsed(tree.Spec(()), (), (refusal,))
