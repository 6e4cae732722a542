"""Settings of a project: `shapecheck.toml`, or the table `[tool.shapecheck]` of `pyproject.toml`.

Comes in: a folder.  Goes out: the settings of the nearest file, from that folder upwards, each with its line; or a
message with the place of what is wrong.  Words of the command line win over them.  Paths in a file are seen from its
folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from shapecheck.budgets import bytes_of
from shapecheck.commands.exit_codes import Refused
from shapecheck.record import record
from shapecheck.source import Source, Span
from shapecheck.storage import read

if TYPE_CHECKING:
    from shapecheck.diagnostics import Diagnostic

OWN, SHARED = "shapecheck.toml", "pyproject.toml"
"""Names of files; where both are in a folder, the first one counts."""
LARGEST = 1 << 20
_MENTIONED = re.compile(
    r"""tool["'\s]*\.["'\s]*shapecheck|^\s*\[["'\s]*tool["'\s]*\]|^\s*["']?tool["']?\s*=""", re.MULTILINE
)
"""Texts that may have a table of settings; the reader of TOML is not imported for others."""
PROFILES = {"quick": 6, "default": 24, "thorough": 200}
"""Profiles of `shapecheck test`: the most runs for each part of a spec."""

Read = Callable[[Any, str], Any]
"""Makes the value of an option from that of a file and the file's folder; raises `ValueError`."""


@record
class Key:
    """A key of the file: the commands that take it, the type of its values in words, what makes options of them."""

    commands: tuple[str, ...]
    wanted: str
    read: Read


def _choice(*known: str) -> Key:
    def read_choice(value: Any, folder: str) -> Any:
        return _must(value, isinstance(value, str) and value in known)

    return Key(("check",), f"one of {', '.join(known)}", read_choice)


def _must(value: Any, is_right: bool) -> Any:
    if not is_right:
        raise ValueError
    return value


def _flag(value: Any, folder: str) -> Any:
    return _must(value, isinstance(value, bool))


def _count(value: Any, folder: str) -> Any:
    return _must(value, isinstance(value, int) and not isinstance(value, bool) and value > 0)


def _memory(value: Any, folder: str) -> Any:
    amount = bytes_of(_must(value, isinstance(value, str)))
    return _must(amount, amount is not None)


def _path(value: Any, folder: str) -> Any:
    place = os.path.join(folder, os.path.expanduser(_must(value, isinstance(value, str) and bool(value))))
    return os.path.relpath(place) if not os.path.isabs(value) else place


def _paths(value: Any, folder: str) -> Any:
    _must(value, isinstance(value, list) and bool(value))
    return tuple(_path(item, folder) for item in value)


KEYS: Mapping[str, Key] = {
    "paths": Key(("check", "test", "fmt"), 'a list of paths, such as ["specs/"]', _paths),
    "lint": _choice("none", "warnings", "all"),
    "strict": Key(("check",), "true or false", _flag),
    "jobs": Key(("check", "test"), "a whole number from 1 on", _count),
    "memory-limit": Key(("check", "test", "run", "show"), 'an amount of memory, such as "4GiB"', _memory),
    "profile": Key(("test",), f"one of {', '.join(PROFILES)}", _choice(*PROFILES).read),
    "cache": Key(("check",), "true or false", _flag),
    "cache-dir": Key(("check",), "a path", _path),
}
"""The keys of a file, as the options are called."""


@record
class Setting:
    """A setting of a file: its value as written and as the option takes it, and its line."""

    written: Any
    value: Any
    line: int


@record
class Configuration:
    """The settings of a file; without a file there are none."""

    path: str | None
    settings: Mapping[str, Setting]

    def options(self, command: str) -> dict[str, Any]:
        """The options of a command, by the names that the program calls them."""
        taken = ((key, item) for key, item in self.settings.items() if command in KEYS[key].commands)
        return {key.replace("-", "_"): item.value for key, item in taken}


class WrongConfiguration(Refused):
    """A file of settings that cannot be used: the message with the place, exit code 2."""

    def __init__(self, message: Diagnostic, source: Source) -> None:
        from shapecheck.diagnostics import render

        super().__init__(render(message, source))

    def show(self) -> None:
        """Print the message."""
        from shapecheck.commands.exit_codes import complain

        complain(self.format_message())


def configuration(folder: str = ".") -> Configuration:
    """The settings in force in a folder: those of the nearest file."""
    for place in _upwards(_absolute(folder)):
        for name in (OWN, SHARED):
            path = os.path.join(place, name)
            found = _settings(path) if os.path.isfile(path) else None
            if found is not None:
                return Configuration(os.path.relpath(path), found)
    return Configuration(None, {})


def configured(command: str) -> dict[str, Any]:
    """The options that the project sets for a command; no file is looked for where it takes none."""
    takes = any(command in key.commands for key in KEYS.values())
    return configuration().options(command) if takes else {}


def _absolute(folder: str) -> str:
    """The path of a folder; in a folder that was removed there are no settings."""
    try:
        return os.path.abspath(folder)
    except OSError:
        return os.sep


def _upwards(folder: str) -> Iterator[str]:
    yield folder
    while (above := os.path.dirname(folder)) != folder:
        yield above
        folder = above


def _settings(path: str) -> dict[str, Setting] | None:
    """The settings in a file; None where it is about other things."""
    source = _source(path)
    shared = os.path.basename(path) == SHARED
    if shared and not _MENTIONED.search(source.text):
        return None
    table = _parsed(source)
    if shared:
        tools = table.get("tool", {})
        if not isinstance(tools, dict) or "shapecheck" not in tools:
            return None
        table = tools["shapecheck"]
        if not isinstance(table, dict):
            raise _wrong_value(source, "shapecheck", "a table")
    return {key: _setting(key, value, source, os.path.dirname(path)) for key, value in table.items()}


def _source(path: str) -> Source:
    try:
        data = read(path, LARGEST)
        return Source(os.path.relpath(path), data.decode("utf-8"))
    except OSError as error:
        raise Refused(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError:
        raise Refused(f"cannot read {path}: it is not UTF-8 text") from None


def _parsed(source: Source) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(source.text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _no_toml(source, str(error)) from None


def _setting(key: str, value: Any, source: Source, folder: str) -> Setting:
    if key not in KEYS:
        raise _unknown_key(source, key)
    place = _place(source, key)
    try:
        return Setting(value, KEYS[key].read(value, folder), source.position(place.start)[0])
    except ValueError:
        raise _wrong_value(source, key, KEYS[key].wanted) from None


def _place(source: Source, key: str) -> Span:
    """The place of a key in the text, also where it is quoted or one of a dotted name."""
    start = source.text.find("[tool.shapecheck]") if os.path.basename(source.name) == SHARED else 0
    named = re.compile(rf"(?<![\w-]){re.escape(key)}(?=[\"']?\s*[=.\]])")
    found = named.search(source.text, max(start, 0)) or named.search(source.text)
    return Span(*found.span()) if found is not None else Span(0, min(1, len(source.text)))


# ---- messages ----------------------------------------------------------------------------------


def _unknown_key(source: Source, key: str) -> WrongConfiguration:
    from shapecheck.diagnostics import Diagnostic, Label, nearest

    near = nearest(key, KEYS)
    help = f"did you mean {near}?" if near else f"the keys are {', '.join(KEYS)}"
    label = Label(_place(source, key), "shapecheck knows no such key")
    return WrongConfiguration(Diagnostic("unknown-key", f"there is no key {key}", (label,), help=help), source)


def _wrong_value(source: Source, key: str, wanted: str) -> WrongConfiguration:
    from shapecheck.diagnostics import Diagnostic, Label

    label = Label(_place(source, key), f"this must be {wanted}")
    return WrongConfiguration(Diagnostic("wrong-value", f"the value of {key} is of no use", (label,)), source)


def _no_toml(source: Source, said: str) -> WrongConfiguration:
    from shapecheck.diagnostics import Diagnostic, Label

    found = re.search(r"^(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)", said, re.S)
    reason = found[1] if found is not None else said
    end = len(source.text.rstrip())
    start = max(end - 1, 0)
    if found is not None and found[2] is not None:
        lines = source.text.split("\n")
        start = sum(len(line) + 1 for line in lines[: int(found[2]) - 1]) + int(found[3]) - 1
    label = Label(Span(start, start + 1), reason[:1].lower() + reason[1:])
    return WrongConfiguration(Diagnostic("not-toml", "this file is not TOML", (label,)), source)
