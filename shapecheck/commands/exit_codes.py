"""Exit codes of commands, and errors about the command line, which are not about a spec."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

FINE = 0
FINDINGS = 1
USAGE = 2
OUR_BUG = 101
INTERRUPTED = 130
PIPE_CLOSED = 141


class Refused(Exception):
    """A command that cannot be carried out as given: one line on standard error, exit code 2.

    `shapecheck: cannot find gru.shap; did you mean gru.shape?`
    """

    exit_code = USAGE

    def format_message(self) -> str:
        """The reason."""
        return str(self)

    def show(self) -> None:
        """Print the line."""
        complain(f"shapecheck: {self.format_message()}")


def complain(text: str) -> None:
    """Prints a line on standard error; a closed stream is no error."""
    with suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def report_bug(error: Exception, file: str | None = None) -> int:
    """Reports a bug of ours on standard error; returns its code."""
    complain(bug_text(error, file))
    return OUR_BUG


def bug_text(error: Exception, file: str | None = None) -> str:
    """A bug of ours in words, with the traceback if `SHAPECHECK_DEBUG` is set."""
    lines = str(error).strip().splitlines()
    place = f" on {file}" if file else ""
    said = f": {lines[0]}" if lines else ""
    return (
        f"{_traceback(error)}shapecheck: internal error{place}, {type(error).__name__}{said}\n"
        "This is a bug in shapecheck, not in your spec. Please report it with the spec and this message;\n"
        "SHAPECHECK_DEBUG=1 shows where it happened."
    )


def _traceback(error: Exception) -> str:
    if not os.environ.get("SHAPECHECK_DEBUG"):
        return ""
    import traceback

    return "".join(traceback.format_exception(error))
