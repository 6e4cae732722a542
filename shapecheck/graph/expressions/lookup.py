"""Lookup of blocks and functions by name."""

from __future__ import annotations

from shapecheck import ops
from shapecheck.graph.blocks import REPEAT, Callee, Definition, Instance
from shapecheck.graph.expressions.reading import Reading


def block_named(reading: Reading, name: str) -> Definition | Callee | Instance | None:
    """The block or function of that name, None for an op or anything else; the file's own names hide the library's."""
    names, home = reading.names, reading.home
    if not reading.scope.closed:
        setting = names.settings.get(name)
        if isinstance(setting, Callee):
            return setting
        if name in names.instances:
            return names.instances[name]
    own = home.own(name)
    if own is not None:
        return own
    if name == REPEAT.name:
        return REPEAT
    return home.std(name) if name not in ops.NAMES else None
