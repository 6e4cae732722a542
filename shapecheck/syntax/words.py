"""Terminals of the grammar in plain words.

Comes in: terminals, as the grammar names them.  Goes out: words for a message; no name of a terminal ever gets out.
Assumed: nothing.
"""

from __future__ import annotations

from shapecheck.syntax.lexer import Token

_ENOUGH = 4
"""Longest list of words that could stand here."""

_LONGEST = 60

_EXPRESSION_STARTS = frozenset({"NAME", "INT", "LPAR", "NUMBER"})
_SHAPE_STARTS = frozenset({"SCALAR", "NAME", "INT"})

_WORDS = {
    "NAME": "a name", "INT": "an integer", "NUMBER": "a number", "STRING": "a text in quotes", "TABLE": "a table",
    "SIZES": "sizes", "COEF": "a number", "_BY": "'x'", "ADDOP": "'+' or '-'", "MULOP": "'*' or '/'",
    "ELEMOP": "'.*', './' or '@'", "CIRCUMFLEX": "'^'", "REL": "a comparison", "_ARROW": "'->'", "_MINUS": "'-'",
    "_AT_LEAST": "'>='", "_DOTS": "'..'", "_ELLIPSIS": "'...'", "_IN": "'in'", "_REAL": "'ℝ'", "TRANSPOSE": "'.T'",
    "BIGOP": "'sum'", "ROLE": "a declaration", "EQUAL": "'='", "COMMA": "','", "SEMICOLON": "';'", "COLON": "':'",
    "DOT": "'.'", "LPAR": "'('", "RPAR": "')'", "LSQB": "'['", "RSQB": "']'", "LBRACE": "'{'", "RBRACE": "'}'",
    "_NL": "the end of the line", "$END": "the end of the file",
}  # fmt: skip

_RANKED = (
    "EQUAL", "RPAR", "RSQB", "RBRACE", "LBRACE", "LPAR", "LSQB", "_IN", "_DOTS", "_ARROW", "COMMA", "THEN", "ELSE",
    "IMPORT", "COLON", "SEMICOLON", "STRING", "INT", "NUMBER", "_NL",
)  # fmt: skip
"""Terminals that are named first where many could stand."""

_OPERATORS = frozenset({"ADDOP", "MULOP", "ELEMOP", "CIRCUMFLEX", "TRANSPOSE", "DOT", "_BY", "REL"})


def finding(token: Token) -> str:
    """The text as it stands."""
    if token.kind == "_NL":
        return "'}'" if not token.text else "the end of the line"
    if token.kind == "TABLE":
        return "a table"
    return f"'{shortened(token.text)}'"


def shortened(text: str) -> str:
    """A piece of the text that fits into a line of a message."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 2] + ".."


def expectation(expected: frozenset[str]) -> str:
    """The words that could stand there; empty where that would be a long list."""
    if expected >= _EXPRESSION_STARTS:
        return "an expression"
    if expected >= _SHAPE_STARTS:
        return "a shape"
    if expected >= {"NAME", "INT"}:
        return "a size"
    if "CLAIM" in expected and "DIM" in expected:
        return "a statement"
    if "NAME" in expected:
        return "a name"
    ranked = [kind for kind in _RANKED if kind in expected]
    if expected & _OPERATORS:
        return _joined([*(_word(kind) for kind in ranked if kind != "_NL"), "an operator"][-_ENOUGH:])
    return _joined([_word(kind) for kind in ranked or sorted(expected)][:_ENOUGH])


def _word(kind: str) -> str:
    """A terminal in words; a keyword stands for itself."""
    return _WORDS.get(kind, f"'{kind.lower()}'")


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1] if words else ""
