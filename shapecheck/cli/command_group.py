"""The program around all commands: exit codes, streams, interruptions; a command is imported when it is asked for.

Exit codes: 0 fine, 1 findings, 2 a wrong command line, or a file that cannot be read or written, 101 a bug of ours,
130 interrupted, 141 nobody reads the output any more.
Reports go to standard output, everything else to standard error.  Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, MutableMapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

import click

from shapecheck.commands.configuration import configured
from shapecheck.commands.exit_codes import INTERRUPTED
from shapecheck.commands.streams import carried_through, prepare_streams, write_no_more
from shapecheck.commands.terminal import forces_color


class Program(click.Group):
    """The group of commands; ends the process with the right code, whatever happens.

    `homes` says for each command where it is: `check.check` is `check` in the module `check` beside this one.
    """

    def __init__(self, *arguments: Any, homes: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._homes = homes

    @property
    def commands(self) -> MutableMapping[str, click.Command]:
        """All commands."""
        return {name: _imported(home) for name, home in self._homes.items()}

    @commands.setter
    def commands(self, named: MutableMapping[str, click.Command]) -> None:
        """The commands are those of `homes`."""
        assert not named

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, and no other, is imported."""
        return _imported(self._homes[cmd_name]) if cmd_name in self._homes else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command, with the settings of the project in the place of its defaults."""
        name, command, rest = super().resolve_command(ctx, args)
        asks_for_help = any(word in ctx.help_option_names for word in rest)
        if name is not None and not asks_for_help and not ctx.resilient_parsing:
            ctx.default_map = {name: configured(name)}
        return name, command, rest

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names by the alphabet, as the help lists them."""
        return sorted(self._homes)

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, *_: Any, **extra: Any) -> Any:
        """Run the command line and leave with its exit code."""
        extra["standalone_mode"] = False
        extra.setdefault("color", forces_color() or None)
        prepare_streams()
        sys.exit(carried_through(lambda: self._carried_out(args, prog_name or "shapecheck", extra)))

    def _carried_out(self, args: Sequence[str] | None, prog_name: str, extra: Mapping[str, Any]) -> int | None:
        """The exit code, also where click ends the command line."""
        try:
            code: int | None = super().main(args, prog_name, **extra)
        except click.Abort:
            return INTERRUPTED
        except click.ClickException as error:
            with suppress(OSError):
                error.show()
            return error.exit_code
        except SystemExit:  # click's own answer to a closed pipe, where help is printed
            return write_no_more(BrokenPipeError())
        return code

    def invoke(self, ctx: click.Context) -> Any:
        """Carry the command out; an output that takes no more is no error of ours."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            return write_no_more(error)


def _imported(home: str) -> click.Command:
    module, _, name = home.partition(".")
    command: click.Command = getattr(import_module(f"shapecheck.cli.{module}"), name)
    return command
