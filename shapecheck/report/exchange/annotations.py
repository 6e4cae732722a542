"""Findings as commands of GitHub Actions, which shows each beside the line that it is about.

Comes in: a file of the JSON report.  Goes out: a line for each message, `::error file=..,line=..::..`.
Source: docs.github.com, "Workflow commands for GitHub Actions"; `command.ts` of actions/toolkit for what is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def annotation_lines(file: Mapping[str, Any]) -> str:
    """The lines for one file, empty where there is nothing to say."""
    return "\n".join(_line(message) for message in file["diagnostics"])


def _line(message: Mapping[str, Any]) -> str:
    properties = ",".join(f"{name}={_escaped(str(value), inside=True)}" for name, value in _properties(message))
    return f"::{_COMMANDS[message['level']]} {properties}::{_escaped(body(message))}"


def _properties(message: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    yield "file", message["file"]
    if message["line"] is not None:
        yield "line", message["line"]
        yield "endLine", message["end_line"]
        if message["line"] == message["end_line"]:  # columns of several lines are not understood there
            yield "col", message["column"]
            yield "endColumn", max(message["end_column"] - 1, message["column"])  # the last one, not the one after it
    yield "title", f"shapecheck ({message['code']})"


def body(message: Mapping[str, Any]) -> str:
    """A message with all that is said of it, a line each."""
    sizes = ", ".join(f"{name} = {value}" for name, value in message["sizes"].items())
    lines = [
        message["message"],
        *(label["text"] for label in message["labels"] if label["primary"] and label["text"]),
        *(f"with {sizes}" for _ in [sizes] if sizes),
        *(f"note: {note}" for note in message["notes"]),
        *(f"help: {help}" for help in [message["help"]] if help is not None),
    ]
    return "\n".join(lines)


def _escaped(text: str, inside: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if inside else text
