"""The options of `shapecheck table`."""

from __future__ import annotations

import click

from shapecheck.cli.options import SPEC

FORMATS = ("text", "markdown", "latex", "typst", "html", "html-fragment", "csv", "json")
DEEPEST = 99


@click.command(short_help="Show shapes, parameters and more as a table, for notes and programs.")
@SPEC
@click.option("-f", "--format", "format", type=click.Choice(FORMATS),
              help="The kind of table.  [default: from the ending of FILE, else text]")
@click.option("-o", "--output", metavar="FILE",
              help="Write to FILE (.txt, .md, .tex, .typ, .html, .csv, .json) instead of standard output.")
@click.option("--columns", metavar="NAME,...",
              help="name, type, kernel, shape, parameters, macs, activations, receptive-field, line, bytes, "
                   "activation-bytes (float32; bytes-float64, ..).  [default: name,type,shape,parameters,macs]")
@click.option("--depth", type=click.IntRange(0, DEEPEST), default=0, show_default=True,
              help="Number of levels of blocks to show; 0 folds all blocks.")
@click.option("--set", "settings", multiple=True, metavar="NAME=NUMBER,...",
              help="Show numbers instead of symbols. Repeat it for a column for each setting.")
@click.option("--symbolic", is_flag=True, help="Show symbols beside the numbers of --set.")
@click.option("--keep", "kept", multiple=True, metavar="NAME,...", help="Sizes that stay symbols under --set.")
@click.option("--si", is_flag=True, help="Large numbers as 25.6 million, 4.09 billion.")
@click.option("--caption", default="", help="A caption, for documents.")
@click.option("--label", default="", help="A label to refer to, for documents.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if FILE is out of date.")
def table(
    spec: str, format: str | None, output: str | None, columns: str | None, depth: int, settings: tuple[str, ...],
    symbolic: bool, kept: tuple[str, ...], si: bool, caption: str, label: str, check: bool,
) -> int:
    """Print a table of a spec: its inputs, weights, states and stages in order, for all sizes or for some.

    \b
    Examples:
      shapecheck table gru.shape
      shapecheck table gru.shape -o gru.tex --caption "A GRU" --label tab:gru
      shapecheck table gru.shape -o gru.tex --caption "A GRU" --label tab:gru --check
      shapecheck table resnet50.shape --set H=224,W=224 --keep N --columns name,type,kernel,shape
      shapecheck table resnet50.shape --set N=1,H=224,W=224 --set N=1,H=320,W=320 --depth 1
    """
    from shapecheck.commands.table import TableOptions, print_table

    options = TableOptions(format, output, columns, depth, settings, symbolic, kept, caption, label, check, si)
    return print_table(spec, options)
