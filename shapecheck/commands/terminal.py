"""Facts about the terminal, and a progress bar for work that takes a while.

Nothing here says anything about specs.  Reports go to standard output, the bar to standard error.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING, TextIO

from shapecheck.signals import half_done

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Advance = Callable[[int, int], None]
"""A function called with the number of steps done and the number of all steps."""

PATIENCE = 1.0
"""Seconds before the bar appears."""


def wants_color(stream: TextIO) -> bool:
    """Whether to color: never with `NO_COLOR`, always with `FORCE_COLOR`, else on terminals that are not dumb."""
    if os.environ.get("NO_COLOR"):
        return False
    if forces_color() and _is_standard(stream):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _is_standard(stream: TextIO) -> bool:
    """Whether a stream is one of the process, and no text that a document or a notebook gets."""
    return stream in (sys.__stdout__, sys.__stderr__)


def forces_color() -> bool:
    """Whether colors are wanted wherever the output goes."""
    return os.environ.get("FORCE_COLOR", "0") not in ("", "0") and not os.environ.get("NO_COLOR")


def width_of(stream: TextIO) -> int:
    """The columns to draw in: `COLUMNS`, else the terminal's, at least 60; 120 where it is none."""
    asked = _is_standard(stream) and os.environ.get("COLUMNS", "").isdecimal()
    if not stream.isatty() and not asked:
        return 120
    from shutil import get_terminal_size

    return max(get_terminal_size((120, 24)).columns, 60)


class _Bar:
    """A progress bar that appears after `PATIENCE` seconds; the working thread may update it."""

    def __init__(self, description: str) -> None:
        self._description = description
        self._lock = Lock()
        self._shown: tuple[Progress, TaskID] | None = None
        self._state: tuple[int, int | None] = (0, None)
        self._over = False

    def show(self) -> None:
        """Draw the bar, unless the work is over."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._over:
                return
            columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
            console = Console(stderr=True)
            progress = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
            done, total = self._state
            self._shown = (progress, progress.add_task(self._description, total=total, completed=done))
            half_done.append(_show_cursor)
            progress.start()

    def update(self, done: int, total: int) -> None:
        """Shows that `done` of `total` steps are done."""
        with self._lock:
            self._state = (done, total)
            if self._shown is not None:
                progress, task = self._shown
                progress.update(task, completed=done, total=total)

    def close(self) -> None:
        """Take the bar away."""
        with self._lock:
            self._over = True
            if self._shown is not None:
                self._shown[0].stop()
                half_done.remove(_show_cursor)


def _show_cursor() -> None:
    """Restores the cursor without touching the bar, which another thread may be drawing."""
    os.write(sys.stderr.fileno(), b"\r\x1b[2K\x1b[?25h")


@contextmanager
def waiting(description: str, since: float) -> Iterator[Advance | None]:
    """A bar for the work in the block, from `PATIENCE` seconds after `since` on; None where there is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    bar = _Bar(description)
    timer = Timer(max(PATIENCE - (time.monotonic() - since), 0.05), bar.show)
    timer.daemon = True
    timer.start()
    try:
        yield bar.update
    finally:
        timer.cancel()
        bar.close()
