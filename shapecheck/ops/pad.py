"""Zeros around a tensor: `pad(I, [top, bottom; left, right])`, (before, after) per axis; `[before, after]` in 1-D.

A number puts as many zeros on every side of every axis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.ops import padding as pads
from shapecheck.ops.arrays import promote
from shapecheck.ops.base import Misfit, Op, Option, Result, Setting, Shape
from shapecheck.ops.padding import Padding
from shapecheck.ops.shape_rules import Unknown, axes_text, guarded, inside, new_shape
from shapecheck.ops.term_types import Literal, Term
from shapecheck.sizes import Relation, Size

if TYPE_CHECKING:
    from shapecheck.ops.arrays import Array


class Pad(Op):
    """Every axis has a row; `0, 0` leaves it as it is."""

    name = "pad"
    adjoint_in_index_form = True
    rule = "each axis grows by its padding"
    keeps_axes = True
    options = (Option("sides"),)

    def parameters(self, settings: Mapping[str, Setting]) -> Padding | Misfit:
        if not isinstance(settings["sides"], Size) and pads.padding_rows(settings["sides"]) is None:
            return Misfit(
                "`pad` needs `before, after` for each axis",
                "write `pad(I, [top, bottom; left, right])` for two axes, `pad(x, [before, after])` for one",
            )
        return pads.padding_setting(settings["sides"])

    def shape(self, parameters: Padding, operands: Sequence[Shape]) -> Result | Misfit:
        (image,) = operands
        rows = parameters.rows(len(image))
        if len(rows) != len(image):
            return Misfit(
                f"`pad` is given for {axes_text(len(rows))}, and here is {axes_text(len(image))}",
                "write a row for each axis, `0, 0` where nothing is added",
            )
        sizes = tuple(size + before + after for size, (before, after) in zip(image, rows))
        return Result(sizes, pads.owed_by_settings(parameters))

    def ranks(
        self,
        parameters: Padding,
        operands: Sequence[Shape | None],
        result: Shape | None,
        patience: int,
        unknown: Unknown,
    ) -> Sequence[Shape | None]:
        known = operands[0] is not None or parameters.uniform
        return [None if known else new_shape(len(parameters.sides), unknown)]

    def kernel(self, parameters: Any, arrays: Sequence[Array], ranks: Sequence[int]) -> Array:
        import numpy as np

        (image,) = promote(arrays)
        batch = image.ndim - ranks[0]
        return np.pad(image, [(0, 0)] * batch + list(parameters.rows(ranks[0])))

    def define(
        self,
        parameters: Padding,
        shapes: Sequence[Shape],
        operands: Sequence[Callable[[Sequence[Size]], Term]],
        position: Sequence[Size],
    ) -> Term:
        conditions: list[Relation] = []
        at: list[Size] = []
        for where, size, (before, _) in zip(position, shapes[0], parameters.rows(len(position))):
            at.append(where - before)
            conditions += inside(at[-1], size, before)
        return guarded(conditions, operands[0](at), Literal(0))


PAD = Pad()
