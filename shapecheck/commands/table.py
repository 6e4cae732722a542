"""`shapecheck table`: one spec in, the table of its tensors and stages out."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from shapecheck.check import Report
from shapecheck.commands.delivery import deliver, format_of
from shapecheck.commands.derived import report_of
from shapecheck.commands.files import read_one
from shapecheck.commands.outcome import FINDINGS
from shapecheck.commands.terminal import wants_color, width_of
from shapecheck.commands.values import parse_sizes, usage
from shapecheck.diagnostics.paint import painter, plain
from shapecheck.record import record
from shapecheck.report import report_text
from shapecheck.report.rows import DEFAULT, BadSetting, UnknownColumn, Wish, build
from shapecheck.report.table import ENDINGS, render


@record
class Wishes:
    """What the options of the command say, as typed."""

    format: str | None = None
    output: str | None = None
    columns: str | None = None
    depth: int = 0
    settings: Sequence[str] = ()
    symbolic: bool = False
    kept: Sequence[str] = ()
    caption: str = ""
    label: str = ""
    check: bool = False


def print_table(path: str, wishes: Wishes) -> int:
    """Print the table, write it, or compare it with what was written; the exit code.

    A spec with errors has no table.
    """
    format = format_of(wishes.format, wishes.output, ENDINGS)
    wish = _wish(wishes)
    report = report_of(read_one(path))
    if report.shapes is None or report.has_errors:
        return tell_errors(report)
    try:
        made = build(report.shapes, wish)
    except UnknownColumn as error:
        raise usage(str(error), "--columns") from error
    except BadSetting as error:
        raise usage(str(error), "--set") from error
    paint = painter(wants_color(sys.stdout)) if wishes.output is None else plain
    return deliver(render(made, format, paint=paint), wishes.output, check=wishes.check)


def _wish(wishes: Wishes) -> Wish:
    columns = DEFAULT if wishes.columns is None else tuple(wishes.columns.split(","))
    settings = tuple(parse_sizes([text]) for text in wishes.settings)
    kept = tuple(name.strip() for text in wishes.kept for name in text.split(",") if name.strip())
    return Wish(columns, wishes.depth, settings, wishes.symbolic, kept, wishes.caption, wishes.label)


def tell_errors(report: Report) -> int:
    """Print what is wrong with a spec that nothing can be made of; the exit code."""
    click.echo(report_text(report, color=wants_color(sys.stdout), width=width_of(sys.stdout)))
    return FINDINGS
