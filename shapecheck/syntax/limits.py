"""What is refused before it is parsed, so that no text can make the parser slow, deep or greedy.

Comes in: the text or its tokens.  Goes out: a diagnostic, or None where all is well.
Assumed: nothing of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.source import Span
from shapecheck.syntax import errors, tree
from shapecheck.syntax.lexer import IGNORED, LINE_ENDS, Token
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
_OPENING = frozenset({"LPAR", "LSQB", "LBRACE"})
_CLOSING = frozenset({"RPAR", "RSQB", "RBRACE"})


def refused_text(text: str) -> Diagnostic | None:
    """Too long, or not text at all."""
    if len(text) > MAXIMUM_CHARACTERS:
        return errors.file_too_large(len(text), MAXIMUM_CHARACTERS)
    control = _CONTROL.search(text)
    return errors.control_character(Span(control.start(), control.end()), control.group()) if control else None


def refused_tokens(tokens: list[Token]) -> Diagnostic | None:
    """Nothing to check, brackets too deep, or a number too long."""
    if all(token.kind in IGNORED or token.kind in LINE_ENDS for token in tokens):
        return errors.empty_file()
    return _too_deep(tokens) or _too_long(tokens)


def _too_deep(tokens: list[Token]) -> Diagnostic | None:
    depth = 0
    for token in tokens:
        if token.kind in _OPENING:
            depth += 1
            if depth > MAXIMUM_NESTING:
                return errors.nested_too_deep(Span(token.start, token.end), "brackets", MAXIMUM_NESTING)
        elif token.kind in _CLOSING and depth:
            depth -= 1
    return None


def _too_long(tokens: list[Token]) -> Diagnostic | None:
    long = next((token for token in tokens if _digits(token) > MAXIMUM_DIGITS), None)
    return errors.number_too_long(Span(long.start, long.end), MAXIMUM_DIGITS) if long else None


def _digits(token: Token) -> int:
    if token.kind not in ("INT", "COEF", "NUMBER", "SIZES") or token.end - token.start <= MAXIMUM_DIGITS:
        return 0
    return max(len(run) for run in re.findall("[0-9]+", token.text))


def refused_trees(statements: tuple[tree.Statement, ...]) -> Iterator[Diagnostic]:
    """A diagnostic for every statement whose tree is too deep for later stages to walk."""
    for statement in statements:
        if statement.span.end - statement.span.start > MAXIMUM_DEPTH:  # a level takes a character at least
            deepest = _deepest(statement)
            if deepest is not None:
                yield errors.nested_too_deep(deepest.span, "operators in one chain", MAXIMUM_DEPTH)


def _deepest(statement: tree.Statement) -> tree.Node | None:
    """A node below `MAXIMUM_DEPTH`, if there is one."""
    waiting: list[tuple[tree.Node, int]] = [(statement, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAXIMUM_DEPTH:
            return node
        waiting.extend((child, depth + 1) for child in children(node))
    return None
