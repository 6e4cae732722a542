"""The options of `shapecheck run`."""

from __future__ import annotations

from typing import Literal

import click

from shapecheck.cli.options import MEMORY, SPEC


@click.command(short_help="Compute the equations at given sizes.")
@SPEC
@click.option("--set", "sizes", multiple=True, metavar="NAME=NUMBER,...",
              help="The sizes, for example p=4,d=3. May be repeated.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True,
              help="Seed of the random numbers for inputs and weights that are not given.")
@click.option("--data", type=click.Choice(["grid", "zeros", "ones", "negative", "large"]), default="grid",
              show_default=True, help="Numbers for inputs and weights that are not given.")
@click.option("--input", "inputs", multiple=True, metavar="NAME=FILE.npy",
              help="Data for an input or a weight. May be repeated.")
@click.option("--weights", metavar="FILE",
              help="Data for weights and inputs, by name: .npz, .safetensors, a PyTorch state dictionary, .weights.h5.")
@click.option("--profile", type=click.Choice(["pytorch", "keras", "onnx", "paper"]), default=None,
              help="How --weights calls and stores its arrays; all weights have to be there.  [default: as the spec]")
@click.option("--show", multiple=True, metavar="NAME",
              help="A tensor to print; may be repeated.  [default: the outputs, else all computed tensors]")
@click.option("-o", "--output", metavar="FILE.npz", help="Save all arrays here.")
@click.option("--dtype", type=click.Choice(["float64", "float32"]), default="float64", show_default=True,
              help="The precision to compute in.")
@click.option("--block", metavar="NAME", help="Run a block of the spec, on its own.")
@click.option("--check", is_flag=True,
              help="Compare the values with the equations, entry by entry, and check every claim.")
@MEMORY
def run(
    spec: str, sizes: tuple[str, ...], seed: int, data: str, inputs: tuple[str, ...], weights: str | None,
    profile: str | None, show: tuple[str, ...], output: str | None, dtype: Literal["float64", "float32"],
    block: str | None, check: bool, memory_limit: int,
) -> int:
    """Run a spec at given sizes: compute every tensor and compare its shape with the derived one.

    Inputs and weights that are not given are drawn at random from the seed, as multiples of 1/16. SPEC is a file, or -
    for standard input.

    \b
    Examples:
      shapecheck run gru.shape --set p=4,d=3,T=5
      shapecheck run gru.shape --set p=4,d=3,T=5 --show h --seed 7
      shapecheck run gru.shape --set p=4,d=3,T=5 --input x=x.npy --weights w.npz -o out.npz
      shapecheck run net.shape --set N=1 --weights net.safetensors --profile pytorch
    """
    from shapecheck.commands.run import RunOptions, run_spec

    options = RunOptions(sizes, seed, inputs, weights, show, output, dtype, memory_limit, data, block, check, profile)
    return run_spec(spec, options)
