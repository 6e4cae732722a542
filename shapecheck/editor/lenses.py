"""Commands above each spec: run it, show its table, explain its result.

In: an `OpenText`.  Out: `Lens`es, each with the arguments of a command of `shapecheck`; and what such a command prints,
in a process of its own.  A spec without a test has no sizes to run at, so that it has no lens for that.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence

from shapecheck.editor.open_text import OpenSpec, OpenText
from shapecheck.editor.reading_files import file_text
from shapecheck.record import record
from shapecheck.source import Span
from shapecheck.syntax import print_expression, tree

LONGEST = 60
"""Seconds that a command may take."""


@record
class Lens:
    """A command at a place, with the arguments behind the name of the program."""

    span: Span
    title: str
    command: tuple[str, ...]


def lenses(text: OpenText) -> list[Lens]:
    """The lenses of all specs of a text."""
    return [lens for spec in text.specs for lens in _of_spec(text, spec)]


def _of_spec(text: OpenText, spec: OpenSpec) -> Iterator[Lens]:
    statements = spec.reading.parsed.spec.statements
    if not statements:
        return
    span = Span(statements[0].span.start, statements[0].span.start)
    test = next((item for item in statements if isinstance(item, tree.Test) and item.settings), None)
    if test is not None:
        sizes = ",".join(f"{item.name}={print_expression(item.value)}" for item in test.settings)
        yield Lens(span, f"run ({test.name})", ("run", spec.source.title, "--set", sizes))
    yield Lens(span, "table", ("table", spec.source.title))
    result = _result(statements)
    if result is not None:
        yield Lens(span, f"explain {result}", ("explain", spec.source.title, result))


def _result(statements: Sequence[tree.Statement]) -> str | None:
    """The tensor that is asked for: the output, else what the last equation defines."""
    outputs = [
        item.items[0].name for item in statements if isinstance(item, tree.Declaration) and item.role == "output"
    ]
    equations = [item for item in statements if isinstance(item, tree.Equation)]
    loops = [inner for item in statements if isinstance(item, tree.For) for inner in item.body]
    defined = [item.targets[-1].name for item in (*loops, *equations) if isinstance(item, tree.Equation)]
    return (*outputs, *reversed(defined), None)[0]


def printed(text: OpenText, title: str) -> str:
    """The output of the command of the lens with that title, on the saved file, or why there is none."""
    command = next((lens.command for lens in lenses(text) if lens.title == title), None)
    if command is None:
        return f"there is no command {title} here"
    call = [sys.executable, "-m", "shapecheck", *command]
    try:
        done = subprocess.run(call, capture_output=True, encoding="utf-8", timeout=LONGEST, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return f"{title} was ended after {LONGEST} seconds"
    note = "" if file_text(text.path) == text.text else "(of the file as it was saved last)\n"
    return note + done.stdout + done.stderr
