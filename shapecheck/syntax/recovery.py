"""Parses all statements, going on after each mistake.

Comes in: the statements of a text, as tokens.  Goes out: the tree of those that are well formed, and a diagnostic for
every other one.  A statement with a mistake is left out; where it opened a block, an empty `for` holds the block's
place, so that the mistakes inside are found as well.
Assumed: `limits` has let the tokens pass.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.record import record
from shapecheck.source import Span
from shapecheck.syntax import errors, tree
from shapecheck.syntax.automaton import Automaton, ending
from shapecheck.syntax.build_statements import BUILDERS
from shapecheck.syntax.lexer import CLOSERS, OPENERS, Statement, Token
from shapecheck.syntax.tables import Tables

MAXIMUM_ERRORS = 25
"""After so many mistakes the rest of the file is not looked at."""


@record
class Outcome:
    """The tree, the mistakes in the order of the text, and the kind of each token that the parser's state decided."""

    spec: tree.Spec
    diagnostics: list[Diagnostic]
    resolved: dict[int, str]


def parse_statements(statements: list[Statement], tables: Tables) -> Outcome:
    """Parse a whole file."""
    parts, found = _balanced(statements)
    automaton = Automaton(tables, BUILDERS)
    if len(found) >= MAXIMUM_ERRORS:
        return _given_up(found, statements[-1][-1])
    for statement in parts:
        mistake = _bracket_mistake(statement) or _take(automaton, statement)
        if mistake is None:
            continue
        found.append(mistake)
        if len(found) >= MAXIMUM_ERRORS:
            return _given_up(found, statement[-1])
        _replace(automaton, statement)
    automaton.feed(ending(statements[-1][-1].end))
    return Outcome(automaton.result(), _sorted(found), automaton.resolved)


def _given_up(found: list[Diagnostic], last: Token) -> Outcome:
    """The first mistakes of too many."""
    return Outcome(tree.Spec(()), [*_sorted(found)[:MAXIMUM_ERRORS], errors.too_many(last, MAXIMUM_ERRORS)], {})


def _sorted(found: list[Diagnostic]) -> list[Diagnostic]:
    return sorted(found, key=lambda mistake: mistake.span or Span(0, 0))


def _balanced(parts: list[Statement]) -> tuple[list[Statement], list[Diagnostic]]:
    """The statements with a partner for every brace, and what was wrong."""
    kept: list[Statement] = []
    found: list[Diagnostic] = []
    open_braces: list[Token] = []
    for statement in parts:
        if statement[0].kind == "RBRACE":
            if not open_braces:
                found.append(errors.unopened(statement[0]))
                continue
            open_braces.pop()
        if statement[-1].kind == "LBRACE":
            open_braces.append(statement[-1])
        kept.append(statement)
    for brace in open_braces:
        found.append(errors.unclosed(brace))
        kept.append([Token("RBRACE", "", brace.end, brace.end), Token("_NL", "", brace.end, brace.end)])
    return kept, found


def _bracket_mistake(statement: Statement) -> Diagnostic | None:
    """The first bracket without a partner; to be skipped by the caller like any other mistake."""
    waiting: list[Token] = []
    for token in statement:
        if token.kind in OPENERS:
            waiting.append(token)
        elif token.kind in CLOSERS:
            if not waiting:
                return errors.unopened(token)
            opener = waiting.pop()
            if OPENERS[opener.kind] != token.kind:
                return errors.mismatched(opener, token)
    return errors.unclosed(waiting[-1]) if waiting else None


def _take(automaton: Automaton, statement: Statement) -> Diagnostic | None:
    """Feed a statement; on a mistake undo it."""
    mark = None
    for position, token in enumerate(statement):
        if not automaton.feed(token):
            mistake = errors.unexpected(statement, position, automaton.expected())
            if mark is not None:
                automaton.rewind(mark)
            return mistake
        if mark is None:
            mark = automaton.mark() - 1
    return None


def _replace(automaton: Automaton, statement: Statement) -> None:
    """Take something harmless where a broken statement stood."""
    last = statement[-1]
    for token in _harmless(last):
        if automaton.accepts(token.kind):
            automaton.feed(token)


def _harmless(last: Token) -> Iterator[Token]:
    if last.kind == "LBRACE":
        yield Token("FOR", "for", last.start, last.start)
        yield Token("NAME", "_", last.start, last.start)
    yield last
