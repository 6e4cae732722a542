"""Ends the program at a signal: at once, with 128 plus the signal's number, and without a message.

In: signals, at any moment, also while modules are imported.  Out: the exit code; what was half done is undone.
No exception is raised: libraries that call back into Python would print it and go on.  Only what the interpreter has
loaded anyway is imported here, for until this is at work a signal ends in a traceback: `_signal`, for example, which
`signal` wraps in enumerations.
"""

from __future__ import annotations

import _thread
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
else:
    import _signal as signal

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Signals that end a program; each system has some of them."""

half_done: list[Callable[[], object]] = []
"""Functions called when a signal ends the process: each undoes something that is half done."""


def leave_on_signals() -> None:
    """End the process on each of the usual signals; one that the parent process ignores stays ignored."""
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
            signal.signal(number, _leave)
    if sys.platform != "win32" and None not in (sys.stdin, sys.stdout, sys.stderr):
        _watch()


def _watch() -> None:
    """Have a thread see to signals, too: the interpreter calls no handler while NumPy is at work.

    Not where a stream is closed, for its number would be that of our pipe.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    os.register_at_fork(after_in_child=_forget)
    _thread.start_new_thread(_watching, (reading,))


def _watching(reading: int) -> None:
    while True:
        for number in os.read(reading, 1):
            if signal.getsignal(number) is _leave:
                _leave(number, None)


def _forget() -> None:
    """Stops waking a forked process through the pipe, which belongs to the other one."""
    signal.set_wakeup_fd(-1)


def _leave(number: int, _: object) -> None:
    try:
        _stop_children()
        for undo in reversed(half_done):
            _tried(undo)
    finally:
        os._exit(128 + number)


def _stop_children() -> None:
    """Stop the processes that work for this one."""
    processes = sys.modules.get("multiprocessing")
    for child in processes.active_children() if processes is not None else ():
        _tried(child.terminate)


def _tried(undo: Callable[[], object]) -> None:
    try:
        undo()
    except Exception:  # the others are undone all the same
        return
