"""Values of options: sizes, amounts of memory, names of files.

Comes in: the texts as typed.  Goes out: numbers, or a usage error that quotes what was typed and shows how to write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from shapecheck.budgets import bytes_of

_SIZE = re.compile(r"\s*([A-Za-z\u0370-\u03ff]\w*(?:\[[0-9]+\])?)\s*=\s*(-?[0-9]+)\s*")
_MOST_DIGITS = 30


if TYPE_CHECKING:
    _MemoryType = click.ParamType[int, Any]
else:  # older releases of click have no type parameters, or fewer
    _MemoryType = click.ParamType


class Memory(_MemoryType):
    """An amount of memory: `4GiB`, `512MiB`, `2GB`, or a number of bytes."""

    name = "amount"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int:
        """The number of bytes."""
        if isinstance(value, int):
            return value
        count = bytes_of(value)
        if count is None:
            self.fail(f"{value!r} is not an amount of memory; write it like 4GiB, 512MiB or 2GB", parameter, context)
        return count


def parse_sizes(texts: Iterable[str]) -> dict[str, int]:
    """The sizes of all `--set` options: `["p=4,d=3", "T=2"]` gives three."""
    sizes: dict[str, int] = {}
    for part in (part for text in texts for part in text.split(",") if part.strip()):
        name, value = _size(part)
        if sizes.get(name, value) != value:
            raise usage(f"the size {name} is set twice: to {sizes[name]} and to {value}", "--set")
        sizes[name] = value
    return sizes


def _size(part: str) -> tuple[str, int]:
    found = _SIZE.fullmatch(part)
    if found is None:
        raise _no_size(part)
    if len(found[2]) > _MOST_DIGITS:
        raise usage(f"the number for {found[1]} has {len(found[2])} digits; no run is that large", "--set")
    return found[1], int(found[2])


def _no_size(part: str) -> click.BadParameter:
    name, equals, value = (piece.strip() for piece in part.partition("="))
    if not equals or not name:
        return usage(f"{part.strip()!r} is not a size; write name=number, for example p=4", "--set")
    if not value:
        return usage(f"the size {name} has no number; write {name}=4", "--set")
    return usage(f"{value!r} is not a whole number; write {name}=4", "--set")


def parse_inputs(texts: Iterable[str]) -> dict[str, str]:
    """The files of all `--input` options by the name of the tensor they are for."""
    files: dict[str, str] = {}
    for text in texts:
        name, equals, path = text.partition("=")
        if not equals or not name.strip() or not path:
            raise usage(f"{text!r} does not say which input it is for; write name=file, for example x=x.npy", "--input")
        if name.strip() in files:
            raise usage(f"{name.strip()} is given twice: {files[name.strip()]} and {path}", "--input")
        files[name.strip()] = path
    return files


def usage(message: str, option: str) -> click.BadParameter:
    """A usage error about an option."""
    return click.BadParameter(message, ctx=click.get_current_context(silent=True), param_hint=option)
