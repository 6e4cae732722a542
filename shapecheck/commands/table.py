"""`shapecheck table`: one spec in, the table of its tensors and stages out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

import click

from shapecheck.checked import Report
from shapecheck.commands.delivery import deliver, format_of
from shapecheck.commands.derived import admissible, report_of
from shapecheck.commands.exit_codes import FINDINGS
from shapecheck.commands.option_values import parse_sizes, usage, with_members
from shapecheck.commands.spec_files import read_one
from shapecheck.commands.terminal import wants_color, width_of
from shapecheck.diagnostics.paint import painter, plain
from shapecheck.record import record
from shapecheck.report import report_text
from shapecheck.report.spec_table import DEFAULT, BadSetting, TableContents, UnknownColumn, build
from shapecheck.report.table import ENDINGS, render


@record
class TableOptions:
    """The options of the command, as typed."""

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
    si: bool = False


def print_table(path: str, options: TableOptions) -> int:
    """Print the table, write it, or compare it with what was written; the exit code.

    A spec with errors has no table, unless all that is wrong is that it needs something of the sizes that is not
    assumed: then the table is for the sizes that meet it, and says so.
    """
    format = format_of(options.format, options.output, ENDINGS)
    contents = _contents(options)
    file = read_one(path)
    report = report_of(file)
    owing = admissible(file, report)
    shapes = report.shapes if owing is None else owing
    if shapes is None or (owing is None and report.has_errors):
        return tell_errors(report)
    try:
        settings = tuple(with_members(setting, shapes.graph) for setting in contents.settings)
        made = build(shapes, replace(contents, settings=settings, is_owed=owing is not None))
    except UnknownColumn as error:
        raise usage(str(error), "--columns") from error
    except BadSetting as error:
        raise usage(str(error), "--set") from error
    paint = painter(wants_color(sys.stdout)) if options.output is None else plain
    return deliver(render(made, format, paint=paint), options.output, check=options.check)


def _contents(options: TableOptions) -> TableContents:
    columns = DEFAULT if options.columns is None else tuple(options.columns.split(","))
    settings = tuple(parse_sizes([text]) for text in options.settings)
    kept = tuple(name.strip() for text in options.kept for name in text.split(",") if name.strip())
    return TableContents(
        columns, options.depth, settings, options.symbolic, kept, options.caption, options.label, in_words=options.si
    )


def tell_errors(report: Report) -> int:
    """Print what is wrong with a spec that nothing can be made of; the exit code."""
    click.echo(report_text(report, color=wants_color(sys.stdout), width=width_of(sys.stdout)))
    return FINDINGS
