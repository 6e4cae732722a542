"""The options of `shapecheck fmt`."""

from __future__ import annotations

import click

from shapecheck.cli.options import PATHS


@click.command(short_help="Format specs in the one canonical layout.")
@PATHS
@click.option("--check", is_flag=True, help="Write nothing; name the files that would change, exit code 1 if any.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change, exit code 1 if anything.")
@click.option("--unicode", is_flag=True, help="Write × ⊙ σ Σ instead of x .* sigma sum.")
def fmt(paths: tuple[str, ...], check: bool, diff: bool, unicode: bool) -> int:
    """Format specs in place, keeping comments. The meaning never changes.

    PATHS are spec files, directories (all *.shape below them), or - to read standard input and print the result.

    \b
    Examples:
      shapecheck fmt gru.shape
      shapecheck fmt specs/ --check
      shapecheck fmt gru.shape --diff --unicode
    """
    from shapecheck.commands.fmt import FormatOptions, format_paths

    return format_paths(paths, FormatOptions(check, diff, unicode))
