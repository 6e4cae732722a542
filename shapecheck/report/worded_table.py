"""A table whose sizes are told under what its spec assumes.

In: a table and a wording.  Out: the table with both, and with the note that says for which sizes the forms in it hold.
The axes in the table are looked for as factors of its counts, and a total is grouped as the rows that it adds up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from shapecheck.report.cells import Amount, Cell, Dims, Name, Phrase, is_unknown, told
from shapecheck.report.table.model import Table
from shapecheck.report.wording import Wording
from shapecheck.sizes import Size, naming_order


def worded_table(
    table: Table, wording: Wording, axes: Iterable[Size] = (), sums: Iterable[tuple[Size, ...]] = ()
) -> Table:
    """The table, told by the wording; `axes` and `sums` are further factors and summands, from inside of blocks."""
    cells = [cell for row in (*table.rows, *table.totals) for cell in row]
    known = [size for cell in cells for size in _axes(cell)]
    here = wording.beside((*known, *map(told, axes)), (*sums, *_columns(table)))
    with naming_order(table.names):
        note = here.note(piece for cell in cells for piece in _sizes(cell) if not is_unknown(piece[0]))
    return replace(table, wording=here, note=note)


def _axes(cell: Cell) -> tuple[Size, ...]:
    return tuple(map(told, cell.sizes)) if isinstance(cell, Dims) and not any(map(is_unknown, cell.sizes)) else ()


def _columns(table: Table) -> Iterator[tuple[Size, ...]]:
    """The counts of each column in the rows that the totals add up."""
    if not table.totals:
        return
    rows = [row for row in table.rows if not any(isinstance(cell, Name) and cell.depth for cell in row)]
    for column in zip(*rows):
        yield tuple(cell.size for cell in column if isinstance(cell, Amount) and not is_unknown(cell.size))


def _sizes(cell: Cell) -> Iterator[tuple[Size, bool]]:
    """The sizes in a cell, and whether each is written as a count."""
    match cell:
        case Amount(size):
            yield told(size), True
        case Dims(sizes):
            yield from ((told(size), False) for size in sizes)
        case Phrase(parts):
            for part in parts:
                yield from ((told(part), False),) if isinstance(part, Size) else _sizes(part)
        case Name():
            ends = (end for extent in cell.ranges for end in (extent.low, extent.high))
            yield from ((told(size), False) for size in (*cell.subscripts, *ends))
        case str():
            return
