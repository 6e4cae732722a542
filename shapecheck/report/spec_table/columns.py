"""The columns that a table may have, by the names that people choose them by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os.path import basename
from types import MappingProxyType

from shapecheck.diagnostics.suggest import nearest
from shapecheck.report.cells import UNKNOWN, Amount, Cell, Phrase
from shapecheck.report.spec_table.item import Count, Item, windows_phrase
from shapecheck.source import Source

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "name": "name", "type": "type", "kernel": "kernel, stride, padding", "shape": "shape",
        "parameters": "parameters", "macs": "MACs", "activations": "activations", "receptive-field": "receptive field",
        "line": "line", "bytes": "parameters, bytes (float32)", "bytes-float64": "parameters, bytes (float64)",
        "activation-bytes": "activations, bytes (float32)",
        "activation-bytes-float64": "activations, bytes (float64)",
    }
)  # fmt: skip
"""The heading of each column."""
BYTES: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "bytes": ("parameters", 4), "bytes-float64": ("parameters", 8), "activation-bytes": ("activations", 4),
        "activation-bytes-float64": ("activations", 8),
    }
)  # fmt: skip
"""The columns that tell another one in bytes, with the bytes of a number."""
COLUMNS = tuple(TITLES)
DEFAULT = ("name", "type", "shape", "parameters", "macs")
ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "params": "parameters", "weights": "parameters", "role": "type", "stride": "kernel", "padding": "kernel",
        "window": "kernel", "size": "shape", "receptive": "receptive-field", "rf": "receptive-field",
        "defined": "line", "entries": "activations", "bytes-float32": "bytes", "memory": "bytes",
        "activation-bytes-float32": "activation-bytes", "activation-memory": "activation-bytes",
    }
)  # fmt: skip


class UnknownColumn(ValueError):
    """An unknown column; the message lists the known ones."""


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """The columns of these names, each once; raises `UnknownColumn`."""
    found: dict[str, None] = {}
    for name in names:
        plain = name.strip().lower().replace("_", "-").replace(" ", "-")
        key = ALIASES.get(plain, plain)
        if key not in TITLES:
            raise UnknownColumn(_unknown(name.strip(), plain))
        found[key] = None
    if not found:
        raise UnknownColumn(f"no column is named; there are {', '.join(COLUMNS)}")
    return tuple(found)


def _unknown(name: str, plain: str) -> str:
    near = nearest(plain, (*COLUMNS, *ALIASES))
    known = f"did you mean {near}? The columns are" if near else "there are"
    return f"there is no column {name}; {known} {', '.join(COLUMNS)}"


def cell(item: Item, column: str, source: Source, receptive: Callable[[Item], Cell]) -> Cell:
    """The content of a row in a column."""
    if column in BYTES:
        counted, size = BYTES[column]
        found = cell(item, counted, source, receptive)
        return Amount(found.size * size) if isinstance(found, Amount) else found
    if column in item.blank:
        return ""
    if column == "parameters" and item.note:
        return f"in {item.note}"
    return _CELLS[column](item) if column in _CELLS else _placed(item, column, source, receptive)


def _placed(item: Item, column: str, source: Source, receptive: Callable[[Item], Cell]) -> Cell:
    return _line(item, source) if column == "line" else receptive(item)


def amount(count: Count) -> Cell:
    """A count as a cell."""
    return UNKNOWN if count is None else Amount(count)


def _line(item: Item, source: Source) -> str:
    """The line where it is written, with the file where that is another one."""
    line, _ = source.position(item.span.start)
    found, _ = source.part(item.span.start)
    return str(line) if found is source else f"{basename(found.name)}:{line}"


def _kernel(item: Item) -> Phrase | str:
    return windows_phrase(item.windows)


_CELLS: Mapping[str, Callable[[Item], Cell]] = MappingProxyType(
    {
        "name": lambda item: item.name,
        "type": lambda item: item.kind,
        "kernel": _kernel,
        "shape": lambda item: item.shape,
        "parameters": lambda item: amount(item.params),
        "macs": lambda item: amount(item.macs),
        "activations": lambda item: amount(item.entries),
    }
)
