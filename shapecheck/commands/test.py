"""`shapecheck test`: specs in; what failed in runs of them, what the runs covered, and an exit code out."""

from __future__ import annotations

from collections.abc import Sequence

import click

from shapecheck.commands.derived import report_of
from shapecheck.commands.exit_codes import FINDINGS, FINE, Refused
from shapecheck.commands.processes import Job, Look, Told, carried_out, readable
from shapecheck.commands.spec_files import SpecFile
from shapecheck.commands.terminal import Advance
from shapecheck.record import record
from shapecheck.report import report_text


@record
class TestOptions:
    """The options of the command; `jobs` is None for as many processes as there are processors."""

    max_examples: int
    seed: int
    words: Sequence[str]
    stop_at_first: bool
    jobs: int | None
    verbose: bool
    memory_limit: int
    cluster: str | None = None


def test_paths(paths: Sequence[str], options: TestOptions) -> int:
    """Test all specs at the paths; the exit code."""
    files, code = readable(paths)
    failed = told = 0
    for one in carried_out(files, Job(_tested, options, "testing", "not tested", options.jobs, options.cluster)):
        code, failed = max(code, one.code), failed + (one.code != FINE)
        if one.chosen:
            told += 1
            click.echo(one.text)
        if one.code != FINE and options.stop_at_first:
            break
    if files and not told:
        raise Refused(f"no part of these specs is called {' '.join(options.words)}")
    if failed and told > 1:
        click.echo(f"\n{failed} of {told} files failed")
    return code


def _tested(file: SpecFile, options: TestOptions, look: Look, advance: Advance | None) -> Told:
    from shapecheck.testing.campaigns import tried
    from shapecheck.testing.cases.amounts import Amounts

    if file.trouble is not None:
        return Told(report_text(report_of(file), color=look.color), FINDINGS)
    amounts = Amounts(options.max_examples, options.seed, options.stop_at_first, options.memory_limit)
    found = tried(
        file.source, amounts, options.words,
        color=look.color, width=look.width, verbose=options.verbose, progress=advance,
    )  # fmt: skip
    return Told(found.text, FINE if found.ok else FINDINGS, found.chosen)
