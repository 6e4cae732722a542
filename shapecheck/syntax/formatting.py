"""The canonical layout of a spec.

Comes in: a `Source` that parses without mistakes.  Goes out: its text in the canonical layout, which parses to an equal
tree: ASCII (or the Unicode dress), two blanks of indent, one statement a line, single blank lines between statements,
every comment where it was.  A statement is broken where its author broke it; one of more than `WIDTH` characters is
broken before its arrows.  A text with mistakes is handed back as it is.  In Markdown the fenced specs are laid out.
"""

from __future__ import annotations

from dataclasses import field
from textwrap import indent

from shapecheck.record import record
from shapecheck.source import Source
from shapecheck.syntax.lexemes import Gap, spelled
from shapecheck.syntax.lexer import Token, scan
from shapecheck.syntax.literate import Fence, fences
from shapecheck.syntax.marks import Marks, marks_of
from shapecheck.syntax.parsing import read
from shapecheck.syntax.pasted import table_rows, table_text
from shapecheck.syntax.spacing import Lexeme, separated
from shapecheck.syntax.tables import load_tables

WIDTH = 100
"""Longest line; a longer chain is broken into one stage a line."""

_INDENT = "  "


@record(frozen=False)
class _Statement:
    """The lexemes of a statement, and the line ends inside of it by the number of lexemes before them."""

    lexemes: list[Lexeme] = field(default_factory=list)
    gaps: dict[int, Gap] = field(default_factory=dict)


def format_source(source: Source, *, unicode: bool = False) -> str:
    """The text of a spec in canonical layout; with `unicode`, in its dress."""
    text, reading = source.text, read(source)
    if reading.parsed.diagnostics:
        return text
    marks = marks_of(reading.parsed.spec, len(text) + 1)
    layout = _Layout({statement[0].start for statement in reading.statements}, unicode)
    pieces = [fence for fence in fences(text) if fence.is_spec]
    if not pieces:
        return layout.laid_out(reading.tokens, reading.resolved, marks)
    return _markdown(text, pieces, layout, reading.resolved, marks)


def _markdown(text: str, pieces: list[Fence], layout: _Layout, kinds: dict[int, str], marks: Marks) -> str:
    """The text with each fenced spec laid out."""
    pattern = load_tables().pattern
    done, last = [], 0
    for fence in pieces:
        start, end = fence.body
        tokens = [
            token._replace(start=token.start + start, end=token.end + start) for token in scan(text[start:end], pattern)
        ]
        done += [text[last:start], indent(layout.laid_out(tokens, kinds, marks), fence.indent)]
        last = end
    return "".join([*done, text[last:]])


class _Layout:
    """Lays out tokens; knows where statements start, and how deep in blocks it is."""

    def __init__(self, starts: set[int], unicode: bool) -> None:
        self._starts = starts
        self._unicode = unicode
        self._depth = 0
        self._lines: list[str] = []
        self._opening = True

    def laid_out(self, tokens: list[Token], kinds: dict[int, str], marks: Marks) -> str:
        """The lines of one piece of text."""
        self._lines, self._opening = [], True
        statement = _Statement()
        for part in spelled(tokens, kinds, marks, self._unicode):
            if isinstance(part, Gap):
                statement.gaps[len(statement.lexemes)] = _joined(statement.gaps.get(len(statement.lexemes)), part)
            elif part.start in self._starts and part.text:
                self._finish(statement, part)
                statement = _Statement([part])
            else:
                statement.lexemes.append(part)
        self._finish(statement, None)
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        return "".join(line + "\n" for line in self._lines)

    def _finish(self, statement: _Statement, following: Lexeme | None) -> None:
        """Write a statement and what stands between it and the following one."""
        lexemes = statement.lexemes
        between = statement.gaps.pop(len(lexemes), Gap("", ()))
        if lexemes:
            self._write(statement)
        self._separate(between, bool(lexemes))
        closes = following is None or following.kind == "RBRACE"
        if closes and self._lines and not self._lines[-1]:
            self._lines.pop()

    def _write(self, statement: _Statement) -> None:
        """Write a statement; after the opening of a block no blank line is wanted."""
        if statement.lexemes[0].kind == "RBRACE":
            self._depth = max(0, self._depth - 1)
        self._lines += _lines_of(statement, _INDENT * self._depth)
        self._opening = statement.lexemes[-1].kind == "LBRACE"
        self._depth += self._opening

    def _separate(self, gap: Gap, follows: bool) -> None:
        """Write the comments and single blank lines of a gap between statements."""
        lines = gap.lines
        if gap.trailing and follows:
            self._lines[-1] += "  " + gap.trailing
        elif gap.trailing:
            lines = (gap.trailing, *lines)
        for line in lines:
            if line:
                self._lines.append(_INDENT * self._depth + line)
                self._opening = False
            elif not self._opening and self._lines[-1]:
                self._lines.append("")


def _joined(first: Gap | None, second: Gap) -> Gap:
    """Two line ends in a row as one."""
    return second if first is None else Gap(first.trailing, (*first.lines, second.trailing, *second.lines))


def _lines_of(statement: _Statement, indent: str) -> list[str]:
    """A statement's lines, broken as its author broke it, or before its arrows if it is too long."""
    lines = _broken(statement, indent)
    if not statement.gaps and len(lines) == 1 and len(lines[0]) > WIDTH:
        return _broken(_Statement(statement.lexemes, _before_arrows(statement.lexemes)), indent)
    return lines


def _before_arrows(lexemes: list[Lexeme]) -> dict[int, Gap]:
    """A line end before every arrow that stands outside of brackets."""
    gaps, depth = {}, 0
    for position, lexeme in enumerate(lexemes):
        depth += (lexeme.kind in ("LPAR", "LSQB")) - (lexeme.kind in ("RPAR", "RSQB"))
        if lexeme.kind == "_ARROW" and not depth:
            gaps[position] = Gap("", ())
    return gaps


def _broken(statement: _Statement, indent: str) -> list[str]:
    """The lines of a statement with a new one at each of its gaps, as far in as the innermost bracket says."""
    lines = [indent]
    margins = [len(indent) + len(_INDENT)]
    for position, lexeme in enumerate(statement.lexemes):
        opens, closes = lexeme.kind in ("LPAR", "LSQB"), lexeme.kind in ("RPAR", "RSQB")
        margin = margins.pop() if closes and len(margins) > 1 else margins[-1]
        gap = statement.gaps.get(position)
        if gap is not None:
            further = " " * margin
            lines[-1] += "  " + gap.trailing if gap.trailing else ""
            lines += [further + line for line in gap.lines if line]
            lines.append(further[: -len(_INDENT)] if closes and _hangs(statement, position) else further)
        elif position and separated(statement.lexemes[position - 1], lexeme):
            lines[-1] += " "
        lines[-1:] = (lines[-1] + _text(lexeme, indent)).split("\n")
        if opens:
            margins.append(_start(lines[-1]) + len(_INDENT) if position + 1 in statement.gaps else len(lines[-1]))
    return lines


def _hangs(statement: _Statement, position: int) -> bool:
    """Whether the bracket that is closed at `position` was the last on its line."""
    depth = 0
    for at in range(position, -1, -1):
        kind = statement.lexemes[at].kind
        depth += (kind in ("RPAR", "RSQB")) - (kind in ("LPAR", "LSQB"))
        if not depth:
            return at + 1 in statement.gaps
    return False


def _start(line: str) -> int:
    """The indent of a line."""
    return len(line) - len(line.lstrip())


def _text(lexeme: Lexeme, indent: str) -> str:
    return table_text(table_rows(lexeme.text), indent) if lexeme.kind == "TABLE" else lexeme.text
