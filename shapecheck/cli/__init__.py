"""The command line: options and help texts here, a file a command; the work in `shapecheck.commands`.

Exit codes: 0 fine, 1 findings, 2 a wrong command line, or a file that cannot be read or written, 101 a bug of ours,
130 interrupted, 141 nobody reads the output any more.  Reports go to standard output, everything else to standard
error.  Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import click

from shapecheck import __version__
from shapecheck.cli.check import check
from shapecheck.cli.command_group import Program
from shapecheck.cli.diagram import diagram
from shapecheck.cli.equations import equations
from shapecheck.cli.explain import explain
from shapecheck.cli.fmt import fmt
from shapecheck.cli.help import help_command
from shapecheck.cli.import_model import import_command
from shapecheck.cli.run import run
from shapecheck.cli.server import server
from shapecheck.cli.show import show
from shapecheck.cli.sizes import sizes
from shapecheck.cli.table import table
from shapecheck.cli.test import test
from shapecheck.cli.weave import weave_command

COMMANDS = (
    check, explain, test, sizes, run, show, diagram, table, equations, fmt, help_command, import_command, server
)  # fmt: skip


def _print_version(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(f"shapecheck {__version__}")
        context.exit()


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version,
              help="Print the version and leave.")  # fmt: skip
def main() -> None:
    """Check the equations of a neural network as they stand on a slide.

    A spec is a text file (.shape) of equations, declared sizes and claims. shapecheck derives the shape of every
    tensor for all sizes, proves or refutes the claims, and runs the equations to confirm both.

    \b
    Start with:
      shapecheck check gru.shape                    is everything right?
      shapecheck table gru.shape                    which shapes, how many parameters?
      shapecheck run gru.shape --set p=4,d=3,T=5    what comes out for these sizes?

    \b
    Exit codes: 0 all is well, 1 something was found, 2 wrong command line, or a file that cannot be read.
    """


for _command in (*COMMANDS, weave_command(COMMANDS)):
    main.add_command(_command)
