"""The bridge: models of other frameworks become specs.

`import_model` reads an ONNX file, `from_torch` a module of PyTorch, `from_keras` a model of Keras; all give the spec
that a person would have written, with arrays for its weights.

    file      -> Network      `reading`: nodes, constants and ports, without a type of the package `onnx`
    module    -> Network      `modules`: the module is traced, and keeps the names of its parts
    constants                 `constants`: nodes whose operands are numbers are computed at once
    integers                  `rules.integers`: arithmetic on shapes is done with the project's own sizes, so that
                              Shape, Gather, Concat, Reshape(-1) and slices of shapes leave nothing behind
    views                     `tensors`, `layer_forms`: a tensor of the model is a view of one of the spec (which
                              axis of the spec each of its axes is), so that Transpose, Squeeze and Unsqueeze write
                              nothing, and images have their channels last
    layers                    `rules`: a layer of the library where one fits, an equation for the entries elsewhere
    names                     `names`: the model's own where they tell a reader something
    runs                      `folding`: equal runs of lines become a `layer`, repeated
    text                      `spec_writing`: syntax trees through the project's printer and formatter
    proof of it               `verify`: the spec runs beside onnxruntime, or the module (`peers`)

A rule takes a `Draft` (the spec so far) and a `Task` (a node with its operands).  It asks the draft for a whole tensor
in some order of axes (`view`) or for single entries (`entry`), and answers with tensors: `View` (a chain may go on),
`Pointwise` (a formula for an entry, which gets a name where it is needed as a whole), `Counts`, `Known` or `Flat`.
What a rule cannot say it raises as `Unsaid`; all such nodes are told at once.

Packages of others are imported by `packages.engine`, when they are first needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike, fspath, path
from typing import TYPE_CHECKING, Any

from shapecheck.record import record

if TYPE_CHECKING:
    from shapecheck.bridge.imported import Imported
    from shapecheck.bridge.network import Network
    from shapecheck.bridge.peers import Peer

__all__ = ["Model", "from_keras", "from_torch", "import_model"]


@record(eq=False)
class Model:
    """An imported model: the text of its spec, and the arrays of its weights by the keys that `run` reads.

    `assumed` are the conditions on the sizes in the spec without which the model would fail.  `peer` gives the program
    that computes the model, to compare with; it raises `BridgeError` where that does not load.
    """

    text: str
    weights: Mapping[str, Any]
    assumed: tuple[str, ...]
    imported: Imported
    peer: Callable[[], Peer]


def import_model(
    file: str | PathLike[str], *, symbolic: Sequence[str] = (), partial: bool = False, fold: bool = True
) -> Model:
    """The spec of an ONNX file.

    `symbolic` names axes of fixed size that become sizes (`"H"`, `"K=input:2"`).  Raises `BridgeError` for a file that
    cannot be read and `Untranslated` for nodes that cannot be said, unless the rest is wanted (`partial`).  Equal
    runs of lines become blocks, unless `fold` is off, or the blocks would have errors that the lines have not.
    """
    from shapecheck.bridge.peers import onnxruntime_peer
    from shapecheck.bridge.reading import read_network

    place = fspath(file)
    network, title = read_network(place), f"ONNX model {path.basename(place)}"
    return _model(network, title, symbolic, partial, fold, lambda: onnxruntime_peer(place))


def from_torch(
    module: Any,
    example: Any,
    dynamic: Mapping[str, Mapping[int, str]] | Sequence[Mapping[int, str]] | Mapping[int, str] | None = None,
    *,
    partial: bool = False,
    fold: bool = True,
) -> Model:
    """The spec of a `torch.nn.Module` in evaluation mode.

    `example` is a tensor, a tuple of tensors, or tensors by the names of the parameters of `forward`.  `dynamic` names
    the axes that may have any size: `{"x": {0: "N", 2: "H"}}`, or `{0: "N"}` where there is one input.  Raises
    `BridgeError` for a module that cannot be traced, such as one that branches on data; else as `import_model`.
    """
    from shapecheck.bridge.modules.torch_export import traced

    found = traced(module, example, dynamic)
    return _model(found.network, f"PyTorch module {type(module).__name__}", (), partial, fold, lambda: found.peer)


def from_keras(model: Any, *, partial: bool = False, fold: bool = True) -> Model:
    """The spec of a Sequential or Functional model of Keras 3; its open axes are the sizes.

    Raises `BridgeError` for a model without a graph of layers, and `Untranslated` for layers that cannot be said.
    """
    from shapecheck.bridge.modules.keras_graph import keras_network

    found = keras_network(model)
    return _model(found.network, f"Keras model {model.name}", (), partial, fold, lambda: found.peer)


def _model(
    network: Network, title: str, symbolic: Sequence[str], partial: bool, fold: bool, peer: Callable[[], Peer]
) -> Model:
    """The spec of a network: in blocks, or line by line where only that has no errors."""
    from shapecheck.bridge.acceptance_lines import accepted
    from shapecheck.bridge.translate import translate

    imported = translate(network, symbolic, partial, fold)
    found = accepted(imported, title)
    if imported.has_blocks and not found.is_fine:
        flat = translate(network, symbolic, partial)
        lines = accepted(flat, title)
        if lines.is_fine:
            imported, found = flat, lines
    return Model(found.text, imported.weights, found.conditions, imported, peer)
