"""Tables as comma-separated values: one line a row, the headings first, the totals last.

Texts are those of the language of specs, names are whole paths.  A text that a spreadsheet would take for a formula has
an apostrophe in front.
"""

from __future__ import annotations

import csv as library
import io
import re
from dataclasses import replace

from shapecheck.report.cells import Amount, Cell, Name, note_text, plain_text
from shapecheck.report.table.model import Table
from shapecheck.sizes.algebra.numerals import numeral

_FORMULA = re.compile(r"\s*[=+\-@\t\r|]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def csv(table: Table) -> str:
    """The table; a total is told by the text in its first column, and so is what a spec needs and does not assume."""
    written = io.StringIO()
    writer = library.writer(written, lineterminator="\n")
    writer.writerow([_safe(head.title) for head in table.heads])
    writer.writerows([_safe(_value(cell)) for cell in row] for row in (*table.rows, *table.totals))
    if table.wording is not None and table.wording.is_owed:
        writer.writerow([_safe(note_text(table.note)), *("" for _ in table.heads[1:])])
    return written.getvalue().removesuffix("\n")


def _value(cell: Cell) -> str:
    """Numbers without separators, names as paths."""
    if isinstance(cell, Amount) and cell.size.constant is not None:
        return numeral(cell.size.constant)
    return plain_text(replace(cell, name=cell.whole) if isinstance(cell, Name) else cell)


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
