"""Blanks between two tokens of a line.

Comes in: two neighbouring lexemes.  Goes out: whether a blank separates them.  Assumed: the lexemes are those of a
text that parses, each with the kind that the parser has taken it as.
"""

from __future__ import annotations

from shapecheck.record import record


@record
class Lexeme:
    """A token as it is printed.

    `tight` says that it stands inside of subscripts or a range; `bracketed` that the innermost bracket round it is
    square; `big` that it closes the bracket of a big operator.
    """

    kind: str
    text: str
    start: int
    tight: bool = False
    bracketed: bool = False
    big: bool = False


_OPERANDS = frozenset({"NAME", "NUMBER", "TABLE", "RPAR", "RSQB", "TRANSPOSE"})
_NOTHING_AFTER = frozenset({"LPAR", "LSQB", "DOT", "_DOTS", "COEF", "_MINUS", "CIRCUMFLEX"})
_NOTHING_BEFORE = frozenset({"RPAR", "RSQB", "COMMA", "SEMICOLON", "DOT", "_DOTS", "TRANSPOSE", "CIRCUMFLEX"})
_OPERATORS = frozenset({"ADDOP", "MULOP", "ELEMOP"})


def separated(left: Lexeme, right: Lexeme) -> bool:
    """Whether a blank stands between two lexemes."""
    if left.kind in _NOTHING_AFTER or right.kind in _NOTHING_BEFORE:
        return False
    if (left.kind in _OPERATORS and left.tight) or (right.kind in _OPERATORS and right.tight):
        return False
    if right.kind in ("LPAR", "LSQB"):
        return not _attaches(left, right)
    if "COLON" in (left.kind, right.kind):
        return not (left if left.kind == "COLON" else right).bracketed or left.kind == "COMMA"
    if "EQUAL" in (left.kind, right.kind):
        return not (left if left.kind == "EQUAL" else right).bracketed
    return True


def _attaches(left: Lexeme, bracket: Lexeme) -> bool:
    """Whether a bracket is a subscript, an argument list or a big operator's list of indices."""
    if left.kind == "BIGOP":
        return True
    if left.kind == "INT":
        return bracket.kind == "LSQB"
    return left.kind in _OPERANDS and not left.big
