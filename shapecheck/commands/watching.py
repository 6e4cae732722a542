"""Does something again whenever a spec changes: paths in, until a signal ends the process.

`watchfiles` says when to look; what is read then decides whether anything has changed: the specs at the paths, and all
that they import.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click

from shapecheck.commands.exit_codes import Refused
from shapecheck.commands.option_values import usage
from shapecheck.commands.spec_files import is_stream, spec_files
from shapecheck.folders import carried
from shapecheck.source import Source

MISSING = "--watch needs the package watchfiles: pip install 'shapecheck-lang[watch]'"
LONGEST_WAIT = 5000
"""Milliseconds after which it is looked in any case: a change while the specs were read is not told."""

State = Mapping[str, object]


def watched(paths: Sequence[str], action: Callable[[], object]) -> None:
    """Carry the action out, and again after each change; returns only where it is given something to stop at."""
    watch = _watch()
    if any(map(is_stream, paths)):
        raise usage("standard input does not change; name files or folders", "--watch")
    known: State | None = None
    while True:
        state = _state(paths)
        if state != known:
            if known is not None:
                click.echo(f"\n{', '.join(_changed(known, state))} changed")
            action()
            known = state
        _wait(watch, _folders(paths, state))


def _watch() -> Any:
    try:
        from watchfiles import watch
    except ImportError:
        raise Refused(MISSING) from None
    return watch


def _wait(watch: Any, folders: Iterable[str]) -> None:
    """Waits until something happens in one of the folders."""
    try:
        next(watch(*folders, recursive=False, yield_on_timeout=True, rust_timeout=LONGEST_WAIT, step=20, debounce=200))
    except FileNotFoundError:  # a folder went just now
        return


def _state(paths: Sequence[str]) -> State:
    """The texts of all specs and of what they import, by their names, or why there is none."""
    found: dict[str, object] = {}
    for file in spec_files(paths):
        if isinstance(file, Refused):
            found[file.format_message()] = None
            continue
        source = carried(file.source)
        found[source.name] = source.text
        for text in getattr(source.beside, "texts", {}).values():
            found[text.name if isinstance(text, Source) else str(text)] = getattr(text, "text", None)
    return found


def _changed(old: State, new: State) -> list[str]:
    """The names of what differs, those of files first."""
    names = [name for name in {**old, **new} if old.get(name, _NOT_THERE) != new.get(name, _NOT_THERE)]
    files = [name for name in names if {type(old.get(name)), type(new.get(name))} & {str}]
    return files or names


_NOT_THERE = object()


def _folders(paths: Sequence[str], state: State) -> set[str]:
    """The folders in which something may change: all below the named ones, and those of the files."""
    below = (place for path in paths if os.path.isdir(path) for place, _, _ in os.walk(path))
    beside = (os.path.dirname(name) for name, text in state.items() if text is not None)
    missing = (os.path.dirname(path) for path in paths if not os.path.isdir(path))
    return {_nearest(place) for place in (*below, *beside, *missing)}


def _nearest(folder: str) -> str:
    """The folder, or the nearest one above it that is there."""
    place = os.path.abspath(folder)
    while not os.path.isdir(place):
        place = os.path.dirname(place)
    return place
