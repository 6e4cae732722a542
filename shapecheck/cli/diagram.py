"""The options of `shapecheck diagram`."""

from __future__ import annotations

import click

from shapecheck.cli.options import SPEC

FORMATS = ("svg", "png", "mermaid", "dot", "tikz")


@click.command(short_help="Draw the network as boxes and arrows.")
@SPEC
@click.option("--depth", type=click.IntRange(min=0), default=0, show_default=True,
              help="Number of levels of blocks to open.")
@click.option("-f", "--format", "format", type=click.Choice(FORMATS),
              help="The output format.  [default: from the ending of FILE, else svg]")
@click.option("-o", "--output", metavar="FILE",
              help="Write to FILE (.svg, .png, .mmd, .dot, .tikz) instead of standard output.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if FILE is out of date.")
def diagram(spec: str, depth: int, format: str | None, output: str | None, check: bool) -> int:
    """Draw a spec: inputs, equations and blocks with their weights, the shapes for all sizes on the arrows.

    A dashed arrow is a recurrence: it leads to the member that its label says (t-1). A box with an edge behind it is
    repeated.

    \b
    Examples:
      shapecheck diagram gru.shape -o gru.svg
      shapecheck diagram resnet50.shape --depth 1 -o resnet50.png
      shapecheck diagram unet.shape -f mermaid
    """
    from shapecheck.commands.diagram import draw_diagram

    return draw_diagram(spec, depth, format, output, check)
