"""Limits checked before parsing, so that no text can make the parser slow, deep or greedy.

Comes in: the text or its tokens.  Goes out: a diagnostic, or None where all is well.
Assumed: nothing of the text.
"""

from __future__ import annotations

import re

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.source import Span
from shapecheck.syntax import errors, tree
from shapecheck.syntax.lexer import CLOSERS, IGNORED, LINE_ENDS, OPENERS, Statement, Token
from shapecheck.syntax.walking import children

MAXIMUM_CHARACTERS = 2_000_000
"""Longest text that is read."""

MAXIMUM_NESTING = 200
"""Deepest brackets and braces."""

MAXIMUM_DEPTH = 250
"""Longest way from a statement down its tree: operators in one chain (`a + b + ..`, `x -> f -> ..`) count one each."""

MAXIMUM_DIGITS = 300
"""Longest integer; far beyond it Python refuses to convert."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def refused_text(text: str) -> Diagnostic | None:
    """Too long, or not text at all."""
    if len(text) > MAXIMUM_CHARACTERS:
        return errors.file_too_large(len(text), MAXIMUM_CHARACTERS)
    control = _CONTROL.search(text)
    return errors.control_character(Span(control.start(), control.end()), control.group()) if control else None


def refused_tokens(tokens: list[Token]) -> Diagnostic | None:
    """A diagnostic for statements without content or with a number that is too long."""
    if all(token.kind in IGNORED or token.kind in LINE_ENDS for token in tokens):
        return errors.empty_file()
    return _too_long(tokens)


def refused_statements(parts: list[Statement]) -> Diagnostic | None:
    """Brackets or blocks too deep."""
    blocks = 0
    for statement in parts:
        blocks = max(0, blocks + (statement[-1].kind == "LBRACE") - (statement[0].kind == "RBRACE"))
        deep = statement[-1] if blocks > MAXIMUM_NESTING else _too_deep(statement)
        if deep is not None:
            return errors.nested_too_deep(Span(deep.start, deep.end), "brackets", MAXIMUM_NESTING)
    return None


def _too_deep(statement: Statement) -> Token | None:
    """The first bracket that is too deep."""
    depth = 0
    for token in statement:
        depth += (token.kind in OPENERS) - (token.kind in CLOSERS)
        if depth > MAXIMUM_NESTING:
            return token
    return None


def _too_long(tokens: list[Token]) -> Diagnostic | None:
    long = next((token for token in tokens if _digits(token) > MAXIMUM_DIGITS), None)
    return errors.number_too_long(Span(long.start, long.end), MAXIMUM_DIGITS) if long else None


def _digits(token: Token) -> int:
    if token.kind not in ("INT", "COEF", "NUMBER", "SIZES") or token.end - token.start <= MAXIMUM_DIGITS:
        return 0
    return max(len(run) for run in re.findall("[0-9]+", token.text))


def refused_tree(statement: tree.Statement) -> Diagnostic | None:
    """A tree too deep for later stages to walk."""
    if statement.span.end - statement.span.start <= MAXIMUM_DEPTH:  # a level takes a character at least
        return None
    deepest = _deepest(statement)
    return errors.nested_too_deep(deepest.span, "operators in one chain", MAXIMUM_DEPTH) if deepest else None


def _deepest(statement: tree.Statement) -> tree.Node | None:
    """A node below `MAXIMUM_DEPTH`, if there is one."""
    waiting: list[tuple[tree.Node, int]] = [(statement, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAXIMUM_DEPTH:
            return node
        waiting.extend((child, depth + 1) for child in children(node))
    return None
