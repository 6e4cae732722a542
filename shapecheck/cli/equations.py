"""The options of `shapecheck equations`."""

from __future__ import annotations

import click

from shapecheck.cli.options import SPEC

FORMATS = ("latex", "typst", "markdown", "html", "html-fragment")


@click.command(short_help="Typeset the equations, with the shapes of weights above them.")
@SPEC
@click.option("-f", "--format", "format", type=click.Choice(FORMATS),
              help="The language.  [default: from the ending of FILE, else latex]")
@click.option("-o", "--output", metavar="FILE",
              help="Write to FILE (.tex, .typ, .md, .html) instead of standard output.")
@click.option("--only", multiple=True, metavar="NAME", help="Only this tensor, or this block. May be repeated.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if FILE is out of date.")
def equations(spec: str, format: str | None, output: str | None, only: tuple[str, ...], check: bool) -> int:
    """Typeset the equations of a spec: numbers of layers above, other indices below, shapes above the weights.

    An equation whose weights differ in shape for some layers is printed once for each case, k = 1 and k = 2, .., L.

    \b
    Examples:
      shapecheck equations gru_stack.shape
      shapecheck equations gru_stack.shape -o gru.tex
      shapecheck equations gru_stack.shape -f markdown --only h
    """
    from shapecheck.commands.equations import EquationsOptions, print_equations

    return print_equations(spec, EquationsOptions(format, output, only, check))
