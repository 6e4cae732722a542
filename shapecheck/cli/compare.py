"""The options of `shapecheck compare`."""

from __future__ import annotations

import click

from shapecheck.cli.options import SPEC


@click.command(short_help="Is a PyTorch module the network of the spec?")
@SPEC
@click.argument("module", metavar="MODULE")
@click.option("--profile", type=click.Choice(["pytorch"]), default="pytorch", show_default=True,
              help="How the module calls and stores its weights.")
@click.option("--outputs", metavar="NAME,...", default="",
              help="The tensors that the module returns, in order.  [default: the declared outputs]")
@click.option("--tolerance", type=click.FloatRange(min=0), default=1e-6, show_default=True,
              help="Largest difference, relative to the largest number of a result.")
@click.option("--save", metavar="FILE.npz",
              help="Write the module's weights here under the spec's names, if all agrees.")
def compare(spec: str, module: str, profile: str, outputs: str, tolerance: float, save: str | None) -> int:
    """Compare a module with a spec: its layers, its weights, and its values with its own weights, at several sizes.

    MODULE is a torch.nn.Module as package.module:Net, where Net is a class or a function without arguments, or a
    variable; its package is imported, and so runs. Layers are paired by name, else by kind in the order of use. The
    first layer that differs is named, with both shapes and the likely cause. Needs shapecheck-lang[torch].

    \b
    Examples:
      shapecheck compare resnet18.shape nets.resnet:ResNet
      shapecheck compare gru.shape nets:gru --outputs h --save gru.npz
    """
    from shapecheck.commands.compare import CompareOptions, compare_spec

    named = tuple(name for name in outputs.replace(" ", "").split(",") if name)
    return compare_spec(spec, module, CompareOptions(profile, named, tolerance, save))
