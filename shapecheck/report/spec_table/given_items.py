"""The rows of given tensors: inputs, weights and buffers."""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.graph.model import Family
from shapecheck.infer.blocks.places import joined
from shapecheck.infer.counting import counts
from shapecheck.infer.counting.branches import Open, Unclear
from shapecheck.report.cells import Dims
from shapecheck.report.spec_table.item import Item
from shapecheck.report.spec_table.place import Place
from shapecheck.report.table_of_shapes import tensor_name
from shapecheck.report.tensor_list import tensors_of
from shapecheck.sizes import ZERO

GIVEN = ("input", "weight", "buffer")


def given_items(family: Family, place: Place) -> Iterator[Item]:
    used = _is_used(family.name, place)
    for tensor in tensors_of(place.shapes, family):
        is_weight = family.role == "weight"
        params = place.weights(tensor.count) if used or used is None else ZERO
        blank = {"macs", "kernel"} if is_weight else {"macs", "kernel", "parameters"}
        blank |= {"activations", "receptive-field"} if family.role != "input" else set()
        yield Item(
            tensor_name(tensor, place.depth, joined(place.path, tensor.name)),
            family.role,
            Dims(tensor.sizes),
            family.span,
            (None if used is None else params) if is_weight else ZERO,
            ZERO,
            place.work(tensor.count),
            blank=frozenset(blank),
            family=family.name,
        )


def _is_used(name: str, place: Place) -> bool | None:
    """Whether a weight is read, so that it counts; None where that depends on the sizes."""
    try:
        return name in counts.weights_used(place.shapes, None, place.shapes.graph.context)
    except (Open, Unclear):
        return None
