"""Does one thing with every spec, in several processes; the results come in the order of the specs.

Comes in: paths, and a `Job`.  Goes out: `Told`, one for each file, as soon as it and those before it are done.  A bug
of ours with one spec does not hide the others.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from shapecheck.commands.exit_codes import FINE, USAGE, Refused, report_bug
from shapecheck.commands.spec_files import SpecFile, is_stream, read_spec, spec_files, specs_of
from shapecheck.commands.terminal import Advance, waiting, wants_color, width_of
from shapecheck.record import record
from shapecheck.signals import leave_on_signals

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Settings that keep matrix products on one processor while several specs are checked at a time."""
MOST_PROCESSES = 61
"""Most processes that Windows can wait for at a time."""


@record
class Told:
    """The text printed for one file; `code` is its exit code, `chosen` whether the options chose anything of it."""

    text: str
    code: int
    chosen: bool = True


@record
class Look:
    """The look of the printed text."""

    color: bool
    width: int


@record
class Job:
    """The work done with each spec: a function of a module, with the options as typed.

    `doing` and `undone` complete "testing gru.shape" and "gru.shape: not tested"; `count` is the number of processes,
    None for as many as there are processors.
    """

    work: Callable[[SpecFile, Any, Look, Advance | None], Told]
    options: Any
    doing: str
    undone: str
    count: int | None = None


def readable(paths: Sequence[str]) -> tuple[list[SpecFile], int]:
    """The files at the paths; a file that cannot be read is reported at once, and makes the exit code."""
    code, files = FINE, list[SpecFile]()
    for file in spec_files(paths):
        if isinstance(file, Refused):
            file.show()
            code = USAGE
        else:
            files.append(file)
    return files, code


def carried_out(files: Sequence[SpecFile], paths: Sequence[str], job: Job) -> Iterator[Told]:
    """Yields the text for each file, in the order of the files; the work stops when the caller stops."""
    look = Look(wants_color(sys.stdout), width_of(sys.stdout))
    count = min(job.count or os.cpu_count() or 1, len(files), MOST_PROCESSES)
    started = time.monotonic()
    if count > 1 and not any(is_stream(file.path) for file in files):
        yield from _at_a_time(files, paths, job, look, count, started)
        return
    for file in files:
        with waiting(f"{job.doing} {file.source.name}", started) as advance:
            told = _of_file(file, job, look, advance)
        yield told


def _at_a_time(
    files: Sequence[SpecFile], paths: Sequence[str], job: Job, look: Look, count: int, started: float
) -> Iterator[Told]:
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(count, initializer=_prepared) as pool:
        work = [pool.submit(_in_process, file.path, tuple(paths), job, look) for file in files]
        try:
            with waiting(f"{job.doing} {len(files)} specs", started) as advance:
                for number, item in enumerate(work, start=1):
                    told = item.result()
                    if advance is not None:
                        advance(number, len(files))
                    yield told
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _prepared() -> None:
    """Prepares a process: signals end it quietly, and NumPy finds its settings when it is imported."""
    leave_on_signals()
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")


def _in_process(path: str, paths: tuple[str, ...], job: Job, look: Look) -> Told:
    file = read_spec(path, paths)
    if isinstance(file, Refused):
        return Told(f"shapecheck: {file.format_message()}", USAGE)
    return _of_file(file, job, look, None)


def _of_file(file: SpecFile, job: Job, look: Look, advance: Advance | None) -> Told:
    """The work on one file, or on each of the specs in a document."""
    told = [_of_spec(spec, job, look, advance) for spec in specs_of(file)]
    chosen = [one for one in told if one.chosen]
    return Told("\n".join(one.text for one in chosen), max(one.code for one in told), bool(chosen))


def _of_spec(spec: SpecFile, job: Job, look: Look, advance: Advance | None) -> Told:
    try:
        return job.work(spec, job.options, look, advance)
    except Exception as error:
        return Told(f"{spec.source.title}: {job.undone}", report_bug(error, spec.source.title))
