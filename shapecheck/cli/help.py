"""The options of `shapecheck help`."""

from __future__ import annotations

import click


@click.command("help", short_help="Look up a topic in the guide.")
@click.argument("topic", nargs=-1)
def help_command(topic: tuple[str, ...]) -> int:
    """Look up a topic in the guide: a page, a section, or a word of the language.

    Without TOPIC all pages and their sections are listed.

    \b
    Examples:
      shapecheck help language
      shapecheck help default
    """
    from shapecheck.commands.help import print_help

    return print_help(" ".join(topic) or None)
