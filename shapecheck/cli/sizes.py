"""The options of `shapecheck sizes`."""

from __future__ import annotations

import click

from shapecheck.cli.options import SPEC


@click.command(short_help="Say which sizes a spec accepts.")
@SPEC
@click.option("--where", metavar="CONDITION",
              help="Only sizes that also meet this condition, written as in `when` or a claim.")
@click.option("--set", "fixed", multiple=True, metavar="NAME=NUMBER,...", help="Fix sizes. May be repeated.")
@click.option("--above", type=click.IntRange(min=0), help="List the values of each size beyond this one.")
@click.option("-n", "--count", type=click.IntRange(1, 1000), default=8, show_default=True,
              help="Number of values to list.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def sizes(spec: str, where: str | None, fixed: tuple[str, ...], above: int | None, count: int, as_json: bool) -> int:
    """Say exactly which sizes a spec accepts: the condition, the smallest sizes, and the values of each size.

    A condition is about sizes, size(y, axis), or y.height, y.width and y.channels of an image; or it is a shape.
    SPEC is a file, or - for standard input.

    \b
    Examples:
      shapecheck sizes unet.shape
      shapecheck sizes unet.shape --where "y.height == 388"
      shapecheck sizes resnet50.shape --where "c5 : [N, 7, 7, 2048]"
      shapecheck sizes unet.shape --set W=572 --above 500
    """
    from shapecheck.commands.sizes import SizesOptions, print_sizes

    return print_sizes(spec, SizesOptions(where, fixed, above, count, as_json))
