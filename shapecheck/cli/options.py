"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shapecheck.budgets import MEMORY_LIMIT
from shapecheck.commands.option_values import Memory

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

MEMORY = click.option(
    "--memory-limit", type=Memory(), default=f"{MEMORY_LIMIT >> 30}GiB", show_default=True,
    help="Refuse a run that would need more than this.",
)  # fmt: skip


def _files(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Leaves names of files to the shell."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(typed, type="file")]


def _named(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """The paths of the command line, else those of the project's file of settings."""
    paths = value or context.lookup_default("paths")
    if not paths and not context.resilient_parsing:
        raise click.MissingParameter(ctx=context, param=parameter)
    return tuple(paths or ())


PATHS = click.argument("paths", nargs=-1, metavar="PATHS...", shell_complete=_files, callback=_named)
CLUSTER = click.option(
    "--cluster", metavar="ADDRESS",
    help="Work on the Dask cluster of this scheduler, tcp://host:port or its file, in the place of -j.",
)  # fmt: skip
SPEC = click.argument("spec", metavar="SPEC", shell_complete=_files)
