"""Standard streams: made ready for every character, closed or full ones met quietly, and the exit code that follows."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress

from shapecheck.commands.exit_codes import FINE, PIPE_CLOSED, USAGE, Refused, complain, report_bug


def prepare_streams() -> None:
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


def carried_through(action: Callable[[], int | None]) -> int:
    """Carries an action out, whatever happens; returns the exit code."""
    try:
        code = action() or FINE
        sys.stdout.flush()
        return code
    except Refused as error:
        error.show()
        return error.exit_code
    except OSError as error:
        return write_no_more(error)
    except Exception as error:
        return report_bug(error)


def write_no_more(error: OSError) -> int:
    """Say why an output takes no more, and write nothing after that, not even at exit; the exit code."""
    if not isinstance(error, BrokenPipeError):
        place = f"{os.fsdecode(error.filename)}: " if error.filename is not None else "cannot write the output: "
        complain(f"shapecheck: {place}{(error.strerror or str(error)).lower()}")
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            number = stream.fileno()
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    return PIPE_CLOSED if isinstance(error, BrokenPipeError) else USAGE


def say(text: str) -> None:
    """Prints a report at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
