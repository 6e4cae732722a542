"""Tables for programs: one JSON object, whose rows are objects with the columns' names as keys.

A number is a number, a symbolic amount a text of the language of specs, a shape a list of both.  A name is an object:
what the members are called, for which indices, and how deep in blocks they are.
"""

from __future__ import annotations

from typing import Any

from shapecheck.report.cells import (
    Amount,
    Cell,
    Dims,
    Name,
    Phrase,
    Row,
    amount_text,
    extent_text,
    is_unknown,
    label_text,
    note_text,
    plain_text,
    size_text,
)
from shapecheck.report.table.model import Table
from shapecheck.sizes import Size


def json(table: Table) -> str:
    """The table as JSON text; where two columns have one name, the later ones are numbered."""
    import json as library

    keys = _keys([head.name for head in table.heads])
    made = {
        "title": table.title,
        "caption": table.caption,
        "label": table.label,
        "columns": [{"key": key, "title": head.title} for key, head in zip(keys, table.heads)],
        "rows": [_row(keys, row) for row in table.rows],
        "totals": [_row(keys, row) for row in table.totals],
        "note": note_text(table.note),
    }
    return library.dumps(made, indent=2, ensure_ascii=False)


def _keys(names: list[str]) -> list[str]:
    keys: list[str] = []
    for name in names:
        number, key = 2, name
        while key in keys:
            key, number = f"{name} {number}", number + 1
        keys.append(key)
    return keys


def _row(keys: list[str], row: Row) -> dict[str, Any]:
    return {key: _value(cell) for key, cell in zip(keys, row)}


def _value(cell: Cell) -> Any:
    match cell:
        case Amount(size):
            return None if is_unknown(size) else _number(size, amount_text(size))
        case Dims(sizes):
            return [_number(size, size_text(size)) for size in sizes]
        case Name():
            where = ", ".join(map(extent_text, cell.ranges))
            return {"label": label_text(cell.whole, cell.subscripts), "where": where, "depth": cell.depth}
        case str() | Phrase():
            return plain_text(cell) or None


def _number(size: Size, text: str) -> int | str:
    return text if size.constant is None else size.constant
