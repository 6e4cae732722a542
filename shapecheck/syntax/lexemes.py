"""Tokens as the canonical form spells them.

Comes in: the tokens of a text that parses, and the marks of its tree.  Goes out: lines of `Lexeme`s with what stands
between them: comments and blank lines.  Assumed: the text has no mistakes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shapecheck.record import record
from shapecheck.syntax.lexer import LINE_ENDS, Token
from shapecheck.syntax.marks import Marks
from shapecheck.syntax.spacing import Lexeme
from shapecheck.syntax.spelling import ascii_name, ascii_operator, dressed_name, dressed_operator

_DRESSED = frozenset({"_BY", "ELEMOP", "_ARROW", "_IN", "ADDOP", "_MINUS", "REL", "_AT_LEAST", "BIGOP", "TRANSPOSE"})


@record
class Gap:
    """A line end: the comment before it, and the lines up to the next token, a comment or empty each."""

    trailing: str
    lines: tuple[str, ...]


def gap_of(token: Token) -> Gap:
    """The content of a line end, as a token."""
    first, *rest = (line.strip(" \t\r\u00a0") for line in token.text.split("\n"))
    if not rest:
        return Gap(first, ())
    return Gap(first, tuple(rest[:-1]))


def spelled(tokens: list[Token], kinds: dict[int, str], marks: Marks, unicode: bool) -> list[Lexeme | Gap]:
    """The lexemes and the line ends between them, in order."""
    plain = [token if token.start not in kinds else token._replace(kind=kinds[token.start]) for token in tokens]
    return _bracketed(_wrapped(_shapes_of_slides(plain), marks), marks, unicode)


def _shapes_of_slides(tokens: list[Token]) -> list[Token]:
    """`in ℝ^(n x m)` as `: n x m`, `in ℝ` as `: scalar`; one that is broken over lines stays as it is."""
    done: list[Token] = []
    at = 0
    while at < len(tokens):
        stop = _slide_end(tokens, at)
        if stop:
            done.append(tokens[at]._replace(kind="COLON", text=":"))
            done += _slide_sizes(tokens[at + 1 : stop])
        else:
            done.append(tokens[at])
        at = stop or at + 1
    return done


def _slide_end(tokens: list[Token], at: int) -> int:
    """The end of the slide's form that starts at `at`, on the same line; 0 if there is none."""
    kinds = [token.kind for token in tokens[at : at + 4]]
    if kinds[:2] != ["_IN", "_REAL"]:
        return 0
    if kinds[2:3] != ["CIRCUMFLEX"]:
        return at + 2
    if kinds[3:] != ["LPAR"]:
        return 0 if kinds[3] in LINE_ENDS else at + 4
    depth = 0
    for stop in range(at + 3, len(tokens)):
        kind = tokens[stop].kind
        depth += (kind == "LPAR") - (kind == "RPAR")
        if not depth or kind in LINE_ENDS:
            return 0 if depth else stop + 1
    return 0


def _slide_sizes(form: list[Token]) -> list[Token]:
    """The sizes in `ℝ`, `ℝ^n` or `ℝ^(n x m)`."""
    if len(form) == 1:
        return [form[0]._replace(kind="SCALAR", text="scalar")]
    return form[3:-1] if form[2].kind == "LPAR" else form[2:]


def _wrapped(listed: list[Token], marks: Marks) -> Iterator[Token]:
    """The tokens with the parentheses that are due and not there yet."""
    opening = {span.start: span.end for span in marks.wrapped}
    due: list[int] = []
    for position, token in enumerate(listed):
        end = opening.get(token.start)
        if end is not None and token.kind not in LINE_ENDS and not _has_parentheses(listed, position, end):
            del opening[token.start]
            yield Token("LPAR", "(", token.start, token.start)
            due.append(end)
        yield token
        while due and token.end == due[-1]:
            yield Token("RPAR", ")", token.end, token.end)
            due.pop()


def _has_parentheses(tokens: list[Token], position: int, end: int) -> bool:
    """Whether the expression from `position` to the offset `end` stands in parentheses of its own."""
    before = next((tokens[at] for at in range(position - 1, -1, -1) if tokens[at].kind not in LINE_ENDS), None)
    later = (tokens[at] for at in range(position, len(tokens)))
    after = next((token for token in later if token.start >= end and token.kind not in LINE_ENDS), None)
    return before is not None and after is not None and before.kind == "LPAR" and after.kind == "RPAR"


def _bracketed(tokens: Iterator[Token], marks: Marks, unicode: bool) -> list[Lexeme | Gap]:
    """The lexemes, each knowing the bracket that it stands in."""
    done: list[Lexeme | Gap] = []
    brackets: list[tuple[str, bool]] = []
    before_last = last = Token("", "", 0, 0)
    for token in tokens:
        if token.kind in LINE_ENDS or token.kind == "COMMENT":
            done.append(gap_of(token))
            continue
        inside = bool(brackets) and brackets[-1][0] == "LSQB"
        exponent = before_last.kind == "COEF" and last.text in ("e", "E")  # a tight 2e-3 would be a number
        tight = bool(marks.tight[token.start]) and not exponent
        lexeme = Lexeme(token.kind, _spelling(token, unicode), token.start, tight, inside)
        if token.kind in ("LPAR", "LSQB"):
            brackets.append((token.kind, last.kind == "BIGOP"))
        elif token.kind in ("RPAR", "RSQB") and brackets:
            lexeme = replace(lexeme, big=brackets.pop()[1])
        done.append(lexeme)
        before_last, last = last, token
    return done


def _spelling(token: Token, unicode: bool) -> str:
    if token.kind == "NAME":
        name = ascii_name(token.text)
        return dressed_name(name) if unicode else name
    if token.kind == "SIZES":
        return (" × " if unicode else " x ").join(token.text.split("x"))
    if token.kind in _DRESSED:
        operator = ascii_operator(token.text)
        return dressed_operator(operator) if unicode else operator
    return token.text
