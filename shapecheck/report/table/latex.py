r"""Tables in LaTeX: a fragment for `\input`, with the rules of booktabs.

With a caption or a label it floats, else it is the tabular alone; a table of many rows is a longtable, which goes on
on the next page.  Columns of a table that is wider than a page break their lines.  The first line says which packages
the document must load.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from shapecheck.report.cells import Cell, Dims, Name
from shapecheck.report.languages.latex import NOTATION
from shapecheck.report.table.model import Table
from shapecheck.report.table.page_width import Fit, fit
from shapecheck.report.table.table_label import reference

LONGEST = 45
"""Rows that fit on a page."""
_IN_PARENTHESES = re.compile(r"\([^()]*\)")
"""A size of a shape in parentheses, where a line does not break."""


def latex(table: Table) -> str:
    """The table."""
    is_long = len(table.rows) + len(table.totals) > LONGEST
    fitted = fit(columns(table))
    packages = ["amsmath", "booktabs"]
    packages += ["longtable"] * is_long + (["array" if is_long else "tabularx"] if fitted.breaks else [])
    lines = _long(table, fitted) if is_long else _short(table, fitted)
    return "\n".join([rf"% \usepackage{{{','.join(packages)}}}", *lines])


def columns(table: Table) -> list[tuple[str, ...]]:
    """The texts of every column, its heading first."""
    return list(zip((head.title for head in table.heads), *table.texts))


def _short(table: Table, fitted: Fit) -> list[str]:
    kind, width = ("tabularx", r"{\linewidth}") if fitted.breaks else ("tabular", "")
    body = [
        rf"\begin{{{kind}}}{width}{{{_sides(table, fitted, _of_the_rest)}}}",
        r"  \toprule",
        f"  {_head(table)}",
        r"  \midrule",
        *(f"  {line}" for line in _body(table, fitted)),
        r"  \bottomrule",
        *_below(table, fitted),
        rf"\end{{{kind}}}",
    ]
    settings = _settings(table, fitted)
    if not (table.caption.strip() or table.label.strip()):
        return ["{" + "".join(settings), *body, "}"] if settings else body
    notes = [f"  {line}" for line in (*_notes(table), *settings)]
    return [r"\begin{table}[htbp]", r"  \centering", *notes, *(f"  {line}" for line in body), r"\end{table}"]


def _long(table: Table, fitted: Fit) -> list[str]:
    notes = _notes(table)
    if notes:
        notes[-1] += r" \\"
    settings = _settings(table, fitted)
    lines = [
        rf"\begin{{longtable}}{{{_sides(table, fitted, _of_the_line)}}}",
        *(f"  {line}" for line in notes),
        r"  \toprule",
        f"  {_head(table)}",
        r"  \midrule",
        r"  \endhead",
        *(f"  {line}" for line in _body(table, fitted)),
        r"  \bottomrule",
        *_below(table, fitted),
        r"\end{longtable}",
    ]
    return ["{" + "".join(settings), *lines, "}"] if settings else lines


def _settings(table: Table, fitted: Fit) -> list[str]:
    """Room between lines that have fractions in them, and smaller letters where a table is very wide."""
    fractions = any(r"\frac" in line for line in _body(table, fitted))
    return [r"\renewcommand{\arraystretch}{1.3}"] * fractions + [r"\footnotesize"] * fitted.is_small


def _below(table: Table, fitted: Fit) -> list[str]:
    """The note below the table, across all columns."""
    if not table.note:
        return []
    note = rf"\footnotesize {NOTATION.note(table.note)}"
    kind = r"p{\linewidth}" if fitted.breaks else "l"
    return [rf"  \multicolumn{{{len(table.heads)}}}{{@{{}}{kind}@{{}}}}{{{note}}} \\"]


def _sides(table: Table, fitted: Fit, broken: Callable[[float, Fit], str]) -> str:
    """The kinds of all columns: one that breaks its lines is not stretched to its full width."""
    kinds = (
        rf">{{\raggedright\arraybackslash{broken(share, fitted)}" if share else head.align[0]
        for head, share in zip(table.heads, fitted.shares)
    )
    return "@{}" + "".join(kinds) + "@{}"


def _of_the_rest(share: float, fitted: Fit) -> str:
    """A column of tabularx: these share what the others leave, each as much as 1 in the mean."""
    count = sum(part > 0 for part in fitted.shares)
    return rf"\hsize={share * count:.2f}\hsize}}X"


def _of_the_line(share: float, fitted: Fit) -> str:
    """A column of longtable, which knows no rest: a part of the line."""
    return rf"}}p{{{share * fitted.left:.2f}\linewidth}}"


def _notes(table: Table) -> list[str]:
    notes = [rf"\caption{{{NOTATION.text(table.caption)}}}"] if table.caption.strip() else []
    return notes + ([rf"\label{{{reference(table.label)}}}"] if table.label.strip() else [])


def _head(table: Table) -> str:
    return _line(NOTATION.text(head.title) for head in table.heads)


def _body(table: Table, fitted: Fit) -> list[str]:
    rows, totals = ([_line(map(_cell, row, fitted.shares)) for row in part] for part in (table.rows, table.totals))
    return [*rows, *([r"\midrule", *totals] if totals else [])]


def _line(cells: Iterable[str]) -> str:
    """A row; braces keep a cell that starts with a bracket from being taken for an option of what stands before."""
    return " & ".join(f"{{}}{cell}" if cell[:1] in ("[", "*") else cell for cell in cells) + r" \\"


def _cell(cell: Cell, share: float) -> str:
    written = NOTATION.cell(cell)
    if isinstance(cell, Dims) and share:
        return _IN_PARENTHESES.sub(r"{\g<0>}", written)
    if share:  # long names of layers may break, too
        written = written.replace(r"\_", r"\_\allowbreak{}")
    return (r"\quad " * cell.depth if isinstance(cell, Name) else "") + written
