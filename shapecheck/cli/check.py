"""The options of `shapecheck check`."""

from __future__ import annotations

from typing import Any

import click

from shapecheck.cli.options import CLUSTER, MEMORY, PATHS
from shapecheck.commands.check import FORMATS, check_paths, options_of


@click.command(short_help="Derive shapes, judge claims, run tests.")
@PATHS
@click.option("--output-format", type=click.Choice(FORMATS), default="full", show_default=True,
              help="full: for people; concise: a line a finding; json: for programs; github: beside the lines of a "
                   "pull request; sarif: for code scanning; junit: for tables of test results.")
@click.option("-v", "--verbose", is_flag=True, help="Show every shape, claim, requirement and run.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing for files where all is well.")
@click.option("--strict/--no-strict", help="Claims that are only tested fail, unless they say `expect tested`.")
@click.option("--engine", type=click.Choice(["sizes", "sympy"]), default="sizes", show_default=True,
              help="sympy: derive every shape a second time, with SymPy's arithmetic, and compare.")
@click.option("--lint", type=click.Choice(["none", "warnings", "all"]), default=None,
              help="Report what looks like a mistake: never, as warnings (default), or with remarks (default with -v).")
@click.option("-j", "--jobs", type=click.IntRange(min=1), default=1, show_default=True,
              help="Number of specs checked at a time; the report is the same.")
@CLUSTER
@click.option("--watch", is_flag=True, help="Check again whenever a spec, or what it imports, changes; Ctrl-C ends it.")
@click.option("--cache/--no-cache", default=True, envvar="SHAPECHECK_CACHE", show_envvar=True,
              help="Show the report that was made before where nothing has changed since.")
@click.option("--cache-dir", type=click.Path(), metavar="FOLDER",
              help="Keep reports there.  [default: shapecheck in XDG_CACHE_HOME, or in ~/.cache]")
@MEMORY
def check(paths: tuple[str, ...], watch: bool, **values: Any) -> int:
    """Check specs: derive every shape for all sizes, judge every claim, run every test.

    PATHS are spec files, Markdown documents with specs in blocks marked ```shape, directories (all *.shape below them),
    or - for standard input. Each block with a name (```shape gru) is a spec; the others together are one spec.

    \b
    Examples:
      shapecheck check gru.shape
      shapecheck check specs/ -q
      shapecheck check gru.shape -v
      shapecheck check gru.shape --lint all
      shapecheck check --watch .
      shapecheck check specs/ -j 4 --output-format json > report.json
    """
    options = options_of(**values)
    if not watch:
        return check_paths(paths, options)
    from shapecheck.commands.watching import watched

    watched(paths, lambda: check_paths(paths, options))
    return 0
