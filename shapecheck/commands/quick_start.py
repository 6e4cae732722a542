"""Plain command lines of `check`, carried out without click: its import takes as long as a report that is only read.

Comes in: the words of the command line.  Goes out: an exit code, or None where a word is none of those below; then
click reads them all.  What it makes of the same words is the same.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from shapecheck.commands.check import FORMATS, check_paths, options_of
from shapecheck.commands.configuration import configured
from shapecheck.commands.streams import carried_through, prepare_streams

_FLAGS: dict[str, tuple[str, object]] = {
    "-v": ("verbose", True),
    "--verbose": ("verbose", True),
    "-q": ("quiet", True),
    "--quiet": ("quiet", True),
    "--strict": ("strict", True),
    "--no-strict": ("strict", False),
    "--cache": ("cache", True),
    "--no-cache": ("cache", False),
}
_CHOICES: dict[str, tuple[str, Sequence[str]]] = {
    "--output-format": ("output_format", FORMATS),
    "--engine": ("engine", ("sizes", "sympy")),
    "--lint": ("lint", ("none", "warnings", "all")),
}


def carried_out_at_once(words: Sequence[str]) -> int | None:
    """The exit code of a plain `check`; None for everything else."""
    found = read(words)
    if found is None:
        return None
    prepare_streams()
    return carried_through(lambda: _checked(*found))


def _checked(paths: tuple[str, ...], typed: dict[str, Any]) -> int:
    """Checks with the options that were typed, else with those of the project."""
    return check_paths(paths, options_of(**{**_of_project(), **typed}))


def _of_project() -> dict[str, Any]:
    options = configured("check")
    options.pop("paths", None)
    return options


def read(words: Sequence[str]) -> tuple[tuple[str, ...], dict[str, Any]] | None:
    """The paths and the options of a plain `check`."""
    if words[:1] != ["check"] or any(name.startswith("_SHAPECHECK") for name in os.environ):
        return None
    if "SHAPECHECK_CACHE" in os.environ:
        return None
    paths: list[str] = []
    values: dict[str, Any] = {}
    rest = list(words[1:])
    while rest:
        word = rest.pop(0)
        if word in _FLAGS:
            name, value = _FLAGS[word]
            values[name] = value
        elif word in _CHOICES and rest and rest[0] in _CHOICES[word][1]:
            values[_CHOICES[word][0]] = rest.pop(0)
        elif word in ("-j", "--jobs") and rest and rest[0].isdecimal() and int(rest[0]) > 0:
            values["jobs"] = int(rest.pop(0))
        elif word.startswith("-"):
            return None
        else:
            paths.append(word)
    return (tuple(paths), values) if paths else None
