r"""Grids for documents and programs: Markdown, LaTeX, Typst, HTML, CSV, JSON.

A grid of values is no table with headings: without numbers for rows and columns it has no first line of its own, but
for Markdown, which knows no other tables.  LaTeX and Typst are fragments.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from html import escape
from io import StringIO
from types import MappingProxyType

from shapecheck.drawing.colours import diverging, ink_on
from shapecheck.grids import errors
from shapecheck.grids.grid_text import cells, numbered, text
from shapecheck.grids.model import Number, Panel, Tensor
from shapecheck.record import record
from shapecheck.report.languages import latex, typst


@record
class Dress:
    """The way to write the numbers."""

    numbers: bool = False
    digits: int | None = None
    colours: bool = True


def write(tensors: Sequence[Tensor], format: str, dress: Dress) -> str:
    """All tensors in one of `FORMATS`, without a line end at the end."""
    return _WRITERS[format](tensors, dress)


def _text(tensors: Sequence[Tensor], dress: Dress) -> str:
    return "\n\n".join(text(tensor, numbers=dress.numbers, digits=dress.digits) for tensor in tensors)


def _blocks(
    tensors: Sequence[Tensor], dress: Dress, block: Callable[[str, Tensor, Panel, list[list[str]], Dress], list[str]]
) -> str:
    """A block for each panel, under the caption of its tensor or, from the second on, its own title."""
    found: list[str] = []
    for tensor in tensors:
        for number, (panel, rows) in enumerate(cells(tensor, dress.digits)):
            title = tensor.caption if len(tensor.panels) == 1 else panel.title
            if len(tensor.panels) > 1 and number == 0:
                title = f"{tensor.caption}; {panel.title}"
            found.append("\n".join(block(title, tensor, panel, rows, dress)))
    return "\n\n".join(found)


def _markdown(tensors: Sequence[Tensor], dress: Dress) -> str:
    return _blocks(tensors, dress, _markdown_block)


def _markdown_block(title: str, tensor: Tensor, panel: Panel, rows: list[list[str]], dress: Dress) -> list[str]:
    grid = panel.grid
    shown = numbered(grid, rows) if dress.numbers else rows
    has_head = dress.numbers and bool(grid.columns)
    head, body = (shown[0], shown[1:]) if has_head else ([""] * len(shown[0]), shown)
    lines = [head, ["---:"] * len(head), *body]
    return [f"`{title}`", "", *(f"| {' | '.join(line)} |" for line in lines)]


def _latex(tensors: Sequence[Tensor], dress: Dress) -> str:
    return _blocks(tensors, dress, _latex_block)


def _latex_block(title: str, tensor: Tensor, panel: Panel, rows: list[list[str]], dress: Dress) -> list[str]:
    """A tabular of formulas, ruled off from its numbers."""
    grid = panel.grid
    shown = numbered(grid, [[_formula(cell) for cell in row] for row in rows]) if dress.numbers else None
    lines = [" & ".join(row) + r" \\" for row in shown or [[_formula(cell) for cell in row] for row in rows]]
    if shown is not None and grid.columns:
        lines.insert(1, r"\hline")
    front = "r|" if shown is not None and grid.rows else ""
    sides = front + "r" * len(rows[0])
    caption = " ".join(title.split())
    return [f"% {caption}", rf"\begin{{tabular}}{{{sides}}}", *(f"  {line}" for line in lines), r"\end{tabular}"]


def _formula(written: str) -> str:
    return f"${written}$" if written.startswith("-") else latex.escaped(written)


def _typst(tensors: Sequence[Tensor], dress: Dress) -> str:
    return _blocks(tensors, dress, _typst_block)


def _typst_block(title: str, tensor: Tensor, panel: Panel, rows: list[list[str]], dress: Dress) -> list[str]:
    grid = panel.grid
    shown = numbered(grid, rows) if dress.numbers else rows
    lines = [", ".join(f"[{typst.escaped(cell)}]" for cell in row) + "," for row in shown]
    if dress.numbers and grid.columns:
        lines.insert(1, "table.hline(stroke: 0.5pt),")
    if dress.numbers and grid.rows:
        lines.append("table.vline(x: 1, stroke: 0.5pt),")
    caption = " ".join(title.split())
    head = [f"  columns: {len(shown[0])},", "  align: right,", "  stroke: none,"]
    return [f"// {caption}", "#table(", *head, *(f"  {line}" for line in lines), ")"]


# ---- HTML --------------------------------------------------------------------------------------

_STYLE = """\
body { margin: 2rem; color: #1a1a1a; background: #fff; font: 1rem/1.4 Helvetica, Arial, sans-serif; }
table { border-collapse: collapse; margin-bottom: 1.5rem; }
caption { text-align: left; padding-bottom: .4rem; }
th { padding: .2rem .5rem; color: #616e7c; font-weight: normal; text-align: right; }"""


def _page(tensors: Sequence[Tensor], dress: Dress) -> str:
    title = escape(", ".join(tensor.title for tensor in tensors))
    head = ["<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">', f"<title>{title}</title>"]
    style = ["<style>", _STYLE, "</style>", "</head>", "<body>"]
    return "\n".join([*head, *style, _fragment(tensors, dress), "</body>", "</html>"])


def _fragment(tensors: Sequence[Tensor], dress: Dress) -> str:
    return _blocks(tensors, dress, _html_block)


def _html_block(title: str, tensor: Tensor, panel: Panel, rows: list[list[str]], dress: Dress) -> list[str]:
    grid = panel.grid
    largest = max((abs(value) for value in tensor.numbers if abs(value) != float("inf")), default=0)
    lines = ["<table>", f"<caption>{escape(title)}</caption>"]
    if dress.numbers and grid.columns:
        corner = "<th></th>" if grid.rows else ""
        lines.append(f"<tr>{corner}{''.join(f'<th>{number}</th>' for number in grid.columns)}</tr>")
    for place, (values, row) in enumerate(zip(grid.values, rows)):
        front = f"<th>{grid.rows[place]}</th>" if dress.numbers and grid.rows else ""
        inside = (_html_cell(value, cell, largest, dress) for value, cell in zip(values, row))
        lines.append(f"<tr>{front}{''.join(inside)}</tr>")
    return [*lines, "</table>"]


def _html_cell(value: Number, written: str, largest: float, dress: Dress) -> str:
    fill = diverging(value, largest) if dress.colours else "#ffffff"
    style = f"padding:.2rem .5rem;text-align:right;border:1px solid #9aa5b1;background:{fill};color:{ink_on(fill)}"
    return f'<td style="{style}">{escape(written)}</td>'


# ---- for programs ------------------------------------------------------------------------------


def _csv(tensors: Sequence[Tensor], dress: Dress) -> str:
    """Rows of numbers; where there are panels, with the subscripts of each in front."""
    if len(tensors) > 1:
        raise errors.CannotShow("CSV has room for one tensor; ask for one, or for -f json")
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    for panel, rows in cells(tensors[0], dress.digits):
        shown = numbered(panel.grid, rows) if dress.numbers else rows
        own = {panel.row_axis, panel.column_axis}
        front = [place for axis, place in enumerate(panel.places) if axis not in own]
        writer.writerows([*(front if len(tensors[0].panels) > 1 else []), *row] for row in shown)
    return file.getvalue().rstrip("\n")


def _json(tensors: Sequence[Tensor], dress: Dress) -> str:
    found = [
        {
            "name": tensor.name,
            "title": tensor.title,
            "shape": tensor.shape,
            "panels": [
                {
                    "title": panel.title,
                    "rows": panel.grid.rows,
                    "columns": panel.grid.columns,
                    "values": [[_plain(value) for value in row] for row in panel.grid.values],
                }
                for panel in tensor.panels
            ],
        }
        for tensor in tensors
    ]
    return json.dumps({"tensors": found}, indent=1)


def _plain(value: Number) -> Number | str:
    """Infinity is no number in JSON."""
    return str(value) if value in (float("inf"), float("-inf")) else value


_WRITERS: Mapping[str, Callable[[Sequence[Tensor], Dress], str]] = MappingProxyType(
    {
        "text": _text,
        "markdown": _markdown,
        "latex": _latex,
        "typst": _typst,
        "html": _page,
        "html-fragment": _fragment,
        "csv": _csv,
        "json": _json,
    }
)
FORMATS = tuple(_WRITERS)
FOR_PROGRAMS = ("csv", "json")
"""Formats in which a tensor of any size may be written."""
