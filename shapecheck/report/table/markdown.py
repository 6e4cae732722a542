"""Tables in GitHub Markdown: the caption (or the title) in bold, a header, the rows; totals come last, in bold."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shapecheck.report.cells import Cell, Name, note_text, plain_text
from shapecheck.report.table.model import Table
from shapecheck.report.table.table_label import reference

_STEP = "&nbsp;&nbsp;"
_MARKUP = re.compile(
    r"[\\`|<&~$]"  # always markup in a cell, or able to start it
    r"|(?<!\s)\*|\*(?!\s|$)"  # a star touching something could be emphasis; `a * b` is safe
    r"|(?<![^\W_])_|_(?![^\W_])"  # so could an underscore that is not inside a word
    r"|\](?=[(\[:])"  # `x[t](..)` would be a link
    r"|!(?=\[)"  # and this an image
)
_ADDRESS = re.compile(r"(?i)(?<![\w&])(?:(?:https?|ftp)(?=://)|www(?=\.))|@(?=\w)")
"""Texts that GitHub turns into links by itself."""


def markdown(table: Table) -> str:
    """The table; a label is an anchor in front of it."""
    heading = table.caption or table.title
    lines = [f'<a id="{reference(table.label)}"></a>', ""] if table.label else []
    lines += [f"**{escaped(heading)}**", ""] if heading.strip() else []
    lines += [piped(escaped(head.title) for head in table.heads)]
    lines += [piped("---:" if head.align == "right" else "---" for head in table.heads)]
    lines += [piped(map(_cell, row)) for row in table.rows]
    lines += [piped(f"**{_cell(cell)}**" if plain_text(cell) else "" for cell in row) for row in table.totals]
    lines += ["", escaped(note_text(table.note))] if table.note else []
    return "\n".join(lines)


def piped(texts: Iterable[str]) -> str:
    """One line of a table."""
    return f"| {' | '.join(texts)} |"


def _cell(cell: Cell) -> str:
    return (_STEP * cell.depth if isinstance(cell, Name) else "") + escaped(plain_text(cell))


def escaped(text: str) -> str:
    """The text such that a Markdown cell shows exactly it.

    Escapes what would be markup where it stands, and nothing else, so that `3p * (p + d)` and `h_t` stay legible.
    """
    return _ADDRESS.sub(_broken, _MARKUP.sub(lambda found: "\\" + found.group(), _one_line(text)))


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _broken(found: re.Match[str]) -> str:
    """A character reference for the last letter, which GitHub does not look through."""
    return f"{found.group()[:-1]}&#{ord(found.group()[-1])};"
