"""Tables, and their writers.

Comes in: a `Report` (for `shape_table`) or any `Table`.  Goes out: text for terminals or GitHub Markdown.  A table
holds plain text; escaping is the writer's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from os.path import basename
from types import MappingProxyType
from typing import TYPE_CHECKING

from shapecheck.diagnostics.lines import text_width
from shapecheck.diagnostics.paint import Paint, plain
from shapecheck.record import record
from shapecheck.report.order import in_declared_order
from shapecheck.report.tensors import Tensor, tensors

if TYPE_CHECKING:
    from shapecheck.check import Report

Row = tuple[str, ...]

_LONGEST_RULE = 100
_ROLES = {"local": "computed"}


@record
class Table:
    """Rows of texts under named columns; `totals` are rows set apart at the end."""

    columns: Row
    rows: tuple[Row, ...]
    title: str = ""
    totals: tuple[Row, ...] = ()

    def __str__(self) -> str:
        return render_table(self)


@in_declared_order
def shape_table(report: Report) -> Table:
    """What `shapecheck table` shows: name, role, shape and, for weights, the number of parameters; then the totals.

    Empty where the report has no shapes.  Counts are factored (`3p * (p + d)`).
    """
    rows = () if report.shapes is None else tuple(map(_tensor_row, tensors(report.shapes)))
    return Table(("name", "role", "shape", "parameters"), rows, basename(report.source.title), tuple(_totals(report)))


def render_table(table: Table, format: str = "text", *, paint: Paint = plain) -> str:
    """The table in one of `FORMATS`, without a line end at its end; only `text` can be painted."""
    return _WRITERS[format](table, paint)


def _tensor_row(tensor: Tensor) -> Row:
    from shapecheck.sizes import show_factored

    name = f"{tensor.label}, {tensor.ranges}" if tensor.ranges else tensor.label
    parameters = show_factored(tensor.count) if tensor.role == "weight" else ""
    return (name, _ROLES.get(tensor.role, tensor.role), tensor.shape_text, parameters)


def _totals(report: Report) -> Iterable[Row]:
    from shapecheck.sizes import show_factored

    for name, total in (("total parameters", report.params), ("total MACs", report.macs)):
        if total is not None:
            yield (name, "", "", show_factored(total))


# ---- writers -----------------------------------------------------------------------------------


def _text(table: Table, paint: Paint) -> str:
    """Aligned columns with rules between them.

    ```
    name             role    shape         parameters
    ------------------------------------------------------
    x[t], t = 1..T   input   d
    W                weight  2p x (p + d)  2p * (p + d)
    ```
    """
    widths = [max(map(text_width, column)) for column in zip(table.columns, *table.rows, *table.totals)]
    rule = paint("-" * min(sum(widths) + 2 * (len(widths) - 1), _LONGEST_RULE), "quiet")
    lines = [paint(table.title, "title")] if table.title else []
    lines += [paint(_aligned(table.columns, widths), "title"), rule]
    lines += [_aligned(row, widths) for row in table.rows]
    if table.totals:
        lines += [rule, *(_aligned(row, widths) for row in table.totals)]
    return "\n".join(lines)


def _aligned(row: Row, widths: list[int]) -> str:
    return "  ".join(text + " " * (width - text_width(text)) for text, width in zip(row, widths)).rstrip()


def _markdown(table: Table, paint: Paint) -> str:
    """GitHub Markdown: the title in bold, a header, the rows; totals are the last rows, in bold."""
    lines = [f"**{_escaped(table.title)}**", ""] if table.title else []
    lines += [_piped(map(_escaped, table.columns)), _piped("---" for _ in table.columns)]
    lines += [_piped(map(_escaped, row)) for row in table.rows]
    lines += [_piped(f"**{_escaped(text)}**" if text else "" for text in row) for row in table.totals]
    return "\n".join(lines)


def _piped(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"


_MARKUP = re.compile(
    r"[\\`|<&~]"  # always markup in a cell, or able to start it
    r"|(?<!\s)\*|\*(?!\s|$)"  # a star touching something could be emphasis; `a * b` is safe
    r"|(?<![^\W_])_|_(?![^\W_])"  # so could an underscore that is not inside a word
    r"|\](?=[(\[:])"  # `x[t](..)` would be a link
)


def _escaped(text: str) -> str:
    """The text such that a Markdown cell shows exactly it.

    Escapes what would be markup where it stands, and nothing else, so that `3p * (p + d)` and `h_t` stay legible.
    """
    return _MARKUP.sub(lambda found: "\\" + found.group(), " ".join(text.split()))


_WRITERS: Mapping[str, Callable[[Table, Paint], str]] = MappingProxyType({"text": _text, "markdown": _markdown})
FORMATS = tuple(_WRITERS)
ENDINGS: Mapping[str, str] = MappingProxyType({".md": "markdown", ".markdown": "markdown", ".txt": "text"})
"""The format that follows from the ending of an output file."""
