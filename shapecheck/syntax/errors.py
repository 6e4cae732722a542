"""The texts of syntax errors: what was found, what was expected, and the line to write instead.

Comes in: the broken statement as tokens, where it breaks, and what the automaton could have taken there.
Goes out: `Diagnostic`s whose first label is the offending text.  Assumed: tokens know their places.
What only a mistake needs is imported when there is one.
"""

from __future__ import annotations

from shapecheck.diagnostics.model import Diagnostic, Label, Level
from shapecheck.source import Span
from shapecheck.syntax.lexer import Statement, Token

_NAMES = {"LPAR": "(", "LSQB": "[", "LBRACE": "{", "RPAR": ")", "RSQB": "]", "RBRACE": "}"}
_PARTNERS = {"LPAR": ")", "LSQB": "]", "LBRACE": "}", "RPAR": "(", "RSQB": "[", "RBRACE": "{"}


def unexpected(statement: Statement, position: int, expected: frozenset[str]) -> Diagnostic:
    """The token at `position` fits nothing that could stand there."""
    from shapecheck.syntax.hints import hint_for
    from shapecheck.syntax.words import expectation, finding

    token = statement[position]
    hint = hint_for(statement, position, expected)
    if hint is not None:
        return Diagnostic(hint.code, hint.title, (Label(hint.span, hint.label),), help=hint.help)
    wanted = expectation(expected)
    title = f"expected {wanted}, found {finding(token)}" if wanted else f"{finding(token)} does not fit here"
    if token.kind == "_NL" and position:
        last = statement[position - 1]
        return _at(last.end - 1, last.end, "syntax-unexpected-end", title, "the statement stops here")
    return _at(token.start, token.end, "syntax-unexpected", title)


def unclosed(opener: Token) -> Diagnostic:
    """A bracket or brace that nothing closes."""
    shown = _NAMES[opener.kind]
    code = "unclosed-brace" if shown == "{" else "unclosed-bracket"
    title = f"'{shown}' is never closed"
    return _at(opener.start, opener.end, code, title, help=f"write the missing '{_PARTNERS[opener.kind]}'")


def unopened(closer: Token) -> Diagnostic:
    """A bracket or brace that closes nothing."""
    shown, partner = _NAMES[closer.kind], _PARTNERS[closer.kind]
    code = "unopened-brace" if shown == "}" else "unopened-bracket"
    help = f"remove it, or write '{partner}' before"
    return _at(closer.start, closer.end, code, f"'{shown}' closes nothing", help=help)


def mismatched(opener: Token, closer: Token) -> Diagnostic:
    """`( .. ]`"""
    title = f"'{_NAMES[opener.kind]}' is closed by '{_NAMES[closer.kind]}'"
    labels = (
        Label(Span(closer.start, closer.end), f"should be '{_PARTNERS[opener.kind]}'"),
        Label(Span(opener.start, opener.end), "opened here", primary=False),
    )
    return Diagnostic("mismatched-bracket", title, labels, help=f"write '{_PARTNERS[opener.kind]}' here")


def too_many(last: Token, limit: int) -> Diagnostic:
    """A note after the last mistake that is reported."""
    title = f"{limit} mistakes: the rest of the file was not read"
    return Diagnostic("too-many-errors", title, (Label(Span(last.start, last.end)),), level=Level.NOTE)


def empty_file() -> Diagnostic:
    """A text of blanks and comments only."""
    return _at(0, 0, "empty-file", "the file is empty: there is nothing to check", help="begin with the sizes:  dim n")


def file_too_large(length: int, limit: int) -> Diagnostic:
    """A file that is longer than the limit."""
    title = f"the file has {length:,} characters; at most {limit:,} are read"
    return _at(0, 0, "file-too-large", title, help='split it, and import the layers:  from "layers.shape" import block')


def control_character(span: Span, character: str) -> Diagnostic:
    """A control character, which no text has."""
    title = f"the file holds the control character U+{ord(character):04X}: is it a text file?"
    help = "save it as UTF-8: every other character of a file in UTF-16 is U+0000" if character == "\0" else "remove it"
    return _at(span.start, span.end, "control-character", title, help=help)


def nested_too_deep(span: Span, what: str, limit: int) -> Diagnostic:
    """Brackets or operators beyond the limit."""
    title = f"more than {limit} {what} within each other"
    return _at(span.start, span.end, "nested-too-deep", title, help="give a part of it a name:  a = ..")


def number_too_long(span: Span, limit: int) -> Diagnostic:
    """An integer with too many digits."""
    return _at(span.start, span.end, "number-too-long", f"a number has at most {limit} digits")


def _at(start: int, end: int, code: str, title: str, text: str = "", help: str | None = None) -> Diagnostic:
    return Diagnostic(code, title, (Label(Span(start, end), text),), help=help)
