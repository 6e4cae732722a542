"""Tables in HTML: a fragment to put into a page, or a page that stands alone.

Sizes are MathML, which needs no script.  A fragment brings no style with it.
"""

from __future__ import annotations

from shapecheck.report.cells import Cell, Column, Name, Row
from shapecheck.report.languages.mathml import NOTATION
from shapecheck.report.table.model import Table
from shapecheck.report.table.table_label import reference

_STYLE = """\
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1a1a1a; background: #fff;
       font: 1rem/1.45 "Latin Modern Roman", "Computer Modern", Georgia, serif; }
table { margin: 0 auto; border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid; }
caption { caption-side: bottom; padding-top: .6rem; color: #555; }
th, td { padding: .25rem 1.2rem .25rem 0; text-align: left; vertical-align: baseline; white-space: nowrap; }
th.right, td.right { text-align: right; }
thead, tfoot { border-top: 1px solid; border-bottom: 1px solid; }
math { font-size: 1.05em; }"""


def page(table: Table) -> str:
    """A whole document."""
    title = NOTATION.text(table.caption or table.title or "table")
    lines = ["<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">', f"<title>{title}</title>"]
    return "\n".join(
        [*lines, "<style>", _STYLE, "</style>", "</head>", "<body>", fragment(table), "</body>", "</html>"]
    )


def fragment(table: Table) -> str:
    """The `<table>` alone."""
    anchor = f' id="{reference(table.label)}"' if table.label.strip() else ""
    caption = table.caption or table.title
    lines = [f"<table{anchor}>"]
    lines += [f"<caption>{NOTATION.text(caption)}</caption>"] if caption.strip() else []
    lines += ["<thead>", _row(tuple(head.title for head in table.heads), table.heads, "th"), "</thead>", "<tbody>"]
    lines += [_row(row, table.heads, "td") for row in table.rows]
    lines.append("</tbody>")
    below = [*(_row(row, table.heads, "td") for row in table.totals), *_note(table)]
    if below:
        lines += ["<tfoot>", *below, "</tfoot>"]
    return "\n".join([*lines, "</table>"])


def _note(table: Table) -> list[str]:
    """The note below the table, across all columns."""
    return [f'<tr><td colspan="{len(table.heads)}">{NOTATION.note(table.note)}</td></tr>'] if table.note else []


def _row(row: Row, heads: tuple[Column, ...], tag: str) -> str:
    cells = (f"<{tag}{_style(cell, head)}>{NOTATION.cell(cell)}</{tag}>" for cell, head in zip(row, heads))
    return f"<tr>{''.join(cells)}</tr>"


def _style(cell: Cell, head: Column) -> str:
    side = ' class="right"' if head.align == "right" else ""
    depth = cell.depth if isinstance(cell, Name) else 0
    return side + (f' style="padding-left: {1.5 * depth:g}em"' if depth else "")
