"""Tables in Typst: a fragment for `#include`; with a caption or a label it is a figure."""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.report.cells import Cell, Name
from shapecheck.report.languages.typst import NOTATION
from shapecheck.report.table.model import Table
from shapecheck.report.table.table_label import reference


def typst(table: Table) -> str:
    """The table, with rules above, below the headings and below."""
    sides = ", ".join(head.align for head in table.heads)
    body = [
        "table(",
        f"  columns: {len(table.heads)},",
        f"  align: ({sides},),",
        "  stroke: none,",
        "  table.hline(),",
        f"  table.header({_line(NOTATION.text(head.title) for head in table.heads)}),",
        "  table.hline(stroke: 0.5pt),",
        *(f"  {_line(map(_cell, row))}," for row in table.rows),
        *(["  table.hline(stroke: 0.5pt),"] if table.totals else []),
        *(f"  {_line(map(_cell, row))}," for row in table.totals),
        "  table.hline(),",
        *_below(table),
        ")",
    ]
    if not (table.caption.strip() or table.label.strip()):
        return "\n".join(["#" + body[0], *body[1:]])
    caption = [f"  caption: [{NOTATION.text(table.caption)}],"] if table.caption.strip() else []
    label = f" <{reference(table.label)}>" if table.label.strip() else ""
    inside = [f"  {line}" for line in body[:-1]]
    return "\n".join(["#figure(", *inside, "  ),", *caption, "  kind: table,", f"){label}"])


def _below(table: Table) -> list[str]:
    """The note below the table, across all columns."""
    if not table.note:
        return []
    note = f"#text(size: 0.85em)[{NOTATION.note(table.note)}]"
    return [f"  table.cell(colspan: {len(table.heads)}, align: left)[{note}],"]


def _line(cells: Iterable[str]) -> str:
    return ", ".join(f"[{cell}]" for cell in cells)


def _cell(cell: Cell) -> str:
    return (f"#h({cell.depth}em)" * bool(cell.depth) if isinstance(cell, Name) else "") + NOTATION.cell(cell)
