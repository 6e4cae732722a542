"""The options of `shapecheck weave`."""

from __future__ import annotations

from collections.abc import Iterator

import click

WOVEN = ("table", "equations", "show", "diagram", "check", "sizes", "explain", "run")
"""The commands that a document may ask for: those that say something and change nothing."""


@click.command(short_help="Fill in tables and pictures at the marked places of documents.")
@click.argument("paths", nargs=-1, required=True, metavar="DOCUMENTS...")
@click.option("--check", is_flag=True, help="Write nothing; tell which places are out of date, exit code 1 if any.")
@click.pass_context
def weave(context: click.Context, paths: tuple[str, ...], check: bool) -> int:
    """Fill in the marked places of Markdown (.md), HTML (.html), LaTeX (.tex) and Typst (.typ) documents.

    A place is marked by two comments, and what stands between them is replaced by what the command prints: table,
    equations, show, diagram, explain, sizes, run or check. Paths are relative to the document. With -o, a picture
    is written beside it and shown; --alt "..." gives its text, and --width 60% its width.

    \b
    In Markdown and HTML:                           In LaTeX:
      <!-- shapecheck: table gru.shape -->            % shapecheck: table gru.shape
      <!-- /shapecheck -->                            % /shapecheck
    and in Typst as in LaTeX, with // for %.

    \b
    Examples:
      shapecheck weave notes.md
      shapecheck weave notes.md handout.tex --check
    """
    from shapecheck.commands.weave import weave_paths

    return weave_paths(paths, dict(_beside(context)), check)


def _beside(context: click.Context) -> Iterator[tuple[str, click.Command]]:
    """The commands beside this one that a document may ask for."""
    parent = context.parent
    assert parent is not None and isinstance(parent.command, click.Group)
    for name in WOVEN:
        command = parent.command.get_command(parent, name)
        if command is not None:
            yield name, command
