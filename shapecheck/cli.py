"""The command line: options and help texts here, the work in `shapecheck.commands`.

Exit codes: 0 fine, 1 findings, 2 a wrong command line or an unreadable file, 101 a bug of ours, 130 interrupted.
Reports go to standard output, everything else to standard error.  Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, Literal

import click

from shapecheck import __version__
from shapecheck.commands.outcome import INTERRUPTED, PIPE_CLOSED, report_bug
from shapecheck.commands.values import Memory

DEFAULT_MEMORY = "4GiB"


class _Program(click.Group):
    """The group of commands; ends the process with the right code, whatever happens."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, *_: Any, **extra: Any) -> Any:
        """Run the command line and leave with its exit code."""
        extra["standalone_mode"] = False
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        try:
            code = super().main(args, prog_name or "shapecheck", **extra)
            sys.stdout.flush()
        except click.Abort:
            code = INTERRUPTED
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except BrokenPipeError:
            code = _pipe_closed()
        except Exception as error:
            code = report_bug(error)
        sys.exit(code or 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Carry the command out; a reader that has gone away is no error of ours."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return _pipe_closed()


def _pipe_closed() -> int:
    """Whoever read our output has stopped reading: say no more, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED


def _print_version(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(f"shapecheck {__version__}")
        context.exit()


_MEMORY_OPTION = click.option(
    "--memory-limit", type=Memory(), default=DEFAULT_MEMORY, show_default=True,
    help="Refuse a run that would need more than this.",
)  # fmt: skip
_PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATHS...")
_SPEC = click.argument("spec", metavar="SPEC")


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
    Exit codes: 0 all is well, 1 something was found, 2 wrong command line or unreadable file.
    """


@main.command(short_help="Say which sizes a spec accepts.")
@_SPEC
@click.option("--where", metavar="CONDITION", help="Only sizes for which this holds, too, as in `when` or a claim.")
@click.option("--set", "fixed", multiple=True, metavar="NAME=NUMBER,...", help="Fix sizes. May be repeated.")
@click.option("--above", type=click.IntRange(min=0), default=0, help="List the values of each size beyond this one.")
@click.option("-n", "--count", type=click.IntRange(1, 1000), default=8, show_default=True, help="How many to list.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def sizes(spec: str, where: str | None, fixed: tuple[str, ...], above: int, count: int, as_json: bool) -> int:
    """Say exactly which sizes a spec accepts: the condition, the smallest sizes, and the values of each size.

    A condition speaks of sizes, of size(y, axis), and of images by y.height, y.width, y.channels; or it is a shape.
    SPEC is a file, or - for standard input.

    \b
    Examples:
      shapecheck sizes unet.shape
      shapecheck sizes unet.shape --where "y.height == 388"
      shapecheck sizes resnet50.shape --where "c5 : [N, 7, 7, 2048]"
      shapecheck sizes unet.shape --set W=572 --above 500
    """
    from shapecheck.commands.sizes import Wishes, print_sizes

    return print_sizes(spec, Wishes(where, fixed, above, count, as_json))


@main.command(short_help="Derive shapes, judge claims, run tests.")
@_PATHS
@click.option("--output-format", type=click.Choice(["full", "concise", "json"]), default="full", show_default=True,
              help="full: for people; concise: a line a finding; json: for programs.")
@click.option("-v", "--verbose", is_flag=True, help="Tell the whole story: shapes, claims, obligations, runs.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing for files where all is well.")
@click.option("--strict", is_flag=True, help="Claims that are only tested fail, unless they say `expect tested`.")
@_MEMORY_OPTION
def check(
    paths: tuple[str, ...], output_format: str, verbose: bool, quiet: bool, strict: bool, memory_limit: int
) -> int:
    """Check specs: derive every shape for all sizes, judge every claim, run every test.

    PATHS are spec files, directories (all *.shape below them), or - for standard input.

    \b
    Examples:
      shapecheck check gru.shape
      shapecheck check specs/ -q
      shapecheck check gru.shape -v
      shapecheck check specs/ --output-format json > report.json
    """
    from shapecheck.commands.check import Wishes, check_paths

    return check_paths(paths, Wishes(output_format, verbose, quiet, strict, memory_limit))


@main.command(short_help="Compute the equations at given sizes.")
@_SPEC
@click.option("--set", "sizes", multiple=True, metavar="NAME=NUMBER,...",
              help="The sizes, for example p=4,d=3. May be repeated.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True,
              help="Seed of the random numbers that stand in for what is not given.")
@click.option("--input", "inputs", multiple=True, metavar="NAME=FILE.npy",
              help="Data for an input or a weight. May be repeated.")
@click.option("--weights", metavar="FILE.npz", help="Data for several weights and inputs, by name.")
@click.option("--show", multiple=True, metavar="NAME",
              help="A tensor to print; may be repeated.  [default: the outputs, else all that is computed]")
@click.option("-o", "--output", metavar="FILE.npz", help="Save all arrays here.")
@click.option("--dtype", type=click.Choice(["float64", "float32"]), default="float64", show_default=True,
              help="The precision to compute in.")
@_MEMORY_OPTION
def run(
    spec: str, sizes: tuple[str, ...], seed: int, inputs: tuple[str, ...], weights: str | None,
    show: tuple[str, ...], output: str | None, dtype: Literal["float64", "float32"], memory_limit: int,
) -> int:
    """Run a spec at given sizes: compute every tensor and compare its shape with the derived one.

    Inputs and weights that are not given are drawn at random from the seed, as multiples of 1/16. SPEC is a file, or -
    for standard input.

    \b
    Examples:
      shapecheck run gru.shape --set p=4,d=3,T=5
      shapecheck run gru.shape --set p=4,d=3,T=5 --show h --seed 7
      shapecheck run gru.shape --set p=4,d=3,T=5 --input x=x.npy --weights w.npz -o out.npz
    """
    from shapecheck.commands.run import Wishes, run_spec

    return run_spec(spec, Wishes(sizes, seed, inputs, weights, show, output, dtype, memory_limit))


@main.command(short_help="Show shapes and numbers of parameters as a table.")
@_SPEC
@click.option("-f", "--format", "format", type=click.Choice(["text", "markdown"]),
              help="The kind of table.  [default: from the ending of FILE, else text]")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE (.md, .txt) instead of standard output.")
def table(spec: str, format: str | None, output: str | None) -> int:
    """Print a table of a spec: every tensor with its role, shape and number of parameters, for all sizes.

    \b
    Examples:
      shapecheck table gru.shape
      shapecheck table gru.shape -f markdown
      shapecheck table gru.shape -o gru.md
    """
    from shapecheck.commands.table import print_table

    return print_table(spec, format, output)


@main.command(short_help="Lay specs out in the one canonical way.")
@_PATHS
@click.option("--check", is_flag=True, help="Write nothing; name the files that would change, exit code 1 if any.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change, exit code 1 if anything.")
@click.option("--unicode", is_flag=True, help="Write × ⊙ σ Σ instead of x .* sigma sum.")
def fmt(paths: tuple[str, ...], check: bool, diff: bool, unicode: bool) -> int:
    """Format specs in place, keeping comments. Meaning never changes.

    PATHS are spec files, directories (all *.shape below them), or - to read standard input and print the result.

    \b
    Examples:
      shapecheck fmt gru.shape
      shapecheck fmt specs/ --check
      shapecheck fmt gru.shape --diff --unicode
    """
    from shapecheck.commands.fmt import Wishes, format_paths

    return format_paths(paths, Wishes(check, diff, unicode))
