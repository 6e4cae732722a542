"""`shapecheck server`: messages of an editor on standard input, answers on standard output."""

from __future__ import annotations

import os
import sys

from shapecheck.commands.exit_codes import FINE, Refused


def serve() -> int:
    """Serve one editor until it says goodbye."""
    try:
        from shapecheck.editor.requests import server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise Refused("the server needs pygls; install it with: pip install 'shapecheck-lang[lsp]'") from error
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing that is printed gets among the answers
        server().start_io(sys.stdin.buffer, answers)
    return FINE
