"""`shapecheck gradient`: one spec in, the same spec with its backward pass out."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from shapecheck.commands.delivery import deliver
from shapecheck.commands.exit_codes import FINDINGS
from shapecheck.commands.spec_files import SpecFile, read_one
from shapecheck.commands.terminal import wants_color, width_of
from shapecheck.diagnostics import Diagnostic, Level, render
from shapecheck.gradient import Refused, gradient
from shapecheck.record import record


@record
class GradientOptions:
    """The options of the command, as typed."""

    of: str
    wrt: Sequence[str]
    output: str | None = None
    check: bool = False


def write_gradient(path: str, options: GradientOptions) -> int:
    """Print the spec with its backward pass, write it, or compare it with what was written; the exit code."""
    file = read_one(path)
    if file.trouble is not None:
        return _tell(file, (file.trouble,))
    names = [name.strip() for text in options.wrt for name in text.split(",") if name.strip()]
    try:
        found = gradient(file.source, options.of, names)
    except Refused as refused:
        return _tell(file, (refused.diagnostic(),))
    if isinstance(found, tuple):
        return _tell(file, [item for item in found if item.level == Level.ERROR])
    for name in found.unreached:
        click.echo(f"{options.of} does not depend on {name}: its derivative is 0", err=True)
    if not found.runs:
        click.echo("no run could be compared with differences", err=True)
    return deliver(found.text.rstrip("\n"), options.output, check=options.check)


def _tell(file: SpecFile, wrong: Sequence[Diagnostic]) -> int:
    color, width = wants_color(sys.stderr), width_of(sys.stderr)
    for item in wrong:
        click.echo(render(item, file.source, color=color, width=width) + "\n", err=True)
    return FINDINGS
