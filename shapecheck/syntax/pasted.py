"""Pasted tables: text to rows, and rows to text.

Comes in: the text of a table, or its rows.  Goes out: the other.  Assumed: entries hold no blanks, bars or commas.
"""

from __future__ import annotations

import re

from shapecheck.source import Span


def table_rows(text: str) -> tuple[tuple[str, ...], ...]:
    """The entries of a pasted table, one tuple for every line that has any."""
    body = text.split('"""')[1].replace("−", "-")
    rows = (tuple(re.findall(r"[^\s|,]+", line)) for line in body.splitlines())
    return tuple(row for row in rows if row)


def row_spans(text: str, start: int) -> tuple[Span, ...]:
    """The places of the rows that `table_rows` finds, for a table that begins at `start`."""
    head, body = text.split('"""')[:2]
    offset, spans = start + len(head) + 3, []
    for line in body.splitlines(keepends=True):
        if re.search(r"[^\s|,]", line):
            bare = line.strip()
            first = offset + line.index(bare)
            spans.append(Span(first, first + len(bare)))
        offset += len(line)
    return tuple(spans)


def table_text(rows: tuple[tuple[str, ...], ...], indent: str) -> str:
    """A pasted table with its columns aligned to the right, one row a line, two blanks further in than `indent`."""
    columns = max((len(row) for row in rows), default=0)
    widths = [max(len(row[column]) for row in rows if column < len(row)) for column in range(columns)]
    lines = ("  ".join(entry.rjust(width) for entry, width in zip(row, widths)) for row in rows)
    return "\n".join(['table """', *(f"{indent}  {line}" for line in lines), f'{indent}"""'])
