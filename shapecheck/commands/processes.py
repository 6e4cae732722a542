"""Does one thing with every spec, in several processes; the results come in the order of the specs.

Comes in: specs, and a `Job`.  Goes out: `Told`, one for each file, as soon as it and those before it are done.  A bug
of ours with one spec does not hide the others.  A spec is sent as text, with all that it imports.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shapecheck.commands.exit_codes import FINE, OUR_BUG, USAGE, Refused, bug_text, complain
from shapecheck.commands.spec_files import SpecFile, spec_files, specs_of
from shapecheck.commands.terminal import Advance, waiting, wants_color, width_of
from shapecheck.folders import carried
from shapecheck.record import record

if TYPE_CHECKING:
    from shapecheck.executors import Workers


@record
class Told:
    """The text printed for one file; `code` is its exit code, `chosen` whether the options chose anything of it.

    `data` is what formats for programs are made of; `complaint` is for standard error.
    """

    text: str
    code: int
    chosen: bool = True
    data: Any = None
    complaint: str = ""


@record
class Look:
    """The look of the printed text."""

    color: bool
    width: int


@record
class Job:
    """The work done with each spec: a function of a module, with the options as typed.

    `doing` and `undone` complete "testing gru.shape" and "gru.shape: not tested"; where that is empty nothing is said
    but the complaint.  `count` is the number of processes, None for as many as there are processors; `cluster` is the
    address of a scheduler whose workers do it all.
    """

    work: Callable[[SpecFile, Any, Look, Advance | None], Told]
    options: Any
    doing: str
    undone: str
    count: int | None = None
    cluster: str | None = None


Told_of = Callable[[SpecFile, Job, Look, Advance | None], Told]


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


def look_of_output() -> Look:
    """The look that suits standard output."""
    return Look(wants_color(sys.stdout), width_of(sys.stdout))


def carried_out(files: Sequence[SpecFile], job: Job) -> Iterator[Told]:
    """Yields the text for each file, in the order of the files; the work stops when the caller stops."""
    yield from _complained(_worked(of_file, files, job))


def carried_out_specs(specs: Sequence[SpecFile], job: Job) -> Iterator[Told]:
    """The same for specs, of which several may be in one document."""
    yield from _complained(_worked(of_spec, specs, job))


def _complained(found: Iterator[Told]) -> Iterator[Told]:
    for told in found:
        if told.complaint:
            complain(told.complaint)
        yield told


def _worked(told_of: Told_of, files: Sequence[SpecFile], job: Job) -> Iterator[Told]:
    look, started = look_of_output(), time.monotonic()
    workers = _workers(job, len(files))
    if workers is not None:
        yield from _at_a_time(told_of, files, job, look, workers, started)
        return
    for file in files:
        with waiting(f"{job.doing} {file.source.name}", started) as advance:
            told = told_of(file, job, look, advance)
        yield told


def _workers(job: Job, items: int) -> Workers | None:
    """The workers for so many items; None where this process does it all."""
    if job.cluster is not None and items:
        from shapecheck.commands.cluster import Cluster

        return Cluster(job.cluster)
    count = min(job.count or os.cpu_count() or 1, items)
    if count < 2:
        return None
    from shapecheck.executors import Processes

    return Processes(count)


def _at_a_time(
    told_of: Told_of, files: Sequence[SpecFile], job: Job, look: Look, workers: Workers, started: float
) -> Iterator[Told]:
    from shapecheck.executors import in_order

    sent = [_Sent(told_of, replace(file, source=carried(file.source)), job, look) for file in files]
    with waiting(f"{job.doing} {len(files)} specs", started) as advance:
        for number, told in enumerate(in_order(_work, sent, workers, _undone), start=1):
            if advance is not None:
                advance(number, len(files))
            yield told


@record
class _Sent:
    """All that a process needs to work on one file."""

    told_of: Told_of
    file: SpecFile
    job: Job
    look: Look


def _work(sent: _Sent) -> Told:
    from shapecheck.executors import ONE_AT_A_TIME

    with ONE_AT_A_TIME:
        return sent.told_of(sent.file, sent.job, sent.look, None)


def _undone(sent: _Sent, error: Exception) -> Told:
    """The outcome for a file that no worker came back with."""
    title, job = sent.file.source.title, sent.job
    why = str(error).strip().splitlines()
    reason = f": {why[0]}" if why else ""
    complaint = f"shapecheck: {title} was given up, each process that worked on it died{reason}"
    return Told(f"{title}: {job.undone}" if job.undone else "", OUR_BUG, bool(job.undone), complaint=complaint)


def of_file(file: SpecFile, job: Job, look: Look, advance: Advance | None) -> Told:
    """The work on one file, or on each of the specs in a document."""
    told = [of_spec(spec, job, look, advance) for spec in specs_of(file)]
    chosen = [one for one in told if one.chosen]
    complaints = "\n".join(one.complaint for one in told if one.complaint)
    text = "\n".join(one.text for one in chosen)
    return Told(text, max(one.code for one in told), bool(chosen), complaint=complaints)


def of_spec(spec: SpecFile, job: Job, look: Look, advance: Advance | None) -> Told:
    """The work on one spec."""
    title = spec.source.title
    try:
        return job.work(spec, job.options, look, advance)
    except Exception as error:
        text = f"{title}: {job.undone}" if job.undone else ""
        return Told(text, OUR_BUG, bool(job.undone), complaint=bug_text(error, title))
