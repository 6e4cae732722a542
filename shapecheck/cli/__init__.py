"""The command line: options and help texts here, a file a command; the work in `shapecheck.commands`.

Exit codes: 0 fine, 1 findings, 2 a wrong command line, or a file that cannot be read or written, 101 a bug of ours,
130 interrupted, 141 nobody reads the output any more.  Reports go to standard output, everything else to standard
error.  Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import click

from shapecheck import __version__
from shapecheck.cli.command_group import Program

COMMANDS = {
    "check": "check.check",
    "compare": "compare.compare",
    "explain": "explain.explain",
    "test": "test.test",
    "sizes": "sizes.sizes",
    "run": "run.run",
    "show": "show.show",
    "diagram": "diagram.diagram",
    "table": "table.table",
    "equations": "equations.equations",
    "gradient": "gradient.gradient",
    "fmt": "fmt.fmt",
    "help": "help.help_command",
    "import": "import_model.import_command",
    "config": "config.config",
    "server": "server.server",
    "weave": "weave.weave",
}
"""Every command: its name, its module in this folder, and its function there."""


def _print_version(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(f"shapecheck {__version__}")
        context.exit()


@click.group(cls=Program, homes=COMMANDS,
             context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
