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


PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATHS...", shell_complete=_files)
SPEC = click.argument("spec", metavar="SPEC", shell_complete=_files)
