"""A hint on a mistake in writing, and the place in a statement where it is looked for.

Comes in: the broken statement as tokens, where it breaks, and what could have stood there.  Goes out: a `Hint`.
Assumed: the statement's brackets are balanced.
"""

from __future__ import annotations

from shapecheck.record import record
from shapecheck.source import Span
from shapecheck.syntax.lexer import Statement, Token
from shapecheck.syntax.neighbours import operand_end, operand_start, written


@record
class Hint:
    """A slip by its name, what is wrong, where, and what to write."""

    code: str
    title: str
    span: Span
    help: str
    label: str = ""


@record
class Place:
    """A position in a statement, as the recognisers look at it."""

    statement: Statement
    position: int
    expected: frozenset[str]

    @property
    def token(self) -> Token:
        return self.statement[self.position]

    def at(self, step: int) -> Token:
        """The token so many steps away; an empty one beyond the ends."""
        position = self.position + step
        inside = 0 <= position < len(self.statement)
        return self.statement[position] if inside else Token("", "", self.token.end, self.token.end)

    @property
    def span(self) -> Span:
        return Span(self.token.start, self.token.end)

    def before(self, step: int = -1) -> str:
        """The operand that ends so many steps away, as it is written: `h[t]`, `f(x)`."""
        last = self.position + step
        return written(self.statement[operand_start(self.statement, last) : last + 1]) if last >= 0 else ""

    def after(self, step: int = 0) -> str:
        """The operand that starts so many steps away, as it is written; brackets that touch it belong to it."""
        start = self.position + step
        if start >= len(self.statement) or self.statement[start].kind == "_NL":
            return ".."
        return written(self.statement[start : operand_end(self.statement, start) + 1])

    def rest(self, step: int = 0) -> str:
        """The text from `step` tokens away up to `for`, `when` or the end of the line."""
        start = stop = self.position + step
        while stop < len(self.statement) and self.statement[stop].kind not in ("_NL", "FOR", "WHEN", "LBRACE"):
            stop += 1
        return written(self.statement[start:stop])

    def has_before(self, kind: str) -> bool:
        """Whether a token of that kind stands before this place."""
        return any(token.kind == kind for token in self.statement[: self.position])

    def in_braces(self) -> str:
        """The text between the brace here and the one that closes it."""
        start = stop = self.position + 1
        while stop < len(self.statement) and self.statement[stop].text != "}":
            stop += 1
        return written(self.statement[start:stop])
