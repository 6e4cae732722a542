"""`shapecheck test --mutate`: specs in; which changes of them nobody notices, and an exit code out."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import click

from shapecheck.commands.files import STANDARD_INPUT, SpecFile, read_spec, spec_files, specs_of
from shapecheck.commands.outcome import FINDINGS, FINE, USAGE, Refused, report_bug
from shapecheck.commands.terminal import Advance, waiting, wants_color, width_of
from shapecheck.commands.test import one_thread
from shapecheck.diagnostics import render
from shapecheck.record import record
from shapecheck.testing.mutation import Campaign, Fate, Limits, mutate
from shapecheck.testing.mutation.messages import counts, listed, survivors


@record
class Wishes:
    """What the options of the command say; `jobs` is None for as many as there are processors."""

    limits: Limits
    jobs: int | None = None
    verbose: bool = False
    strict: bool = False


@record
class Told:
    """What is printed of one file, and its exit code."""

    text: str
    code: int


@record
class Look:
    """How it is printed."""

    color: bool
    width: int


def mutate_paths(paths: Sequence[str], wishes: Wishes) -> int:
    """Change all specs at the paths, and print what nobody noticed; the exit code."""
    code, files = FINE, []
    for found in spec_files(paths):
        if isinstance(found, Refused):
            found.show()
            code = USAGE
        else:
            files.append(found)
    for told in _told(files, paths, wishes):
        code = max(code, told.code)
        click.echo(told.text)
    return code


def _told(files: Sequence[SpecFile], paths: Sequence[str], wishes: Wishes) -> Iterator[Told]:
    """What there is to tell of each file, in their order."""
    look = Look(wants_color(sys.stdout), width_of(sys.stdout))
    jobs = min(wishes.jobs or os.cpu_count() or 1, len(files))
    started = time.monotonic()
    if jobs <= 1 or any(file.path == STANDARD_INPUT for file in files):
        for file in files:
            with waiting(f"changing {file.source.name}", started) as advance:
                told = mutate_file(file, wishes, look, advance)
            yield told
        return
    title = f"changing {len(files)} specs"
    with ProcessPoolExecutor(jobs, initializer=one_thread) as pool, waiting(title, started) as advance:
        work = [pool.submit(_in_process, file.path, tuple(paths), wishes, look) for file in files]
        for number, item in enumerate(work, start=1):
            yield item.result()
            if advance is not None:
                advance(number, len(files))


def _in_process(path: str, paths: tuple[str, ...], wishes: Wishes, look: Look) -> Told:
    """One file in a process of its own."""
    file = read_spec(path, paths)
    if isinstance(file, Refused):
        return Told(f"shapecheck: {file.format_message()}", USAGE)
    return mutate_file(file, wishes, look, None)


def mutate_file(file: SpecFile, wishes: Wishes, look: Look, advance: Advance | None) -> Told:
    """One file, or each of the specs in a document; a bug of ours with one must not hide the others."""
    told = []
    for spec in specs_of(file):
        try:
            told.append(_mutated(spec, wishes, look, advance))
        except Exception as error:
            told.append(Told(f"{spec.source.title}: not changed", report_bug(error, spec.source.title)))
    return Told("\n".join(one.text for one in told), max(one.code for one in told))


def _mutated(file: SpecFile, wishes: Wishes, look: Look, advance: Advance | None) -> Told:
    source = file.source
    if file.trouble is not None:
        message = render(file.trouble, source, color=look.color, width=look.width)
        return Told(f"{message}\n\n{source.title}: not changed", FINDINGS)
    campaign = mutate(source, wishes.limits, advance)
    if campaign.report is not None:
        return Told(f"{source.title}: not changed, for it fails as it is; see shapecheck check {file.path}", FINDINGS)
    lines = [render(item, source, color=look.color, width=look.width) + "\n" for item in survivors(campaign)]
    if wishes.verbose:
        lines += [*listed(campaign), ""]
    lines.append(f"{source.title}: {counts(campaign)}")
    return Told("\n".join(lines), _code(campaign, wishes, source.title))


def _code(campaign: Campaign, wishes: Wishes, title: str) -> int:
    """Fine, but where we failed, or where every change is to be noticed and is not."""
    broken = [report_bug(item.by, title) for item in campaign.fates(Fate.BROKEN) if isinstance(item.by, Exception)]
    missed = campaign.fates(Fate.SURVIVED) or campaign.fates(Fate.LATE)
    return max([*broken, FINDINGS if wishes.strict and missed else FINE])
