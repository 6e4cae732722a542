"""The options of `shapecheck show`."""

from __future__ import annotations

import click

from shapecheck.cli.options import MEMORY, SPEC

FORMATS = ("text", "svg", "png", "tikz", "markdown", "latex", "typst", "html", "html-fragment", "csv", "json")


@click.command(short_help="Show the numbers of a tensor as a grid or a picture.")
@SPEC
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--set", "sizes", multiple=True, metavar="NAME=NUMBER,...",
              help="The sizes, for example p=4,d=3. May be repeated.")
@click.option("--test", metavar="NAME", help="Take the sizes and the data of this test of the spec.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True,
              help="Seed of the random numbers for inputs and weights that are not given.")
@click.option("--input", "inputs", multiple=True, metavar="NAME=FILE.npy",
              help="Data for an input or a weight. May be repeated.")
@click.option("--weights", metavar="FILE.npz", help="Data for several weights and inputs, by name.")
@click.option("--at", metavar="ROW,COLUMN",
              help="Show the computation of this entry: the window, the kernel, the products and their sum.")
@click.option("-n", "--numbers", is_flag=True, help="Number the rows and columns.")
@click.option("--digits", type=click.IntRange(0, 12), metavar="N",
              help="Digits after the point.  [default: as many as needed]")
@click.option("--axes", metavar="ROWS,COLUMNS",
              help="The axes that make rows and columns, counted from 0; others make panels.")
@click.option("--row", "lying", is_flag=True, help="Show vectors as rows, not as columns.")
@click.option("--plain", is_flag=True, help="No colours in pictures.")
@click.option("-f", "--format", "format", type=click.Choice(FORMATS),
              help="The output format.  [default: from the ending of FILE, else text]")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE (.svg, .png, .md, ..) instead of standard output.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if FILE is out of date.")
@MEMORY
def show(
    spec: str, names: tuple[str, ...], sizes: tuple[str, ...], test: str | None, seed: int, inputs: tuple[str, ...],
    weights: str | None, at: str | None, numbers: bool, digits: int | None, axes: str | None, lying: bool,
    plain: bool, format: str | None, output: str | None, check: bool, memory_limit: int,
) -> int:
    """Show the values of tensors, as a grid of numbers or as a picture with the numbers coloured by sign and size.

    NAME is a tensor or a part of it, numbered as in the spec: V, h[1..3], 'I[0, :, :, 2]', c1.K. Several are shown one
    after the other, in a picture side by side; the padding that one of them reads around another is drawn, too.

    \b
    Examples:
      shapecheck show line_filter.shape V
      shapecheck show line_filter.shape I K V -o filter.svg
      shapecheck show line_filter.shape V --at 3,5 -o step.png
      shapecheck show gru.shape 'h[1..3]' --set p=4,d=3,T=5 --digits 2
    """
    from shapecheck.commands.show import ShowOptions, show_tensors

    options = ShowOptions(names, sizes, test, seed, inputs, weights, at, numbers, digits, axes, lying, plain, format,
                          output, check, memory_limit)
    return show_tensors(spec, options)
