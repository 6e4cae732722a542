"""Values of options: sizes, amounts of memory, names of files.

Comes in: the texts as typed.  Goes out: numbers, or a usage error that quotes what was typed and shows how to write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from shapecheck.budgets import bytes_of

_SIZE = re.compile(r"\s*([A-Za-z\u0370-\u03ff]\w*(?:\[-?[0-9]+(?:, ?-?[0-9]+)*\])?)\s*=\s*(-?[0-9]+)\s*")
_LIST = re.compile(r"\s*([A-Za-z\u0370-\u03ff]\w*)\s*=\s*\[\s*(-?[0-9]+(?:\s*,\s*-?[0-9]+)*)\s*\]\s*")
_COMMA = re.compile(r",(?![^\[]*\])")
"""A comma that stands between sizes, and in no list."""
_MOST_DIGITS = 30


if TYPE_CHECKING:
    from shapecheck.graph.model import Graph

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
    """The sizes of all `--set` options: `["p=4,d=3", "T=2"]` gives three.

    A list `n=[7,5]` gives the sizes `n[+0]` and `n[+1]`, counted from the first member: see `with_members`.
    """
    sizes: dict[str, int] = {}
    for name, value in (pair for text in texts for part in _COMMA.split(text) if part.strip() for pair in _sizes(part)):
        if sizes.get(name, value) != value:
            raise usage(f"the size {name} is set twice: to {sizes[name]} and to {value}", "--set")
        sizes[name] = value
    return sizes


def with_members(sizes: Mapping[str, int], graph: Graph) -> dict[str, int]:
    """The sizes with the names of members for the places of lists; a usage error for a list of another length."""
    found = {name: value for name, value in sizes.items() if "[+" not in name}
    for family in dict.fromkeys(name.partition("[")[0] for name in sizes if "[+" in name):
        given = [value for name, value in sizes.items() if name.startswith(f"{family}[+")]
        wanted = [name for name in graph.least_at(found) if name.startswith(f"{family}[")]
        if not wanted:
            raise usage(f"{family} is no family of sizes whose length is set", "--set")
        if len(wanted) != len(given):
            raise usage(f"{family} has {len(wanted)} sizes here, and {len(given)} are given", "--set")
        found.update(zip(wanted, given))
    return found


def _sizes(part: str) -> list[tuple[str, int]]:
    found = _LIST.fullmatch(part)
    if found is None:
        return [_size(part)]
    return [(f"{found[1]}[+{number}]", _size(f"n={value}")[1]) for number, value in enumerate(found[2].split(","))]


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
