"""`shapecheck equations`: one spec in, its equations typeset out."""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.commands.delivery import deliver, format_of
from shapecheck.commands.derived import report_of
from shapecheck.commands.option_values import usage
from shapecheck.commands.spec_files import read_one
from shapecheck.commands.table import tell_errors
from shapecheck.record import record
from shapecheck.report.equations import ENDINGS, NoSuchEquation, render, sections
from shapecheck.sizes import naming_order


@record
class EquationsOptions:
    """The options of the command, as typed."""

    format: str | None = None
    output: str | None = None
    only: Sequence[str] = ()
    check: bool = False


def print_equations(path: str, options: EquationsOptions) -> int:
    """Print the equations, write them, or compare them with what was written; the exit code."""
    format = format_of(options.format, options.output, ENDINGS, "latex")
    report = report_of(read_one(path))
    if report.shapes is None or report.has_errors:
        return tell_errors(report)
    try:
        found = sections(report.shapes, options.only)
    except NoSuchEquation as error:
        raise usage(str(error), "--only") from error
    with naming_order(report.shapes.graph.dims):
        return deliver(render(found, format), options.output, check=options.check)
