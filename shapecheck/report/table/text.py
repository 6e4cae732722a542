"""Tables for terminals: aligned columns with rules between them.

```
name             role    shape         parameters
------------------------------------------------------
x[t], t = 1..T   input   d
W                weight  2p x (p + d)  2p * (p + d)
```
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapecheck.diagnostics.lines import text_width
from shapecheck.diagnostics.paint import Paint, plain
from shapecheck.report.cells import Cell, Name, note_text, plain_text

if TYPE_CHECKING:
    from shapecheck.report.table.model import Table

_LONGEST_RULE = 100
_STEP = "  "


def text(table: Table, paint: Paint = plain) -> str:
    """The table, painted where the terminal can show it; what is inside of a block is indented."""
    rows, totals = ([list(map(_indented, row)) for row in part] for part in (table.rows, table.totals))
    heads = [head.title for head in table.heads]
    widths = [max(map(text_width, column)) for column in zip(heads, *rows, *totals)]
    sides = [head.align for head in table.heads]
    rule = paint("-" * min(sum(widths) + 2 * (len(widths) - 1), _LONGEST_RULE), "quiet")
    lines = [paint(_one_line(table.title), "title")] if table.title else []
    lines += [paint(_aligned(heads, widths, sides), "title"), rule]
    lines += [_aligned(row, widths, sides) for row in rows]
    if totals:
        lines += [rule, *(_aligned(row, widths, sides) for row in totals)]
    if table.note:
        lines += ["", _one_line(note_text(table.note))]
    if table.caption:
        lines += ["", _one_line(table.caption)]
    return "\n".join(lines)


def _indented(cell: Cell) -> str:
    step = _STEP * cell.depth if isinstance(cell, Name) else ""
    return step + _one_line(plain_text(cell))


def _one_line(text: str) -> str:
    """A text that cannot move the cursor: every character that is not printed is a blank."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _aligned(row: Sequence[str], widths: Sequence[int], sides: Sequence[str]) -> str:
    cells = (_padded(text, width, side) for text, width, side in zip(row, widths, sides))
    return "  ".join(cells).rstrip()


def _padded(text: str, width: int, side: str) -> str:
    blanks = " " * (width - text_width(text))
    return blanks + text if side == "right" else text + blanks
