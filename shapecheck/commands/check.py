"""`shapecheck check`: specs in, reports on standard output, an exit code out."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import click

from shapecheck.check import check
from shapecheck.checked import Lints, Report
from shapecheck.commands.derived import report_of
from shapecheck.commands.exit_codes import FINDINGS, FINE, OUR_BUG, USAGE, Refused, report_bug
from shapecheck.commands.spec_files import SpecFile, specs_at
from shapecheck.commands.terminal import waiting, wants_color, width_of
from shapecheck.record import record
from shapecheck.report import report_concise, report_json, report_text


@record
class CheckOptions:
    """The options of the command, as typed."""

    output_format: str
    verbose: bool
    quiet: bool
    strict: bool
    memory_limit: int
    engine: str = "sizes"
    lint: Lints = "warnings"


def check_paths(paths: Sequence[str], options: CheckOptions) -> int:
    """Check all specs at the paths; the exit code."""
    reports: list[Report] = []
    code, started, printed = FINE, time.monotonic(), ""
    for file in specs_at(paths):
        if isinstance(file, Refused):
            file.show()
            code = max(code, USAGE)
            continue
        try:
            report = _report(file, options, started)
        except Exception as error:  # a bug of ours with one file must not hide what is wrong in the others
            code = max(code, report_bug(error, file.source.title))
            continue
        printed = _print(report, options, printed) or printed
        reports.append(report)
        code = max(code, OUR_BUG if report.second is not None and report.second.diagnostics else FINE)
        code = max(code, FINE if report.ok else FINDINGS)
    _print_end(reports, options)
    return code


def _report(file: SpecFile, options: CheckOptions, started: float) -> Report:
    """The report on one file; the report on a file that is no text has that error alone."""
    if file.trouble is not None:
        return report_of(file)
    with waiting(f"checking {file.source.name}", started) as advance:
        return check(
            file.source,
            strict=options.strict,
            memory_limit=options.memory_limit,
            progress=advance,
            twice=options.engine == "sympy",
            lint=options.lint,
        )


def _print(report: Report, options: CheckOptions, before: str) -> str:
    """Prints the report on one file; returns the printed text.

    `before` is what was printed last; a report of several lines stands between blank lines.
    """
    text = _text(report, options)
    if text:
        blank = "\n" if options.output_format == "full" and before and "\n" in before + text else ""
        click.echo(blank + text)
    return text


def _text(report: Report, options: CheckOptions) -> str:
    if options.output_format == "json":
        return ""
    if options.output_format == "concise":
        return report_concise(report)
    return report_text(
        report,
        verbose=options.verbose,
        quiet=options.quiet,
        color=wants_color(sys.stdout),
        width=width_of(sys.stdout),
    )


def _print_end(reports: Sequence[Report], options: CheckOptions) -> None:
    """Prints what comes last: the JSON of all files, or the number of files that fail."""
    if options.output_format == "json":
        click.echo(report_json(reports))
        return
    failed = sum(not report.ok for report in reports)
    if len(reports) > 1 and failed and not options.quiet and options.output_format == "full":
        click.echo(f"\n{failed} of {len(reports)} files failed")
