"""The options of `shapecheck gradient`."""

from __future__ import annotations

import click

from shapecheck.cli.options import SPEC


@click.command(short_help="Write the backward pass of a spec, as equations below it.")
@SPEC
@click.option("--of", required=True, metavar="NAME", help="The number to derive, as `loss`.")
@click.option("--wrt", required=True, multiple=True, metavar="NAMES",
              help="The tensors to derive by, as W,V; a weight of a block by its path, as y.W. May be repeated.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if FILE is out of date.")
def gradient(spec: str, of: str, wrt: tuple[str, ...], output: str | None, check: bool) -> int:
    """Write the backward pass of a spec: equations for the derivative of a number by weights, inputs and values.

    The result is the spec itself with equations below it: `Wbar` is the derivative by `W`, entry by entry, of the
    shape of W. It is checked, run, tabulated and typeset as any spec. What cannot be derived is refused with its place.

    \b
    Examples:
      shapecheck gradient rnn.shape --of loss --wrt W,U
      shapecheck gradient rnn.shape --of loss --wrt W -o back.shape
    """
    from shapecheck.commands.gradient import GradientOptions, write_gradient

    return write_gradient(spec, GradientOptions(of, wrt, output, check))
