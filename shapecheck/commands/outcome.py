"""How a command ends: exit codes, and the errors that are about the command line and not about a spec."""

from __future__ import annotations

import click

FINE = 0
FINDINGS = 1
USAGE = 2
OUR_BUG = 101
INTERRUPTED = 130
PIPE_CLOSED = 141


class Refused(click.ClickException):
    """The command cannot be carried out as given: one clear line on standard error, exit code 2.

    `shapecheck: cannot find gru.shap; did you mean gru.shape?`
    """

    exit_code = USAGE

    def show(self, file: object = None) -> None:
        """Print the line."""
        click.echo(f"shapecheck: {self.format_message()}", err=True)
