"""Arguments and options that several commands share."""

from __future__ import annotations

import click

from shapecheck.budgets import MEMORY_LIMIT
from shapecheck.commands.option_values import Memory

MEMORY = click.option(
    "--memory-limit", type=Memory(), default=f"{MEMORY_LIMIT >> 30}GiB", show_default=True,
    help="Refuse a run that would need more than this.",
)  # fmt: skip
PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATHS...")
SPEC = click.argument("spec", metavar="SPEC")
