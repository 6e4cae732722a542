"""Cuts text into tokens, and tokens into statements.

Comes in: the text of a spec.  Goes out: tokens with exact places, comments and line ends among them; and statements:
runs of tokens that end with a line end that counts (an empty one before `}`), with `{`, or begin with `}`.
Assumed: the terminals are those of the grammar; what fits none of them is a `STRAY` token, so no text is refused here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

OPENERS = {"LPAR": "RPAR", "LSQB": "RSQB"}
CLOSERS = frozenset(OPENERS.values())
LINE_ENDS = frozenset({"_NL", "CONT"})
IGNORED = frozenset({"WS", "COMMENT", "CONT"})
EXPECTS_MORE = frozenset(
    {
        "EQUAL", "COMMA", "SEMICOLON", "ADDOP", "MULOP", "ELEMOP", "CIRCUMFLEX", "REL", "_ARROW",
        "IF", "THEN", "ELSE", "AND", "OR",
    }
)  # fmt: skip
"""Tokens after which a line end does not count."""

STATEMENT_WORDS = frozenset({"DIM", "ASSUME", "ROLE", "CLAIM", "TEST", "LAYER", "FN", "FROM", "FOR"})
"""Words that begin a statement at the start of a line, so that a missing bracket ends before them."""

_WITH_BLOCKS = frozenset({"TEST", "LAYER", "FOR"})
"""Words of statements that may hold `{`."""

_OPERAND_ENDS = frozenset({"NAME", "_BY", "INT", "NUMBER", "SIZES", "STRING", "RPAR", "RSQB", "TRANSPOSE"})


class Token(NamedTuple):
    """A piece of text with the terminal that it is; `start` and `end` are character offsets."""

    kind: str
    text: str
    start: int
    end: int


Statement = list[Token]


def scan(text: str, pattern: re.Pattern[str]) -> list[Token]:
    """All tokens of the text but blanks; comments inside of line ends stay there."""
    return [
        Token(match.lastgroup, match.group(), match.start(), match.end())
        for match in pattern.finditer(text)
        if match.lastgroup is not None and match.lastgroup != "WS"
    ]


def alternative(token: Token) -> str | None:
    """Other kinds that a token may have, where its own does not fit the place: `x` and `sum` are names, too."""
    if token.kind in ("_BY", "BIGOP"):
        return "NAME" if token.text.isascii() else None
    if token.kind == "ADDOP":
        return "_MINUS" if token.text != "+" else None
    if token.kind == "REL":
        return "_AT_LEAST" if token.text in (">=", "≥") else None
    return None


def statements(tokens: list[Token]) -> list[Statement]:
    """The statements of a token list, without comments and without the line ends that do not count."""
    done: list[Statement] = []
    current: Statement = []
    depth = 0
    tokens = _without_latex(tokens)
    for position, token in enumerate(tokens):
        kind = token.kind
        if kind in IGNORED:
            continue
        if kind == "_NL" and not current:
            if done and done[-1][-1].kind == "RBRACE":
                done[-1].append(token)
            continue
        if kind == "_NL" and not _ends(tokens, position, depth, current[-1].kind):
            continue
        if kind == "_NL" and position + 1 < len(tokens) and tokens[position + 1].kind == "LBRACE":
            current.append(token)  # a mistake, but the brace belongs to this statement
            continue
        if kind == "RBRACE" and current:
            done.append([*current, Token("_NL", "", token.start, token.start)])
            current = []
        current.append(token)
        depth = max(0, depth + (kind in OPENERS) - (kind in CLOSERS))
        if kind in ("_NL", "LBRACE", "RBRACE"):
            done.append(current)
            current, depth = [], 0
    return [*done, current] if current else done


def _without_latex(tokens: list[Token]) -> list[Token]:
    """The braces of `h_{t-1}` and `x^{2}` as stray characters: they end no statement, where none can have a block."""
    found = list(tokens)
    inside = blocks = False
    for position, token in enumerate(tokens):
        before = found[position - 1] if position else None
        if before is None or before.kind in ("_NL", "LBRACE", "RBRACE"):
            inside, blocks = False, token.kind in _WITH_BLOCKS
        if token.kind == "LBRACE" and before is not None and not blocks:
            inside = before.kind == "CIRCUMFLEX" or (before.text.endswith("_") and before.end == token.start)
        if inside and token.kind in ("LBRACE", "RBRACE"):
            found[position] = token._replace(kind="STRAY")
            inside = token.kind == "LBRACE"
    return found


def _ends(tokens: list[Token], position: int, depth: int, last: str) -> bool:
    """Whether the line end at `position` ends the statement that has come to `last`."""
    following = tokens[position + 1].kind if position + 1 < len(tokens) else "RBRACE"
    if following in STATEMENT_WORDS or following == "RBRACE":
        return True
    if depth:
        return last in _OPERAND_ENDS and following in ("NAME", "_BY") and _defines(tokens, position + 1)
    return last not in EXPECTS_MORE


def _defines(tokens: list[Token], position: int) -> bool:
    """Whether the line that starts at `position` begins with `name =` or `name[..] =`: an equation of its own."""
    depth = 0
    for at in range(position + 1, len(tokens)):
        kind = tokens[at].kind
        depth += (kind in OPENERS) - (kind in CLOSERS)
        if not depth and kind != "RSQB":
            return kind == "EQUAL"
        if kind in LINE_ENDS or kind == "LPAR":
            return False
    return False
