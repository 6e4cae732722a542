"""The table of a whole report: every tensor with its role, its shape and its parameters.

Comes in: a `Report`.  Goes out: a `Table`.
"""

from __future__ import annotations

from collections.abc import Iterable
from os.path import basename
from typing import TYPE_CHECKING

from shapecheck.report.languages.tensor_notation import LAYERS
from shapecheck.report.table import Amount, Dims, Extent, Name, Row, Table
from shapecheck.report.tensor_list import Tensor, tensors
from shapecheck.report.worded_table import worded_table
from shapecheck.report.wording import wording_of

if TYPE_CHECKING:
    from shapecheck.checked import Report

ROLES = {"local": "computed"}
"""The printed name of a role that specs do not name."""


def shape_table(report: Report) -> Table:
    """Name, role, shape and, for weights, the number of parameters of every tensor; then the totals.

    Empty where the report has no shapes.  Counts are factored (`3p * (p + d)`).
    """
    shapes = report.shapes
    rows = () if shapes is None else tuple(map(_tensor_row, tensors(shapes)))
    names = () if shapes is None else tuple(shapes.graph.dims)
    totals = tuple(_totals(report))
    title = basename(report.source.title)
    table = Table(("name", "role", "shape", "parameters"), rows, title, totals, names=names)
    return table if shapes is None else worded_table(table, wording_of(shapes))


def tensor_name(tensor: Tensor, depth: int = 0, path: str = "") -> Name:
    """The name of a tensor's members in a table."""
    extents = tuple(Extent(label, span.low, span.high) for label, span in tensor.extents)
    layers = tuple(at for at, label in enumerate(tensor.axes) if label in LAYERS)
    return Name(tensor.name, tensor.subscripts, extents, depth, path, layers)


def _tensor_row(tensor: Tensor) -> Row:
    counted = "no closed form" if tensor.count is None else Amount(tensor.count)
    parameters = counted if tensor.role == "weight" else ""
    return (tensor_name(tensor), ROLES.get(tensor.role, tensor.role), Dims(tensor.sizes), parameters)


def _totals(report: Report) -> Iterable[Row]:
    for name, total in (("total parameters", report.params), ("total MACs", report.macs)):
        if total is not None:
            yield (name, "", "", Amount(total))
