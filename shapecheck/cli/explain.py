"""The options of `shapecheck explain`."""

from __future__ import annotations

import click

from shapecheck.cli.options import SPEC


@click.command(short_help="Explain a shape, a count or a verdict, step by step.")
@SPEC
@click.argument("names", nargs=-1, metavar="NAME...")
@click.option(
    "-l",
    "--line",
    "lines",
    type=click.IntRange(min=1),
    multiple=True,
    metavar="N",
    help="Explain the claim on this line. SPEC:N says the same.",
)
@click.option("--all", "everything", is_flag=True, help="Show every step, not only the nearest few dozen.")
@click.option(
    "-f",
    "--format",
    "format",
    type=click.Choice(["text", "markdown", "latex"]),
    help="The format.  [default: from the ending of FILE, else text]",
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE (.txt, .md, .tex) instead of standard output.")
def explain(
    spec: str, names: tuple[str, ...], lines: tuple[int, ...], everything: bool, format: str | None, output: str | None
) -> int:
    """Explain a shape, a count or a verdict step by step, each step with its place in the text and its reason.

    NAME is a tensor (W), some of its members ('h[1]', 'W[k]'), something inside of a block (c2.bottleneck[1].main.W),
    params, macs, or those of one block (c2.params).

    \b
    Examples:
      shapecheck explain gru.shape W
      shapecheck explain gru_stack.shape 'W[1]' params
      shapecheck explain gru.shape:21                  why is the claim on line 21 proved or refuted?
      shapecheck explain gru.shape W -o W.tex
    """
    from shapecheck.commands.explain import print_explanation

    return print_explanation(spec, names, lines, everything, format, output)
