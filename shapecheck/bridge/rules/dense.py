"""Dense layers: the last axis of a tensor through a matrix that is a weight, with or without a bias."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.network import Array
from shapecheck.bridge.tensors import Flat, Known, Tensor, View
from shapecheck.bridge.trees import call, truth
from shapecheck.sizes import integer
from shapecheck.syntax import tree


def dense(draft: Draft, tensor: Tensor, matrix: Array, bias: Array | None, labels: tuple[str, str]) -> View:
    """The last axis through a dense layer with a matrix (outputs x inputs); `labels` are the weights' names."""
    count, places = matrix.shape[0], len(tensor.shape)
    if isinstance(tensor, Flat):
        view, matrix = _taken_flat(draft, tensor, matrix)
    else:
        view = draft.with_last(tensor, places - 1)
    arrays = {"W": (matrix, labels[0])}
    if bias is not None:
        arrays["b"] = (np.broadcast_to(bias, (count,)), labels[1])
    alias = draft.weighted("dense", arrays, shares=True)
    named = {} if bias is not None else {"bias": truth(False)}
    layer = call("dense", tree.Integer(count), **named)
    shape = (*tensor.shape[:-1], integer(count))
    axes = view.axes if len(view.axes) == places else tuple(range(places))
    return draft.stage(view, layer, alias, shape, axes, view.firsts if len(view.axes) == places else (0, 0))


def _taken_flat(draft: Draft, flat: Flat, matrix: Array) -> tuple[View, Array]:
    """An image as a vector in the order of the spec, and the matrix with its columns in that order."""
    source = draft.view(flat.source)
    sizes = [source.shape[axis].constant for axis in range(1, len(source.shape))]
    if None in sizes or source.order[:1] != (0,) or len(source.order) != 4:
        return draft.view(flat), matrix
    order = [0, *source.order[1:]]
    order += [axis for axis in range(1, len(source.shape)) if axis not in order]
    columns = matrix.reshape(len(matrix), *[size or 0 for size in sizes]).transpose(order).reshape(len(matrix), -1)
    return draft.stage(source, tree.Name("flatten"), None, flat.shape, (0, 1), (0, 0)), columns


def with_bias(draft: Draft, left: Tensor, right: Tensor) -> View | None:
    """A dense layer without a bias plus a vector that is known: the layer with a bias."""
    for view, known in ((left, right), (right, left)):
        if isinstance(view, View) and isinstance(known, Known):
            found = _biased(draft, view, known)
            if found is not None:
                return found
    return None


def _biased(draft: Draft, view: View, known: Known) -> View | None:
    if not isinstance(view.base, tree.Pipe) or known.array.ndim > len(view.shape):
        return None
    stage = view.base.stage
    match stage.layer:
        case tree.Call(tree.Name("dense"), (tree.Argument(None, tree.Integer(count)), tree.Argument("bias", _))):
            if known.array.size != count or known.array.shape[-1:] != (count,) or stage.alias is None:
                return None
        case _:
            return None
    matrix = draft.weights.pop(f"{stage.alias}.W")
    label = draft.origins.pop(f"{stage.alias}.W")
    draft.names.release(stage.alias)
    alias = draft.weighted("dense", {"W": (matrix, label), "b": (known.array.reshape(-1), known.label)})
    layer = call("dense", tree.Integer(count))
    return replace(view, base=tree.Pipe(view.base.value, tree.Stage(layer, alias)))
