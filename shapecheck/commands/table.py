"""`shapecheck table`: one spec in, the table of its shapes out."""

from __future__ import annotations

import os
import sys

import click

from shapecheck.check import Report, derive
from shapecheck.commands.files import SpecFile, read_one, write_whole
from shapecheck.commands.outcome import FINDINGS, FINE
from shapecheck.commands.terminal import wants_color, width_of
from shapecheck.commands.values import usage
from shapecheck.diagnostics.paint import painter
from shapecheck.infer import counts
from shapecheck.report import render, report_text, shape_table
from shapecheck.report.table import ENDINGS


def print_table(path: str, format: str | None, output: str | None) -> int:
    """Print the table, or write it to `output`; the exit code.  A spec with errors has no table."""
    chosen = format or _format_of(output)
    report = _derived(read_one(path))
    if report.shapes is None or report.has_errors:
        click.echo(report_text(report, color=wants_color(sys.stdout), width=width_of(sys.stdout)))
        return FINDINGS
    if output is None:
        click.echo(render(shape_table(report), chosen, paint=painter(wants_color(sys.stdout))))
    else:
        write_whole(output, f"{render(shape_table(report), chosen)}\n".encode())
    return FINE


def _derived(file: SpecFile) -> Report:
    """The shapes and counts of a spec; nothing is judged or run."""
    shapes, diagnostics = (None, (file.trouble,)) if file.trouble is not None else derive(file.source)
    if shapes is None or shapes.failed:
        return Report(file.source, shapes, (), diagnostics)
    return Report(file.source, shapes, (), diagnostics, params=counts.params(shapes), macs=counts.macs(shapes))


def _format_of(output: str | None) -> str:
    if output is None:
        return "text"
    ending = os.path.splitext(output)[1].lower()
    if ending not in ENDINGS:
        known = ", ".join(ENDINGS)
        raise usage(f"cannot tell the format from {output!r}; end it in one of {known}, or add -f", "-o")
    return ENDINGS[ending]
