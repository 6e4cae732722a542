"""The bridge: models of other frameworks become specs.

`import_model` reads an ONNX file and gives the spec that a person would have written, with arrays for its weights.

    file      -> Network      `reading`: nodes, constants and ports, without a type of the package `onnx`
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
    proof of it               `verify`: the spec runs beside onnxruntime

A rule takes a `Draft` (the spec so far) and a `Task` (a node with its operands).  It asks the draft for a whole tensor
in some order of axes (`view`) or for single entries (`entry`), and answers with tensors: `View` (a chain may go on),
`Pointwise` (a formula for an entry, which gets a name where it is needed as a whole), `Counts`, `Known` or `Flat`.
What a rule cannot say it raises as `Unsaid`; all such nodes are told at once.

The packages `onnx` and `onnxruntime` are imported in `reading`, `constants` and `verify`, when they are first needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike, fspath, path
from typing import TYPE_CHECKING, Any

from shapecheck.record import record

if TYPE_CHECKING:
    from shapecheck.bridge.imported import Imported

__all__ = ["Model", "import_model"]


@record(eq=False)
class Model:
    """An imported model: the text of its spec, and the arrays of its weights by the keys that `run` reads.

    `assumed` are the conditions on the sizes in the spec without which the model would fail.
    """

    text: str
    weights: Mapping[str, Any]
    assumed: tuple[str, ...]
    imported: Imported


def import_model(
    file: str | PathLike[str], *, symbolic: Sequence[str] = (), partial: bool = False, fold: bool = True
) -> Model:
    """The spec of an ONNX file.

    `symbolic` names axes of fixed size that become sizes (`"H"`, `"K=input:2"`).  Raises `BridgeError` for a file that
    cannot be read and `Untranslated` for nodes that cannot be said, unless the rest is wanted (`partial`).  Equal
    runs of lines become blocks, unless `fold` is off, or the blocks would have errors that the lines have not.
    """
    from shapecheck.bridge.acceptance_lines import accepted
    from shapecheck.bridge.reading import read_network
    from shapecheck.bridge.translate import translate

    place = fspath(file)
    network, title = read_network(place), path.basename(place)
    imported = translate(network, symbolic, partial, fold)
    found = accepted(imported, title)
    if imported.has_blocks and not found.is_fine:
        flat = translate(network, symbolic, partial)
        lines = accepted(flat, title)
        if lines.is_fine:
            imported, found = flat, lines
    return Model(found.text, imported.weights, found.conditions, imported)
