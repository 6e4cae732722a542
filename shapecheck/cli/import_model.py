"""The options of `shapecheck import`."""

from __future__ import annotations

import click

from shapecheck.cli.options import MEMORY


@click.command(name="import", short_help="Turn an ONNX model or a PyTorch module into a spec.")
@click.argument("model", metavar="MODEL")
@click.option("-o", "--output", metavar="FILE.shape", help="Write the spec here.  [default: standard output]")
@click.option("--weights", metavar="FILE.npz", help="Write the model's weights here, as `run --weights` reads them.")
@click.option("--symbolic", metavar="NAME,...", default="",
              help="Make fixed axes of a file's inputs sizes: N, H, W, T, or NAME=INPUT:AXIS.")
@click.option("--input", "inputs", metavar="AXES", multiple=True,
              help="An input of a module: N,3,H=64,W=64 has free axes N, H, W, traced at these sizes; int:N,T holds "
                   "integers. In the order of the parameters of forward.")
@click.option("--fold-repeats/--flat", "fold", default=True, show_default=True,
              help="Make a layer of lines that come again, and a repeat of layers in a row; or write every line.")
@click.option("--verify", is_flag=True, help="Run the spec beside onnxruntime, or the module, and compare them.")
@click.option("--partial", is_flag=True,
              help="Write the rest where nodes cannot be translated; what they compute becomes an input.")
@MEMORY
def import_command(
    model: str, output: str | None, weights: str | None, symbolic: str, inputs: tuple[str, ...], fold: bool,
    verify: bool, partial: bool, memory_limit: int,
) -> int:
    """Read a model and write the equations that it computes, with the model's own names.

    MODEL is an ONNX file, or a torch.nn.Module or a Keras model as package.module:Net, where Net is a class or a
    function without arguments, or a variable; its package is imported, and so runs. Dynamic axes become sizes, layers
    those of the library, images have their channels last. Needs shapecheck-lang[onnx], [torch] or [keras].

    \b
    Examples:
      shapecheck import resnet18.onnx -o resnet18.shape
      shapecheck import net.onnx -o net.shape --weights net.npz --verify
      shapecheck import net.onnx --symbolic H,W
      shapecheck import nets.resnet:ResNet --input N,3,H,W -o net.shape --verify
    """
    from shapecheck.commands.import_model import ImportOptions, import_file

    wanted = tuple(name for name in symbolic.replace(" ", "").split(",") if name)
    return import_file(model, ImportOptions(output, weights, wanted, inputs, fold, verify, partial, memory_limit))
