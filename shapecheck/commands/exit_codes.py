"""Exit codes of commands, and errors about the command line, which are not about a spec."""

from __future__ import annotations

import os
from contextlib import suppress

import click

FINE = 0
FINDINGS = 1
USAGE = 2
OUR_BUG = 101
INTERRUPTED = 130
PIPE_CLOSED = 141


class Refused(click.ClickException):
    """The command cannot be carried out as given: one clear line on standard error, exit code 2.

    `shapecheck: cannot find gru.shap; did you mean gru.shape?`
    """

    exit_code = USAGE

    def show(self, file: object = None) -> None:
        """Print the line."""
        complain(f"shapecheck: {self.format_message()}")


def complain(text: str) -> None:
    """Print on standard error, if anybody can hear it; the exit code tells the rest."""
    with suppress(OSError):
        click.echo(text, err=True)


def report_bug(error: Exception, file: str | None = None) -> int:
    """Own up to a bug on standard error, with the traceback where `SHAPECHECK_DEBUG` is set; its exit code."""
    if os.environ.get("SHAPECHECK_DEBUG"):
        import traceback

        traceback.print_exception(error)
    lines = str(error).strip().splitlines()
    place = f" on {file}" if file else ""
    said = f": {lines[0]}" if lines else ""
    complain(
        f"shapecheck: internal error{place}, {type(error).__name__}{said}\n"
        "This is a bug in shapecheck, not in your spec. Please report it with the spec and this message;\n"
        "SHAPECHECK_DEBUG=1 shows where it happened."
    )
    return OUR_BUG
