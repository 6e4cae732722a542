"""The options of `shapecheck config`."""

from __future__ import annotations

import click


@click.command(short_help="Show the settings in force, and where they come from.")
def config() -> int:
    """Show the settings in force in this folder, each with the place that it comes from.

    They stand in shapecheck.toml, or in the table [tool.shapecheck] of pyproject.toml; the nearest file counts, from
    this folder upwards. What is printed is TOML, to be pasted into such a file.
    """
    from shapecheck.commands.config import print_configuration

    return print_configuration()
