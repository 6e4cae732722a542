"""The options of `shapecheck table`."""

from __future__ import annotations

import click

from shapecheck.cli.options import SPEC

FORMATS = ("text", "markdown", "latex", "typst", "html", "html-fragment", "csv", "json")


@click.command(short_help="Show shapes and numbers of parameters as a table.")
@SPEC
@click.option("-f", "--format", "format", type=click.Choice(FORMATS),
              help="The kind of table.  [default: from the ending of FILE, else text]")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE (.md, .txt) instead of standard output.")
def table(spec: str, format: str | None, output: str | None) -> int:
    """Print a table of a spec: every tensor with its role, shape and number of parameters, for all sizes.

    \b
    Examples:
      shapecheck table gru.shape
      shapecheck table gru.shape -f markdown
      shapecheck table gru.shape -o gru.md
    """
    from shapecheck.commands.table import print_table

    return print_table(spec, format, output)
