"""The program around all commands: exit codes, streams, interruptions.

Exit codes: 0 fine, 1 findings, 2 a wrong command line or an unreadable file, 101 a bug of ours, 130 interrupted.
Reports go to standard output, everything else to standard error.  Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from shapecheck.commands.outcome import INTERRUPTED, PIPE_CLOSED, report_bug


class Program(click.Group):
    """The group of commands; ends the process with the right code, whatever happens."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, *_: Any, **extra: Any) -> Any:
        """Run the command line and leave with its exit code."""
        extra["standalone_mode"] = False
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        try:
            code = super().main(args, prog_name or "shapecheck", **extra)
            sys.stdout.flush()
        except click.Abort:
            code = INTERRUPTED
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except BrokenPipeError:
            code = _pipe_closed()
        except Exception as error:
            code = report_bug(error)
        sys.exit(code or 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Carry the command out; a reader that has gone away is no error of ours."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return _pipe_closed()


def _pipe_closed() -> int:
    """Whoever read our output has stopped reading: say no more, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED
