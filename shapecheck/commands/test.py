"""`shapecheck test`: specs in; what failed in runs of them, what the runs covered, and an exit code out."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence

import click

from shapecheck.check import Report
from shapecheck.commands.files import STANDARD_INPUT, SpecFile, read_spec, spec_files, specs_of
from shapecheck.commands.outcome import FINDINGS, FINE, USAGE, Refused, report_bug
from shapecheck.commands.terminal import Advance, waiting, wants_color, width_of
from shapecheck.diagnostics import render
from shapecheck.diagnostics.paint import painter
from shapecheck.record import record
from shapecheck.report import report_text

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Where several specs are tested at a time, products of matrices leave the other processors to the others."""


@record
class Wishes:
    """What the options of the command say; `jobs` is None for as many as there are processors."""

    max_examples: int
    seed: int
    words: Sequence[str]
    stop_at_first: bool
    jobs: int | None
    verbose: bool
    memory_limit: int


@record
class Told:
    """What is printed of one spec; `code` is its exit code, `tested` whether the words chose anything of it."""

    text: str
    code: int
    tested: bool = True


@record
class Look:
    """How it is printed."""

    color: bool
    width: int


def test_paths(paths: Sequence[str], wishes: Wishes) -> int:
    """Test all specs at the paths; the exit code."""
    code, told = FINE, 0
    files: list[SpecFile] = []
    for file in spec_files(paths):
        if isinstance(file, Refused):
            file.show()
            code = USAGE
        else:
            files.append(file)
    failed = 0
    for one in _told(files, paths, wishes):
        code, failed = max(code, one.code), failed + (one.code != FINE)
        if one.tested:
            told += 1
            click.echo(one.text)
        if one.code != FINE and wishes.stop_at_first:
            break
    if files and not told:
        raise Refused(f"nothing of these specs is called {' '.join(wishes.words)}")
    if failed and told > 1:
        click.echo(f"\n{failed} of {told} files failed")
    return code


def _told(files: Sequence[SpecFile], paths: Sequence[str], wishes: Wishes) -> Iterator[Told]:
    """What there is to tell of each file, in their order."""
    look = Look(wants_color(sys.stdout), width_of(sys.stdout))
    jobs = min(wishes.jobs or os.cpu_count() or 1, len(files))
    started = time.monotonic()
    if jobs <= 1 or any(file.path == STANDARD_INPUT for file in files):
        for file in files:
            with waiting(f"testing {file.source.name}", started) as advance:
                told = test_file(file, wishes, look, advance)
            yield told
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs, initializer=one_thread) as pool:
        work = [pool.submit(_in_process, file.path, tuple(paths), wishes, look) for file in files]
        try:
            with waiting(f"testing {len(files)} specs", started) as advance:
                for number, item in enumerate(work, start=1):
                    told = item.result()
                    if advance is not None:
                        advance(number, len(files))
                    yield told
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def one_thread() -> None:
    """NumPy is imported later, and reads this then."""
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")


def _in_process(path: str, paths: tuple[str, ...], wishes: Wishes, look: Look) -> Told:
    """Test one file in a process of its own."""
    file = read_spec(path, paths)
    if isinstance(file, Refused):
        return Told(f"shapecheck: {file.format_message()}", USAGE)
    return test_file(file, wishes, look, None)


def test_file(file: SpecFile, wishes: Wishes, look: Look, advance: Advance | None) -> Told:
    """Test one file, or each of the specs in a document; a bug of ours with one must not hide the others."""
    told = [_safely(spec, wishes, look, advance) for spec in specs_of(file)]
    chosen = [one for one in told if one.tested]
    return Told("\n".join(one.text for one in chosen), max(one.code for one in told), bool(chosen))


def _safely(spec: SpecFile, wishes: Wishes, look: Look, advance: Advance | None) -> Told:
    try:
        return _tested(spec, wishes, look, advance)
    except Exception as error:
        return Told(f"{spec.source.title}: not tested", report_bug(error, spec.source.title))


def _tested(file: SpecFile, wishes: Wishes, look: Look, advance: Advance | None) -> Told:
    from shapecheck.testing.campaign import Wishes as Amounts
    from shapecheck.testing.spec import chosen, test_spec
    from shapecheck.testing.summary import summary

    if file.trouble is not None:
        return Told(report_text(Report(file.source, None, (), (file.trouble,)), color=look.color), FINDINGS)
    amounts = Amounts(wishes.max_examples, wishes.seed, wishes.stop_at_first, wishes.memory_limit)
    found = test_spec(file.source, amounts, wishes.words, advance)
    parts = found.report.parts
    if wishes.words and not any(chosen(file.source, part, wishes.words) for part in parts):
        return Told("", FINE, tested=False)
    messages = [render(item, file.source, color=look.color, width=look.width) + "\n" for item in found.messages]
    line = summary(file.source.title, found.outcomes, found.ok, painter(look.color), wishes.verbose)
    return Told("\n".join([*messages, line]), FINE if found.ok else FINDINGS)
