"""The options of `shapecheck server`."""

from __future__ import annotations

import click


@click.command(short_help="Serve an editor: shapes, messages and edits while you type.")
@click.option("--stdio", is_flag=True, help="Speak over standard input and output; that is what it does anyway.")
def server(stdio: bool) -> int:
    """Serve an editor that speaks the Language Server Protocol. Editors start this command; people do not.

    It needs pygls: pip install 'shapecheck-lang[lsp]'. `shapecheck help editor` has the lines to paste for VS Code,
    Neovim, Helix and Emacs.
    """
    from shapecheck.commands.server import serve

    return serve()
