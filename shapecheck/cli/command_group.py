"""The program around all commands: exit codes, streams, interruptions.

Exit codes: 0 fine, 1 findings, 2 a wrong command line, or a file that cannot be read or written, 101 a bug of ours,
130 interrupted, 141 nobody reads the output any more.
Reports go to standard output, everything else to standard error.  Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from shapecheck.commands.exit_codes import INTERRUPTED, PIPE_CLOSED, USAGE, complain, report_bug
from shapecheck.commands.terminal import forces_color


class Program(click.Group):
    """The group of commands; ends the process with the right code, whatever happens."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, *_: Any, **extra: Any) -> Any:
        """Run the command line and leave with its exit code."""
        extra["standalone_mode"] = False
        extra.setdefault("color", forces_color() or None)
        _prepare_streams()
        try:
            code = super().main(args, prog_name or "shapecheck", **extra)
            sys.stdout.flush()
        except click.Abort:
            code = INTERRUPTED
        except click.ClickException as error:
            with suppress(OSError):
                error.show()
            code = error.exit_code
        except SystemExit:  # click's own answer to a closed pipe, where help is printed
            code = _write_no_more(BrokenPipeError())
        except OSError as error:
            code = _write_no_more(error)
        except Exception as error:
            code = report_bug(error)
        sys.exit(code or 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Carry the command out; an output that takes no more is no error of ours."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            return _write_no_more(error)


def _prepare_streams() -> None:
    """Makes streams print every character, and replaces a closed stream by one that leads nowhere."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            handle = os.open(os.devnull, os.O_RDWR)  # takes the free number, so that no file that is opened gets it
            if number:
                setattr(sys, name, os.fdopen(handle, "w", encoding="utf-8", closefd=False))
        elif number and hasattr(stream, "reconfigure"):
            utf8 = {} if stream.isatty() or "PYTHONIOENCODING" in os.environ else {"encoding": "utf-8"}
            stream.reconfigure(errors="replace", **utf8)


def _write_no_more(error: OSError) -> int:
    """Say why an output takes no more, and write nothing after that, not even at exit; the exit code."""
    if not isinstance(error, BrokenPipeError):
        place = f"{os.fsdecode(error.filename)}: " if error.filename is not None else "cannot write the output: "
        complain(f"shapecheck: {place}{(error.strerror or str(error)).lower()}")
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            number = stream.fileno()
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    return PIPE_CLOSED if isinstance(error, BrokenPipeError) else USAGE
