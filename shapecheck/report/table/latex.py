r"""Tables in LaTeX: a fragment for `\input`, with the rules of booktabs.

With a caption or a label it floats, else it is the tabular alone; a table of many rows is a longtable, which goes on
on the next page.  The first line says which packages the document must load.
"""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.report.cells import Cell, Name
from shapecheck.report.languages.latex import NOTATION
from shapecheck.report.table.model import Table
from shapecheck.report.table.table_label import reference

LONGEST = 45
"""Rows that fit on a page."""


def latex(table: Table) -> str:
    """The table."""
    is_long = len(table.rows) + len(table.totals) > LONGEST
    packages = "amsmath,booktabs,longtable" if is_long else "amsmath,booktabs"
    return "\n".join([rf"% \usepackage{{{packages}}}", *(_long(table) if is_long else _short(table))])


def _short(table: Table) -> list[str]:
    body = [
        rf"\begin{{tabular}}{{{_sides(table)}}}",
        r"  \toprule",
        f"  {_head(table)}",
        r"  \midrule",
        *(f"  {line}" for line in _body(table)),
        r"  \bottomrule",
        *_below(table),
        r"\end{tabular}",
    ]
    if not (table.caption.strip() or table.label.strip()):
        return body
    notes = [f"  {line}" for line in _notes(table)]
    return [r"\begin{table}[htbp]", r"  \centering", *notes, *(f"  {line}" for line in body), r"\end{table}"]


def _long(table: Table) -> list[str]:
    notes = _notes(table)
    if notes:
        notes[-1] += r" \\"
    return [
        rf"\begin{{longtable}}{{{_sides(table)}}}",
        *(f"  {line}" for line in notes),
        r"  \toprule",
        f"  {_head(table)}",
        r"  \midrule",
        r"  \endhead",
        *(f"  {line}" for line in _body(table)),
        r"  \bottomrule",
        *_below(table),
        r"\end{longtable}",
    ]


def _below(table: Table) -> list[str]:
    """The note below the table, across all columns."""
    if not table.note:
        return []
    note = rf"\footnotesize {NOTATION.note(table.note)}"
    return [rf"  \multicolumn{{{len(table.heads)}}}{{@{{}}l@{{}}}}{{{note}}} \\"]


def _sides(table: Table) -> str:
    return "@{}" + "".join(head.align[0] for head in table.heads) + "@{}"


def _notes(table: Table) -> list[str]:
    notes = [rf"\caption{{{NOTATION.text(table.caption)}}}"] if table.caption.strip() else []
    return notes + ([rf"\label{{{reference(table.label)}}}"] if table.label.strip() else [])


def _head(table: Table) -> str:
    return _line(NOTATION.text(head.title) for head in table.heads)


def _body(table: Table) -> list[str]:
    rows = [_line(map(_cell, row)) for row in table.rows]
    totals = [_line(map(_cell, row)) for row in table.totals]
    return [*rows, *([r"\midrule", *totals] if totals else [])]


def _line(cells: Iterable[str]) -> str:
    """A row; braces keep a cell that starts with a bracket from being taken for an option of what stands before."""
    return " & ".join(f"{{}}{cell}" if cell[:1] in ("[", "*") else cell for cell in cells) + r" \\"


def _cell(cell: Cell) -> str:
    return (r"\quad " * cell.depth if isinstance(cell, Name) else "") + NOTATION.cell(cell)
