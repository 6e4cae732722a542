"""`shapecheck test --mutate`: specs in; the changes of them that nothing notices, and an exit code out."""

from __future__ import annotations

from collections.abc import Sequence

import click

from shapecheck.commands.exit_codes import FINDINGS, FINE, report_bug
from shapecheck.commands.processes import Job, Look, Told, carried_out, readable
from shapecheck.commands.spec_files import SpecFile
from shapecheck.commands.terminal import Advance
from shapecheck.diagnostics import render
from shapecheck.record import record
from shapecheck.testing.mutation import Campaign, Fate, Limits, mutate
from shapecheck.testing.mutation.messages import counts, listed, survivors


@record
class MutateOptions:
    """The options of the command; `jobs` is None for as many processes as there are processors."""

    limits: Limits
    jobs: int | None = None
    verbose: bool = False
    strict: bool = False
    cluster: str | None = None


def mutate_paths(paths: Sequence[str], options: MutateOptions) -> int:
    """Changes all specs at the paths, and prints the changes that nothing noticed; returns the exit code."""
    files, code = readable(paths)
    for told in carried_out(files, Job(_mutated, options, "changing", "not changed", options.jobs, options.cluster)):
        code = max(code, told.code)
        click.echo(told.text)
    return code


def _mutated(file: SpecFile, options: MutateOptions, look: Look, advance: Advance | None) -> Told:
    source = file.source
    if file.trouble is not None:
        message = render(file.trouble, source, color=look.color, width=look.width)
        return Told(f"{message}\n\n{source.title}: not changed", FINDINGS)
    campaign = mutate(source, options.limits, advance)
    if campaign.report is not None:
        return Told(f"{source.title}: not changed, for it fails as it is; see shapecheck check {file.path}", FINDINGS)
    lines = [render(item, source, color=look.color, width=look.width) + "\n" for item in survivors(campaign)]
    if options.verbose:
        lines += [*listed(campaign), ""]
    lines.append(f"{source.title}: {counts(campaign)}")
    return Told("\n".join(lines), _code(campaign, options, source.title))


def _code(campaign: Campaign, options: MutateOptions, title: str) -> int:
    """The exit code: fine, unless we failed, or a change was not noticed and `--strict` is set."""
    broken = [report_bug(item.by, title) for item in campaign.fates(Fate.BROKEN) if isinstance(item.by, Exception)]
    missed = campaign.fates(Fate.SURVIVED) or campaign.fates(Fate.LATE)
    return max([*broken, FINDINGS if options.strict and missed else FINE])
