"""Brackets and operands in the tokens of a broken statement, for messages.

Comes in: the statement and a position in it.  Goes out: positions, or the text as written.
Assumed: the statement's brackets are balanced.
"""

from __future__ import annotations

from shapecheck.syntax.lexer import Statement
from shapecheck.syntax.words import shortened


def operand_start(statement: Statement, last: int) -> int:
    """The start of the operand that ends at `last`: a name with its brackets and fields."""
    start = last
    while start > 0:
        kind, before = statement[start].kind, statement[start - 1].kind
        if kind in ("RPAR", "RSQB"):
            start = partner(statement, start)
            if start and statement[start - 1].kind in ("NAME", "RPAR", "RSQB", "TRANSPOSE"):
                start -= 1
                continue
            return start
        if before == "DOT" and start > 1:
            start -= 2
        elif kind == "TRANSPOSE" or before == "COEF":
            start -= 1
        else:
            return start
    return start


def operand_end(statement: Statement, first: int) -> int:
    """The end of the operand that starts at `first`: brackets that touch it belong to it."""
    last = first + (statement[first].kind in ("ADDOP", "COEF"))
    if statement[last].kind in ("LPAR", "LSQB"):
        last = closer(statement, last)
    while last + 1 < len(statement):
        following = statement[last + 1]
        if following.kind not in ("LPAR", "LSQB") or following.start > statement[last].end:
            return last
        last = closer(statement, last + 1)
    return last


def partner(statement: Statement, closer: int) -> int:
    """The position of the bracket that is closed at `closer`."""
    depth = 0
    for position in range(closer, -1, -1):
        kind = statement[position].kind
        depth += (kind in ("RPAR", "RSQB")) - (kind in ("LPAR", "LSQB"))
        if not depth:
            return position
    return 0


def closer(statement: Statement, opener: int) -> int:
    """The position of the bracket that closes the one at `opener`."""
    depth = 0
    for position in range(opener, len(statement)):
        kind = statement[position].kind
        depth += (kind in ("LPAR", "LSQB")) - (kind in ("RPAR", "RSQB"))
        if not depth:
            return position
    return len(statement) - 1


def written(tokens: Statement) -> str:
    """Tokens as they stand in the text, with single blanks."""
    text = ""
    for position, token in enumerate(tokens):
        apart = position and token.start > tokens[position - 1].end
        text += f" {token.text}" if apart else token.text
    return shortened(text.strip())


def opener_before(statement: Statement, position: int) -> int:
    """The position of the bracket that is open at `position`, or -1."""
    depth = 0
    for before in range(position - 1, -1, -1):
        kind = statement[before].kind
        depth += (kind in ("RPAR", "RSQB")) - (kind in ("LPAR", "LSQB"))
        if depth < 0:
            return before
    return -1
