"""A table of cells, which every writer writes."""

from __future__ import annotations

from shapecheck.record import record
from shapecheck.report.cells import Column, Row, plain_text
from shapecheck.report.table.text import text
from shapecheck.report.wording import Note, Wording, worded
from shapecheck.sizes import naming_order


@record
class Table:
    """Rows of cells under columns; `totals` are rows set apart at the end.

    A column may be given as its heading alone.  `caption` and `label` are for documents, that have both; `names` is the
    order in which sizes are listed in texts, `wording` tells the sizes, and `note` says for which sizes it does.
    """

    columns: tuple[str | Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    totals: tuple[Row, ...] = ()
    caption: str = ""
    label: str = ""
    names: tuple[str, ...] = ()
    wording: Wording | None = None
    note: Note = ()

    @property
    def heads(self) -> tuple[Column, ...]:
        """The columns, each with a key."""
        return tuple(column if isinstance(column, Column) else Column(column) for column in self.columns)

    @property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """All rows, the totals last, as plain text."""
        with naming_order(self.names), worded(self.wording):
            return tuple(tuple(map(plain_text, row)) for row in (*self.rows, *self.totals))

    def __str__(self) -> str:
        with naming_order(self.names), worded(self.wording):
            return text(self)
